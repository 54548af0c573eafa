"""The mending workbook: the rows that wait, each with its reference, ready to be mended and handed in again.

The sheet is the empty workbook's, filled in: cells as they came, as text; faulty ones coloured, with cause and remedy in a
comment and, for every row, in a column beside; drop-downs from the code lists. Before it stands where each row came from.
Refused rows stand on a sheet of their own, by place and reason alone: their content was never kept. Many rows are written as
they are read, so that a workbook may be larger than memory; nothing of them touches the disk but where it was asked for.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from openxin.intake import template_sheets as sheets
from openxin.intake.judging.words import Message, describe
from openxin.intake.open_rows import OpenRow
from openxin.intake.waiting import RefusedRow
from openxin.law.catalogue import Catalogue, Column, RecordType, Words

_ROWS_A_SHEET = 1_000_000
_ROWS_AT_ONCE = 5_000
_MEMORY = Path("/dev/shm")  # noqa: S108  (a folder of its own in it, that nobody else may enter)
_COMMENTED_CELLS = 5_000
"""Cells with a comment: a program that opens a workbook holds each as a drawing. The column beside has the words for all."""
_REFUSED, _NOTES = "依法不收", "补正说明"
_BESIDE = (Words("原文件位置", "Place in the file"), Words("待补正的问题", "What is to be mended"))
_WIDTHS = (16, 48)
_FAULTY = "#FFE08A"
_COMMENT = {"author": "OpenXin", "x_scale": 2.4, "y_scale": 1.6, "font_size": 9}
_REFUSED_HEAD = (
    Words("工作表", "Sheet"),
    Words("行号", "Row"),
    Words("不收的原因", "Why it may not be held"),
    Words("原因（英文）", "The reason in English"),
)
_REFUSED_WIDTHS = (16, 8, 60, 60)
_HOW = (
    Words(
        "着色的单元格有问题：批注和左侧栏目写明原因和办法。改好后把本文件作为新文件报送，记录类型和报送单位不变。",
        "Coloured cells have a fault: the comment, and the column on the left, say what is wrong and what to do."
        " Then hand this file in as a new file, for the same type and by the same body.",
    ),
    Words(
        "不要改动 OX_HH 一栏：它指明补正的是哪一行；这一行报送后，原来的待补正行即告结束。",
        "Leave OX_HH as it is: it names the row that is mended, which ends when this one is handed in.",
    ),
    Words("不再报送的行可以整行删除。", "A row that is not to be sent again can be deleted."),
    Words(
        f"“{_REFUSED}”工作表列出依法不得收录的行，只有位置和原因，内容没有留存，不能补正。",
        f"The sheet “{_REFUSED}” lists rows that may not be held by law: place and reason only. Nothing of them was kept.",
    ),
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes in. `in_question`: the columns of which some row's problems speak; `sheet_names`: of the file, by number."""

    type: RecordType
    law: Catalogue
    rows: Iterable[OpenRow]
    row_count: int
    refused: Iterable[RefusedRow]
    in_question: Sequence[Column]
    sheet_names: Mapping[int, str | None]


def write_book(out: Path | BinaryIO, contents: Contents) -> int:
    """Write the workbook; the number of rows that wait in it."""
    filled = {column.code for column in contents.in_question}
    # A column that must be empty for a person is only there where a row has something in it that must go.
    columns = [column for column in contents.type.columns if sheets.ordinary(column) or column.code in filled]
    with _workplace(contents.row_count) as folder, sheets.text_book(out, parts_in=folder) as book:
        styles = sheets.Styles.of(book)
        faulty = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "bg_color": _FAULTY})
        title = sheets.sheet_name(contents.type.title.zh)
        counts = [
            min(_ROWS_A_SHEET, contents.row_count - first) for first in range(0, contents.row_count, _ROWS_A_SHEET)
        ] or [0]
        data = [book.add_worksheet(title if n == 0 else f"{title}{n + 1}") for n in range(len(counts))]
        refused, notes = book.add_worksheet(_REFUSED), book.add_worksheet(_NOTES)
        lists = sheets.write_lists(book.add_worksheet(sheets.CODES), columns, contents.law)
        rows, written = iter(contents.rows), 0
        for sheet, count in zip(data, counts, strict=True):
            _write_head(sheet, columns, lists, styles, count)
            written += _DataSheet(sheet, columns, contents, styles, faulty).fill(islice(rows, count))
        _write_refused(refused, contents, styles)
        _write_notes(notes, styles)
    return written


@contextmanager
def _workplace(rows: int) -> Iterator[str | None]:
    """Where the parts of a large workbook lie until they are packed: in memory that looks like a folder, never on the disk."""
    if rows <= _ROWS_AT_ONCE:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="openxin-mending-", dir=_MEMORY) as folder:
        yield folder


def _write_head(
    sheet: Worksheet, columns: Sequence[Column], lists: Mapping[str, str], styles: sheets.Styles, rows: int
) -> None:
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width, styles.text)
    sheets.write_head(sheet, columns, lists, styles, rows=max(1, rows), beside=_BESIDE)
    sheet.freeze_panes(sheets.HEAD_ROWS, 1)


class _DataSheet:
    """One sheet of rows that wait."""

    def __init__(
        self, sheet: Worksheet, columns: Sequence[Column], contents: Contents, styles: sheets.Styles, faulty: Format
    ) -> None:
        self._sheet, self._columns, self._contents = sheet, columns, contents
        self._text, self._faulty = styles.text, faulty
        self._commented = 0

    def fill(self, rows: Iterator[OpenRow]) -> int:
        """Write the rows in order; how many they were."""
        count = 0
        for count, row in enumerate(rows, start=1):
            self._write(sheets.HEAD_ROWS + count - 1, row)
        return count

    def _write(self, at: int, row: OpenRow) -> None:
        messages: dict[str, list[Message]] = {}
        for field, code in row.problems:
            told = describe(code, field, row.cells.get(field), self._contents.type, self._contents.law)
            messages.setdefault(field, []).append(told)
        all_of_it = "\n".join(f"{one.zh} / {one.en}" for one in chain.from_iterable(messages.values()))
        self._put(at, 0, _place(row.sheet, row.row, self._contents.sheet_names), self._text)
        self._put(at, 1, all_of_it, self._text)
        for place, column in enumerate(self._columns, start=len(_BESIDE)):
            faults = messages.get(column.code)
            text = str(row.reference) if column.kind == "reference" else row.offered(column)
            self._put(at, place, text, self._text if faults is None else self._faulty)
            if faults is not None and self._commented < _COMMENTED_CELLS:
                self._commented += 1
                words = "\n".join(f"{one.zh}\n{one.en}" for one in faults)
                self._sheet.write_comment(at, place, words, _COMMENT)

    def _put(self, at: int, place: int, text: str, style: Format) -> None:
        if text:
            self._sheet.write_string(at, place, sheets.plain(text), style)
        elif style is self._faulty:
            self._sheet.write_blank(at, place, None, style)


def _place(sheet: int, row: int, names: Mapping[int, str | None]) -> str:
    name = names.get(sheet)
    return f"{name} 第{row}行" if name else f"第{row}行"


def _write_refused(sheet: Worksheet, contents: Contents, styles: sheets.Styles) -> None:
    for place, (words, width) in enumerate(zip(_REFUSED_HEAD, _REFUSED_WIDTHS, strict=True)):
        sheet.set_column(place, place, width, styles.text)
        sheet.write_string(0, place, f"{words.zh} / {words.en}", styles.optional)
    for at, row in enumerate(islice(contents.refused, _ROWS_A_SHEET), start=1):
        told = [describe(code, field, None, contents.type, contents.law) for field, code in row.problems]
        cells = (
            contents.sheet_names.get(row.sheet) or "",
            str(row.row),
            "\n".join(one.zh for one in told),
            "\n".join(one.en for one in told),
        )
        for place, cell in enumerate(cells):
            sheet.write_string(at, place, sheets.plain(cell), styles.text)


def _write_notes(sheet: Worksheet, styles: sheets.Styles) -> None:
    sheet.set_column(0, 0, 110, styles.text)
    for at, text in enumerate(chain.from_iterable((words.zh, words.en) for words in _HOW)):
        sheet.write_string(at, 0, text, styles.text)
