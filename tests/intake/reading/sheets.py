"""Files for the tests of reading: tables as departments write them, and what must come out of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import xlsxwriter

from openxin.intake.reading.refusal import FileRefused
from openxin.intake.reading.table import Table, frame, open_table
from openxin.law.loading import catalogue

PENALTY = catalogue().types["penalty"]
PERMIT = catalogue().types["permit"]
ALL = catalogue().types
SAMPLE = {
    "name": "张示例",
    "document_number": "999999199001010016",
    "document_type": "身份证",
    "date": "2026-04-11",
    "amount": "0.2",
    "uscc": "119999990000010039",
}
COLUMNS = [column for column in PENALTY.columns if column.required]
CODES = [column.code for column in COLUMNS]
TITLES = [column.title.zh for column in COLUMNS]
NAME, NUMBER = "CF_XDR_MC", "CF_XDR_ZJHM"


def row(**cells: str) -> list[str]:
    """A sound row in the order of CODES, with these cells changed."""
    return [cells.get(column.code, SAMPLE.get(column.kind, "某")) for column in COLUMNS]


def opened(path: Path, *, chunk_rows: int = 1000, type_: str = "penalty") -> Table:
    return open_table(path, ALL[type_], chunk_rows=chunk_rows, all_types=ALL)


def read(path: Path, *, chunk_rows: int = 1000, type_: str = "penalty") -> pl.DataFrame:
    """Every data row of the file."""
    table = opened(path, chunk_rows=chunk_rows, type_=type_)
    return pl.concat([frame(chunk, table.layout) for chunk in table.chunks], how="diagonal")


def refusal(path: Path, *, type_: str = "penalty") -> FileRefused:
    """The refusal of a file that must be refused whole."""
    try:
        opened(path, type_=type_)
    except FileRefused as refused:
        return refused
    raise AssertionError(f"{path.name} was taken")


@dataclass(frozen=True)
class Csv:
    """How a CSV file is written."""

    separator: str = ","
    encoding: str = "utf-8"
    eol: str = "\r\n"
    mark: bytes = b""

    def write(self, path: Path, lines: Sequence[Sequence[str]], *, quote_all: bool = False) -> Path:
        text = "".join(self.separator.join(self._cell(cell, quote_all) for cell in line) + self.eol for line in lines)
        path.write_bytes(self.mark + text.encode(self.encoding))
        return path

    def _cell(self, cell: str, quote_all: bool) -> str:
        """Python's own writer leaves a bare carriage return unquoted, which ends a record elsewhere."""
        if quote_all or any(mark in cell for mark in f'{self.separator}"\r\n'):
            return '"' + cell.replace('"', '""') + '"'
        return cell


def csv_file(path: Path, *lines: Sequence[str]) -> Path:
    return Csv().write(path, lines)


def workbook(path: Path, fill: Callable[[xlsxwriter.Workbook], None], options: dict[str, object] | None = None) -> Path:
    """A workbook that `fill` writes."""
    with xlsxwriter.Workbook(str(path), options or {}) as book:
        fill(book)
    return path


def xlsx_file(path: Path, *lines: Sequence[str]) -> Path:
    """A workbook of one sheet, all text."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("名单")
        for place, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                sheet.write_string(place, column, cell)

    return workbook(path, fill)
