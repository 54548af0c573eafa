"""The face: open a file that a body sent (`open_table`, in the parent), parse its chunks (`frame`, in a worker).

Every refusal is raised by `open_table`, before it returns: the chunks that follow cannot fail, so that no row of a file that
is refused whole has been looked at by anyone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from openxin.intake.reading import csv_frame, csv_head, csv_records, csv_scan, workbook
from openxin.intake.reading.compound import SIGNATURE as OLE
from openxin.intake.reading.furniture import data_rows
from openxin.intake.reading.layout import CsvDialect, FileNote, Layout, Opened, RawChunk, SheetLayout, Slice, Taken
from openxin.intake.reading.limits import FILE_BYTES
from openxin.intake.reading.refusal import FileRefused, empty, not_a_table, too_large, unreadable
from openxin.law.catalogue import RecordType

__all__ = ["CsvDialect", "FileNote", "FileRefused", "Layout", "RawChunk", "SheetLayout", "Table", "frame", "open_table"]

_NOT_TABLES = (
    b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"MZ", b"\x7fELF",
    b"\xfd7zXZ", b"BM", b"II*\x00", b"MM\x00*", b"RIFF", b"OggS", b"ID3", b"SQLite format",
)  # fmt: skip
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SUFFIXES = {"csv": {"", ".csv", ".txt", ".tsv"}, "xlsx": {"", ".xlsx"}, "xls": {"", ".xls"}}
_PEEK = 200
"""Records of each chunk that are parsed to see whether the file holds any data; all of them only where these hold none."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read. `lines`: records below the headers, at most that many rows (for a progress bar)."""

    format: str
    layout: Layout
    ignored_columns: tuple[str, ...]
    skipped_sheets: tuple[str, ...]
    notes: tuple[FileNote, ...]
    chunks: Iterator[RawChunk]
    lines: int


def open_table(
    path: Path,
    type: RecordType,  # noqa: A002  (the word of the face)
    *,
    chunk_rows: int,
    all_types: Mapping[str, RecordType],
) -> Table:
    """Look at the whole file and say how to read it as records of `type`. Raises FileRefused."""
    size = path.stat().st_size
    if size > FILE_BYTES:
        raise too_large("文件超过 512 MiB", "The file is larger than 512 MiB", str(size))
    with path.open("rb") as file:
        first = file.read(csv_head.BYTES)
    if not first:
        raise empty("文件是空的", "The file is empty")
    if first.startswith(_ZIP):
        opened = workbook.open_workbook(path, "xlsx", type, chunk_rows=chunk_rows, all_types=all_types)
    elif first.startswith(OLE):
        opened = workbook.open_workbook(path, "xls", type, chunk_rows=chunk_rows, all_types=all_types)
    else:
        _is_text(first)
        opened = _open_csv(path, first, size, type, chunk_rows, all_types)
    if all(frame(chunk, opened.layout, limit=_PEEK).height == 0 for chunk in opened.chunks()) and all(
        frame(chunk, opened.layout).height == 0 for chunk in opened.chunks()
    ):
        raise empty()
    differs = path.suffix.lower() not in _SUFFIXES[opened.layout.format]
    return Table(
        format=opened.layout.format,
        layout=opened.layout,
        ignored_columns=tuple(dict.fromkeys(title for sheet in opened.layout.sheets for title in sheet.ignored)),
        skipped_sheets=opened.skipped_sheets,
        notes=(*([FileNote(1, None, None, "EXTENSION_DIFFERS")] if differs else []), *opened.notes),
        chunks=opened.chunks(),
        lines=opened.lines,
    )


def frame(chunk: RawChunk, layout: Layout, *, limit: int | None = None) -> pl.DataFrame:
    """The data rows of a chunk: `row`, `sheet`, a String column for each column of the template that the sheet has.

    Null is an empty cell. `"{CODE}#"` (workbooks only) is true where the cell was a number; it is absent where none was.
    """
    sheet = layout.of(chunk.sheet)
    if layout.dialect is not None:
        cells = csv_frame.cells(
            chunk.content() if limit is None else csv_records.first(chunk.slice, limit),
            layout.dialect,
            sheet.width,
            first_row=chunk.first_row,
            sheet=chunk.sheet,
            limit=limit,
        )
    else:
        cells = workbook.cells(chunk)
    return _as_columns(data_rows(cells, sheet), sheet)


def frame_of(asked: Sequence[tuple[RawChunk, Sequence[int]]], layout: Layout) -> pl.DataFrame:
    """These rows of chunks of a CSV file again, in this order, as `frame` gave them: few, so that the others are not parsed."""
    dialect = layout.dialect
    if dialect is None or dialect.loose:
        return pl.concat([_rows_of(frame(chunk, layout), rows) for chunk, rows in asked])
    raw = b"".join(
        csv_records.picked(chunk.slice, dialect, [row - chunk.first_row for row in rows]) for chunk, rows in asked
    )
    sheet = layout.of(asked[0][0].sheet)
    cells = csv_frame.cells(raw, dialect, sheet.width, first_row=0, sheet=sheet.sheet, limit=None)
    numbers = [row for _, rows in asked for row in rows]
    return _as_columns(cells.with_columns(pl.Series("row", numbers, dtype=pl.UInt32)), sheet)


def _rows_of(cells: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
    wanted = pl.DataFrame({"row": rows}, schema={"row": pl.UInt32})
    return wanted.join(cells, on="row", how="left", maintain_order="left")


def _as_columns(rows: pl.DataFrame, sheet: SheetLayout) -> pl.DataFrame:
    flags = [
        pl.col(f"{one.places[0]}#").alias(f"{one.code}#") for one in sheet.taken if f"{one.places[0]}#" in rows.columns
    ]
    return rows.select("row", "sheet", *(_column(one) for one in sheet.taken), *flags)


def _column(taken: Taken) -> pl.Expr:
    places = [pl.col(str(place)) for place in taken.places]
    if len(places) == 1:
        return places[0].alias(taken.code)
    joined = pl.concat_str(places, separator=";", ignore_nulls=True)
    return pl.when(joined != "").then(joined).alias(taken.code)


def _is_text(first: bytes) -> None:
    if first.startswith((b"%PDF-", b"{\\rtf")) or (first.startswith(_NOT_TABLES) and b"\0" in first[:4096]):
        raise not_a_table("这不是表格文件", "This is no table")
    if first[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<html", b"<?xml", b"<!doctype", b"<table")):
        raise unreadable("这是网页或 XML 文件", "This is a web page or an XML file", "markup")


def _open_csv(
    path: Path, first: bytes, size: int, wanted: RecordType, chunk_rows: int, all_types: Mapping[str, RecordType]
) -> Opened:
    head = csv_head.look(first, len(first) == size, wanted, all_types)
    dialect, cuts = csv_scan.scan(path, head, chunk_rows=chunk_rows)

    there, written = path.absolute(), path.stat().st_mtime_ns  # a worker need not stand where we do

    def chunks() -> Iterator[RawChunk]:
        for number, cut in enumerate(cuts.pieces):
            yield RawChunk(number, 1, None, cut.row, Slice(there, cut.offset, cut.length, written, cut.posts))

    return Opened(Layout("csv", (head.sheet,), dialect), (), (), chunks, cuts.records)
