"""Where the line of a reading cannot be written, the API shows nothing, says so as RFC 9457 asks, and leaves nothing behind."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.http import HttpResponse

from openxin.disclosure import grants
from openxin.disclosure.grants import Terms
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.machine import Machine, machine
from tests.harness.no_line import FAULTS, Fault, done, left
from tests.harness.others import in_force, verified
from tests.harness.sample import LI_NA

SECRETS = (LI_NA.number, LI_NA.name, "示市监罚", "示市监禁", "过期食品")
CHECK = {
    "check": "food-135", "document_type": LI_NA.document_type, "number": LI_NA.number, "name": LI_NA.name,
    "matter": "示市监许受〔2026〕12号",
}  # fmt: skip
ALL_IS_WELL = {"grant": 200, "duty": 200, "in vain": 403}
AWAY = Fault("alter database {name} connection limit 0", "alter database {name} connection limit -1")


@pytest.fixture(params=FAULTS.values(), ids=FAULTS.keys())
def fault(request: pytest.FixtureRequest) -> Fault:
    found: Fault = request.param
    return found


@dataclass(frozen=True)
class Asking:
    """Who asks: once under a grant, once by duty, once in vain."""

    grant: UUID
    recipient: Machine
    duty_holder: Machine
    stranger: Machine

    def asks(self) -> dict[str, HttpResponse]:
        return {
            "grant": self.recipient.post(f"/grants/{self.grant}/readings", {"form": "extract"}, Idempotency_Key="g"),
            "duty": self.duty_holder.post("/checks", CHECK, Idempotency_Key="d"),
            "in vain": self.stranger.post("/checks", CHECK, Idempotency_Key="v"),
        }


@pytest.fixture
def asking(door: Door) -> Asking:
    in_force(door, sample.penalty(LI_NA), type_="penalty")
    in_force(door, sample.disqualification(LI_NA), type_="disqualification")
    person, now = verified(LI_NA), datetime.now(UTC)
    assert person.person_id is not None
    terms = Terms("market", ("penalty",), None, "extract", now, now + timedelta(days=7), 1, "remedy")
    gave = grants.give(person.person_id, person, terms, at=now)
    who = (machine("market", ("recipient",)), machine("market", ("duty-holder",)), machine("civil", ("duty-holder",)))
    return Asking(gave.grant_id, *who)


def test_nothing_is_shown_nothing_is_left_and_it_works_again_once_mended(
    door: Door, asking: Asking, fault: Fault
) -> None:
    before = left(door)
    done(door, fault.breaks)
    answers = asking.asks()
    done(door, fault.mends)
    for asked, answer in answers.items():
        told = answer.json()
        assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json"), asked
        assert (told["type"], told["status"]) == ("/api/v1/problems/line-impossible", 503), asked
        assert told["code"] == told["rule"] == "line-impossible", asked
        assert told["title"] == "现在写不下查看记录，因此什么也不显示", asked
        assert all(told[word] for word in ("title_en", "detail", "detail_en", "needed", "ask")), asked
        assert "OpenXin-Line" not in answer.headers, asked
        number = told["instance"].removeprefix("urn:uuid:")
        assert number in (door.register.home / "logs" / "openxin.log").read_text("utf-8"), asked
        assert not [secret for secret in SECRETS if secret in answer.content.decode()], asked
    assert left(door) == before
    assert {asked: answer.status_code for asked, answer in asking.asks().items()} == ALL_IS_WELL
    sequence()
    door.register.is_sound(records=2, secrets=[LI_NA.number, LI_NA.name])


def test_where_the_database_lets_nobody_in_nothing_is_shown_either(door: Door, asking: Asking) -> None:
    """Who asks may be what is not known then; or, where that is remembered, the line is what cannot be written."""
    before = left(door)
    done(door, AWAY.breaks)
    answers = {**asking.asks(), "a list": asking.recipient.get("/grants")}
    done(door, AWAY.mends)
    for asked, answer in answers.items():
        assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json"), asked
        assert answer.json()["code"] in ("away", "line-impossible"), asked
        assert answer.json()["instance"].startswith("urn:uuid:"), asked
        assert not [secret for secret in SECRETS if secret in answer.content.decode()], asked
    assert left(door) == before
    assert {asked: answer.status_code for asked, answer in asking.asks().items()} == ALL_IS_WELL
    sequence()
    door.register.is_sound(records=2)
