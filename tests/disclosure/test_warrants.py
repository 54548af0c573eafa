"""Warrants: auditors open what chance has drawn, once, for a reason of the list; whose it is they learn with everybody's line."""

from datetime import timedelta
from uuid import uuid4

import pytest

from openxin.accounts.readers import Reader
from openxin.disclosure import door as door_out
from openxin.disclosure import warrants
from openxin.disclosure.asking import NotPermitted, Question, Right
from openxin.disclosure.warrants import NoSuchReason
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.others import AT, DAY, in_force, newest_line, official, verified

AUDITOR = official("market", "auditor")


@pytest.fixture
def li_na(door):
    in_force(door, sample.permit(sample.LI_NA), type_="permit")
    return verified(sample.LI_NA)


def test_what_was_drawn_is_opened_once_and_the_person_is_told(door, li_na):
    warrant = warrants.draw(AUDITOR, "yearly", 5, at=AT)
    (drawn,) = warrant.sample
    assert (drawn.number, drawn.type, drawn.opened_at) == (1, "permit", None)
    statement = warrants.open_record(warrant.id, 1, AUDITOR, at=AT)
    assert len(statement.records) == 1
    line = newest_line(sample.LI_NA)
    assert (line.id, line.records) == (statement.line, 1)
    assert door.register.count("records_inbox", "kind = 'asked'") == 1
    (again,) = warrants.of(AUDITOR)
    assert again.sample[0].opened_at == AT
    sequence()
    door.register.is_sound(records=1)


def test_a_sample_tells_no_person_and_drawing_it_reads_nothing(door, li_na):
    before = door.register.count("records_line")
    warrant = warrants.draw(AUDITOR, "alert", 1, at=AT)
    assert str(li_na.person_id) not in repr(warrant)
    assert door.register.count("records_line") == before


def test_every_record_is_drawn_sooner_or_later_and_no_sample_has_one_twice(door):
    in_force(door, *(sample.permit(sample.person(n), f"示市监许〔2026〕{n}号") for n in range(8)), type_="permit")
    drawn = set()
    for _ in range(12):
        warrants.draw(AUDITOR, "yearly", 4, at=AT)
    for (records,) in door.register.rows("select array_agg(record_id) from disclosure_sampled group by warrant_id"):
        assert len(records) == len(set(records)) == 4
        drawn |= set(records)
    assert len(drawn) == 8


def test_the_door_itself_asks_for_the_sample_and_an_auditor_chooses_nobody(door, li_na):
    (record,) = door.register.rows("select id from records_record")[0]
    asked = [
        Right("warrant", reference="yearly"),
        Right("warrant", reference="yearly", records=()),
        Right("warrant", reference="yearly", records=(record,)),
    ]
    for right in asked:
        with pytest.raises(NotPermitted) as refused:
            door_out.disclose(Question("audit", li_na.person_id, right), AUDITOR, today=DAY, at=AT)
        assert refused.value.rule == "warrant-not-sampled"
    warrant = warrants.draw(AUDITOR, "yearly", 1, at=AT)
    warrants.open_record(warrant.id, 1, AUDITOR, at=AT)
    again = [
        lambda at: door_out.disclose(Question("audit", li_na.person_id, asked[-1]), AUDITOR, today=DAY, at=at),
        lambda at: warrants.open_record(warrant.id, 1, AUDITOR, at=at),
    ]
    for minutes, open_again in enumerate(again, 1):
        with pytest.raises(NotPermitted) as refused:
            open_again(AT + timedelta(minutes=minutes))
        newest = newest_line(sample.LI_NA)
        assert (newest.id, newest.kind, refused.value.rule) == (refused.value.line, "refusal", "warrant-over")
    sequence()
    door.register.is_sound(records=1)


def test_another_auditor_opens_nothing_of_it(door, li_na):
    warrant = warrants.draw(AUDITOR, "yearly", 1, at=AT)
    other = official("market", "auditor")
    for number, who in ((1, other), (2, AUDITOR), (0, AUDITOR)):
        with pytest.raises(NotPermitted) as refused:
            warrants.open_record(warrant.id, number, who, at=AT)
        # Of whom? Nobody: there is no list in which it could stand.
        assert (refused.value.rule, refused.value.line) == ("warrant-absent", None)
    assert warrants.of(other) == ()
    assert door.register.count("records_line", "kind = 'refusal'") == 0


@pytest.mark.parametrize(
    "who",
    [
        official("market", "clerk", "duty-holder", "recipient"),
        Reader(uuid4(), roles=frozenset({"administrator"})),
        Reader(uuid4(), person_id=uuid4(), roles=frozenset({"person"})),
    ],
)
def test_nobody_but_an_auditor_draws_or_opens(door, li_na, who):
    warrant = warrants.draw(AUDITOR, "yearly", 1, at=AT)
    with pytest.raises(NotPermitted):
        warrants.draw(who, "yearly", 1, at=AT)
    with pytest.raises(NotPermitted):
        warrants.of(who)
    with pytest.raises(NotPermitted):
        warrants.open_record(warrant.id, 1, who, at=AT)
    assert door.register.count("disclosure_sampled", "opened_at is not null") == 0


@pytest.mark.parametrize(("reason", "size"), [("curious", 1), ("", 1), ("yearly", 0), ("yearly", warrants.MOST + 1)])
def test_without_a_reason_of_the_list_or_beyond_its_size_nothing_is_drawn(door, li_na, reason, size):
    with pytest.raises(NoSuchReason):
        warrants.draw(AUDITOR, reason, size, at=AT)
    assert door.register.count("disclosure_warrant") == 0
