"""A body takes a wrong submission back: everything that it made is withdrawn, everybody is told, and it can be put right."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from openxin.disclosure.door import own
from openxin.intake import mending, taking_back
from openxin.intake.receipts import Receipt
from openxin.intake.taking_back import AlreadyTakenBack, NoSuchReason, NoSuchSubmission, NotFinished, TooLate
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.records.changes import expire
from tests.harness.door import Door, counts
from tests.harness.sample import LI_NA, TODAY, WANG_WEI, penalty, permit, person
from tests.harness.visitor import id_of, reader_of

# Finished on Monday 15 June; five working days around the Dragon Boat holiday (19-21 June) end on 23 June.
LAST_DAY = date(2026, 6, 23)


def take_back(
    receipt: Receipt, *, by: str = "market", reason: str = "wrong_persons", today: date = TODAY
) -> taking_back.TakenBack:
    assert receipt.submission is not None
    done = taking_back.take_back(by, receipt.submission, reason=reason, login=uuid4(), today=today, law=catalogue())
    sequence()
    return done


def prospect(receipt: Receipt, *, by: str = "market", today: date = TODAY) -> taking_back.Prospect:
    assert receipt.submission is not None
    return taking_back.prospect(by, receipt.submission, login=uuid4(), today=today, law=catalogue())


def states(door: Door) -> list[str]:
    return [str(state) for (state,) in door.register.rows("select state from records_record order by state")]


def test_every_record_is_withdrawn_and_every_waiting_row_is_gone(door: Door) -> None:
    receipt = door.receives(
        penalty(LI_NA, OX_SXRQ="2026-06-01"),
        penalty(WANG_WEI, "示市监罚〔2026〕2号"),
        penalty(WANG_WEI, "示市监罚〔2026〕3号", CF_JDRQ="someday"),
    )
    before = prospect(receipt)
    assert (before.records, before.persons, before.waiting, before.last_day) == (2, 2, 1, LAST_DAY)
    done = take_back(receipt)
    assert (done.records, done.waiting, done.reason) == (2, 1, "wrong_persons")
    assert states(door) == ["withdrawn", "withdrawn"]
    assert door.register.rows("select closed_by, sealed, row_token, identity_token from intake_waiting") == [
        ("taken_back", None, None, None)
    ]
    assert door.register.count("records_move", "verb = 'withdraw' and reason = 'wrong_persons'") == 2
    assert door.register.count("ledger_leaf", "convert_from(body, 'UTF8')::jsonb->>'kind' = 'change'") == 2
    door.register.is_sound(records=2, quarantined=0, secrets=[LI_NA.name, WANG_WEI.name])


def test_each_person_is_told_who_took_it_back_when_and_why(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01"))
    take_back(receipt)
    li_na = id_of(LI_NA)
    shown = own(li_na, reader_of(li_na), today=TODAY).records[0]
    assert (shown.state, shown.visibility) == ("withdrawn", "withdrawn")
    assert shown.withdrawal is not None
    assert shown.withdrawal.reason.zh == "报错了人"
    assert shown.submitter.title.zh == "示例市市场监督管理局"
    assert door.register.rows("select kind from records_inbox order by at") == [("admitted",), ("withdrawn",)]
    door.register.is_sound(records=1)


def test_the_calendar_neither_opens_it_nor_keeps_it_long(door: Door) -> None:
    take_back(door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01")))
    assert expire(date(2027, 6, 14), at=datetime.now(UTC), reader=uuid4()).opened == 0
    assert states(door) == ["withdrawn"]
    assert expire(date(2027, 6, 15), at=datetime.now(UTC), reader=uuid4()).erased == 1
    sequence()
    door.register.is_sound(records=1)


def test_what_would_have_been_erased_earlier_still_is(door: Door) -> None:
    receipt = door.receives(permit(LI_NA, XK_YXQZI="2026-06-20"), type_="permit")
    door.register.rows("update records_record set erase_on = '2026-08-01' returning 1")
    take_back(receipt)
    assert door.register.rows("select erase_on from records_record") == [(date(2026, 8, 1),)]


def test_on_the_last_day_it_can_be_done_and_on_the_next_it_cannot(door: Door) -> None:
    early = door.receives(penalty(LI_NA))
    late = door.receives(penalty(WANG_WEI), name="late.csv")
    take_back(early, today=LAST_DAY)
    assert not prospect(late, today=LAST_DAY + timedelta(days=1)).is_open
    with pytest.raises(TooLate) as refused:
        take_back(late, today=LAST_DAY + timedelta(days=1))
    assert refused.value.last_day == LAST_DAY
    assert states(door) == ["awaiting_finality", "withdrawn"]
    door.register.is_sound(records=2)


def test_a_second_time_it_says_so(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA))
    take_back(receipt)
    with pytest.raises(AlreadyTakenBack) as refused:
        take_back(receipt, reason="wrong_file")
    assert refused.value.taken_back.reason == "wrong_persons"
    assert prospect(receipt).taken_back == refused.value.taken_back
    assert door.register.count("records_move") == 1
    door.register.is_sound(records=1)


def test_another_body_finds_nothing_to_take_back(door: Door) -> None:
    """Nor does it learn that there is something."""
    receipt = door.receives(penalty(LI_NA))
    for verb in (take_back, prospect):
        with pytest.raises(NoSuchSubmission):
            verb(receipt, by="drug")
    with pytest.raises(NoSuchSubmission):
        taking_back.take_back("market", uuid4(), reason="wrong_file", login=uuid4(), today=TODAY, law=catalogue())
    assert states(door) == ["awaiting_finality"]
    door.register.is_sound(records=1)


def test_a_reason_outside_the_list_changes_nothing(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA))
    with pytest.raises(NoSuchReason):
        take_back(receipt, reason="李娜 complained")
    assert states(door) == ["awaiting_finality"]


def test_what_is_still_being_taken_in_is_not_taken_back(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA))
    door.register.rows("update intake_submission set finished_on = null returning 1")
    with pytest.raises(NotFinished):
        take_back(receipt)
    door.register.rows("update intake_submission set finished_on = %s returning 1", TODAY)
    take_back(receipt)
    door.register.is_sound(records=1)


def test_rows_judged_anew_while_it_is_taken_back_are_not_admitted(door: Door) -> None:
    """The row waited for its day, the day has come, and its body takes the file back in the same moment: that holds."""
    row = penalty(LI_NA, CF_JDRQ="2026-07-01")
    door.receives(row)
    with ThreadPoolExecutor(1) as other, psycopg.connect(**door.register.installation.address("owner")) as taking:
        taking.execute("select 1 from intake_submission for update")
        again = other.submit(door.receives, row, today=date(2026, 7, 1))
        while not door.register.rows("select from pg_stat_activity where wait_event_type = 'Lock'"):
            assert not again.done()
        taking.execute(
            "insert into intake_taken_back"
            " select id, now(), finished_on, gen_random_uuid(), 'wrong_file', 0, 1 from intake_submission"
        )
        taking.commit()
        again.result()
    assert door.register.count("records_record") == 0


def test_the_same_decision_handed_in_rightly_is_a_record_of_its_own(door: Door) -> None:
    take_back(door.receives(penalty(LI_NA, CF_NR_FK="5")), reason="wrong_content")
    receipt = door.receives(penalty(LI_NA), name="right.csv", today=date(2026, 6, 16))
    assert counts(receipt) == (1, 0, 0, 0)
    assert states(door) == ["awaiting_finality", "withdrawn"]
    # Its notice begins anew, and it is known again as any record is.
    assert counts(door.receives(penalty(LI_NA), penalty(WANG_WEI), name="third.csv")) == (1, 1, 0, 0)
    assert counts(door.receives(penalty(LI_NA, CF_NR_FK="6"), name="fourth.csv")) == (0, 0, 1, 0)
    door.register.is_sound(records=3, quarantined=1)


def test_it_can_be_taken_back_and_handed_in_more_than_once(door: Door) -> None:
    rows = [penalty(LI_NA)]
    first = door.receives(*rows)
    take_back(first)
    second = door.receives(*rows)
    assert second.submission != first.submission
    assert counts(second) == (1, 0, 0, 0)
    take_back(second)
    third = door.receives(*rows)
    assert counts(third) == (1, 0, 0, 0)
    assert states(door) == ["awaiting_finality", "withdrawn", "withdrawn"]
    door.register.is_sound(records=3)


def test_a_duplicate_handed_in_later_holds_nothing_until_its_file_comes_again(door: Door) -> None:
    """What the other file said of the same decision was a duplicate of what is gone."""
    first = door.receives(penalty(LI_NA))
    both = [penalty(LI_NA), penalty(WANG_WEI), penalty(WANG_WEI, "示市监罚〔2026〕3号", CF_JDRQ="someday")]
    second = door.receives(*both, name="both.csv")
    assert counts(second) == (1, 1, 1, 0)
    assert prospect(first).duplicates_elsewhere == 1
    take_back(first)
    again = door.receives(*both, name="both.csv", today=date(2026, 6, 16))
    assert again.submission == second.submission
    assert counts(again) == (2, 0, 1, 0)
    assert again.as_json()["duplicate_rows"] == []
    assert counts(door.receives(*both, name="both.csv", today=date(2026, 6, 17))) == (2, 0, 1, 0)
    assert states(door) == ["awaiting_finality", "awaiting_finality", "withdrawn"]
    door.register.is_sound(records=3, quarantined=1)


def test_a_record_that_another_submission_supplied_is_withdrawn_with_all_its_versions(door: Door) -> None:
    first = door.receives(penalty(LI_NA))
    second = door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01"), name="dates.csv")
    take_back(first)
    assert door.register.rows("select state, versions from records_record") == [("withdrawn", 2)]
    # The file that supplied the day made nothing; taking it back takes nothing away, and it may be handed in again.
    assert prospect(second).records == 0
    assert counts(door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01"), name="dates.csv")) == (1, 0, 0, 0)
    assert states(door) == ["notice_running", "withdrawn"]
    door.register.is_sound(records=2)


def test_dates_that_a_taken_back_file_supplied_to_others_stay(door: Door) -> None:
    door.receives(penalty(LI_NA))
    dates = door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01"), penalty(WANG_WEI), name="dates.csv")
    assert prospect(dates).supplied == 1
    take_back(dates)
    assert door.register.rows("select state, versions from records_record order by state") == [
        ("notice_running", 2),
        ("withdrawn", 1),
    ]
    door.register.is_sound(records=2)


def test_rows_mended_at_the_desk_go_with_the_submission_they_came_from(door: Door) -> None:
    """One was admitted, one still waits; both stand in its list. What another file mended belongs to that file."""
    wrong = door.receives(*(penalty(LI_NA, f"示市监罚〔2026〕{n}号", CF_JDRQ="someday") for n in (1, 2, 3)))
    first, second, third = (
        reference for (reference,) in door.register.rows("select id from intake_waiting order by row")
    )
    for reference, day in ((first, "2026-04-11"), (second, "2026-99-99")):
        cells = {
            column: value for column, value in penalty(LI_NA, f"示市监罚〔2026〕{day}号", CF_JDRQ=day).items() if value
        }
        mending.mend("market", reference, cells, login=uuid4(), today=TODAY, law=catalogue(), place=door.place())
    door.receives(penalty(LI_NA, "示市监罚〔2026〕3号", OX_HH=str(third)), name="mended.csv")
    before = prospect(wrong)
    assert (before.records, before.waiting) == (1, 1)
    assert (take_back(wrong).records, states(door)) == (1, ["awaiting_finality", "withdrawn"])
    assert door.register.count("intake_taken_back") == 3
    door.register.is_sound(records=2, quarantined=0)


def test_a_row_that_waited_as_a_conflict_is_admitted_once_the_other_is_gone(door: Door) -> None:
    wrong = door.receives(penalty(LI_NA, CF_NR_FK="5"))
    right = [penalty(LI_NA)]
    assert counts(door.receives(*right, name="right.csv")) == (0, 0, 1, 0)
    take_back(wrong)
    assert counts(door.receives(*right, name="right.csv")) == (1, 0, 0, 0)
    door.register.is_sound(records=2, quarantined=0)


def test_taking_back_is_as_many_statements_for_many_records_as_for_one(door: Door) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = []
    for number, rows in enumerate(([penalty(person(0))], [penalty(person(n)) for n in range(1, 300)])):
        receipt = door.receives(*rows, name=f"{number}.csv")
        with CaptureQueriesContext(connection) as queries:
            assert taking_back.take_back(
                "market",
                UUID(str(receipt.submission)),
                reason="wrong_file",
                login=uuid4(),
                today=TODAY,
                law=catalogue(),
            ).records == len(rows)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    sequence()
    door.register.is_sound(records=300)
