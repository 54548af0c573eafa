"""The template that a body fills in agrees with the door, since both are made from the catalogue."""

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from openxin.cli.main import build
from openxin.intake.reading.refusal import FileRefused
from openxin.intake.reading.table import frame, open_table
from openxin.intake.templates import write_template
from openxin.law.loading import catalogue

LAW = catalogue()
every_type = pytest.mark.parametrize("type_", list(LAW.types))


def made(path: Path, type_: str) -> Path:
    write_template(path, LAW.types[type_], LAW)
    return path


@every_type
def test_an_untouched_template_holds_no_row(tmp_path: Path, type_: str) -> None:
    """Neither the example nor the notes are taken for data."""
    with pytest.raises(FileRefused) as refused:
        open_table(made(tmp_path / "t.xlsx", type_), LAW.types[type_], chunk_rows=100, all_types=LAW.types)
    assert refused.value.code == "EMPTY"


@every_type
def test_what_is_filled_in_is_read_and_nothing_else(tmp_path: Path, type_: str) -> None:
    """The example's values, written into the data sheet, are one row of every required column."""
    book = openpyxl.load_workbook(made(tmp_path / "t.xlsx", type_))
    data, example = book.worksheets[0], book["示例"]
    values = {code: value for _, code, value in example.iter_rows(min_row=2, values_only=True)}
    for cell in data[1]:
        data.cell(3, cell.column, values[cell.value])
    book.save(tmp_path / "filled.xlsx")
    table = open_table(tmp_path / "filled.xlsx", LAW.types[type_], chunk_rows=100, all_types=LAW.types)
    rows = [frame(chunk, table.layout) for chunk in table.chunks]
    assert [one["row"].to_list() for one in rows] == [[3]]
    assert table.skipped_sheets == ("示例", "填写说明", "代码表")
    required = [column.code for column in LAW.types[type_].columns if column.required]
    assert rows[0].select(required).null_count().sum_horizontal().to_list() == [0]


def test_every_column_is_text_and_lists_have_drop_downs(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(made(tmp_path / "t.xlsx", "penalty"))
    data = book.worksheets[0]
    places = {cell.value: cell.column_letter for cell in data[1]}
    assert {one.number_format for one in data.column_dimensions.values()} == {"@"}
    offered = {
        str(one.sqref).split(":")[0]: one.formula1 for one in data.data_validations.dataValidation if one.type == "list"
    }
    for column in LAW.types["penalty"].columns:
        if column.list and column.code in places:
            sheet, _, area = offered[f"{places[column.code]}3"].lstrip("=").partition("!")
            values = [line[0].value for line in book[sheet.strip("'")][area.replace("$", "")]]
            accepted = {
                word for value in LAW.lists[column.list].values for word in (value.code, value.title.zh, *value.aliases)
            }
            assert set(values) <= accepted


def test_the_example_is_of_nobody(tmp_path: Path) -> None:
    """Area 999999 is assigned to no one."""
    book = openpyxl.load_workbook(made(tmp_path / "t.xlsx", "permit"))
    numbers = [value for _, code, value in book["示例"].values if code == "XK_XDR_ZJHM"]
    assert numbers == ["999999199001010016"]


def test_the_command_writes_it_and_refuses_other_types(tmp_path: Path) -> None:
    out = tmp_path / "t.xlsx"
    assert CliRunner().invoke(build(), ["template", "--type", "penalty", "--out", str(out)]).exit_code == 0
    assert out.read_bytes()[:2] == b"PK"
    assert CliRunner().invoke(build(), ["template", "--type", "score", "--out", str(out)]).exit_code == 2
