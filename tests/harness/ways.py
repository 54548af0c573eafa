"""Every way in which somebody reads at the door out, or is refused there: by verb, by page, by machine, by command line.

`tests/disclosure/test_who_looked_is_complete.py` goes all of them, and finds any that the code has and this table has not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from typer.testing import CliRunner

from openxin.accounts.readers import Reader
from openxin.cases import assignments, identities
from openxin.cases.identities import Office, Official
from openxin.cli.main import build
from openxin.disclosure import awards, checks, grants, openings, permits, redeeming, warrants
from openxin.disclosure import door as the_door
from openxin.disclosure.asked import Presented
from openxin.disclosure.asking import BudgetSpent, NotPermitted, Question, Right
from openxin.disclosure.checks import Enquiry
from openxin.disclosure.grants import Given, Terms
from openxin.law.loading import catalogue
from openxin.people import guardians
from openxin.store.session import reading_as
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.machine import Machine, machine
from tests.harness.others import AT, DAY, in_force, official, verified
from tests.harness.sample import LI_NA, OTHER_LI_NA, WANG_WEI, Person
from tests.harness.visitor import desk_of, id_of, reader_of, visitor

MATTER = "示市监许受〔2026〕12号"
AWARD = "示文明办〔2026〕1号"
CHILD = Person("李小明", sample.number("20120615", 3))
JOINED = Person("王芳", sample.number("19880808", 5))
JOINED_TOO = Person("王芳", "H12345678", "03")  # the same person's other document
RECIPIENT = official("market", "recipient")
DUTY = official("market", "duty-holder")
TERMS = Terms("market", ("penalty", "permit"), None, "extract", AT, AT + timedelta(days=7), 1, "remedy")
_BODIES = ("market", "civil", "credit")  # whose auditors: no body's budget is what is asked about here
_A_MINUTE = timedelta(minutes=1)
RECORDS = 7


@dataclass
class World:
    """Li Na, a child with a guardian, somebody with two documents, and whoever has something to do with them."""

    door: Door
    li_na: Reader
    officer: Reader  # whose case one record of hers is
    case: UUID  # that record
    out_of_budget: Reader
    bodies: Any = field(default_factory=lambda: cycle(_BODIES))
    _browsers: dict[tuple[str, str], Client] = field(default_factory=dict)

    @property
    def person(self) -> UUID:
        assert self.li_na.person_id is not None
        return self.li_na.person_id

    def give(self, at: datetime | None = None, **changes: Any) -> Given:
        """By her to the market supervision, valid from `at` on; from the day of these tests, if not said."""
        since = at or AT
        terms = replace(TERMS, from_=since, until=since + timedelta(days=7))
        return grants.give(self.person, self.li_na, replace(terms, **changes), at=since - _A_MINUTE)

    def give_now(self, **changes: Any) -> Given:
        return self.give(datetime.now(UTC), **changes)

    def browser(self, person: Person) -> Client:
        """In which this person is logged in."""
        if ("", person.number) not in self._browsers:
            arrived = visitor()
            arrived.logs_in(person)
            self._browsers["", person.number] = arrived.client
        return self._browsers["", person.number]

    def desk(self, body: str, role: str) -> Client:
        """In which an official of this body is logged in."""
        if (body, role) not in self._browsers:
            self._browsers[body, role] = desk_of(body, role)
        return self._browsers[body, role]

    @cached_property
    def recipient(self) -> Machine:
        return machine("market", roles=("recipient",))

    @cached_property
    def duty_holder(self) -> Machine:
        return machine("market", roles=("duty-holder",))

    @cached_property
    def awarding(self) -> Machine:
        return machine("civil", roles=("duty-holder",))


def world_of(door: Door) -> World:
    """Everything that the ways below need; RECORDS of them are records."""
    in_force(door, sample.penalty(LI_NA), type_="penalty")
    in_force(door, sample.permit(LI_NA), sample.permit(WANG_WEI, "示市监许〔2026〕2号"), type_="permit")
    in_force(door, sample.honour(LI_NA, AWARD), type_="honour", uscc=sample.CIVIL)
    in_force(door, sample.honour(CHILD, "示文明办〔2026〕2号"), type_="honour", uscc=sample.CIVIL)
    verified(WANG_WEI)
    li_na = verified(LI_NA)
    assert li_na.person_id is not None
    openings.open_to_others(li_na.person_id, li_na, "honour", at=AT - _A_MINUTE)
    _entrusted()
    # Not final: chance draws what is in force, and a warrant then has one line.
    both = {JOINED: "示市监罚〔2026〕2号", JOINED_TOO: "示市监罚〔2026〕3号"}
    door.receives(*(sample.penalty(one, document, OX_CN="Y") for one, document in both.items()))
    identities.join(*map(_in_hand, (JOINED, JOINED_TOO)), _credit_office("two_documents"))
    officer, case = _assigned(door, li_na.person_id)
    return World(door, li_na, officer, case, _out_of_budget())


def _in_hand(person: Person) -> identities.Presented:
    return identities.Presented(person.document_type, person.number, person.name)


def _credit_office(reason: str = "") -> Office:
    return Office(Official(uuid4(), "credit"), catalogue(), DAY, AT - _A_MINUTE, synthetic=True, reason=reason)


def _entrusted() -> None:
    child, guardian = (guardians.Named(id_of(one), one.name) for one in (CHILD, WANG_WEI))
    with reading_as(uuid4(), child.person_id, joined=[guardian.person_id]):
        guardians.begin(child, guardian, until=date(2030, 6, 15), at=AT - _A_MINUTE)


def _assigned(door: Door, person: UUID) -> tuple[Reader, UUID]:
    from openxin.accounts import officials  # needs Django set up

    ((record,),) = door.register.rows("select id from records_record where person_id = %s and type = 'penalty'", person)
    login = officials.enrol("credit", "li.jing", roles=("case-officer",)).login
    case = UUID(str(record))
    assignments.assign(_in_hand(LI_NA), case, "A-2026-1", login, _credit_office())
    return Reader(login, authority="credit", roles=frozenset({"case-officer"})), case


def _out_of_budget() -> Reader:
    """A duty-holder who has asked as often as they may within the hour."""
    spent = fresh(DUTY)
    try:
        while True:
            checks.ask(enquiry(), spent, today=DAY, at=AT)
    except BudgetSpent:
        return spent


def fresh(reader: Reader) -> Reader:
    """Another log-in of the same body: nobody's budget is what is asked about here."""
    return replace(reader, login=uuid4())


def enquiry(person: Person = LI_NA, check: str = "food-135") -> Enquiry:
    return Enquiry(check, person.document_type, person.number, person.name, MATTER)


def presented(person: Person = LI_NA) -> Presented:
    return Presented(person.document_type, person.number, person.name, MATTER)


def typed(person: Person = LI_NA, **more: str) -> dict[str, str]:
    """What a form or a machine sends of them."""
    whose = {"document_type": person.document_type, "number": person.number, "name": person.name, "matter": MATTER}
    return whose | more


def refused(ask: Callable[..., object], *words: object, **named: object) -> None:
    with pytest.raises(NotPermitted) as caught:
        ask(*words, **named)
    assert caught.value.line is not None


def told(answer: HttpResponse, status: int = 200) -> HttpResponse:
    assert answer.status_code == status, answer.content.decode()
    return answer


def asks(question: Question, to: Reader) -> object:
    return the_door.disclose(question, to, today=DAY, at=AT)


def check(to: Reader, person: Person = LI_NA, check: str = "food-135") -> object:
    return checks.ask(enquiry(person, check), to, today=DAY, at=AT)


def revoked(world: World) -> UUID:
    gave = world.give()
    grants.revoke(world.person, world.li_na, gave.grant_id, at=AT - timedelta(seconds=30))
    return gave.grant_id


def used(world: World) -> UUID:
    """A grant whose only use is spent, by a reading that counts as one of them."""
    gave = world.give()
    redeeming.read(gave.grant_id, RECIPIENT, at=AT)
    return gave.grant_id


def opened(auditor: Reader) -> object:
    warrant = warrants.draw(auditor, "yearly", 1, at=AT)
    return warrants.open_record(warrant.id, 1, auditor, at=AT)


def opened_on_the_page(world: World) -> object:
    auditor = world.desk(next(world.bodies), "auditor")
    told(auditor.post("/audit/warrants/", {"reason": "yearly", "size": "1"}), 303)
    ((warrant,),) = world.door.register.rows("select id from disclosure_warrant order by drawn_at desc limit 1")
    return told(auditor.post(f"/audit/warrants/{warrant}/1/"))


def past_the_budget(ask: Callable[[], object]) -> None:
    with pytest.raises(BudgetSpent):
        ask()


def grant_form(world: World, **changes: object) -> HttpResponse:
    today = datetime.now(UTC).date()
    form = {
        "who": "body", "body": "market", "purpose": "remedy", "scope": "types", "types": ["permit"], "form": "statement",
        "first": (today + timedelta(days=1)).isoformat(), "last": (today + timedelta(days=2)).isoformat(), "uses": "1",
    }  # fmt: skip
    return told(world.browser(LI_NA).post("/grants/give/", form | {"step": "preview"} | changes))


def shown_by_the_command(person: Person, ends: int = 0) -> None:
    words = ["show", "--as-self", "--json", "--document-type", person.document_type, "--person-number", person.number]
    told_ = CliRunner().invoke(build(), [*words, "--name", person.name], catch_exceptions=False)
    assert told_.exit_code == ends, told_.output


@dataclass(frozen=True, slots=True)
class Way:
    """A way to read, gone once. `lines`: one for each person who is read."""

    go: Callable[[World], object]
    lines: int = 1


def _ways() -> dict[str, Way]:
    own = Right("own")
    return {
        # --- The person, and their guardian. ---
        "their own records": Way(lambda w: the_door.own(w.person, w.li_na, today=DAY, at=AT)),
        # Wang Wei's: a page that tells of hundreds of lines, again and again, would be most of the time that this takes.
        "their own page": Way(lambda w: told(w.browser(WANG_WEI).get("/records/"))),
        "the command line": Way(lambda w: shown_by_the_command(WANG_WEI)),
        "the command line, under another name": Way(lambda w: shown_by_the_command(replace(LI_NA, name="李那"), 4)),
        "a look at what a grant would show": Way(lambda w: grants.preview(w.person, w.li_na, TERMS, at=AT)),
        "that look, on the page": Way(grant_form),
        "their decisions, to choose from": Way(lambda w: grant_form(w, scope="records")),
        "two documents of one person": Way(
            lambda w: the_door.own(id_of(JOINED), reader_of(id_of(JOINED)), today=DAY, at=AT), lines=2
        ),
        "a ward": Way(lambda w: asks(Question("self", id_of(CHILD), Right("ward")), reader_of(id_of(WANG_WEI)))),
        "a ward's page": Way(lambda w: told(w.browser(WANG_WEI).get("/wards/1/"))),
        # --- Whom the person lets. ---
        "under a grant": Way(lambda w: redeeming.read(w.give().grant_id, RECIPIENT, at=AT)),
        "under a grant, on the page": Way(
            lambda w: told(w.desk("market", "recipient").post(f"/enquiries/grants/{w.give_now().grant_id}/"))
        ),
        "under a grant, by machine": Way(
            lambda w: told(w.recipient.post(f"/grants/{w.give_now().grant_id}/readings", {}))
        ),
        "with a code": Way(lambda w: redeeming.redeem(str(w.give(to=None).code), LI_NA.name, RECIPIENT, at=AT)),
        "with a code, on the page": Way(
            lambda w: told(
                w.desk("market", "recipient").post(
                    "/enquiries/code/", {"code": w.give_now(to=None).code, "name": LI_NA.name}
                )
            )
        ),
        "with a code, by machine": Way(
            lambda w: told(w.recipient.post("/redemptions", {"code": w.give_now(to=None).code, "name": LI_NA.name}))
        ),
        # --- Whom a law obliges or allows. ---
        "a check": Way(lambda w: check(fresh(DUTY))),
        "a check about a stranger": Way(lambda w: check(fresh(DUTY), OTHER_LI_NA)),
        "a check about two documents of one person": Way(lambda w: check(fresh(DUTY), JOINED_TOO), lines=2),
        "a check under another name": Way(lambda w: check(fresh(DUTY), replace(LI_NA, name="李那"))),
        "a check that only another office answers": Way(
            lambda w: check(fresh(official("education", "duty-holder")), check="minors-62")
        ),
        "a check, on the page": Way(
            lambda w: told(w.desk("market", "duty-holder").post("/enquiries/check/", typed(check="food-135")))
        ),
        "a check, by machine": Way(lambda w: told(w.duty_holder.post("/checks", typed(check="food-135")))),
        "a permit decision": Way(lambda w: permits.ask(presented(), fresh(DUTY), today=DAY, at=AT)),
        "a permit decision, on the page": Way(
            lambda w: told(w.desk("market", "duty-holder").post("/enquiries/permit/", typed()))
        ),
        "a permit decision, by machine": Way(lambda w: told(w.duty_holder.post("/permit-decisions", typed()))),
        "an award that stands": Way(lambda w: stands(fresh(official("civil", "duty-holder")))),
        "an award, on the page": Way(
            lambda w: told(w.desk("civil", "duty-holder").post("/enquiries/award/", typed(award=AWARD)))
        ),
        "an award, by machine": Way(lambda w: told(w.awarding.post("/honour-verifications", typed(award=AWARD)))),
        "a case of one's own": Way(
            lambda w: asks(Question("case", w.person, Right("case", records=(w.case,))), w.officer)
        ),
        "a warrant": Way(lambda w: opened(official(next(w.bodies), "auditor"))),
        "a warrant, on the page": Way(opened_on_the_page),
        # --- In vain. ---
        "another person": Way(
            lambda w: refused(
                asks,
                Question("self", w.person, own),
                Reader(uuid4(), person_id=uuid4(), roles=frozenset({"person"})),
            )
        ),
        "an administrator": Way(
            lambda w: refused(
                asks, Question("report", w.person, Right("grant", grant=uuid4())), official("credit", "administrator")
            )
        ),
        "a case of somebody else": Way(
            lambda w: refused(
                asks,
                Question("case", w.person, Right("case", records=(w.case,))),
                official("credit", "case-officer"),
            )
        ),
        "a purpose that nobody has": Way(lambda w: refused(asks, Question("score", w.person, own), w.li_na)),
        "a grant to another": Way(
            lambda w: refused(redeeming.read, w.give().grant_id, official("civil", "recipient"), at=AT)
        ),
        "a grant that was revoked": Way(lambda w: refused(redeeming.read, revoked(w), RECIPIENT, at=AT)),
        "a grant that was used": Way(lambda w: refused(redeeming.read, used(w), RECIPIENT, at=AT), lines=2),
        "a code with another name": Way(
            lambda w: refused(redeeming.redeem, w.give(to=None).code, WANG_WEI.name, fresh(RECIPIENT), at=AT)
        ),
        "a check that is not theirs": Way(lambda w: refused(check, official("civil", "duty-holder"))),
        "a check that only another office answers, and is not theirs": Way(
            lambda w: refused(check, official("civil", "duty-holder"), check="minors-62")
        ),
        "a check past the budget": Way(lambda w: past_the_budget(lambda: check(w.out_of_budget))),
        "a permit decision that is not theirs": Way(
            lambda w: refused(permits.ask, presented(), official("civil", "duty-holder"), today=DAY, at=AT)
        ),
        "an award that is not theirs": Way(
            lambda w: refused(awards.verify, presented(), AWARD, official("fire", "recipient"), today=DAY, at=AT)
        ),
    }


def stands(to: Reader) -> None:
    assert awards.verify(presented(), AWARD, to, today=DAY, at=AT).outcome == "stands"


WAYS = _ways()
