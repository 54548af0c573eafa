"""What every operation of the API has in common: who may ask, how it is asked, what a fault is answered with."""

import json
from datetime import UTC, datetime

import psycopg
from django.test import Client

from openxin.accounts import machines
from tests.harness.machine import V1, Machine, machine
from tests.harness.register import Register
from tests.harness.sample import LI_NA, penalty
from tests.harness.visitor import visitor

NAMES = ("type", "title", "title_en", "status", "detail", "detail_en", "instance", "code")


def is_problem(answer: object, status: int, code: str) -> None:
    told = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (told["status"], told["code"], set(NAMES) - told.keys()) == (status, code, set())


def test_without_a_token_nothing_is_answered(register: Register) -> None:
    for header in ("", "Bearer", "Bearer x", "Bearer 令牌".encode().decode("latin-1"), "Basic eDp4", "x"):
        answer = Client(SERVER_NAME="localhost").get(
            f"{V1}/client", headers={"Authorization": header} if header else {}
        )
        is_problem(answer, 401, "token")
        assert answer["WWW-Authenticate"] == 'Bearer realm="openxin"' + (', error="invalid_token"' if header else "")


def test_a_token_says_who_asks(market: Machine) -> None:
    told = market.get("/client").json()
    assert (told["roles"], told["organisation"]) == (["clerk"], None)
    assert (told["id"], told["body"], "penalty" in told["submits"]) == (str(market.id), "market", True)


def test_a_closed_machine_is_refused_at_its_next_request(market: Machine) -> None:
    assert market.get("/client").status_code == 200
    machines.close(market.id, at=datetime.now(UTC))
    is_problem(market.get("/client"), 401, "token")


def test_a_token_that_was_given_up_is_worth_nothing(market: Machine) -> None:
    assert market.delete("/client/token").status_code == 204
    is_problem(market.get("/client"), 401, "token")


def test_a_session_is_not_looked_at(register: Register) -> None:
    """An official's browser can be made to send a request, but no token."""
    official = visitor()
    official.logs_in_for("market")
    is_problem(official.client.get(f"{V1}/uploads"), 401, "token")
    answer = official.client.post(f"{V1}/uploads/rows", "{}", content_type="application/json")
    is_problem(answer, 401, "token")
    assert not answer.cookies


def test_no_answer_may_be_kept_by_anybody(market: Machine) -> None:
    assert market.get("/uploads")["Cache-Control"] == "no-store"


def test_who_holds_the_answer_is_not_sent_it_again(market: Machine) -> None:
    first = market.get("/client")
    again = market.get("/client", If_None_Match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert market.get("/client", If_None_Match='"other"').status_code == 200
    market.post("/uploads/rows", {"type": "penalty", "rows": [penalty(LI_NA)]})
    assert market.get("/uploads")["ETag"] != first["ETag"]


def test_head_says_what_get_would(market: Machine) -> None:
    get, head = market.get("/client"), market.asks("HEAD", "/client")
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(get.content)))


def test_options_name_the_methods(market: Machine) -> None:
    answer = market.asks("OPTIONS", "/uploads")
    assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert not any(name.lower().startswith("access-control") for name in answer.headers)


def test_other_methods_are_told_which_there_are(market: Machine) -> None:
    answer = market.asks("PUT", "/uploads")
    is_problem(answer, 405, "method")
    assert answer["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_an_address_that_is_none_is_a_problem_too(market: Machine) -> None:
    for path in ("/nothing", "/", "/uploads/x", "/uploads/李娜", "/submissions/1/receipt"):
        answer = market.get(path)
        is_problem(answer, 404, "not-found")
        assert "李娜" not in answer.content.decode()


MALFORMED = (b"{", b"[1", b"\xff", b'{"type": "penalty", "type": "permit", "rows": []}', b"NaN", b"[" * 100_000)


def test_what_is_no_json_is_malformed(market: Machine) -> None:
    for body in MALFORMED:
        is_problem(market.post("/uploads/rows", body), 400, "malformed")


def test_a_body_of_another_kind_is_not_read(market: Machine) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/problem+json", ""):
        is_problem(market.post("/uploads/rows", b"{}", Content_Type=kind), 415, "media-type")


WANTED = {
    "*/*": 200, "application/*": 200, "application/json": 200, "text/html, application/json;q=0.1": 200,
    "text/html": 406, "application/json;q=0": 406, "image/*": 406,
}  # fmt: skip


def test_an_answer_comes_in_a_format_that_is_wanted(market: Machine) -> None:
    assert {accept: market.get("/client", Accept=accept).status_code for accept in WANTED} == WANTED


def test_a_body_that_is_too_large_is_not_read(market: Machine) -> None:
    is_problem(market.post("/uploads/rows", b" " * (8 * 1024 * 1024 + 1)), 413, "too-large")


def test_a_body_that_is_large_and_not_too_large_is_read(market: Machine) -> None:
    is_problem(market.post("/uploads/rows", b"{}" + b" " * (8 * 1024 * 1024 - 2)), 422, "invalid")


def test_a_made_up_cursor_is_none(market: Machine) -> None:
    for cursor in ("x", "W10:1:x", "李娜", "a" * 600):
        answer = market.get(f"/uploads?cursor={cursor}")
        assert answer.status_code in {400, 422} and "李娜" not in answer.content.decode()


def test_a_cursor_is_good_for_its_own_list_and_body(market: Machine) -> None:
    for _ in range(2):
        market.post("/uploads/rows", {"type": "penalty", "rows": [penalty(LI_NA)]})
    cursor = market.get("/uploads?limit=1").json()["next"]
    is_problem(market.get(f"/submissions?cursor={cursor}"), 400, "cursor")
    is_problem(machine("drug").get(f"/uploads?cursor={cursor}"), 400, "cursor")
    assert market.get(f"/uploads?limit=1&cursor={cursor}").status_code == 200


def test_a_form_that_cannot_be_read_is_malformed(market: Machine) -> None:
    is_problem(market.post("/uploads?type=penalty", b"x", Content_Type="multipart/form-data"), 400, "malformed")
    answer = market.post("/uploads?type=penalty", b"--b--\r\n", Content_Type="multipart/form-data; boundary=b")
    is_problem(answer, 422, "invalid")


def test_a_parameter_is_given_once(market: Machine) -> None:
    is_problem(market.get("/submissions?type=penalty&type=permit"), 422, "invalid")
    is_problem(market.get("/submissions?type=nothing"), 422, "invalid")
    is_problem(market.get("/submissions?since=0"), 422, "invalid")


def test_what_nobody_foresaw_is_a_number_to_quote_and_nothing_else(market: Machine, register: Register) -> None:
    with psycopg.connect(**register.installation.address("owner"), autocommit=True) as owner:
        owner.execute("alter table intake_upload rename to elsewhere")
        answer = market.get("/uploads")
        owner.execute("alter table elsewhere rename to intake_upload")
    is_problem(answer, 500, "fault")
    assert "intake_upload" not in answer.content.decode()
    log = (register.home / "logs" / "openxin.log").read_text("utf-8")
    assert answer.json()["instance"].removeprefix("urn:uuid:") in log and "does not exist" not in log


def test_of_a_fault_only_the_place_is_told(market: Machine) -> None:
    """Neither what was sent nor a name that was made up for a member."""
    answer = market.post("/uploads/rows", {"type": ["李娜"], "rows": 7, "李娜": "李娜"})
    is_problem(answer, 422, "invalid")
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/type", "/rows", ""}
    assert "李娜" not in answer.content.decode()
    assert "李娜" not in market.get("/submissions?since=李娜").content.decode()
