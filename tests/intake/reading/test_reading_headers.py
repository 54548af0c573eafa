"""Which line is the header, which column is which, and which lines are no data."""

from pathlib import Path

import pytest

from tests.intake.reading.sheets import (
    ALL,
    CODES,
    COLUMNS,
    NAME,
    NUMBER,
    PERMIT,
    TITLES,
    csv_file,
    opened,
    read,
    refusal,
    row,
    xlsx_file,
)

either = pytest.mark.parametrize("write", [csv_file, xlsx_file])
PERMIT_CODES = [column.code for column in PERMIT.columns if column.required]


@either
def test_a_title_a_note_and_empty_lines_may_stand_above(tmp_path: Path, write) -> None:
    got = read(write(tmp_path / "file.x", ["示例市行政处罚公示表"], [], ["注：2026年4月"], CODES, row(), row()))
    assert got["row"].to_list() == [5, 6]
    assert got[NAME].to_list() == ["张示例"] * 2


@either
def test_titles_serve_as_well_as_codes_in_any_order(tmp_path: Path, write) -> None:
    got = read(write(tmp_path / "file.x", TITLES[::-1], row(CF_SY="事实")[::-1]))
    assert got["CF_SY"].to_list() == ["事实"]


@pytest.mark.parametrize(
    "title",
    [
        "罚款金额（万元）",
        "罚款金额(万元)",
        " 罚款 金额【万元】",
        "罚款金额\n（万元）",
        "罚款金额\u3000〔万元〕",
        "*罚款金额（万元）（必填）",
        "cf_nr_fk",
        "ＣＦ＿ＮＲ＿ＦＫ",
        "罚款金额（万元）CF_NR_FK",
    ],
)
def test_brackets_spaces_and_widths_are_folded(tmp_path: Path, title: str) -> None:
    assert "CF_NR_FK" in read(csv_file(tmp_path / "file.csv", [*CODES, title], [*row(), "0.2"])).columns


def test_another_unit_is_another_column(tmp_path: Path) -> None:
    """罚款金额（元） taken for 万元 would be wrong by a factor of ten thousand."""
    table = opened(csv_file(tmp_path / "file.csv", [*CODES, "罚款金额（元）"], [*row(), "2000"]))
    assert table.ignored_columns == ("罚款金额（元）",)


@either
@pytest.mark.parametrize("header", [(CODES, TITLES), (TITLES, CODES)])
def test_a_header_may_have_two_lines(tmp_path: Path, write, header) -> None:
    got = read(write(tmp_path / "file.x", ["标题"], *header, row()))
    assert got["row"].to_list() == [4]


@either
def test_a_header_repeated_at_a_page_break_is_no_row(tmp_path: Path, write) -> None:
    got = read(write(tmp_path / "file.x", CODES, TITLES, row(), CODES, TITLES, row(), TITLES, row()))
    assert got["row"].to_list() == [3, 6, 8]


def test_unknown_columns_are_named(tmp_path: Path) -> None:
    table = opened(csv_file(tmp_path / "file.csv", ["序号", *CODES, "手机号", "SJC"], ["1", *row(), "无", "2"]))
    assert table.ignored_columns == ("序号", "手机号", "SJC")


def test_of_equal_titles_the_nth_is_the_templates_nth(tmp_path: Path) -> None:
    """The legal representative's 证件类型 and 证件号码 stand before the person's."""
    header = ["法定代表人", "证件类型", "证件号码", *TITLES]
    cells = ["法人", "02", "E00000000", *row()]
    got = read(csv_file(tmp_path / "file.csv", header, cells))
    assert got.select("CF_FR_ZJHM", NUMBER).row(0) == ("E00000000", "999999199001010016")


def test_a_single_one_is_the_persons(tmp_path: Path) -> None:
    got = read(csv_file(tmp_path / "file.csv", TITLES, row()))
    assert "CF_FR_ZJHM" not in got.columns
    assert got[NUMBER][0] == "999999199001010016"


def test_columns_of_2016_are_known_by_their_old_codes(tmp_path: Path) -> None:
    """Two columns that are one today are joined as a list; those without a successor are named."""
    old = {NUMBER: "CF_XDR_SFZ", "CF_CFJG": "CF_XZJG", "CF_NR": "CF_JG", "CF_CFLB": "CF_CFLB1"}
    header = [*(old.get(code, code) for code in CODES), "CF_CFLB2", "DFBM"]
    file = csv_file(tmp_path / "f.csv", header, [*row(CF_CFLB="警告"), "罚款", "1"], [*row(CF_CFLB="警告"), "", ""])
    got = read(file)
    assert got["CF_CFLB"].to_list() == ["警告;罚款", "警告"]
    assert got["CF_NR"].to_list() == ["某", "某"]
    assert opened(file).ignored_columns == ("DFBM",)


def test_a_file_of_2018_has_no_kind_of_counterpart(tmp_path: Path) -> None:
    keep = [place for place, code in enumerate(CODES) if code != "CF_XDR_LB"]
    got = read(csv_file(tmp_path / "f.csv", [CODES[place] for place in keep], [row()[place] for place in keep]))
    assert got.height == 1
    assert "CF_XDR_LB" not in got.columns


@either
def test_missing_required_columns_are_named(tmp_path: Path, write) -> None:
    refused = refusal(write(tmp_path / "file.x", CODES[:-2], row()[:-2]))
    assert refused.code == "HEADER_UNKNOWN"
    assert refused.detail == tuple(CODES[-2:])
    assert COLUMNS[-1].title.zh in refused.words.zh
    assert COLUMNS[-1].title.en in refused.words.en


@either
def test_a_header_of_another_type_is_said_to_be_one(tmp_path: Path, write) -> None:
    refused = refusal(write(tmp_path / "file.x", PERMIT_CODES, ["某"] * len(PERMIT_CODES)))
    assert (refused.code, refused.detail) == ("WRONG_TYPE", ("permit",))


@either
@pytest.mark.parametrize(
    "line",
    [
        ["合计"],
        ["合 计", "", "", "12"],
        ["总计：", "", "", "3人", "", "", "", "", "", "0.2"],
        ["本页小计", "35条"],
        ["", "", "", "", "合计（万元）", "12,000.50"],
        ["3", "合计"],
        ["填表人：张示例", "", "审核人：李示例", "", "2026年4月11日"],
        ["单位（盖章）"],
        ["单位负责人（签字）：", "", "", "填报日期：2026-04-11"],
        ["负责人:"],
        ["", "", "", "制表人：某 2026"],
        ["注：本表一式两份"],
        ["第3页，共5页"],
        [""],
        [" ", "\u3000", "\u00a0"],
        ["", "", "", ""],
    ],
)
def test_lines_that_are_no_data(tmp_path: Path, write, line: list[str]) -> None:
    """Totals, signatures, notes, page numbers and empty lines are no rows, and rows keep their numbers."""
    got = read(write(tmp_path / "file.x", CODES, row(), line, row(), line))
    assert got["row"].to_list() == [2, 4]


@pytest.mark.parametrize(
    "cells",
    [
        row(CF_XDR_ZJHM=""),
        row(CF_XDR_ZJHM="", CF_XDR_MC="合计"),
        row(CF_XDR_ZJHM="1"),
        row(CF_XDR_MC="负责人", CF_XDR_ZJHM=""),
        row(CF_XDR_MC="合计"),
        row(CF_XDR_MC="注：见附件"),
        ["张示例"],
        ["", "", "", "999999199001010016"],
        ["", "", "", "", "示例〔2026〕1号"],
    ],
)
def test_a_row_with_faults_is_still_a_row(tmp_path: Path, cells: list[str]) -> None:
    """Only what has every sign of a total or a signature is dropped: no row is lost in silence."""
    assert read(csv_file(tmp_path / "file.csv", CODES, cells, row()))["row"].to_list() == [2, 3]


@either
@pytest.mark.parametrize("lines", [[CODES], [CODES, TITLES], ["标题", CODES], [CODES, ["合计"]], [CODES, [""] * 5, []]])
def test_a_header_without_rows_is_empty(tmp_path: Path, write, lines) -> None:
    lines = [[line] if isinstance(line, str) else line for line in lines]
    assert refusal(write(tmp_path / "file.x", *lines)).code == "EMPTY"


@pytest.mark.parametrize("by_title", [False, True], ids=["codes", "titles"])
@pytest.mark.parametrize("meant", list(ALL))
def test_a_header_fits_its_own_type_and_no_other(tmp_path: Path, meant: str, by_title: bool) -> None:
    """Handed in as any other type the file is WRONG_TYPE, and says which type it is; lacking a column, it names that column."""
    columns = [column for column in ALL[meant].columns if column.required]
    header = [column.title.zh if by_title else column.code for column in columns]
    file = csv_file(tmp_path / "file.csv", header, ["某"] * len(header))
    assert opened(file, type_=meant).layout
    for other in ALL.keys() - {meant}:
        refused = refusal(file, type_=other)
        assert (refused.code, refused.detail) == ("WRONG_TYPE", (meant,)), other
    refused = refusal(csv_file(tmp_path / "short.csv", header[:-1], ["某"] * (len(header) - 1)), type_=meant)
    assert (refused.code, refused.detail) == ("HEADER_UNKNOWN", (columns[-1].code,))
