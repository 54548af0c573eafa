"""An XLS file (BIFF8 in a compound file), as programs of 1997 to 2003 wrote them: texts, numbers, days, moments.

No library that writes it is kept up any more, and a made-up file needs five kinds of record. LibreOffice
opens what it makes. A sheet has 65,536 rows and 256 columns at most.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

MOST_ROWS: Final = 65_536
FREE, END, TABLE, LIST = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC

_SECTOR = 512
_LEAST = 4096  # shorter streams would lie in smaller pieces
_IN_HEADER, _IN_TABLE, _IN_LIST = 109, 128, 127
_BOF, _EOF, _SHEET, _XF, _LABEL, _NUMBER = 0x0809, 0x000A, 0x0085, 0x00E0, 0x0204, 0x0203
_CODEPAGE, _EPOCH, _DIMENSIONS, _UTF_16 = 0x0042, 0x0022, 0x0200, 1200
_BIFF8, _GLOBALS, _CELLS = 0x0600, 0x0005, 0x0010
_GENERAL, _DAY, _MOMENT = 0, 14, 22
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001  (a spreadsheet knows no zones)


def record(kind: int, content: bytes = b"") -> bytes:
    """One record: its kind, its length, its content."""
    return struct.pack("<HH", kind, len(content)) + content


def beginning(of: int) -> bytes:
    """Where the workbook or a sheet begins."""
    return record(_BOF, struct.pack("<HHHHII", _BIFF8, of, 0, 0, 0, 0))


def text(value: str) -> bytes:
    """A text as records hold it: its length in units of UTF-16, then these."""
    held = value.encode("utf-16-le")
    return struct.pack("<HB", len(held) // 2, 1) + held


def cell(row: int, column: int, value: Any) -> bytes:
    """A text, a moment, a day, or a number."""
    if isinstance(value, str):
        return record(_LABEL, struct.pack("<HHH", row, column, 0) + text(value))
    if isinstance(value, datetime):
        return number(row, column, (value - _FIRST_DAY) / timedelta(days=1), style=2)
    if isinstance(value, date):
        return number(row, column, (value - _FIRST_DAY.date()).days, style=1)
    return number(row, column, value)


def number(row: int, column: int, value: float, *, style: int = 0) -> bytes:
    """A number cell; style 1 shows it as a day, style 2 with the time of day."""
    return record(_NUMBER, struct.pack("<HHHd", row, column, style, value))


def sheet(cells: Iterable[bytes], *, rows: int, columns: int) -> bytes:
    """The records of one sheet, and how far it reaches."""
    return b"".join((beginning(_CELLS), dimensions(rows, columns), *cells, record(_EOF)))


def dimensions(rows: int, columns: int) -> bytes:
    """What a sheet says of its size."""
    return record(_DIMENSIONS, struct.pack("<IIHHH", 0, rows, 0, columns, 0))


def workbook(sheets: Sequence[tuple[str, int, int, bytes]], *, epoch_1904: bool = False, first: bytes = b"") -> bytes:
    """The stream of a workbook from its sheets: name, state (1 hidden), kind (0 cells), records. `first`: records before all."""
    start = beginning(_GLOBALS) + first + record(_CODEPAGE, struct.pack("<H", _UTF_16))
    start += record(_EPOCH, struct.pack("<H", epoch_1904)) + b"".join(map(_style, (_GENERAL, _DAY, _MOMENT)))
    place = len(start) + sum(len(_named(name, 0, 0, 0)) for name, *_ in sheets) + len(record(_EOF))
    named = []
    for name, state, kind, held in sheets:
        named.append(_named(name, place, state, kind))
        place += len(held)
    return b"".join((start, *named, record(_EOF), *(held for *_, held in sheets)))


def compound(streams: Mapping[str, bytes], storages: Iterable[str] = ()) -> bytes:
    """A compound file of these streams, each in whole sectors."""
    lines = [_line("Root Entry", 5, END, 0, child=1)]
    body, follows = [], list[int]()
    for name, held in streams.items():
        padded = held.ljust(max(_LEAST, _whole(len(held), _SECTOR) * _SECTOR), b"\0")
        lines.append(_line(name, 2, len(follows), max(_LEAST, len(held))))
        _chain(follows, len(padded) // _SECTOR)
        body.append(padded)
    lines += [_line(name, 1, 0, 0) for name in storages]
    directory = b"".join(lines).ljust(_whole(len(lines) * 128, _SECTOR) * _SECTOR, b"\0")
    first_of_directory = len(follows)
    _chain(follows, len(directory) // _SECTOR)
    return _with_tables(b"".join((*body, directory)), follows, first_of_directory)


def _with_tables(body: bytes, follows: list[int], directory: int) -> bytes:
    """Header and body, then the table of which sector follows each, and lists of its sectors beyond the first 109."""
    tables = _whole(len(follows) + 4, _IN_TABLE - 2)
    lists = _whole(max(0, tables - _IN_HEADER), _IN_LIST)
    places = list(range(len(follows), len(follows) + tables))
    first_list = len(follows) + tables
    follows += [TABLE] * tables + [LIST] * lists
    follows += [FREE] * (tables * _IN_TABLE - len(follows))
    listed = []
    for at in range(lists):
        part = places[_IN_HEADER + at * _IN_LIST :][:_IN_LIST]
        behind = first_list + at + 1 if at + 1 < lists else END
        listed.append(struct.pack("<128I", *part, *[FREE] * (_IN_LIST - len(part)), behind))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, directory, 0, _LEAST, END, 0, first_list if lists else END, lists,
    )  # fmt: skip
    in_header = [*places[:_IN_HEADER], *[FREE] * (_IN_HEADER - len(places))]
    table = struct.pack(f"<{len(follows)}I", *follows)
    return b"".join((header, struct.pack("<109I", *in_header), body, table, *listed))


def _chain(follows: list[int], sectors: int) -> None:
    start = len(follows)
    follows += [*range(start + 1, start + sectors), END]


def _whole(amount: int, of: int) -> int:
    return -(-amount // of)


def _line(name: str, kind: int, start: int, size: int, *, child: int = FREE) -> bytes:
    """A line of the directory."""
    coded = (name + "\0").encode("utf-16-le")
    beside = struct.pack("<BBIII", kind, 1, FREE, FREE, child)
    return struct.pack("<64sH", coded, len(coded)) + beside + bytes(36) + struct.pack("<IQ", start, size)


def _style(form: int) -> bytes:
    return record(_XF, struct.pack("<HHHBBBBIIH", 0, form, 0, 0, 0, 0, 0, 0, 0, 0))


def _named(name: str, place: int, state: int, kind: int) -> bytes:
    held = name.encode("utf-16-le")
    return record(_SHEET, struct.pack("<IBBBB", place, state, kind, len(held) // 2, 1) + held)
