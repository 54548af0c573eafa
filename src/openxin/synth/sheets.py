"""A file as a department's clerk saves it: text in some encoding, or a workbook; bare, or dressed.

Dressed means a title and a note above the header, a column of running numbers, an empty row here and there, a total and
signatures below. `row` is always the number that a spreadsheet program shows.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Protocol, Self

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from openxin.synth import xls

ENCODINGS: Final = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
SEPARATORS: Final = {"comma": ",", "tab": "\t", "semicolon": ";"}


class Sheet(Protocol):
    """Where rows go, from the first line down."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Save."""

    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write lines."""


class TextSheet:
    """CSV, streamed."""

    def __init__(self, path: Path, encoding: str, separator: str) -> None:
        self._path, self._encoding, self._separator = path, encoding, separator
        self._file: IO[str]

    def __enter__(self) -> Self:
        self._file = self._path.open("w", encoding=self._encoding, newline="")
        self._writer = csv.writer(self._file, delimiter=self._separator, lineterminator="\r\n")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write lines."""
        self._writer.writerows(rows)


class Workbook:
    """XLSX, streamed by XlsxWriter: text stays text, days are date cells, sums and lost digits are number cells."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name, self._next = path, name, 0

    def __enter__(self) -> Self:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(self._path), options)
        # A fixed day of making: the same words make the same bytes.
        self._book.set_properties({"created": date(2026, 1, 1)})
        self._sheet: Worksheet = self._book.add_worksheet(self._name)
        self._day_format = self._book.add_format({"num_format": "yyyy-mm-dd"})
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write lines."""
        for row in rows:
            for column, value in enumerate(row):
                if isinstance(value, date):
                    self._sheet.write_datetime(self._next, column, value, self._day_format)
                elif isinstance(value, str):
                    if value:
                        self._sheet.write_string(self._next, column, value)
                else:
                    self._sheet.write_number(self._next, column, value)
            self._next += 1


class OldWorkbook:
    """XLS, whole in memory until it is saved: the place of each sheet stands before all of them."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name, self._next, self._width = path, name, 0, 0
        self._cells: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        book = xls.workbook([(self._name, 0, 0, xls.sheet(self._cells, rows=self._next, columns=self._width))])
        self._path.write_bytes(xls.compound({"Workbook": book}))

    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write lines."""
        for row in rows:
            self._cells += [xls.cell(self._next, place, value) for place, value in enumerate(row) if value != ""]
            self._next, self._width = self._next + 1, max(self._width, len(row))


def sheet(path: Path, *, encoding: str, separator: str, name: str) -> Sheet:
    """A workbook for .xlsx and .xls, text for .csv."""
    if path.suffix == ".xls":
        return OldWorkbook(path, name)
    if path.suffix == ".xlsx":
        return Workbook(path, name)
    return TextSheet(path, encoding, SEPARATORS[separator])
