"""The child process that opens a workbook, under a limit of memory: `python -m openxin.intake.reading.child FILE`.

What it opens was screened, and it is still a stranger's file in a parser: a crash, an endless loop or a greedy allocation
ends this process and nothing else. It holds no key and no database, writes nothing to disk, and speaks with its parent in
messages of a length and that many bytes: first, for each sheet, its name and first lines (JSON); then, once the parent has said
which columns of which sheets it wants, the rows as Arrow IPC streams.
"""

import json
import resource
import struct
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from openxin.intake.reading.limits import FIELD_BYTES, HEADER_LINES
from openxin.intake.reading.old_gb18030 import LEAD, modern

MEMORY = 1200 * 1024 * 1024
"""On top of what the started process has mapped already."""
EPOCHS_APART = 1462
"""Days between the epochs of 1900 and 1904."""
NO_MEMORY, DAMAGED, TOO_LONG = 3, 4, 5
"""Exit codes."""
LENGTH = struct.Struct(">Q")
PREFIX = struct.Struct(">III")
"""Before each stream: its first row, the index of its sheet, and how many lines it has."""
EXACT = 2**53
"""Whole numbers below are exact in a number cell; above, digits may be lost already and none is invented."""

Cell = str | float | int | bool | date | datetime | time | timedelta


def main() -> None:
    """Speak with the parent on the two pipes until everything was read; the exit code says what went wrong."""
    _limit_memory()
    sent = sys.stdout.buffer
    try:
        workbook = _Workbook(sys.argv[1])
        _send(sent, json.dumps(workbook.heads()).encode())
        wanted = json.loads(sys.stdin.buffer.readline())
        for sheet in wanted["sheets"]:
            for stream in _streams(workbook.rows(sheet["index"]), sheet, wanted):
                _send(sent, stream)
        _send(sent, b"")
    except MemoryError:
        sys.exit(NO_MEMORY)
    except CalamineError:
        sys.exit(DAMAGED)
    except _TooLongError:
        sys.exit(TOO_LONG)


class _TooLongError(Exception):
    """A cell holds more than a field may."""


def _limit_memory() -> None:
    with open("/proc/self/statm", encoding="ascii") as pages:  # noqa: PTH123
        mapped = int(pages.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY, mapped + MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send(sent: BinaryIO, message: bytes) -> None:
    sent.write(LENGTH.pack(len(message)))
    sent.write(message)
    sent.flush()


class _Workbook:
    """The workbook, and the one sheet of it that was parsed last: two would be too much to hold."""

    def __init__(self, path: str) -> None:
        # By a path without a name: the reader would believe the extension, and the content decides.
        self._file = open(path, "rb")  # noqa: PTH123, SIM115
        self._workbook: CalamineWorkbook = load_workbook(f"/proc/self/fd/{self._file.fileno()}")
        self._parsed: tuple[int, CalamineSheet] | None = None

    def heads(self) -> list[dict[str, Any]]:
        """Of every sheet the name, whether it is hidden, and its first lines."""
        heads = []
        for number in reversed(range(len(self._workbook.sheet_names))):  # the first is asked for first
            about = self._workbook.sheets_metadata[number]
            is_sheet = about.typ == SheetTypeEnum.WorkSheet
            lines = (
                [[_text(cell, day=False) or "" for cell in cells] for cells in islice(self.rows(number), HEADER_LINES)]
                if is_sheet
                else []
            )
            heads.append({"name": about.name, "hidden": about.visible != SheetVisibleEnum.Visible, "lines": lines})
        return heads[::-1]

    def rows(self, number: int) -> Iterator[list[Cell]]:
        """Every row from the first on, every column from A on: the reader itself begins at the first filled column."""
        if self._parsed is None or self._parsed[0] != number:
            self._parsed = None
            self._parsed = number, self._workbook.get_sheet_by_index(number)
        sheet = self._parsed[1]
        if sheet.start is None:
            return
        before: list[Cell] = [""] * sheet.start[1]
        for cells in sheet.iter_rows():
            yield before + cells if before else cells


def _streams(rows: Iterator[list[Cell]], sheet: dict[str, Any], wanted: dict[str, Any]) -> Iterator[bytes]:
    first = sheet["first_row"]
    rows = islice(rows, first - 1, None)
    while batch := list(islice(rows, wanted["chunk_rows"])):
        # Formats reach far below the last row of many sheets: pieces of nothing are not sent.
        if any(cells.count("") < len(cells) for cells in batch):
            yield _stream(batch, first, sheet, shift=wanted["epoch_1904"])
        first += len(batch)


def _stream(batch: list[list[Cell]], first_row: int, sheet: dict[str, Any], *, shift: bool) -> bytes:
    days, times = set(sheet["date_places"]), set(sheet["time_places"])
    arrays: list[pa.Array] = []
    names: list[str] = []
    for place, cells in enumerate(_columns(batch, sheet["width"])):
        day = place in days
        numbers = [isinstance(cell, float | int) and not isinstance(cell, bool) for cell in cells]
        if shift and (day or place in times) and any(numbers):
            texts = [
                _text(cell + EPOCHS_APART if is_one else cell, day=day)
                for cell, is_one in zip(cells, numbers, strict=True)
            ]
        else:
            texts = [_text(cell, day=day) for cell in cells]
        longest = max((len(text) for text in texts if text), default=0)
        if longest * 4 > FIELD_BYTES and any(text and len(text.encode()) > FIELD_BYTES for text in texts):
            raise _TooLongError
        arrays.append(_modern(pa.array(texts, pa.large_string())))
        names.append(str(place))
        if any(numbers):
            arrays.append(pa.array(numbers, pa.bool_()))
            names.append(f"{place}#")
    table = pa.record_batch(arrays, names=names)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_batch(table)
    return PREFIX.pack(first_row, sheet["index"], len(batch)) + bytes(sink.getvalue())


def _columns(batch: list[list[Cell]], width: int) -> list[Sequence[Any]]:
    """The batch turned; a sheet may be narrower than its header only where a later line is empty."""
    columns: list[Sequence[Any]] = [*zip(*batch, strict=True)]
    return columns[:width] + [[""] * len(batch)] * (width - len(columns))


def _modern(texts: pa.Array) -> pa.Array:
    """The characters of GB 18030-2022; LEAD, searched in the whole column at once, is rarely there."""
    held = texts.buffers()[2]
    if held is None or LEAD not in held.to_pybytes():
        return texts
    return pa.array([text and modern(text) for text in texts.to_pylist()], pa.large_string())


def _text(cell: Cell, *, day: bool) -> str | None:
    """The cell as text, None where empty: numbers in their shortest form, days as yyyy-mm-dd."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT else repr(cell).upper()
    if isinstance(cell, datetime):
        return cell.date().isoformat() if day or cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


if __name__ == "__main__":
    main()
