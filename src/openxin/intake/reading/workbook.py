"""A workbook, XLSX or XLS: screened, opened in a child process, and held as compressed Arrow streams until a worker takes them.

The child reads everything before the first chunk is given out. That costs some memory and the overlap of reading and
judging; it buys that a workbook which fails in its last sheet is refused before any of its rows was looked at.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl
import pyarrow as pa

from openxin.intake.reading import header, xls_screen, xlsx_screen
from openxin.intake.reading.child import LENGTH, NO_MEMORY, PREFIX, TOO_LONG
from openxin.intake.reading.layout import FileNote, Layout, Opened, RawChunk, SheetLayout
from openxin.intake.reading.limits import ROWS
from openxin.intake.reading.old_gb18030 import modern
from openxin.intake.reading.refusal import FileRefused, too_large, unreadable
from openxin.intake.reading.xlsx_screen import Screened
from openxin.law.catalogue import RecordType

SECONDS = 600
"""A workbook at the limits takes a minute or two; a reader that hangs is ended."""
_NOTED_ROWS = 1000
"""Hidden rows of one sheet that are noted one by one."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    index: int
    name: str
    hidden: bool
    lines: list[list[str]]


def open_workbook(
    path: Path,
    kind: Literal["xlsx", "xls"],
    wanted: RecordType,
    *,
    chunk_rows: int,
    all_types: Mapping[str, RecordType],
) -> Opened:
    """Screen it, ask the child for the sheets' first lines, then for the rows of those that fit. Raises FileRefused."""
    seen = xlsx_screen.screen(path) if kind == "xlsx" else xls_screen.screen(path)
    with _Child(path) as child:
        sheets = child.sheets()
        layouts = [
            (sheet, header.sheet_layout(sheet.lines, found, wanted, sheet=sheet.index + 1, name=sheet.name))
            for sheet in sheets
            if not (found := header.find(sheet.lines, wanted)).missing
        ]
        if not layouts:
            raise header.refusal([sheet.lines for sheet in sheets], wanted, all_types)
        chunks = child.rows([layout for _, layout in layouts], chunk_rows, epoch_1904=seen.epoch_1904)
    read = {sheet.index for sheet, _ in layouts}
    lines = sum(chunk.lines for chunk in chunks)
    if lines > ROWS:
        raise too_large(f"超过 {ROWS} 行", f"More than {ROWS} rows", str(lines))
    return Opened(
        layout=Layout(kind, tuple(layout for _, layout in layouts), None),
        skipped_sheets=tuple(sheet.name for sheet in sheets if sheet.index not in read),
        notes=tuple(_notes(layouts, seen)),
        chunks=lambda: (chunk.raw_chunk for chunk in chunks),
        lines=lines,
    )


def cells(chunk: RawChunk) -> pl.DataFrame:
    """In a worker: the chunk's cells, `row` and `sheet`, shaped as `csv_frame.cells` shapes them."""
    frame = pl.from_arrow(pa.ipc.open_stream(chunk.content()).read_all())
    assert isinstance(frame, pl.DataFrame)  # noqa: S101  (a table, not an array)
    return frame.with_columns(
        pl.int_range(chunk.first_row, chunk.first_row + frame.height, dtype=pl.UInt32).alias("row"),
        pl.lit(chunk.sheet, pl.UInt16).alias("sheet"),
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    raw_chunk: RawChunk
    lines: int


class _Child:
    """The process that opens the workbook: started without our environment, ended whatever happens."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()  # not resolved: what lies in memory has no other name than its link

    def __enter__(self) -> "_Child":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "openxin.intake.reading.child", str(self._path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"},
        )
        self._timer = threading.Timer(SECONDS, self._process.kill)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._process.kill()
        self._process.communicate()

    def sheets(self) -> list[_Sheet]:
        """The first thing that it says: every sheet with its first lines."""
        return [
            _Sheet(
                index, about["name"], about["hidden"], [[modern(cell) for cell in cells] for cells in about["lines"]]
            )
            for index, about in enumerate(json.loads(self._message()))
        ]

    def rows(self, layouts: Sequence[SheetLayout], chunk_rows: int, *, epoch_1904: bool) -> list[_Piece]:
        """Ask for the rows below the headers of these sheets, and take them all."""
        asked = {
            "chunk_rows": chunk_rows,
            "epoch_1904": epoch_1904,
            "sheets": [
                {
                    "index": layout.sheet - 1,
                    "first_row": layout.header_rows[-1] + 1,
                    "width": layout.width,
                    "date_places": _places(layout, "date"),
                    "time_places": _places(layout, "time"),
                }
                for layout in layouts
            ],
        }
        self._say(json.dumps(asked).encode() + b"\n")
        names = {layout.sheet: layout.name for layout in layouts}
        pieces: list[_Piece] = []
        while message := self._message():
            first_row, index, lines = PREFIX.unpack_from(message)
            raw = message[PREFIX.size :]
            pieces.append(_Piece(RawChunk(len(pieces), index + 1, names[index + 1], first_row, raw), lines))
        return pieces

    def _say(self, line: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101  (it was started with a pipe)
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._failed() from None

    def _message(self) -> bytes:
        assert self._process.stdout is not None  # noqa: S101  (it was started with a pipe)
        length = self._process.stdout.read(LENGTH.size)
        if len(length) == LENGTH.size:
            (size,) = LENGTH.unpack(length)
            message = self._process.stdout.read(size)
            if len(message) == size:
                return message
        raise self._failed()

    def _failed(self) -> FileRefused:
        """It ended before it was done; its exit code says why."""
        code = self._process.wait()
        if code == TOO_LONG:
            return too_large("有超过 64 KiB 的单元格", "A cell holds more than 64 KiB")
        if code in {NO_MEMORY, -signal.SIGABRT}:  # the reader aborts where it cannot reserve
            return too_large("读取此工作簿所需内存过大", "Reading this workbook takes too much memory")
        return unreadable("工作簿无法读取", "The workbook cannot be read")


def _places(layout: SheetLayout, kind: str) -> list[int]:
    return [place for one in layout.taken if one.kind == kind for place in one.places]


def _notes(layouts: Sequence[tuple[_Sheet, SheetLayout]], seen: Screened) -> Iterator[FileNote]:
    """Hidden sheets and rows are read like any other; that they were hidden is said."""
    for sheet, layout in layouts:
        if sheet.hidden:
            yield FileNote(layout.sheet, None, None, "HIDDEN_SHEET")
        rows = [row for row in seen.hidden_rows[sheet.index] if row > layout.header_rows[-1]]
        for row in rows[:_NOTED_ROWS]:
            yield FileNote(layout.sheet, row, None, "HIDDEN_ROW")
