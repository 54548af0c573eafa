"""Reading by machine: under a grant or a duty, with a line each time, and never twice for one line."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from openxin.accounts import machines
from openxin.accounts.readers import Reader
from openxin.disclosure import door as the_door
from openxin.disclosure import grants
from openxin.disclosure.grants import Given, Terms
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.machine import Machine, machine
from tests.harness.others import in_force, verified
from tests.harness.register import Register
from tests.harness.sample import LI_NA, WANG_WEI, Person

DUTY = {"check": "food-135", "matter": "示市监许受〔2026〕12号"}


@pytest.fixture
def li_na(door: Door) -> Reader:
    """Of whom a ban and a penalty are in force."""
    in_force(door, sample.penalty(LI_NA), type_="penalty")
    in_force(door, sample.disqualification(LI_NA), type_="disqualification")
    return verified(LI_NA)


def given(person: Reader, **changes: Any) -> Given:
    now = datetime.now(UTC)
    terms = {
        "to": "market", "types": ("penalty",), "records": None, "form": "extract",
        "from_": now, "until": now + timedelta(days=7), "uses": 1, "said_purpose": "remedy",
    }  # fmt: skip
    assert person.person_id is not None
    return grants.give(person.person_id, person, Terms(**(terms | changes)), at=now)


def asked(of: Person = LI_NA, **changes: str) -> dict[str, str]:
    return {"document_type": of.document_type, "number": of.number, "name": of.name} | DUTY | changes


def lines(person: Reader) -> list[tuple[str, UUID]]:
    """The newest first, without the reading by which they are seen."""
    assert person.person_id is not None
    today = datetime.now(UTC).date()
    return [(one.kind, one.id) for one in the_door.own(person.person_id, person, today=today).lines[1:]]


def test_what_was_granted_is_read_byte_for_byte_as_the_person_saw_it(door: Door, li_na: Reader) -> None:
    recipient, gave = machine("market", roles=("recipient",)), given(li_na)
    (listed,) = recipient.get("/grants").json()["grants"]
    assert (listed["id"], listed["uses_left"], LI_NA.name in str(listed)) == (str(gave.grant_id), 1, False)
    now = datetime.now(UTC)
    assert li_na.person_id is not None
    terms = Terms("market", ("penalty",), None, "extract", now, now + timedelta(days=7), 1, "remedy")
    seen = grants.preview(li_na.person_id, li_na, terms, at=now)
    answer = recipient.post(f"/grants/{gave.grant_id}/readings", {"form": "extract"})
    assert (answer.status_code, answer.content) == (200, seen)
    assert ("disclosure", UUID(answer["OpenXin-Line"])) in lines(li_na)
    assert answer["Cache-Control"] == "no-store"
    used = recipient.post(f"/grants/{gave.grant_id}/readings", {"form": "extract"})
    assert (used.status_code, used.json()["rule"]) == (403, "grant-used")
    sequence()
    door.register.is_sound(records=2, secrets=[LI_NA.number, LI_NA.name])


def test_a_reading_that_is_sent_again_is_another_one_with_its_own_line(li_na: Reader) -> None:
    recipient, gave = machine("market", roles=("recipient",)), given(li_na, uses=2)
    before = lines(li_na)
    answers = [recipient.post(f"/grants/{gave.grant_id}/readings", {}, Idempotency_Key="k") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 403], "each is a use"
    first, second = (UUID(one["OpenXin-Line"]) for one in answers[:2])
    new = lines(li_na)[: -len(before) - 1]  # but for the reading by which they were counted
    assert new == [("refusal", UUID(answers[2].json()["instance"][9:])), ("disclosure", second), ("disclosure", first)]
    other = recipient.post(f"/grants/{gave.grant_id}/readings", {"form": "extract"}, Idempotency_Key="k")
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")


def test_a_denied_reading_tells_the_rule_what_is_needed_and_whom_to_ask(li_na: Reader) -> None:
    gave = given(li_na)
    stranger = machine("civil", roles=("recipient",))
    for path, body in (
        (f"/grants/{gave.grant_id}/readings", {}),
        (f"/grants/{uuid4()}/readings", {}),
        ("/checks", asked()),
    ):
        answer = stranger.post(path, body)
        told = answer.json()
        assert answer.status_code == 403, path
        assert told["rule"] == told["code"], path
        for words in (told["needed"], told["ask"]):
            assert words["zh"] and words["en"], path
        assert LI_NA.name not in answer.content.decode(), path
        assert stranger.get(told["type"].removeprefix("/api/v1")).json()["title"]["zh"] == told["title"], path
    assert lines(li_na)[0][0] == "refusal", "the check was about them, and they see that it was denied"


def test_a_revoked_grant_is_read_no_more(li_na: Reader) -> None:
    recipient, gave = machine("market", roles=("recipient",)), given(li_na, uses=5)
    path = f"/grants/{gave.grant_id}/readings"
    assert recipient.post(path, {}, Idempotency_Key="k").status_code == 200
    assert li_na.person_id is not None
    grants.revoke(li_na.person_id, li_na, gave.grant_id, at=datetime.now(UTC))
    again = recipient.post(path, {}, Idempotency_Key="k")
    assert (again.status_code, again.json()["rule"]) == (403, "grant-revoked"), "nothing was kept to be told again"
    assert recipient.get("/grants").json()["grants"] == []


def test_a_code_is_redeemed_with_the_name(li_na: Reader) -> None:
    recipient, gave = machine("civil", roles=("recipient",)), given(li_na, to=None)
    wrong = recipient.post("/redemptions", {"code": gave.code, "name": WANG_WEI.name})
    assert (wrong.status_code, wrong.json()["rule"]) == (403, "code-or-name")
    right = recipient.post("/redemptions", {"code": gave.code, "name": LI_NA.name})
    assert (right.status_code, len(right.json()["records"])) == (200, 1)


def test_a_duty_holder_gets_one_sentence(door: Door, li_na: Reader) -> None:
    duty_holder = machine("market", roles=("duty-holder",))
    told = duty_holder.post("/checks", asked()).json()
    assert (told["outcome"], told["until"], told["form"]) == ("ban", "2031-04-10", "A1")
    assert told["sentence"]["zh"] and ("disclosure", UUID(told["line"])) in lines(li_na)
    sequence()
    door.register.is_sound(records=2, secrets=[LI_NA.number, LI_NA.name])


def test_a_duty_holder_is_told_what_it_must_ask(register: Register) -> None:
    told = machine("market", roles=("duty-holder",)).get("/checks").json()["checks"]
    (food,) = (one for one in told if one["id"] == "food-135")
    assert food["form"] == "A1" and food["laws"] and food["title"]["zh"]
    assert machine("civil", roles=("duty-holder",)).get("/checks").json()["checks"] == []


def test_what_is_said_of_nobody_is_said_in_the_role_that_needs_it(register: Register) -> None:
    clerk = machine("market")
    for path, role in (("/checks", "duty-holder"), ("/grants", "recipient")):
        answer = clerk.get(path)
        assert (answer.status_code, answer.json()["code"], answer.json()["role"]) == (403, "not-yours", role)
        assert machine("market", roles=(role,)).get(path).status_code == 200


def test_nobody_here_and_nothing_on_record_are_the_same_answer(li_na: Reader, door: Door) -> None:
    in_force(door, sample.permit(WANG_WEI), type_="permit")
    duty_holder = machine("market", roles=("duty-holder",))
    told = [duty_holder.post("/checks", asked(one)).json() for one in (WANG_WEI, sample.person(77))]
    for one in told:
        assert UUID(one.pop("line")) and one.pop("asked_at")
    assert told[0] == told[1] and told[0]["outcome"] == "none"


def test_what_cannot_be_asked_is_told_by_its_place(li_na: Reader) -> None:
    duty_holder = machine("market", roles=("duty-holder",))
    wrong = {
        "number": "110101199001011235",
        "name": "李?",
        "matter": "为了看看 他",
        "check": "nothing",
        "document_type": "护照九九",
    }
    for place, value in wrong.items():
        answer = duty_holder.post("/checks", asked(**{place: value}))
        assert answer.status_code == 422, place
        (fault,) = answer.json()["errors"]
        assert fault["pointer"] == f"/{place if place != 'document_type' else 'number'}"
        assert value not in answer.content.decode()


def test_permit_authorities_and_awarding_bodies_ask_about_their_own(door: Door, li_na: Reader) -> None:
    market, civil = (machine(body, roles=("duty-holder",)) for body in ("market", "civil"))
    in_force(door, sample.honour(LI_NA), type_="honour", uscc=sample.CIVIL)
    body = {name: value for name, value in asked().items() if name != "check"}
    permits = market.post("/permit-decisions", body)
    assert permits.status_code == 200 and ("disclosure", UUID(permits["OpenXin-Line"])) in lines(li_na)
    denied = civil.post("/permit-decisions", body)
    assert (denied.status_code, denied.json()["rule"]) == (403, "not-your-permit")
    award = civil.post("/honour-verifications", body | {"award": "示文明办〔2026〕1号"}).json()
    assert award["outcome"] in {"stands", "none"} and award["sentence"]["en"]


def test_a_closed_machine_reads_nothing_though_its_token_was_remembered(li_na: Reader) -> None:
    recipient, gave = machine("market", roles=("recipient",)), given(li_na, uses=5)
    path = f"/grants/{gave.grant_id}/readings"
    assert recipient.post(path, {}).status_code == 200
    machines.close(recipient.id, at=datetime.now(UTC))
    for _ in range(2):
        answer = recipient.post(path, {})
        assert (answer.status_code, answer.json()["code"]) == (401, "token")
        assert answer["WWW-Authenticate"]


def test_past_the_budget_it_is_told_when_to_ask_again(li_na: Reader) -> None:
    duty_holder = machine("market", roles=("duty-holder",))
    answers = [duty_holder.post("/checks", asked()) for _ in range(61)]
    assert {one.status_code for one in answers[:60]} == {200}
    spent = answers[60]
    assert (spent.status_code, spent.json()["needed"]["zh"] != "") == (429, True)
    assert 0 < int(spent["Retry-After"]) <= 2 * 3600


def test_nothing_of_a_question_stands_in_the_log(door: Door, li_na: Reader) -> None:
    duty_holder: Machine = machine("market", roles=("duty-holder",))
    duty_holder.post("/checks", asked())
    duty_holder.post("/checks", asked(name="李?"))
    logs = "".join(file.read_text("utf-8") for file in (door.register.home / "logs").glob("*"))
    assert not [
        secret for secret in (LI_NA.name, LI_NA.number, duty_holder.token, json.dumps(LI_NA.name)) if secret in logs
    ]
