"""A clerk fills in when decisions became final, row by row of their own file; they see no person while they do."""

from dataclasses import fields
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from openxin.disclosure.door import own
from openxin.intake import finality, taking_back
from openxin.intake.finality import Given, NoSuchSubmission
from openxin.intake.receipts import Receipt
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.records.changes import expire
from tests.harness.door import Door, counts
from tests.harness.sample import LI_NA, TODAY, WANG_WEI, penalty, permit, person
from tests.harness.visitor import id_of, reader_of

FIRST, SECOND = (1, 2), (1, 3)


def supply(
    receipt: Receipt, rows: dict[tuple[int, int], Given], *, by: str = "market", today: date = TODAY
) -> finality.Result:
    assert receipt.submission is not None
    done = finality.supply(by, receipt.submission, rows, login=uuid4(), today=today, law=catalogue(), synthetic=True)
    sequence()
    return done


def awaiting(receipt: Receipt, *, by: str = "market", **page: object) -> finality.Rows:
    assert receipt.submission is not None
    return finality.awaiting(by, receipt.submission, login=uuid4(), law=catalogue(), **page)  # type: ignore[arg-type]


def handed_in(door: Door) -> Receipt:
    """Two decisions that wait for a date, and one that does not."""
    return door.receives(
        penalty(LI_NA),
        penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_JDRQ="2026-05-02"),
        penalty(WANG_WEI, "示市监罚〔2026〕3号", OX_SXRQ="2026-06-01"),
    )


def test_rows_that_await_a_date_are_listed_by_their_place_and_day(door: Door) -> None:
    receipt = handed_in(door)
    shown = awaiting(receipt)
    assert [(one.sheet, one.row, one.decided_on) for one in shown.rows] == [
        (*FIRST, date(2026, 4, 11)),
        (*SECOND, date(2026, 5, 2)),
    ]
    (batch,) = finality.batches("market", login=uuid4(), law=catalogue())
    assert (batch.id, batch.rows, batch.awaiting) == (receipt.submission, 3, 2)


def test_nothing_of_a_person_can_be_listed() -> None:
    """The clerk holds the file; the page needs no more than where to look in it."""
    assert {field.name for field in fields(finality.Awaiting)} == {"sheet", "row", "decided_on"}


def test_what_is_supplied_makes_a_version_and_the_record_opens_on_its_day(door: Door) -> None:
    receipt = handed_in(door)
    done = supply(receipt, {FIRST: Given(final_on="2026/6/1", final_how="期满未诉"), SECOND: Given()})
    assert (done.supplied, done.faults, done.gone) == (1, (), ())
    assert door.register.rows("select state, final_on, opens, versions from records_record where row = 2") == [
        ("notice_running", date(2026, 6, 1), date(2026, 6, 24), 2)
    ]
    assert [(one.sheet, one.row) for one in awaiting(receipt).rows] == [SECOND]
    # The third row's penalty opens with it.
    assert expire(date(2026, 6, 24), at=datetime.now(UTC), reader=uuid4()).opened == 2
    sequence()
    assert door.register.count("ledger_leaf", "convert_from(body, 'UTF8')::jsonb->>'kind' = 'supplied'") == 1
    assert door.register.rows("select records from intake_supplied") == [(1,)]
    door.register.is_sound(records=3, secrets=[LI_NA.name])


def test_finality_is_computed_from_the_day_of_service(door: Door) -> None:
    receipt = handed_in(door)
    assert supply(receipt, {FIRST: Given(served_on="2026-04-20", told_remedies="Y")}).supplied == 1
    assert door.register.rows("select state, final_on, opens from records_record where row = 2") == [
        ("awaiting_finality", date(2026, 10, 20), date(2026, 10, 20))
    ]
    door.register.is_sound(records=3)


def test_the_person_sees_what_was_supplied_and_when(door: Door) -> None:
    supply(handed_in(door), {FIRST: Given(final_on="2026-06-01")})
    li_na = id_of(LI_NA)
    (shown,) = own(li_na, reader_of(li_na), today=TODAY).records
    assert [field.code for field in shown.changes[0].fields] == ["OX_SXRQ"]
    assert shown.changes[0].cause == "supplied"


def test_a_file_with_the_same_dates_adds_nothing(door: Door) -> None:
    supply(handed_in(door), {FIRST: Given(served_on="2026-04-20", told_remedies="Y")})
    receipt = door.receives(penalty(LI_NA, OX_SDRQ="2026-04-20", OX_JJGZ="是"), name="dates.csv")
    assert (counts(receipt), receipt.as_json()["notes"]) == ((0, 1, 0, 0), [])
    assert door.register.count("records_version") == 4
    door.register.is_sound(records=3)


@pytest.mark.parametrize(
    ("given", "role", "code"),
    [
        (Given(final_on="someday"), "final_on", "BAD_DATE"),
        (Given(served_on="2026-06-16"), "served_on", "FUTURE_DATE"),
        (Given(final_on="2026-04-10"), "final_on", "DATE_ORDER"),
        (Given(served_on="2026-05-20", final_on="2026-05-02"), "final_on", "DATE_ORDER"),
        (Given(served_on="2026-05-20", told_remedies="perhaps"), "told_remedies", "NOT_IN_LIST"),
    ],
)
def test_a_fault_is_told_by_field_with_its_remedy_and_nothing_is_supplied(
    door: Door, given: Given, role: str, code: str
) -> None:
    """Neither the faulty row nor the sound one beside it."""
    receipt = handed_in(door)
    done = supply(receipt, {FIRST: given, SECOND: Given(final_on="2026-06-01")})
    assert done.supplied == 0
    assert [(one.place, one.role, one.code) for one in done.faults] == [(FIRST, role, code)]
    assert all((done.faults[0].message.zh, done.faults[0].message.en))
    assert len(awaiting(receipt).rows) == 2
    assert door.register.count("records_version") == 3
    door.register.is_sound(records=3)


def test_what_is_held_already_is_not_replaced(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA, OX_JJGZ="N"))
    done = supply(receipt, {FIRST: Given(served_on="2026-04-20", told_remedies="Y")})
    assert [(one.role, one.code) for one in done.faults] == [("told_remedies", "OX_DIFFERS")]
    assert supply(receipt, {FIRST: Given(served_on="2026-04-20", told_remedies="N")}).supplied == 1
    door.register.is_sound(records=1)


def test_a_row_that_a_file_supplied_first_is_told_as_gone(door: Door) -> None:
    receipt = handed_in(door)
    door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01"), name="dates.csv")
    done = supply(receipt, {FIRST: Given(final_on="2026-06-02"), (1, 99): Given(final_on="2026-06-02")})
    assert (done.supplied, done.gone) == (0, (FIRST, (1, 99)))
    assert door.register.rows("select final_on from records_record where row = 2") == [(date(2026, 6, 1),)]
    door.register.is_sound(records=3)


def test_another_body_lists_nothing_and_supplies_nothing(door: Door) -> None:
    receipt = handed_in(door)
    assert finality.batches("drug", login=uuid4(), law=catalogue()) == ()
    with pytest.raises(NoSuchSubmission):
        awaiting(receipt, by="drug")
    with pytest.raises(NoSuchSubmission):
        supply(receipt, {FIRST: Given(final_on="2026-06-01")}, by="drug")
    assert len(awaiting(receipt).rows) == 2
    door.register.is_sound(records=3)


def test_what_was_taken_back_or_never_becomes_final_awaits_nothing(door: Door) -> None:
    permits = door.receives(permit(LI_NA), type_="permit", name="permits.csv")
    penalties = handed_in(door)
    assert penalties.submission is not None
    taking_back.take_back(
        "market", penalties.submission, reason="wrong_file", login=uuid4(), today=TODAY, law=catalogue()
    )
    for receipt in (permits, penalties):
        with pytest.raises(NoSuchSubmission):
            awaiting(receipt)
    assert finality.batches("market", login=uuid4(), law=catalogue()) == ()


def test_lists_come_in_pages_with_as_many_questions_for_many_as_for_one(door: Door) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    receipt = door.receives(*(penalty(person(n)) for n in range(60)))
    seen, after = [], (0, 0)
    asked = set()
    while True:
        with CaptureQueriesContext(connection) as queries:
            shown = awaiting(receipt, after=after, limit=25)
        asked.add(len(queries))
        seen += [one.row for one in shown.rows]
        if shown.after is None:
            break
        after = shown.after
    assert seen == list(range(2, 62))
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as one_row:
        supply(receipt, {(1, 2): Given(final_on="2026-06-01")})
    with CaptureQueriesContext(connection) as many:
        done = supply(receipt, {(1, n): Given(final_on="2026-06-01") for n in range(3, 60)})
    assert done.supplied == 57
    assert len(one_row) == len(many)
    door.register.is_sound(records=60)


def test_a_submission_that_is_no_ones_is_not_there(register) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NoSuchSubmission):
        finality.awaiting("market", UUID(int=1), login=uuid4(), law=catalogue())
