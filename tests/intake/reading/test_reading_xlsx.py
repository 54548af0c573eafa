"""Workbooks: what cells say, sheets and rows that hide, two epochs of dates, formulas."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.reading.sheets import CODES, NAME, NUMBER, TITLES, opened, read, row, workbook, xlsx_file

texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=12)


def with_cells(path: Path, options: dict[str, object] | None = None, **cells: object) -> Path:
    """One sound row of text, in which these cells are written as what they are."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, CODES)
        for place, (code, text) in enumerate(zip(CODES, row(), strict=True)):
            value = cells.get(code, text)
            if callable(value):
                value(book, sheet, 1, place)
            elif isinstance(value, str):
                sheet.write_string(1, place, value)
            else:
                sheet.write(1, place, value)

    return workbook(path, fill, options)


def as_day(serial: float, layout: str = "yyyy-mm-dd"):
    return lambda book, sheet, at, place: sheet.write_number(at, place, serial, book.add_format({"num_format": layout}))


def formula(result: object):
    return lambda book, sheet, at, place: sheet.write_formula(at, place, "=A1", None, result)


@given(cells=st.lists(st.tuples(texts, texts), min_size=1, max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_cell_and_row_number_survives(tmp_path: Path, cells: list[tuple[str, str]]) -> None:
    lines = [row(CF_SY=one, CF_NR=other) for one, other in cells]
    got = read(xlsx_file(tmp_path / "file.xlsx", CODES, *lines), chunk_rows=3)
    assert got["row"].to_list() == list(range(2, len(lines) + 2))
    assert got.select("CF_SY", "CF_NR").rows() == cells
    assert got["sheet"].to_list() == [1] * len(lines)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (410402199001010016, "4.1040219900101E+17"),
        (999999900101001, "999999900101001"),
        (0.2, "0.2"),
        (12.0, "12"),
        (1e-7, "1E-07"),
        (20260411, "20260411"),
    ],
)
def test_a_number_cell_is_its_shortest_text_and_marked(tmp_path: Path, number: float, text: str) -> None:
    """Digits that a number cell has lost are never made up."""
    got = read(with_cells(tmp_path / "f.xlsx", CF_XDR_ZJHM=number))
    assert got[NUMBER].to_list() == [text]
    assert got[f"{NUMBER}#"].to_list() == [True]
    assert f"{NAME}#" not in got.columns


@pytest.mark.parametrize("layout", ["yyyy-mm-dd", "m/d/yy", 'yyyy"年"m"月"d"日"', "yyyy-mm-dd hh:mm"])
def test_a_day_is_iso(tmp_path: Path, layout: str) -> None:
    got = read(with_cells(tmp_path / "f.xlsx", CF_JDRQ=as_day(46123, layout), CF_YXQ=as_day(46123.5, layout)))
    assert got.select("CF_JDRQ", "CF_YXQ").row(0) == ("2026-04-11", "2026-04-11")
    assert "CF_JDRQ#" not in got.columns


def test_dates_of_1904_are_moved_to_the_other_epoch(tmp_path: Path) -> None:
    """A date cell and a bare serial number in a date column mean the same day; other numbers do not move."""
    serial = (date(2026, 4, 11) - date(1904, 1, 1)).days
    got = read(
        with_cells(
            tmp_path / "f.xlsx", {"date_1904": True}, CF_JDRQ=as_day(serial), CF_YXQ=float(serial), CF_NR=float(serial)
        )
    )
    assert got.select("CF_JDRQ", "CF_YXQ", "CF_NR").row(0) == ("2026-04-11", "46123", str(serial))


def test_a_formula_counts_as_its_stored_value(tmp_path: Path) -> None:
    got = read(with_cells(tmp_path / "f.xlsx", CF_SY=formula("甲"), CF_NR=formula(7), CF_YJ=formula("")))
    assert got.select("CF_SY", "CF_NR", "CF_YJ").row(0) == ("甲", "7", None)


def test_a_formula_that_was_never_computed_is_empty(tmp_path: Path) -> None:
    """Many programs store formulas without values, openpyxl among them."""
    book = openpyxl.Workbook()
    book.active.append(CODES)
    book.active.append([f"={cell}" if code == "CF_SY" else cell for code, cell in zip(CODES, row(), strict=True)])
    book.active["T2"] = datetime(2026, 4, 11)  # noqa: DTZ001
    book.save(tmp_path / "f.xlsx")
    assert read(tmp_path / "f.xlsx")["CF_SY"].to_list() == [None]


def test_every_fitting_sheet_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("封面").write_string(0, 0, "示例市")
        for name, header in (("一月", CODES), ("二月", TITLES)):
            sheet = book.add_worksheet(name)
            sheet.write_row(2, 1, header)
            sheet.write_row(3, 1, row(CF_SY=name))
        book.add_worksheet("空")

    file = workbook(tmp_path / "f.xlsx", fill)
    table = opened(file)
    assert table.skipped_sheets == ("封面", "空")
    assert [(chunk.sheet, chunk.sheet_name, chunk.first_row) for chunk in table.chunks] == [
        (2, "一月", 4),
        (3, "二月", 4),
    ]
    assert read(file).select("sheet", "row", "CF_SY").rows() == [(2, 4, "一月"), (3, 4, "二月")]


def test_hidden_sheets_and_rows_are_read_and_noted(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("一", "二"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, CODES)
            for at in (1, 2, 3):
                sheet.write_row(at, 0, row())
        sheet.hide()
        sheet.set_row(2, None, None, {"hidden": True})

    file = workbook(tmp_path / "f.xlsx", fill)
    assert read(file).height == 6
    assert [(note.sheet, note.row, note.code) for note in opened(file).notes] == [
        (2, None, "HIDDEN_SHEET"),
        (2, 3, "HIDDEN_ROW"),
    ]


def test_old_private_use_characters_become_those_of_2022(tmp_path: Path) -> None:
    got = read(xlsx_file(tmp_path / "f.xlsx", CODES, row(CF_XDR_MC="\ue81e𠮷\ue000")))
    assert got[NAME].to_list() == ["\u9fb4𠮷\ue000"]


def test_formats_far_below_the_last_row_are_no_rows(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, CODES)
        sheet.write_row(1, 0, row())
        for at in range(2, 5000):
            sheet.write_blank(at, 3, None, book.formats[0])
        sheet.write_row(5000, 0, row())

    file = workbook(tmp_path / "f.xlsx", fill)
    assert read(file)["row"].to_list() == [2, 5001]
    assert len(list(opened(file).chunks)) == 2


def test_a_table_may_be_taken_twice_from_one_file(tmp_path: Path) -> None:
    file = xlsx_file(tmp_path / "f.xlsx", CODES, row())
    assert read(file).equals(read(file))


def test_the_extension_decides_nothing(tmp_path: Path) -> None:
    assert [note.code for note in opened(xlsx_file(tmp_path / "f.csv", CODES, row())).notes] == ["EXTENSION_DIFFERS"]
