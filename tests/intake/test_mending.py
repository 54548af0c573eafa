"""Mending at the desk: one row judged by the one door, and what the list of its submission shows afterwards."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

from openxin.cli.main import build
from openxin.intake import mending
from openxin.intake.quarantine import NoSuchSubmission
from openxin.intake.reading.refusal import FileRefused
from openxin.intake.receipts import Receipt
from openxin.law.loading import catalogue
from tests.harness import sample
from tests.harness.door import Door, counts
from tests.harness.sample import LI_NA, WANG_WEI, penalty

LOGIN = uuid4()


def reference_of(door: Door) -> UUID:
    """Of the one row that waits."""
    ((reference,),) = door.register.rows("select id from intake_waiting where closed_by is null")
    assert isinstance(reference, UUID)
    return reference


def cells_of(reference: UUID, **changes: str) -> dict[str, str]:
    """What the form holds, with what the clerk changed in it."""
    row = mending.waiting_row("market", reference, law=catalogue())
    return {cell.column.code: cell.text for cell in row.cells} | changes


def mended(
    door: Door, reference: UUID, body: str = "market", day: date = sample.TODAY, **changes: str
) -> mending.Mended:
    cells = cells_of(reference, **changes) if body == "market" else changes
    return mending.mend(body, reference, cells, login=LOGIN, today=day, law=catalogue(), place=door.place())


def listed(receipt: Receipt) -> list[tuple[int, set[str]]]:
    assert receipt.submission is not None
    rows = mending.waiting_list("market", receipt.submission, law=catalogue()).rows
    return [(row.row, {problem.code for problem in row.problems}) for row in rows]


def test_a_row_is_shown_with_its_cells_and_what_is_wrong_with_each(door: Door) -> None:
    receipt = door.receives(penalty(WANG_WEI, "示市监罚〔2026〕2号"), penalty(LI_NA, CF_JDRQ="someday"))
    row = mending.waiting_row("market", reference_of(door), law=catalogue())
    assert (row.submission, row.type, row.row) == (receipt.submission, "penalty", 3)
    faulty = {cell.column.code: [one.code for one in cell.problems] for cell in row.cells if cell.problems}
    assert faulty == {"CF_JDRQ": ["BAD_DATE"]}
    texts = {cell.column.code: cell.text for cell in row.cells}
    assert texts["CF_XDR_MC"] == LI_NA.name
    assert not {"OX_HH", "BZ", "CF_FRDB"} & texts.keys()


def test_a_mended_row_is_admitted_and_its_receipt_stays(door: Door) -> None:
    receipt = door.receives(penalty(WANG_WEI, "示市监罚〔2026〕2号"), penalty(LI_NA, CF_JDRQ="someday"))
    before = door.register.rows("select receipt from intake_submission")
    outcome = mended(door, reference_of(door), CF_JDRQ="2026-04-11")
    assert (outcome.fate, outcome.waits_as, outcome.problems) == ("admitted", None, ())
    assert door.register.rows("select receipt from intake_submission where id = %s", receipt.submission) == before
    assert listed(receipt) == []
    assert door.register.rows("select login, submission_id, row from intake_mending") == [
        (LOGIN, receipt.submission, 3)
    ]
    door.register.is_sound(records=2, quarantined=0, secrets=[LI_NA.name, LI_NA.number])


def test_what_is_still_wrong_waits_at_its_place_in_the_list(door: Door) -> None:
    """Mended twice by half, then whole: the list, the reasons and the workbook never lose it."""
    receipt = door.receives(
        penalty(LI_NA, CF_JDRQ="someday", CF_CFLB="骂", CF_NR_FK="许多"), penalty(WANG_WEI, "示〔2026〕2号", CF_NR="")
    )
    assert receipt.submission is not None
    first = mending.waiting_list("market", receipt.submission, law=catalogue()).rows[0].reference
    assert first is not None
    second = mended(door, first, CF_CFLB="罚款")
    assert second.fate == "quarantined"
    assert second.waits_as not in (None, first)
    assert {one.code for one in second.problems} == {"BAD_DATE", "BAD_AMOUNT"}
    assert second.waits_as is not None
    third = mended(door, second.waits_as, CF_NR_FK="0.5")
    assert listed(receipt) == [(2, {"BAD_DATE"}), (3, {"MISSING"})]
    assert door.reasons(receipt).keys() == {2, 3}
    out = door.folder / "m.xlsx"
    assert mending.workbook("market", receipt.submission, law=catalogue(), out=out) == 2
    assert third.waits_as is not None
    assert mended(door, third.waits_as, CF_JDRQ="2026-04-11").fate == "admitted"
    assert listed(receipt) == [(3, {"MISSING"})]
    door.register.is_sound(records=1, quarantined=1, secrets=[LI_NA.number])


def test_the_list_is_read_page_by_page(door: Door) -> None:
    receipt = door.receives(*(penalty(LI_NA, f"示〔2026〕{n}号", CF_JDRQ="x") for n in range(5)))
    assert receipt.submission is not None
    pages = [
        mending.waiting_list("market", receipt.submission, law=catalogue(), first=first, most=2) for first in (0, 2, 4)
    ]
    assert [[row.row for row in page.rows] for page in pages] == [[2, 3], [4, 5], [6]]
    assert {page.count for page in pages} == {5}


def test_a_mended_row_may_turn_out_to_be_refused_or_a_duplicate(door: Door) -> None:
    """Whatever becomes of it, what waited is closed; of a refused row nothing is kept."""
    first = door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    sealed = mended(door, reference_of(door), CF_YJ="《中华人民共和国治安管理处罚法》第四十二条")
    assert (sealed.fate, [one.code for one in sealed.problems]) == ("refused", ["SEALED_BY_LAW"])
    assert listed(first) == []
    door.receives(penalty(WANG_WEI), name="second.csv")
    door.receives(penalty(WANG_WEI, CF_JDRQ="someday"), name="third.csv")
    assert mended(door, reference_of(door), CF_JDRQ="2026-04-11").fate == "duplicate"
    door.register.is_sound(records=1, quarantined=0, secrets=[LI_NA.name])


def test_saved_untouched_it_is_judged_anew(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA, CF_JDRQ="2026-07-01", CF_GSJZQ=""))
    assert listed(receipt) == [(2, {"FUTURE_DATE"})]
    assert mended(door, reference_of(door), day=date(2026, 7, 2)).fate == "admitted"
    door.register.is_sound(records=1, quarantined=0)


def test_digits_that_were_lost_are_shown_as_lost(door: Door) -> None:
    door.receives(penalty(replace(LI_NA, number="4.1E+17")))
    assert mended(door, reference_of(door)).fate == "quarantined"
    assert mended(door, reference_of(door), CF_XDR_ZJHM=LI_NA.number).fate == "admitted"
    door.register.is_sound(records=1, quarantined=0)


def test_text_that_looks_like_a_total_or_a_table_is_still_one_row(door: Door) -> None:
    door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    strange = {"CF_XDR_MC": "合计", "CF_XDR_ZJHM": "", "CF_SY": '甲,"乙"\r\n丙;丁\t戊', "CF_NR": "=1+1"}
    outcome = mended(door, reference_of(door), **strange)
    assert outcome.fate == "quarantined"
    cells = cells_of(reference_of(door))
    assert {code: cells[code].replace("\r\n", "\n") for code in strange} == {
        code: text.replace("\r\n", "\n") for code, text in strange.items()
    }
    door.register.is_sound(records=0, quarantined=1)


def test_a_row_that_is_given_up_is_destroyed_and_who_did_it_is_kept(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    reference = reference_of(door)
    assert mending.give_up("market", reference, login=LOGIN) == receipt.submission
    assert door.register.rows("select closed_by, sealed, wrapped_key from intake_waiting") == [("given_up", None, None)]
    assert door.register.rows("select reference, login from intake_given_up") == [(reference, LOGIN)]
    assert counts(receipt) == (0, 0, 1, 0)
    door.register.is_sound(records=0, quarantined=0, secrets=[LI_NA.name])


def test_two_who_mend_one_row_do_not_make_two_of_it(door: Door) -> None:
    door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    reference = reference_of(door)
    cells = cells_of(reference, CF_JDRQ="2026-04-11")
    mended(door, reference, CF_JDRQ="2026-04-11")
    with pytest.raises(mending.NoSuchRow):
        mending.mend("market", reference, cells, login=LOGIN, today=sample.TODAY, law=catalogue(), place=door.place())
    with pytest.raises(mending.NoSuchRow):
        mending.give_up("market", reference, login=LOGIN)
    door.register.is_sound(records=1, quarantined=0)


ASKING: dict[str, Callable[[Door, Receipt, UUID], object]] = {
    "list": lambda _, receipt, __: mending.waiting_list("tax", receipt.submission or uuid4(), law=catalogue()),
    "row": lambda _, __, reference: mending.waiting_row("tax", reference, law=catalogue()),
    "mend": lambda door, _, reference: mended(door, reference, body="tax"),
    "give up": lambda _, __, reference: mending.give_up("tax", reference, login=LOGIN),
    "unknown": lambda _, __, ___: mending.waiting_row("market", uuid4(), law=catalogue()),
}


@pytest.mark.parametrize("what", ASKING)
def test_another_body_finds_nothing(door: Door, what: str) -> None:
    """Neither whether there is such a row, nor what stands in it; and nothing is changed."""
    receipt = door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    with pytest.raises((mending.NoSuchRow, NoSuchSubmission)):
        ASKING[what](door, receipt, reference_of(door))
    assert door.register.count("intake_mending") == 0
    door.register.is_sound(records=0, quarantined=1)


def test_a_body_that_may_no_longer_submit_this_type_mends_nothing(door: Door) -> None:
    """The one door asks for every row who sends it; the row waits on."""
    door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    law = catalogue()
    less = replace(law.authorities["market"], submits=("permit",))
    changed = replace(law, authorities={**law.authorities, "market": less}, by_uscc={**law.by_uscc, less.uscc: less})
    with pytest.raises(FileRefused) as refused:
        mending.mend("market", reference_of(door), {}, login=LOGIN, today=sample.TODAY, law=changed, place=door.place())
    assert refused.value.code == "NOT_COMPETENT"
    door.register.is_sound(records=0, quarantined=1)


def test_a_row_whose_period_ended_is_destroyed_by_the_calendar(door: Door) -> None:
    """Thirty days: its content is gone, and neither list nor form knows it any more."""
    receipt = door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    reference = reference_of(door)
    for day, destroyed in (("2026-07-15", 0), ("2026-07-16", 1), ("2026-07-16", 0)):
        told = CliRunner().invoke(build(), ["expire", "--today", day, "--json"])
        assert json.loads(told.stdout)["waiting_rows_destroyed"] == destroyed
    assert door.register.rows("select closed_by, sealed, wrapped_key from intake_waiting") == [("expired", None, None)]
    assert listed(receipt) == []
    with pytest.raises(mending.NoSuchRow):
        mending.waiting_row("market", reference, law=catalogue())
    door.register.is_sound(records=0, quarantined=0, secrets=[LI_NA.name])
