"""Openings: whether others see honours and service is for their person to say, and to take back."""

from datetime import timedelta

import pytest

from openxin.disclosure import awards, openings
from openxin.disclosure.asked import Presented
from openxin.disclosure.openings import NothingToOpen, NotYours
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.others import AT, DAY, in_force, newest_line, official, verified
from tests.harness.sample import LI_NA

CIVIL = official("civil", "duty-holder")
FIRST, SECOND = "示文明办〔2026〕1号", "示文明办〔2026〕2号"


@pytest.fixture
def li_na(door):
    in_force(door, sample.honour(LI_NA), sample.honour(LI_NA, SECOND), type_="honour", uscc=sample.CIVIL)
    return verified(LI_NA)


def stand():
    """Which of the two awards the awarding body can verify."""
    asked = Presented(LI_NA.document_type, LI_NA.number, LI_NA.name, "示文明办核〔2026〕1号")
    answers = {number: awards.verify(asked, number, CIVIL, today=DAY, at=AT) for number in (FIRST, SECOND)}
    return [number for number, answer in answers.items() if answer.outcome == "stands"]


def say(verb, person, record=None, minutes=0):
    verb(person.person_id, person, "honour", record, at=AT + timedelta(minutes=minutes))


def test_what_was_opened_is_seen_until_it_is_closed(door, li_na):
    assert stand() == []
    say(openings.open_to_others, li_na)
    assert stand() == [FIRST, SECOND]
    say(openings.close_to_others, li_na)
    assert stand() == []
    sequence()
    door.register.is_sound(records=2)


def test_one_record_counts_before_its_type(door, li_na):
    (one,) = door.register.rows("select id from records_record order by id limit 1")
    say(openings.open_to_others, li_na)
    say(openings.close_to_others, li_na, one[0])
    assert len(stand()) == 1
    say(openings.close_to_others, li_na)
    say(openings.open_to_others, li_na, one[0])
    assert len(stand()) == 1
    assert {(one.type, one.record is None, one.is_open) for one in openings.of(li_na.person_id, li_na)} == {
        ("honour", True, False),
        ("honour", False, True),
    }


def test_opening_is_a_line_and_saying_it_again_is_none(door, li_na):
    for minutes in (1, 2):
        say(openings.open_to_others, li_na, minutes=minutes)
    assert door.register.count("records_line", "kind = 'act'") == 2, "the log-in that verified them, and this"
    told = newest_line(LI_NA)
    assert (told.kind, told.purpose.en, told.is_own) == ("act", "Opened records to others", True)
    sequence()
    door.register.is_sound(records=2)


@pytest.mark.parametrize("type_", ["penalty", "permit", "health"])
def test_other_types_are_not_opened(door, li_na, type_):
    with pytest.raises(NothingToOpen):
        openings.open_to_others(li_na.person_id, li_na, type_, at=AT)
    assert door.register.count("disclosure_opening") == 0


def test_a_record_that_is_not_theirs_is_not_opened(door, li_na):
    in_force(door, sample.honour(sample.WANG_WEI, "示文明办〔2026〕3号"), type_="honour", uscc=sample.CIVIL)
    other = verified(sample.WANG_WEI)
    ((theirs,),) = door.register.rows("select id from records_record where person_id = %s", other.person_id)
    for record in (theirs, other.login):
        with pytest.raises(NothingToOpen):
            openings.open_to_others(li_na.person_id, li_na, "honour", record, at=AT)
    assert door.register.count("disclosure_opening") == 0


def test_nobody_else_opens_closes_or_sees_it(door, li_na):
    in_force(door, sample.honour(sample.WANG_WEI, "示文明办〔2026〕3号"), type_="honour", uscc=sample.CIVIL)
    for who in (CIVIL, official("market", "auditor"), verified(sample.WANG_WEI)):
        for verb in (openings.open_to_others, openings.close_to_others):
            with pytest.raises(NotYours):
                verb(li_na.person_id, who, "honour", at=AT)
        with pytest.raises(NotYours):
            openings.of(li_na.person_id, who)
    assert door.register.count("disclosure_opening") == 0
