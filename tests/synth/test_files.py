"""What the files look like, read by other programs than ours."""

import csv
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from openxin.synth import city
from openxin.synth.sheets import ENCODINGS

DAY = date(2026, 11, 24)


def _answers(file: Path) -> dict[int, dict[str, str]]:
    with city.answers_of(file).open(encoding="utf-8", newline="") as text:
        return {int(row["row"]): row for row in csv.DictReader(text)}


def _read(file: Path, encoding: str, separator: str = ",") -> list[list[str]]:
    with file.open(encoding=encoding, newline="") as text:
        return list(csv.reader(text, delimiter=separator))


def _bare(name: str) -> str:
    for dot in "•‧・･":
        name = name.replace(dot, "·")
    name = name.strip().replace("\ue826", "龵").replace("\ue82b", "龶")
    return name.upper().replace("  ", " ") if name.isascii() else name


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_row_of_an_answer_is_the_line_of_the_file(encoding: str, tmp_path: Path) -> None:
    """In every encoding, cells that hold a line break included; every name survives, rare characters too."""
    file = tmp_path / "a.csv"
    city.write(file, type="penalty", persons=2000, rows=3000, seed=2, encoding=encoding, rate=0.1, day=DAY)
    lines = _read(file, encoding)
    answers = _answers(file)
    assert len(answers) == 3000 == len(lines) - 1
    assert any("\n" in cell for line in lines for cell in line)
    for row, answer in answers.items():
        if answer["fate"] in {"admitted", "duplicate"}:
            assert _bare(lines[row - 1][0]) == answer["name"]
    assert any(ord(letter) > 0xFFFF for line in lines for letter in line[0])


def test_a_workbook_has_its_titles_above_and_its_signatures_below(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    city.write(file, type="permit", persons=90, rows=200, seed=2, rate=0.3, day=DAY, authority="health", titles=True)
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    assert "示例市卫生健康委员会" in str(sheet["A1"].value)
    header = [cell.value for cell in sheet[3]]
    assert header[0] == "序号"
    assert header.count("证件号码") == 2
    name = header.index("行政相对人名称") + 1
    answers = _answers(file)
    assert len(answers) == 200
    for row, answer in answers.items():
        if answer["fate"] in {"admitted", "duplicate"}:
            assert _bare(str(sheet.cell(row, name).value)) == answer["name"]
    assert sheet.cell(max(answers) + 1, 1).value == "合计"
    assert str(sheet.cell(max(answers) + 2, 1).value).startswith("填报人")
    assert {sheet.cell(row, 1).value for row in range(4, max(answers) + 1) if row not in answers} == {None}


def test_in_a_workbook_numbers_of_people_are_text_and_days_are_days(tmp_path: Path) -> None:
    """But for the cells in which a spreadsheet lost the digits."""
    file = tmp_path / "a.xlsx"
    city.write(file, type="penalty", persons=90, rows=600, seed=2, rate=0.4, day=DAY)
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    header = [cell.value for cell in sheet[3]]
    number, decided = header.index("CF_XDR_ZJHM") + 1, header.index("CF_JDRQ") + 1
    lost = 0
    for row, answer in _answers(file).items():
        if isinstance(sheet.cell(row, number).value, int | float):
            assert "CF_XDR_ZJHM:ID_DIGITS_LOST" in answer["problems"]
            lost += 1
    assert lost
    days = [sheet.cell(row, decided).value for row in _answers(file)]
    assert sum(isinstance(day, datetime) for day in days) > len(days) // 2
    assert any(isinstance(day, str) for day in days)


def test_the_edition_of_2018_has_no_kind_of_counterpart_and_a_bare_file_none_of_our_columns(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    city.write(
        file, type="penalty", persons=90, rows=300, seed=2, rate=0.4, day=DAY, edition="sgs-2018", extension=False,
        separator="tab",
    )  # fmt: skip
    header = _read(file, "utf-8", "\t")[0]
    assert "CF_XDR_LB" not in header
    assert "CF_FR_SFZH" in header
    assert not [code for code in header if code.startswith("OX_")]
    codes = {answer["codes"] for answer in _answers(file).values()}
    assert "SUBJECT_NOT_A_PERSON" not in codes
    assert "CONDUCT_DATE_NEEDED" in codes


def test_the_forms_in_which_clerks_write_occur(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    city.write(file, type="penalty", persons=3000, rows=6000, seed=5, rate=0, day=DAY)
    text = file.read_text(encoding="utf-8")
    for form in (
        "长期", "2099-12-31", "〔2026〕", "[2026]", "（2026）", "【2026】", "万元", "，\n",
        "警告、罚款", "居民身份证", "港澳台居民居住证",
        "、《", "999999 1", "'999999", "９９９９９９", "\u00a0", "\u3000",
    ):  # fmt: skip
        assert form in text, form
    numbers = [line[12] for line in _read(file, "utf-8")]
    assert any(len(number) == 15 for number in numbers)
    assert any(number.endswith("x") for number in numbers)
