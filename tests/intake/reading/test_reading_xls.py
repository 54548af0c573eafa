"""Workbooks of Excel 97 to 2003: as LibreOffice writes them, and made by hand where it would not."""

import contextlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openxin.intake.reading.table import FileRefused
from tests.intake.reading import biff
from tests.intake.reading.biff import Formula, Sheet, xls
from tests.intake.reading.sheets import CODES, NAME, NUMBER, csv_file, opened, read, row, xlsx_file

FILES = Path(__file__).parent / "files"
texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=12)


def cells(**values: object) -> list[object]:
    """A sound row in which these cells are what they are."""
    return [values.get(code, text) for code, text in zip(CODES, row(), strict=True)]


def test_what_a_real_program_wrote_is_read() -> None:
    """Title, note, titles as header, an empty line, a total, signatures; days, number cells; a hidden row and sheet."""
    table = opened(FILES / "penalties.xls")
    assert (table.format, table.skipped_sheets) == ("xls", ("封面",))
    assert [(note.sheet, note.row, note.code) for note in table.notes] == [
        (2, 5, "HIDDEN_ROW"),
        (3, None, "HIDDEN_SHEET"),
    ]
    got = read(FILES / "penalties.xls")
    assert got.select("sheet", "row", NAME).rows() == [
        (2, 4, "张示例"), (2, 5, "𠮷𬀩·阿布都"), (2, 7, "\u9fb4示例"), (3, 2, "李示例"),
    ]  # fmt: skip
    assert got["CF_JDRQ"].to_list() == ["2026-04-11"] * 3 + ["46123"]


def test_a_resident_id_in_a_number_cell_is_not_made_up_again() -> None:
    got = read(FILES / "penalties.xls")
    assert got[NUMBER].to_list()[2] == "9.9999919900101E+17"
    assert got[f"{NUMBER}#"].to_list()[:3] == [False, False, True]


def test_dates_of_1904_are_moved_to_the_other_epoch() -> None:
    assert read(FILES / "epoch-1904.xls").select("CF_JDRQ", "CF_YXQ").row(0) == ("2026-04-11", "46123")


@given(lines=st.lists(st.tuples(texts, texts), min_size=1, max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_cell_and_row_number_survives(tmp_path: Path, lines: list[tuple[str, str]]) -> None:
    written = [cells(CF_SY=one, CF_NR=other) for one, other in lines]
    got = read(xls(tmp_path / "file.xls", Sheet("名单", [CODES, *written])), chunk_rows=3)
    assert got["row"].to_list() == list(range(2, len(lines) + 2))
    assert got.select("CF_SY", "CF_NR").rows() == lines


@pytest.mark.parametrize(
    ("stored", "text"), [(Formula("甲"), "甲"), (Formula(7.0), "7"), (Formula(None), None), (0.2, "0.2"), (12, "12")]
)
def test_a_formula_counts_as_its_stored_value_and_without_one_as_empty(
    tmp_path: Path, stored: object, text: str | None
) -> None:
    assert read(xls(tmp_path / "f.xls", Sheet("名单", [CODES, cells(CF_SY=stored)])))["CF_SY"].to_list() == [text]


def test_every_fitting_sheet_is_read_and_hidden_ones_are_noted(tmp_path: Path) -> None:
    january = Sheet("一月", [CODES, cells(CF_JDRQ=date(2026, 1, 4)), cells()], hidden_rows=frozenset({0, 2}))
    february = Sheet("二月", [[], ["二月"], CODES, cells()], biff.HIDDEN)
    file = xls(tmp_path / "f.xls", Sheet("封面", [["示例市"]]), january, february)
    table = opened(file)
    assert table.skipped_sheets == ("封面",)
    assert [(note.sheet, note.row, note.code) for note in table.notes] == [
        (2, 3, "HIDDEN_ROW"),
        (3, None, "HIDDEN_SHEET"),
    ]
    assert read(file).select("sheet", "row", "CF_JDRQ").rows() == [
        (2, 2, "2026-01-04"),
        (2, 3, "2026-04-11"),
        (3, 4, "2026-04-11"),
    ]


@pytest.mark.parametrize("name", ["f.xls", "f.xlsx", "f.csv", "f.XLS", "f"])
@pytest.mark.parametrize("kind", ["xls", "xlsx", "csv"])
def test_the_content_decides_and_not_the_name(tmp_path: Path, kind: str, name: str) -> None:
    """Many programs write one kind under the name of another."""
    file = tmp_path / name
    if kind == "xls":
        xls(file, Sheet("名单", [CODES, row()]))
    else:
        {"xlsx": xlsx_file, "csv": csv_file}[kind](file, CODES, row())
    table = opened(file)
    assert table.format == kind
    fits = file.suffix.lower() in {"", f".{kind}"}
    assert [note.code for note in table.notes] == ([] if fits else ["EXTENSION_DIFFERS"])
    assert read(file)[NAME].to_list() == ["张示例"]


def test_a_full_sheet_is_read(tmp_path: Path) -> None:
    """65,536 rows are all that such a sheet can have."""
    file = xls(tmp_path / "f.xls", Sheet("名单", [CODES, *[row()[:5]] * 65_535]))
    got = read(file, chunk_rows=20_000)
    assert (got.height, got["row"][-1]) == (65_535, 65_536)


@given(st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_is_read_or_refused_and_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever byte of a real file is another one: rows come out, or one of the refusals does."""
    held = bytearray((FILES / "penalties.xls").read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        held[data.draw(st.integers(0, len(held) - 1))] = data.draw(st.integers(0, 255))
    file = tmp_path / "f.xls"
    file.write_bytes(held)
    with contextlib.suppress(FileRefused):
        assert "row" in read(file).columns
