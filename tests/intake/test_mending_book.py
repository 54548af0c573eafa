"""The mending workbook: what stands in it, what a spreadsheet program makes of it, and what becomes of the mended copy."""

import csv
import os
import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID, uuid4

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from openxin.cli.main import build
from openxin.intake import mending
from openxin.intake.quarantine import NoSuchSubmission
from openxin.intake.reading.table import frame, open_table
from openxin.intake.receipts import Receipt
from openxin.law.loading import catalogue
from tests.harness.door import Door, counts
from tests.harness.sample import DRUG, LI_NA, MARKET, WANG_WEI, Person, number, penalty, permit, written

LIVE = (
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(1)",
    "\t=1+1",
    '=HYPERLINK("http://example.invalid")',
    "<r><t>甲</t></r>",
    "_x0041_",
)


def book_of(door: Door, receipt: Receipt, name: str = "mend.xlsx", body: str = "market") -> Path:
    assert receipt.submission is not None
    out = door.folder / name
    mending.workbook(body, receipt.submission, law=catalogue(), out=out)
    return out


def sheet_of(book: Path) -> Worksheet:
    return openpyxl.load_workbook(book).worksheets[0]


def places(sheet: Worksheet) -> dict[str, int]:
    """Column by code, as the first line names them."""
    return {str(cell.value): int(cell.column) for cell in sheet[1] if cell.value}


def rows_in(sheet: Worksheet) -> list[dict[str, str]]:
    at = places(sheet)
    return [
        {code: str(line[place - 1].value or "") for code, place in at.items()} for line in sheet.iter_rows(min_row=3)
    ]


def mended(book: Path, changes: Mapping[int, Mapping[str, str]], out: Path) -> Path:
    """The copy that a clerk hands in: cells by row of the sheet and column."""
    opened = openpyxl.load_workbook(book)
    sheet = opened.worksheets[0]
    at = places(sheet)
    for row, cells in changes.items():
        for code, value in cells.items():
            sheet.cell(row, at[code], value)
    opened.save(out)
    return out


def test_it_holds_the_waiting_rows_as_they_came(door: Door) -> None:
    """Every cell as text, the reference, the place in the file; the faulty cells coloured, with the remedy in both languages."""
    receipt = door.receives(
        penalty(WANG_WEI, "示市监罚〔2026〕2号"),
        penalty(LI_NA, CF_JDRQ="someday", CF_CFLB="骂了一顿", CF_NR=" 罚款 五千元 "),
    )
    sheet = sheet_of(book_of(door, receipt))
    at = places(sheet)
    ((reference,),) = door.register.rows("select id from intake_waiting")
    (row,) = rows_in(sheet)
    assert row["OX_HH"] == str(reference)
    came = penalty(LI_NA, CF_JDRQ="someday", CF_CFLB="骂了一顿", CF_NR=" 罚款 五千元 ")
    assert {code: value for code, value in row.items() if code in came} == {
        code: value for code, value in came.items() if code in at
    }
    assert {cell.data_type for cell in sheet[3] if cell.value is not None} == {"s"}
    assert {cell.number_format for cell in sheet[3] if cell.value is not None} == {"@"}
    assert sheet.cell(3, 1).value == "第3行"
    faulty = {code for code, place in at.items() if sheet.cell(3, place).fill.fgColor.rgb == "FFFFE08A"}
    assert faulty == {"CF_JDRQ", "CF_CFLB"}
    remedy = sheet.cell(3, at["CF_JDRQ"]).comment
    assert remedy is not None
    assert "按 2026-04-11 的形式填写" in remedy.text
    assert "Write a day that exists" in remedy.text
    assert sheet.cell(3, at["CF_CFJG"]).comment is None
    door.register.is_sound(records=1, quarantined=1, secrets=[LI_NA.name, LI_NA.number])


def test_lists_have_drop_downs_in_the_rows_that_wait(door: Door) -> None:
    book = openpyxl.load_workbook(book_of(door, door.receives(penalty(LI_NA, CF_JDRQ="someday"))))
    at = places(book.worksheets[0])
    offered = {
        str(one.sqref): str(one.formula1)
        for one in book.worksheets[0].data_validations.dataValidation
        if one.type == "list"
    }
    letter = book.worksheets[0].cell(1, at["CF_XDR_ZJLX"]).column_letter
    sheet, _, area = offered[f"{letter}3"].lstrip("=").partition("!")
    assert "身份证" in {line[0].value for line in book[sheet.strip("'")][area.replace("$", "")]}
    assert book[sheet.strip("'")].sheet_state == "hidden"


def test_a_refused_row_appears_by_its_place_and_reason_alone(door: Door) -> None:
    secret = "公然辱骂他人"
    receipt = door.receives(
        penalty(LI_NA, CF_YJ="《中华人民共和国治安管理处罚法》第四十二条", CF_SY=secret), penalty(WANG_WEI, CF_JDRQ="x")
    )
    assert counts(receipt) == (0, 0, 1, 1)
    book = openpyxl.load_workbook(book_of(door, receipt))
    assert [line[1].value for line in book["依法不收"].iter_rows(min_row=2)] == ["2"]
    everything = "".join(str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line)
    assert secret not in everything
    assert LI_NA.number not in everything


def test_a_column_that_must_be_empty_is_there_only_where_something_must_go(door: Door) -> None:
    plain = sheet_of(book_of(door, door.receives(penalty(LI_NA, CF_JDRQ="x"))))
    assert "BZ" not in places(plain)
    receipt = door.receives(penalty(WANG_WEI, BZ="请保密"), name="second.csv")
    book = book_of(door, receipt, "second.xlsx")
    assert [row["BZ"] for row in rows_in(sheet_of(book))] == ["请保密"]
    assert counts(door.receives_file(mended(book, {3: {"BZ": ""}}, door.folder / "m.xlsx"))) == (1, 0, 0, 0)
    door.register.is_sound(records=1, quarantined=1)


def test_only_the_body_that_sent_the_rows_gets_them(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA, CF_JDRQ="x"))
    out = door.folder / "theirs.xlsx"
    for body, submission in (("tax", receipt.submission), ("market", uuid4())):
        assert submission is not None
        with pytest.raises(NoSuchSubmission):
            mending.workbook(body, submission, law=catalogue(), out=out)
    assert not out.exists()


def test_the_command_writes_it_for_whoever_asked_alone(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA, CF_JDRQ="x"))
    out = door.folder / "mend.xlsx"
    run = CliRunner()
    assert run.invoke(build(), ["quarantine", str(receipt.submission), "--xlsx", str(out)]).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [row["CF_XDR_ZJHM"] for row in rows_in(sheet_of(out))] == [LI_NA.number]
    for words in (
        [str(uuid4()), "--xlsx", str(door.folder / "none.xlsx")],
        [str(receipt.submission), "--xlsx", str(out), "--json"],
        [str(receipt.submission), "--xlsx", str(door.folder / "no" / "folder.xlsx")],
    ):
        assert run.invoke(build(), ["quarantine", *words]).exit_code == 2


def test_the_mended_copy_closes_what_waited(door: Door) -> None:
    """One row mended, one still faulty: that one waits anew, under a new reference."""
    receipt = door.receives(
        penalty(LI_NA, CF_JDRQ="someday"), penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_CFLB="骂", CF_JDRQ="never")
    )
    changes = {3: {"CF_JDRQ": "2026-04-11"}, 4: {"CF_CFLB": "罚款"}}
    second = door.receives_file(mended(book_of(door, receipt), changes, door.folder / "m.xlsx"))
    assert counts(second) == (1, 0, 1, 0)
    assert second.facts.ignored_columns == ("原文件位置 / Place in the file", "待补正的问题 / What is to be mended")
    assert second.facts.skipped_sheets == ("依法不收", "补正说明", "代码表")
    assert door.reasons(receipt) == {}
    assert door.reasons(second) == {4: ("quarantined", {("CF_JDRQ", "BAD_DATE")})}
    third = book_of(door, second, "third.xlsx")
    assert counts(door.receives_file(mended(third, {3: {"CF_JDRQ": "2026-04-11"}}, door.folder / "m3.xlsx"))) == (
        1, 0, 0, 0,
    )  # fmt: skip
    assert door.register.rows("select closed_by, count(*) from intake_waiting group by 1") == [("mended", 3)]
    door.register.is_sound(records=2, quarantined=0, secrets=[LI_NA.name, WANG_WEI.number])


def test_untouched_it_changes_nothing_but_the_references(door: Door) -> None:
    """Of the 2018 edition, without a column for the kind of counterpart: that column does not come back empty."""
    row = penalty(LI_NA, CF_JDRQ="someday")
    del row["CF_XDR_LB"]
    first = door.receives(row)
    again = door.receives_file(book_of(door, first))
    assert {why for _, why in door.reasons(again).values()} == {frozenset({("CF_JDRQ", "BAD_DATE")})}
    door.register.is_sound(records=0, quarantined=1)


def test_digits_that_a_spreadsheet_lost_are_not_made_up(door: Door, tmp_path: Path) -> None:
    """The number came as a number cell; as text its zeros would be digits, and one in eleven would fit its check."""
    lost = next(n for n in (number("19900101", n) for n in range(10, 1000, 10)) if n.endswith("00"))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    row = penalty(Person(LI_NA.name, lost))
    sheet.append(list(row))
    sheet.append(list(row.values()))
    sheet.cell(2, list(row).index("CF_XDR_ZJHM") + 1, int(lost))
    book.save(tmp_path / "numbers.xlsx")
    first = door.receives_file(tmp_path / "numbers.xlsx")
    door.folder.mkdir()
    again = door.receives_file(book_of(door, first))
    assert [why for _, why in door.reasons(again).values()] == [{("CF_XDR_ZJHM", "ID_DIGITS_LOST")}]
    door.register.is_sound(records=0, quarantined=1)


@pytest.mark.parametrize("reference", ["closed", "another type", "another body", "garbage", "nobody's"])
def test_a_wrong_reference_closes_nothing(door: Door, reference: str) -> None:
    first = door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    ((waits,),) = door.register.rows("select id from intake_waiting")
    if reference == "another type":
        door.receives(permit(LI_NA, OX_HH=str(waits)), type_="permit", name="second.csv")
    elif reference == "another body":
        row = penalty(LI_NA, OX_HH=str(waits), CF_CFJGDM=DRUG, CF_SJLYDM=DRUG)
        door.receives(row, uscc=DRUG, name="second.csv")
    elif reference == "closed":
        door.receives(penalty(LI_NA, OX_HH=str(waits)), name="mended.csv")
        assert counts(door.receives(penalty(LI_NA, OX_HH=str(waits), CF_GSJZQ=""), name="m.csv")) == (0, 1, 0, 0)
        assert first.submission is not None
        door.register.is_sound(records=1, quarantined=0)
        return
    else:
        wrong = {"garbage": "第七行", "nobody's": str(uuid4())}[reference]
        door.receives(penalty(LI_NA, OX_HH=wrong), name="second.csv")
    door.register.is_sound(records=1, quarantined=1)


def test_one_reference_twice_in_a_file_closes_once_and_both_rows_are_judged(door: Door) -> None:
    door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    ((waits,),) = door.register.rows("select id from intake_waiting")
    rows = (penalty(LI_NA, OX_HH=str(waits)), penalty(WANG_WEI, "示市监罚〔2026〕2号", OX_HH=str(waits), CF_JDRQ="no"))
    assert counts(door.receives(*rows, name="m.csv")) == (1, 0, 1, 0)
    door.register.is_sound(records=1, quarantined=1)


def test_many_rows_are_written_as_they_are_read_and_read_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one sheet, through the same writer as a hundred thousand rows."""
    monkeypatch.setattr("openxin.intake.mending_book._ROWS_AT_ONCE", 2)
    monkeypatch.setattr("openxin.intake.mending_book._ROWS_A_SHEET", 3)
    monkeypatch.setattr("openxin.intake.mending_book._COMMENTED_CELLS", 2)
    live = dict(enumerate(LIVE))
    first = door.receives(
        *(penalty(LI_NA, f"示市监罚〔2026〕{n}号", CF_JDRQ="no", CF_SY=live.get(n, "甲")) for n in range(8))
    )
    book = book_of(door, first)
    sheets = openpyxl.load_workbook(book).worksheets
    assert [one.max_row - 2 for one in sheets[:3]] == [3, 3, 2]
    law = catalogue().types
    table = open_table(book, law["penalty"], chunk_rows=100, all_types=law)
    texts = [cell for chunk in table.chunks for cell in frame(chunk, table.layout)["CF_SY"].to_list()]
    assert [text.strip() for text in texts] == [text.strip() for text in LIVE]
    assert len([cell for line in sheets[0].iter_rows() for cell in line if cell.comment]) == 2
    again = door.receives_file(book)
    assert counts(again) == (0, 0, 8, 0)
    assert {why for _, why in door.reasons(again).values()} == {frozenset({("CF_JDRQ", "BAD_DATE")})}
    door.register.is_sound(records=0, quarantined=8)


def office(book: Path, kind: str, folder: Path) -> Path:
    """The workbook opened in LibreOffice and saved again."""
    program = shutil.which("soffice")
    assert program is not None, "LibreOffice Calc is not installed: scripts/system-packages.sh installs it"
    subprocess.run(
        [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind,
         "--outdir", str(folder / "saved"), str(book)],
        check=True, capture_output=True, timeout=120, env=os.environ | {"HOME": str(folder)},
    )  # fmt: skip
    return folder / "saved" / f"{book.stem}.{kind.partition(':')[0]}"


def test_libreoffice_opens_it_and_what_it_saves_goes_in(door: Door, tmp_path: Path) -> None:
    """No cell is changed, none becomes a formula or a number; the copy that it saved is handed in and closes what waited."""
    lines = [f"{text}甲" if text[0] != "=" else text for text in LIVE]
    rows = [
        penalty(LI_NA, f"示市监罚〔2026〕{n}号", CF_NR=text, CF_NR_FK="0.50", CF_JDRQ="2026.13.1", CF_WFXW="0012")
        for n, text in enumerate(lines)
    ]
    first = door.receives(*rows)
    book = mended(book_of(door, first), {}, tmp_path / "untouched.xlsx")
    before = rows_in(sheet_of(book))
    saved = office(book, "xlsx", tmp_path)
    sheet = sheet_of(saved)
    assert rows_in(sheet) == before
    assert {cell.data_type for line in sheet.iter_rows(min_row=3) for cell in line if cell.value is not None} == {"s"}
    assert {row["CF_XDR_ZJHM"] for row in before} == {LI_NA.number}
    ready = mended(saved, {n: {"CF_JDRQ": "2026-04-11"} for n in range(3, 3 + len(rows))}, tmp_path / "m.xlsx")
    assert counts(door.receives_file(ready)) == (len(rows), 0, 0, 0)
    door.register.is_sound(records=len(rows), quarantined=0)


def test_libreoffice_shows_text_and_not_what_it_would_compute(door: Door, tmp_path: Path) -> None:
    first = door.receives(*(penalty(LI_NA, f"示〔2026〕{n}号", CF_SY=text, CF_JDRQ="x") for n, text in enumerate(LIVE)))
    table = office(book_of(door, first), "csv:Text - txt - csv (StarCalc):44,34,76", tmp_path)
    with table.open(encoding="utf-8", newline="") as text:
        lines = list(csv.reader(text))
    place = lines[0].index("CF_SY")
    assert [line[place].strip() for line in lines[2:]] == [text.strip() for text in LIVE]
    assert UUID(lines[2][lines[0].index("OX_HH")])
    assert {line[lines[0].index("CF_SJLYDM")] for line in lines[2:]} == {MARKET}


def test_the_file_that_was_handed_in_is_not_needed_for_it(door: Door) -> None:
    file = written(door.folder, [penalty(LI_NA, CF_JDRQ="someday")])
    receipt = door.receives_file(file)
    file.unlink()
    assert len(rows_in(sheet_of(book_of(door, receipt)))) == 1
