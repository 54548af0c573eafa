"""The figures of a body, each checked against files of which every row is known."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from openxin.intake import taking_back
from openxin.intake.counts import Code, Sent, TakenBack, Waited
from openxin.intake.receipts import Receipt
from openxin.intake.waiting import expire_waiting
from openxin.intake.workers import connection
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.oversight import quality
from openxin.oversight.quality import Figures, NotPermitted, Timeliness
from tests.harness.door import Door
from tests.harness.register import Register
from tests.harness.sample import DRUG, TODAY, penalty, permit, person

LAW = catalogue()
DRUG_TITLE = LAW.authorities["drug"].title.zh


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


def figures(*, months: int = 12, of: str = "market", today: date = TODAY) -> tuple[Figures, ...]:
    return quality.of_body(of, months=months, today=today, law=LAW)


def numbered(n: int, decided_on: str = "2026-06-12", **changes: str) -> dict[str, str]:
    return penalty(person(n), f"示市监罚〔2026〕{n}号", CF_JDRQ=decided_on, **changes)


def of_drug(n: int, decided_on: str) -> dict[str, str]:
    body = {"CF_CFJG": DRUG_TITLE, "CF_CFJGDM": DRUG, "CF_SJLY": DRUG_TITLE, "CF_SJLYDM": DRUG}
    return numbered(n, decided_on, **body)


def june(door: Door) -> Receipt:
    """Handed in on Monday 15 June. Seven working days after Thursday 4 June are that Monday; after the 3rd, the Friday before."""
    return door.receives(
        numbered(1, "2026-06-12"),
        numbered(2, "2026-06-04"),
        numbered(3, "2026-06-03"),
        numbered(4, "2026-04-11"),
        numbered(1, "2026-06-12"),  # the same once more
        numbered(5, "someday", CF_NR_FK="much"),
        numbered(6, "someday"),
        numbered(7, CF_YJ="《中华人民共和国治安管理处罚法》第二十六条"),
        numbered(8, CF_XDR_LB="法人及非法人组织"),
        numbered(9, CF_XDR_LB="法人及非法人组织"),
        name="june.csv",
    )


def test_every_figure_of_a_file_of_which_every_row_is_known(door: Door) -> None:
    june(door)
    (found,) = figures()
    assert (found.authority, found.type, found.month) == ("market", "penalty", date(2026, 6, 1))
    assert found.sent == Sent(submissions=1, rows=10, admitted=4, duplicates=1, refused=3)
    assert found.waited == Waited(all=2, now=2, mended=0, sent_again=0, expired=0, given_up=0, taken_back=0)
    assert found.taken_back == TakenBack(0, 0)
    # 3, 11, 12 and 65 days.
    assert found.timeliness == Timeliness(rows=4, quarter_within=3, half_within=11, nine_tenths_within=65, late=2)
    assert found.quarantined_by == (Code("quarantined", "BAD_DATE", 2), Code("quarantined", "BAD_AMOUNT", 1))
    assert found.refused_by == (Code("refused", "SUBJECT_NOT_A_PERSON", 2), Code("refused", "SEALED_BY_LAW", 1))
    door.register.is_sound(records=4, quarantined=2)


def test_months_bodies_and_types_are_counted_apart(door: Door) -> None:
    june(door)
    door.receives(numbered(20, "2026-06-30"), name="july.csv", today=date(2026, 7, 1))
    door.receives(permit(person(30)), type_="permit", name="permits.csv")
    door.receives(of_drug(40, "2026-06-01"), of_drug(41, "2026-06-12"), name="drug.csv", uscc=DRUG)
    everybody = quality.of_all(asked_by="credit", months=2, today=date(2026, 7, 1), law=LAW)
    assert [(one.month.month, one.authority, one.type, one.sent.rows) for one in everybody] == [
        (7, "market", "penalty", 1),
        (6, "market", "penalty", 10),
        (6, "market", "permit", 1),
        (6, "drug", "penalty", 2),
    ]
    assert everybody[0].timeliness == Timeliness(1, 1, 1, 1, late=0)
    assert everybody[3].timeliness == Timeliness(2, 3, 3, 14, late=1)
    assert [one.sent.rows for one in figures(of="drug")] == [2]
    assert [one.month.month for one in figures(months=1, today=date(2026, 7, 31))] == [7]
    assert figures(months=1, today=date(2026, 8, 1)) == ()


def test_what_becomes_of_waiting_rows_is_told(door: Door) -> None:
    """One is mended, one comes again as it was, one runs out of time, one is taken back with its file."""
    door.receives(numbered(1, "someday"), numbered(2, "someday"), numbered(3, "someday"), name="waits.csv")
    taken = door.receives(numbered(4, "someday"), numbered(5), name="wrong.csv")
    ((reference,),) = door.register.rows(
        "select w.id from intake_waiting w where row = 2 and exists"
        " (select from intake_waiting o where o.submission_id = w.submission_id and o.row = 4)"
    )
    door.receives(numbered(1, OX_HH=str(reference)), name="mended.csv")
    door.receives(numbered(2, "someday"), numbered(6), name="again.csv")
    assert taken.submission is not None
    taking_back.take_back("market", taken.submission, reason="wrong_file", login=uuid4(), today=TODAY, law=LAW)
    with connection().cursor() as cursor:
        expire_waiting(cursor, date(2026, 7, 16))
    (found,) = figures()
    assert found.waited == Waited(all=5, now=0, mended=1, sent_again=1, expired=2, given_up=0, taken_back=1)
    assert found.taken_back == TakenBack(submissions=1, records=1)
    assert found.sent == Sent(submissions=4, rows=8, admitted=3, duplicates=0, refused=0)
    sequence()
    door.register.is_sound(records=3, quarantined=0)


def test_a_row_judged_anew_counts_from_the_day_on_which_it_was_sound(door: Door) -> None:
    """It waited for its day: decided on 1 July, handed in on 15 June, admitted on 2 July."""
    row = numbered(1, "2026-07-01")
    door.receives(row)
    assert figures()[0].timeliness is None
    door.receives(row, today=date(2026, 7, 2))
    (found,) = figures()
    assert (found.sent.admitted, found.waited.all) == (1, 0)
    assert found.timeliness == Timeliness(1, 1, 1, 1, late=0)
    door.register.is_sound(records=1)


@pytest.mark.parametrize("body", ["market", "drug", "", "nobody"])
def test_only_the_credit_office_sees_all_bodies(register: Register, body: str) -> None:
    with pytest.raises(NotPermitted):
        quality.of_all(asked_by=body, months=1, today=TODAY, law=LAW)


def test_counting_asks_as_often_for_many_bodies_as_for_none(door: Door) -> None:
    from django.db import connection as application
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(application) as nothing:
        quality.of_all(asked_by="credit", months=12, today=TODAY, law=LAW)
    june(door)
    door.receives(of_drug(40, "2026-06-01"), name="drug.csv", uscc=DRUG)
    with CaptureQueriesContext(application) as much:
        assert len(quality.of_all(asked_by="credit", months=12, today=TODAY, law=LAW)) == 2
    assert len(nothing) == len(much)
