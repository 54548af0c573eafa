"""Where the line of a reading cannot be written, a page shows nothing, says so in both languages, and leaves nothing behind."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from openxin.disclosure import grants
from openxin.disclosure.grants import Terms
from openxin.ledger.sequencing import sequence
from openxin.people import guardians
from openxin.store.session import reading_as
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.no_line import FAULTS, Fault, done, left
from tests.harness.others import in_force, verified
from tests.harness.sample import LI_NA, WANG_WEI, Person
from tests.harness.visitor import Visitor, desk_of, id_of, visitor

MINOR = Person("李小明", sample.number("20120615", 3))
CIVIL = "119999990000160022"
SECRETS = (LI_NA.number, LI_NA.name, MINOR.name, "示市监罚", "示市监禁", "过期食品", "志愿")
CHECK = {
    "check": "food-135", "document_type": LI_NA.document_type, "number": LI_NA.number, "name": LI_NA.name,
    "matter": "示市监许受〔2026〕12号",
}  # fmt: skip
ALL_IS_WELL = {
    "one's own": 200, "a ward's": 200, "before a grant is given": 200, "under a grant": 200, "by duty": 200, "in vain": 403,
    "of a sample": 403,  # a record of a sample is spent before it is read (`disclosure.samples`): whoever saw nothing draws anew
}  # fmt: skip


@dataclass(frozen=True)
class Readers:
    """Everybody who reads on a page, each before theirs; `drawn`: where the auditor opens the record that was drawn."""

    person: Visitor
    guardian: Visitor
    market: Client
    stranger: Client
    auditor: Client
    grant: str
    drawn: str

    def read(self) -> dict[str, HttpResponse]:
        today = timezone.localdate()
        terms = {
            "who": "body", "body": "market", "purpose": "remedy", "scope": "types", "types": ["penalty"], "form": "extract",
            "first": today.isoformat(), "last": (today + timedelta(days=2)).isoformat(), "uses": "1", "step": "preview",
        }  # fmt: skip
        return {
            "one's own": self.person.client.get("/records/"),
            "a ward's": self.guardian.client.get("/wards/1/"),
            "before a grant is given": self.person.client.post("/grants/give/", terms),
            "under a grant": self.market.post(self.grant, {"form": "extract"}),
            "by duty": self.market.post("/enquiries/check/", CHECK),
            "in vain": self.stranger.post(self.grant, {"form": "extract"}),
            "of a sample": self.auditor.post(self.drawn),
        }


@pytest.fixture
def readers(door: Door) -> Readers:
    in_force(door, sample.penalty(LI_NA), type_="penalty")
    in_force(door, sample.disqualification(LI_NA), type_="disqualification")
    door.receives(sample.penalty(WANG_WEI, "示市监罚〔2026〕2号"), name="guardian.csv")
    door.receives(sample.honour(MINOR), type_="honour", uscc=CIVIL, name="honour.csv")
    child, guardian = (guardians.Named(id_of(one), one.name) for one in (MINOR, WANG_WEI))
    with reading_as(uuid4(), child.person_id, joined=[guardian.person_id]):
        guardians.begin(child, guardian, until=date(2030, 6, 15), at=datetime.now(UTC))
    person, now = verified(LI_NA), datetime.now(UTC)
    assert person.person_id is not None
    terms = Terms("market", ("penalty",), None, "extract", now, now + timedelta(days=7), 1, "remedy")
    grant = grants.give(person.person_id, person, terms, at=now).grant_id
    auditor = desk_of("credit", "auditor")
    auditor.post("/audit/warrants/", {"reason": "yearly", "size": "1"})
    (drawn,) = re.findall(
        r'action="(/audit/warrants/[0-9a-f-]+/\d+/)"', auditor.get("/audit/warrants/").content.decode()
    )
    return Readers(
        logged_in(LI_NA),
        logged_in(WANG_WEI),
        desk_of("market", "duty-holder", "recipient"),
        desk_of("civil", "recipient"),
        auditor,
        f"/enquiries/grants/{grant}/",
        drawn,
    )


def logged_in(person: Person) -> Visitor:
    browser = visitor()
    browser.logs_in(person)
    return browser


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_nothing_is_shown_nothing_is_left_and_it_works_again_once_mended(
    door: Door, readers: Readers, fault: Fault
) -> None:
    before = left(door)
    done(door, fault.breaks)
    answers = readers.read()
    readers.person.client.post("/language/", {"language": "en"})
    english = readers.person.client.get("/records/")
    done(door, fault.mends)
    logged = (door.register.home / "logs" / "openxin.log").read_text("utf-8")
    for asked, answer in answers.items():
        page = answer.content.decode()
        assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store"), asked
        assert "现在写不进去，所以什么也没有显示" in page and "line-impossible" in page, asked
        assert number_to_quote(page) in logged, asked
        assert not [secret for secret in SECRETS if secret in page], asked
    assert english.status_code == 503
    assert "so nothing was shown" in english.content.decode()
    assert left(door) == before
    assert {asked: answer.status_code for asked, answer in readers.read().items()} == ALL_IS_WELL
    sequence()
    door.register.is_sound(records=4, secrets=[LI_NA.number, LI_NA.name])


def number_to_quote(page: str) -> str:
    (number,) = re.findall(r'<code id="number">([0-9a-f-]{36})</code>', page)
    return number
