"""Contests: a person says that somebody should not have looked; auditors are told, and answer."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from openxin.accounts.readers import Reader
from openxin.disclosure import contests, door
from openxin.disclosure.asking import NotPermitted, Question, Right
from openxin.disclosure.contests import NoSuchAnswer, NoSuchLine, NotYours
from openxin.ledger.sequencing import sequence
from openxin.notices import alerts
from tests.harness import sample
from tests.harness.visitor import id_of, reader_of

AT = datetime(2026, 6, 15, 2, tzinfo=UTC)
LATER = AT + timedelta(days=1)
AUDITOR = Reader(uuid4(), authority="market", roles=frozenset({"auditor"}))
OFFICIAL = Reader(uuid4(), authority="market", roles=frozenset({"clerk"}))


@pytest.fixture
def li_na(register_door):
    register_door.receives(sample.penalty(sample.LI_NA))
    return reader_of(id_of(sample.LI_NA))


@pytest.fixture
def register_door(door):
    return door


def refused(person, who=OFFICIAL):
    """An official asks in vain: the line that the person contests."""
    with pytest.raises(NotPermitted) as caught:
        door_out(person, who)
    return caught.value.line


def door_out(person, who):
    return door.disclose(Question("self", person.person_id, Right("own")), who, today=sample.TODAY, at=AT)


def contested(person, line):
    contests.contest(person.person_id, person, line, at=AT)


def test_a_contest_alerts_the_auditors_and_is_a_line_of_the_person(register_door, li_na):
    line = refused(li_na)
    contested(li_na, line)
    assert [(one.kind, one.holder, one.login) for one in alerts.open_alerts().alerts if one.kind == "contest"] == [
        ("contest", "market", None)
    ]
    (told,) = [one for one in door_out(li_na, li_na).lines if one.kind == "act"]
    assert (told.purpose.en, told.is_own) == ("Contested a reading", True)
    assert {line: "open"} == {of: one.state for of, one in contests.of(li_na.person_id, li_na).items()}
    sequence()
    register_door.register.is_sound(records=1)


def test_a_line_is_contested_once(register_door, li_na):
    line = refused(li_na)
    contested(li_na, line)
    contested(li_na, line)
    assert register_door.register.count("disclosure_contest") == 1
    assert len([one for one in alerts.open_alerts().alerts if one.kind == "contest"]) == 1


def test_auditors_see_whose_log_in_it_was_and_not_whose_line(register_door, li_na):
    contested(li_na, refused(li_na))
    (seen,) = contests.waiting(AUDITOR).contests
    assert (seen.body_title.zh, seen.line_kind, seen.state) == (sample.MARKET_TITLE, "refusal", "open")
    assert str(li_na.person_id) not in repr(seen)


def test_an_answer_reaches_the_person_and_is_given_once(register_door, li_na):
    line = refused(li_na)
    contested(li_na, line)
    (seen,) = contests.waiting(AUDITOR).contests
    assert contests.answer(seen.id, AUDITOR, "no_ground", at=LATER)
    assert not contests.answer(seen.id, AUDITOR, "lawful", at=LATER)
    assert not contests.answer(uuid4(), AUDITOR, "lawful", at=LATER)
    assert contests.waiting(AUDITOR).contests == ()
    told = contests.of(li_na.person_id, li_na)[line]
    assert (told.state, told.answer, told.answered_at) == ("answered", "no_ground", LATER)
    newest = door_out(li_na, li_na).lines[0]
    assert (newest.purpose.en, newest.who.zh, newest.is_own) == (
        "Answered your contesting of a reading",
        sample.MARKET_TITLE,
        False,
    )
    sequence()
    register_door.register.is_sound(records=1)


def test_nobody_contests_a_line_that_is_not_theirs_or_that_they_made(register_door, li_na):
    register_door.receives(sample.penalty(sample.WANG_WEI, "示市监罚〔2026〕2号"))
    other = reader_of(id_of(sample.WANG_WEI))
    line = refused(li_na)
    own = door_out(li_na, li_na).line
    with pytest.raises(NoSuchLine):
        contested(other, line)
    with pytest.raises(NoSuchLine):
        contested(li_na, own)
    for who in (other, OFFICIAL, AUDITOR):
        with pytest.raises(NotYours):
            contests.contest(li_na.person_id, who, line, at=AT)
        with pytest.raises(NotYours):
            contests.of(li_na.person_id, who)
    assert register_door.register.count("disclosure_contest") == 0


def test_nobody_but_auditors_sees_contests_or_answers_them(register_door, li_na):
    contested(li_na, refused(li_na))
    (seen,) = contests.waiting(AUDITOR).contests
    for who in (OFFICIAL, li_na, Reader(uuid4(), roles=frozenset({"administrator"}))):
        with pytest.raises(NotPermitted):
            contests.waiting(who)
        with pytest.raises(NotPermitted):
            contests.answer(seen.id, who, "lawful", at=LATER)
    assert contests.waiting(AUDITOR).contests[0].state == "open"


def test_an_answer_is_of_the_list(register_door, li_na):
    contested(li_na, refused(li_na))
    (seen,) = contests.waiting(AUDITOR).contests
    with pytest.raises(NoSuchAnswer):
        contests.answer(seen.id, AUDITOR, "because", at=LATER)


def test_contests_come_in_pages_with_as_many_queries_however_many(register_door, li_na):
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    contested(li_na, refused(li_na))
    with CaptureQueriesContext(connections["default"]) as one:
        contests.waiting(AUDITOR)
    for _ in range(4):
        contested(li_na, refused(li_na))
    with CaptureQueriesContext(connections["default"]) as five:
        assert len(contests.waiting(AUDITOR).contests) == 5
    assert len(one) == len(five)
