"""What the empty workbook and the mending workbook have in common: how a sheet of one record type looks.

Codes in its first line, Chinese titles in the second, and every cell declared as text (a number cell would round an identity
number to fifteen digits). The lists' values lie in a hidden sheet, where drop-downs may be longer than 255 characters. Nothing
that is written becomes a formula, a link or a number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, Self

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from openxin.law.catalogue import Catalogue, Column, Words

CODES = "代码表"
"""The hidden sheet of the lists."""
HEAD_ROWS = 2
_WIDTH = (12, 40)
_TEXT = 49
"""The built-in number format for text, `@`, that every program shows as such."""


def text_book(out: Path | BinaryIO, *, parts_in: str | None = None) -> xlsxwriter.Workbook:
    """A workbook of text alone, made in memory. `parts_in`: a folder for one too large; its rows must then come in order."""
    return xlsxwriter.Workbook(
        str(out) if isinstance(out, Path) else out,
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            **({"in_memory": True} if parts_in is None else {"constant_memory": True, "tmpdir": parts_in}),
        },
    )


def ordinary(column: Column) -> bool:
    """Whether a body is asked to fill this column in for a person."""
    return not column.empty_for_persons and column.forbidden is None


@dataclass(frozen=True, slots=True)
class Styles:
    """How cells look."""

    text: Format
    code: Format
    required: Format
    optional: Format

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> Self:
        """The styles, in this workbook."""
        return cls(
            text=book.add_format({"num_format": _TEXT, "text_wrap": True, "valign": "top"}),
            code=book.add_format({"font_color": "#595959", "font_size": 9, "num_format": _TEXT}),
            required=book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "text_wrap": True}),
            optional=book.add_format({"bold": True, "bg_color": "#DDE6EE", "font_color": "#1F2A33", "text_wrap": True}),
        )

    def title(self, column: Column) -> Format:
        """The style of a column's title."""
        return self.required if column.required else self.optional


def sheet_name(title: str) -> str:
    """A title as the name of a sheet."""
    return "".join(mark for mark in title if mark not in "[]:*?/\\")[:31]


def offered(code: str, title: Words) -> str:
    """What a drop-down offers: the Chinese title; the bare code where that is a word of letters (Y, CHN)."""
    return code if code.isascii() and code.isalpha() else title.zh


def write_lists(sheet: Worksheet, columns: Sequence[Column], law: Catalogue) -> dict[str, str]:
    """Each list in a column of the hidden sheet, row by row; returns where, for the drop-downs."""
    sheet.hide()
    names = list(dict.fromkeys(column.list for column in columns if column.list))
    texts = [
        [law.lists[name].title.zh, *(offered(value.code, value.title) for value in law.lists[name].values)]
        for name in names
    ]
    for row, line in enumerate(zip_longest(*texts)):
        for place, text in enumerate(line):
            if text is not None:
                sheet.write_string(row, place, text)
    letters = [xlsxwriter.utility.xl_col_to_name(place, col_abs=True) for place in range(len(names))]
    return {
        name: f"='{CODES}'!{letter}$2:{letter}${len(lines)}"
        for name, letter, lines in zip(names, letters, texts, strict=True)
    }


def plain(text: str) -> str:
    """Text of a stranger, for a cell: what looks like the writer's own markup would be written as it is, but for a space."""
    return text + " " if text.startswith("<r>") and text.endswith("</r>") else text


def write_head(
    sheet: Worksheet,
    columns: Sequence[Column],
    lists: Mapping[str, str],
    styles: Styles,
    *,
    rows: int,
    beside: Sequence[Words] = (),
) -> None:
    """The two lines of the header, and drop-downs for so many `rows` below it. `beside`: titles of what stands before them."""
    left = len(beside)
    for place, column in enumerate(columns, start=left):
        width = max(_WIDTH[0], min(_WIDTH[1], 2 * len(column.title.zh) + 2))
        sheet.set_column(place, place, width, styles.text)
        sheet.write_string(0, place, column.code, styles.code)
    for place, words in enumerate(beside):
        sheet.write_string(1, place, f"{words.zh} / {words.en}", styles.optional)
    for place, column in enumerate(columns, start=left):
        sheet.write_string(1, place, column.title.zh, styles.title(column))
        if column.list:
            sheet.data_validation(
                HEAD_ROWS,
                place,
                HEAD_ROWS + rows - 1,
                place,
                {
                    "validate": "list",
                    "source": lists[column.list],
                    # Several values in one cell are in no drop-down: the program may only ask, the door decides.
                    "error_type": "information" if column.kind == "lists" else "warning",
                    "error_title": "不在代码表内",
                    "error_message": "请从下拉列表选择。/ Please choose from the list.",
                },
            )
    sheet.freeze_panes(HEAD_ROWS, left + 1)
