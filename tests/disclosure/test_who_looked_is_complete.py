"""Who looked is complete: a thousand readings, in every way that there is, leave a thousand lines, each with its leaf.

A new way to read belongs into `WAYS`; refused ones are ways too.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle, islice
from uuid import UUID, uuid4

import pytest

from openxin.accounts.readers import Reader
from openxin.disclosure import awards, checks, grants, permits, redeeming, warrants
from openxin.disclosure import door as the_door
from openxin.disclosure.asked import Presented
from openxin.disclosure.asking import NotPermitted, Question, Right
from openxin.disclosure.checks import Enquiry
from openxin.disclosure.grants import Terms
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.others import AT, DAY, in_force, official, verified
from tests.harness.sample import LI_NA, OTHER_LI_NA, WANG_WEI
from tests.harness.visitor import id_of

READINGS = 1000
BODIES = cycle(["market", "civil", "credit"])  # whose auditors: no body's budget is what is asked about here
MATTER = "示市监许受〔2026〕12号"
RECIPIENT = official("market", "recipient")
DUTY = official("market", "duty-holder")
TERMS = Terms("market", ("penalty", "permit"), None, "extract", AT, AT + timedelta(days=7), 1, "remedy")


@dataclass
class World:
    """Li Na with records and a verified log-in, and whoever has something to do with her."""

    li_na: Reader

    @property
    def person(self) -> UUID:
        return self.li_na.person_id

    def give(self, **changes):
        return grants.give(self.person, self.li_na, replace(TERMS, **changes), at=AT - timedelta(minutes=1))


def refused(ask, *words, **named):
    with pytest.raises(NotPermitted) as caught:
        ask(*words, **named)
    assert caught.value.line is not None


def asks(question, to):
    return the_door.disclose(question, to, today=DAY, at=AT)


def of(person=LI_NA, **changes):
    return replace(Presented(person.document_type, person.number, person.name, MATTER), **changes)


# What one reading of each way is, and how many lines it leaves.
WAYS = {
    "their own page": lambda w: the_door.own(w.person, w.li_na, today=DAY, at=AT),
    "a look at what a grant would show": lambda w: grants.preview(w.person, w.li_na, TERMS, at=AT),
    "under a grant": lambda w: redeeming.read(w.give().grant_id, RECIPIENT, at=AT),
    "with a code": lambda w: redeeming.redeem(w.give(to=None).code, LI_NA.name, RECIPIENT, at=AT),
    "a check": lambda w: checks.ask(
        Enquiry("food-135", LI_NA.document_type, LI_NA.number, LI_NA.name, MATTER), fresh(DUTY), today=DAY, at=AT
    ),
    "a check about a stranger": lambda w: checks.ask(
        Enquiry("food-135", "01", OTHER_LI_NA.number, OTHER_LI_NA.name, MATTER), fresh(DUTY), today=DAY, at=AT
    ),
    "a permit decision": lambda w: permits.ask(of(), fresh(DUTY), today=DAY, at=AT),
    "a warrant": lambda w: opened(official(next(BODIES), "auditor")),
    "another person": lambda w: refused(
        asks, Question("self", w.person, Right("own")), Reader(uuid4(), person_id=uuid4(), roles=frozenset({"person"}))
    ),
    "an administrator": lambda w: refused(
        asks, Question("report", w.person, Right("grant", grant=uuid4())), official("credit", "administrator")
    ),
    "a case of somebody else": lambda w: refused(
        asks, Question("case", w.person, Right("case", records=(uuid4(),))), official("credit", "case-officer")
    ),
    "a purpose that nobody has": lambda w: refused(asks, Question("score", w.person, Right("own")), w.li_na),
    "a grant to another": lambda w: refused(redeeming.read, w.give().grant_id, official("civil", "recipient"), at=AT),
    "a grant that was revoked": lambda w: refused(redeeming.read, revoked(w), RECIPIENT, at=AT),
    "a check that is not theirs": lambda w: refused(
        checks.ask,
        Enquiry("food-135", LI_NA.document_type, LI_NA.number, LI_NA.name, MATTER),
        official("civil", "duty-holder"),
        today=DAY,
        at=AT,
    ),
    "an award that is not theirs": lambda w: refused(
        awards.verify, of(), "示文明办〔2026〕1号", official("fire", "recipient"), today=DAY, at=AT
    ),
}


def fresh(reader):
    """Another log-in of the same body: nobody's budget is what is asked about here."""
    return replace(reader, login=uuid4())


def revoked(world):
    gave = world.give()
    grants.revoke(world.person, world.li_na, gave.grant_id, at=AT - timedelta(seconds=30))
    return gave.grant_id


def opened(auditor):
    warrant = warrants.draw(auditor, "yearly", 1, at=AT)
    return warrants.open_record(warrant.id, 1, auditor, at=AT)


@pytest.fixture
def world(door):
    in_force(door, sample.penalty(LI_NA), type_="penalty")
    in_force(door, sample.permit(LI_NA), type_="permit")
    in_force(door, sample.permit(WANG_WEI, "示市监许〔2026〕2号"), type_="permit")
    verified(WANG_WEI)
    return World(verified(LI_NA))


def test_every_reading_of_a_thousand_leaves_its_line_and_its_leaf(door, world):
    readings = "kind in ('disclosure', 'refusal')"
    before = door.register.count("records_line", readings)
    done = dict.fromkeys(WAYS, 0)
    for way in islice(cycle(WAYS), READINGS):
        WAYS[way](world)
        done[way] += 1
    assert sum(done.values()) == READINGS
    assert min(done.values()) >= READINGS // len(WAYS)
    assert door.register.count("records_line", readings) - before == READINGS
    sequence()
    door.register.is_sound(records=3, secrets=[LI_NA.number, LI_NA.name, "过期食品", MATTER])


def test_who_was_refused_is_told_to_the_person_with_the_rule(door, world):
    WAYS["an administrator"](world)
    line = the_door.own(world.person, world.li_na, today=DAY, at=AT).lines
    (told,) = [one for one in line if one.kind == "refusal"]
    assert told.rule is not None and "系统管理员" in told.rule.zh
    assert id_of(LI_NA) == world.person
