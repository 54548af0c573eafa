"""A permit authority sees its own field about its own applicant; an awarding body whether its own award stands."""

from datetime import date, timedelta

import pytest

from openxin.disclosure import awards, openings, permits
from openxin.disclosure.asked import Presented
from openxin.disclosure.asking import NotPermitted
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.others import AT, DAY, in_force, newest_line, official, verified
from tests.harness.sample import LI_NA, OTHER_LI_NA

MARKET = official("market", "duty-holder")
BEFORE = AT - timedelta(minutes=1)
FIRE = official("fire", "duty-holder")
CIVIL = official("civil", "duty-holder")


def presented(of=LI_NA, name=None):
    return Presented(of.document_type, of.number, name or of.name, "示市监许受〔2026〕12号")


def records(to, of=LI_NA, name=None):
    answer = permits.ask(presented(of, name), to, today=DAY, at=AT)
    return [(record.type, record.document) for record in answer.records]


@pytest.fixture
def li_na(door):
    in_force(door, sample.penalty(LI_NA), type_="penalty")
    in_force(door, sample.permit(LI_NA), type_="permit")
    return verified(LI_NA)


def test_a_permit_authority_sees_its_own_field(door, li_na):
    assert {type_ for type_, _ in records(MARKET)} == {"penalty", "permit"}
    assert (newest_line(LI_NA).records, newest_line(LI_NA).who.zh) == (2, sample.MARKET_TITLE)
    sequence()
    door.register.is_sound(records=2)


def test_another_permit_authority_sees_nothing_of_it_as_of_a_stranger(li_na):
    assert records(FIRE) == records(FIRE, OTHER_LI_NA) == records(MARKET, name="王伟") == []


def test_a_body_that_gives_no_permits_does_not_ask(door, li_na):
    with pytest.raises(NotPermitted) as caught:
        records(CIVIL)
    assert caught.value.rule == "not-your-permit"
    assert newest_line(LI_NA).id == caught.value.line


@pytest.mark.parametrize("role", ["clerk", "recipient", "auditor", "administrator"])
def test_nobody_asks_in_another_role(li_na, role):
    with pytest.raises(NotPermitted):
        records(official("market", role))
    with pytest.raises(NotPermitted):
        awards.verify(presented(), "示文明办〔2026〕1号", official("civil", role), today=DAY, at=AT)


@pytest.fixture
def honoured(door):
    in_force(door, sample.honour(LI_NA), type_="honour", uscc=sample.CIVIL)
    person = verified(LI_NA)
    openings.open_to_others(person.person_id, person, "honour", at=BEFORE)
    return door


def verify(award="示文明办〔2026〕1号", to=CIVIL, of=LI_NA, name=None):
    return awards.verify(presented(of, name), award, to, today=DAY, at=AT)


def test_an_awarding_body_learns_whether_its_award_stands(honoured):
    for written in ("示文明办〔2026〕1号", "示文明办(2026)1号", " 示文明办[2026]１号 "):
        answer = verify(written)
        assert (answer.outcome, answer.awarded_on) == ("stands", date(2026, 3, 5))
    assert newest_line(LI_NA).records == 1
    sequence()
    honoured.register.is_sound(records=1)


def test_another_number_a_stranger_and_another_name_are_one_answer(honoured):
    answers = {
        (one.outcome, one.sentence, one.awarded_on)
        for one in (verify("示文明办〔2026〕2号"), verify(of=OTHER_LI_NA), verify(name="王伟"), verify(" "))
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == "none"


def test_what_its_person_has_not_opened_is_not_verified(door):
    in_force(door, sample.honour(LI_NA), type_="honour", uscc=sample.CIVIL)
    verified(LI_NA)
    assert verify().outcome == "none"


def test_a_body_that_awards_nothing_does_not_ask(honoured):
    with pytest.raises(NotPermitted) as caught:
        verify(to=MARKET)
    assert caught.value.rule == "not-your-award"
