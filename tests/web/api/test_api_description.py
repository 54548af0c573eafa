"""The description says what there is: reviewed, in both languages, every answer that may come."""

import json
from typing import Any

from django.test import Client

from openxin.web.api import problems
from tests.harness.register import Register
from tests.web.api import snapshot

DOCUMENT: dict[str, Any] = json.loads(snapshot.FILE.read_bytes())
OPERATIONS = {
    f"{method.upper()} {path}": one for path, methods in DOCUMENT["paths"].items() for method, one in methods.items()
}


def test_the_description_changes_only_on_purpose(register: Register) -> None:
    answer = Client(SERVER_NAME="localhost").get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.content + b"\n" == snapshot.FILE.read_bytes(), (
        "the API has changed: run `python -m tests.web.api.snapshot`, read the difference, and say it in CHANGELOG.md"
    )


def test_it_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"AccessToken", "ClientCredentials"}


def test_every_operation_is_told_in_both_languages() -> None:
    for name, one in OPERATIONS.items():
        assert " · " in one["summary"] and "\n\n" in one["description"], name
        for words in (one["summary"].split(" · ")[0], one["description"].split("\n\n")[0]):
            assert any("\u4e00" <= sign <= "\u9fff" for sign in words), name


def test_every_error_is_a_problem_document() -> None:
    for name, one in OPERATIONS.items():
        errors = {status: answer for status, answer in one["responses"].items() if status >= "400"}
        assert {"406", "500", "503"} <= errors.keys(), name
        assert ("401" in errors) == ("security" in one), name
        assert all(list(answer["content"]) == [problems.MEDIA_TYPE] for answer in errors.values()), name


def test_every_post_takes_an_idempotency_key_and_every_get_has_a_tag() -> None:
    for name, one in OPERATIONS.items():
        keyed = any(parameter["name"] == "Idempotency-Key" for parameter in one.get("parameters", ()))
        assert keyed == name.startswith("POST"), name
        assert ("ETag" in one["responses"].get("200", {}).get("headers", {})) == name.startswith("GET"), name


def test_the_type_of_every_problem_leads_to_its_words(register: Register) -> None:
    browser = Client(SERVER_NAME="localhost")
    for code, kind in problems.KINDS.items():
        told = browser.get(f"{problems.PLACE}{code}").json()
        assert (told["status"], told["title"]["zh"], told["remedy"]["en"]) == (
            kind.status,
            kind.title.zh,
            kind.remedy.en,
        )
    assert browser.get(f"{problems.PLACE}TOO_LARGE").json()["title"]["zh"]
    assert browser.get(f"{problems.PLACE}nothing").status_code == 404
