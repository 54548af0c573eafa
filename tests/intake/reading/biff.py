"""XLS files made by hand: the records of BIFF8 in a compound file, as sound or as broken as a test wants them.

What programs really write stands in `files/`; here are the cells that no program on this machine would write for us, and the
strangers' files that none should.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SECTOR = 512
FREE, END, TABLE, LIST = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
VISIBLE, HIDDEN = 0, 1
SHEET, MACRO_SHEET = 0, 1


@dataclass(frozen=True)
class Formula:
    """A formula cell and what it was last computed to; None: it never was."""

    stored: str | float | None


@dataclass(frozen=True)
class Sheet:
    name: str
    rows: Sequence[Sequence[object]]
    state: int = VISIBLE
    kind: int = SHEET
    hidden_rows: frozenset[int] = frozenset()
    more: bytes = b""  # records behind the cells


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, style, value))


def workbook(*sheets: Sheet, epoch_1904: bool = False, first: bytes = b"") -> bytes:
    """The stream of a workbook; `first`: records behind its beginning."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + first
    begin += record(0x0042, struct.pack("<H", 1200)) + record(0x0022, struct.pack("<H", epoch_1904))
    begin += _style(0) + _style(14)  # general; a day
    bound = [_bound(sheet, 0) for sheet in sheets]
    place = len(begin) + sum(map(len, bound)) + len(record(0x000A))
    stream, parts = b"", [_sheet(sheet) for sheet in sheets]
    for sheet, part in zip(sheets, parts, strict=True):
        begin += _bound(sheet, place + len(stream))
        stream += part
    return begin + record(0x000A) + stream


def compound(streams: Mapping[str, bytes], storages: Iterable[str] = ()) -> bytes:
    """A compound file; every stream long enough to lie in whole sectors."""
    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    body, follows = b"", []
    for name, held in streams.items():
        padded = held.ljust(max(4096, -(-len(held) // SECTOR) * SECTOR), b"\0")
        start, count = len(follows), len(padded) // SECTOR
        follows += [*range(start + 1, start + count), END]
        body += padded
        entries.append(_entry(name, 2, start, max(4096, len(held)), child=FREE))
    entries += [_entry(name, 1, 0, 0, child=FREE) for name in storages]
    directory = b"".join(entries).ljust(-(-len(entries) * 128 // SECTOR) * SECTOR, b"\0")
    first_of_directory, count = len(follows), len(directory) // SECTOR
    follows += [*range(first_of_directory + 1, first_of_directory + count), END]
    return _with_tables(body + directory, follows, first_of_directory)


def _with_tables(body: bytes, follows: list[int], first_of_directory: int) -> bytes:
    """Header and body, and behind it the tables; where 109 are not enough, lists of tables."""
    tables = -(-(len(follows) + 4) // 126)
    lists = -(-max(0, tables - 109) // 127)
    first_table = len(follows)
    first_list = first_table + tables
    follows += [TABLE] * tables + [LIST] * lists
    follows += [FREE] * (tables * 128 - len(follows))
    places = [*range(first_table, first_list)]
    listed = b""
    for at in range(lists):
        part = places[109 + at * 127 : 109 + (at + 1) * 127]
        behind = first_list + at + 1 if at + 1 < lists else END
        listed += struct.pack("<128I", *part, *[FREE] * (127 - len(part)), behind)
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, first_of_directory, 0, 4096, END, 0, first_list if lists else END, lists,
    )  # fmt: skip
    in_header = [*places[:109], *[FREE] * (109 - len(places))]
    table = struct.pack(f"<{len(follows)}I", *follows)
    return header + struct.pack("<109I", *in_header) + body + table + listed


def xls(path: Path, *sheets: Sheet, epoch_1904: bool = False) -> Path:
    path.write_bytes(compound({"Workbook": workbook(*sheets, epoch_1904=epoch_1904)}))
    return path


def _entry(name: str, kind: int, start: int, size: int, *, child: int) -> bytes:
    """A line of the directory; the lines after the root hang on one another to the right."""
    coded = (name + "\0").encode("utf-16-le")
    beside = struct.pack("<BBIII", kind, 1, FREE, FREE, child)
    return struct.pack("<64sH", coded, len(coded)) + beside + bytes(36) + struct.pack("<IQ", start, size)


def _style(form: int) -> bytes:
    return record(0x00E0, struct.pack("<HHHBBBBIIH", 0, form, 0, 0, 0, 0, 0, 0, 0, 0))


def _bound(sheet: Sheet, place: int) -> bytes:
    name = sheet.name.encode("utf-16-le")
    return record(0x0085, struct.pack("<IBBBB", place, sheet.state, sheet.kind, len(sheet.name), 1) + name)


def _sheet(sheet: Sheet) -> bytes:
    held = [record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))]
    for row, cells in enumerate(sheet.rows):
        flags = 0x0120 if row in sheet.hidden_rows else 0x0100
        held.append(record(0x0208, struct.pack("<HHHHHHHH", row, 0, len(cells), 255, 0, 0, flags, 0x0F)))
        held += [_cell(row, column, value) for column, value in enumerate(cells) if value not in (None, "")]
    return b"".join(held) + sheet.more + record(0x000A)


def _text(text: str) -> bytes:
    held = text.encode("utf-16-le")
    return struct.pack("<HB", len(held) // 2, 1) + held


def _cell(row: int, column: int, value: object) -> bytes:
    if isinstance(value, Formula):
        return _formula(row, column, value)
    if isinstance(value, date):
        return number(row, column, (value - date(1899, 12, 30)).days, style=1)
    if isinstance(value, int | float):
        return number(row, column, value)
    return record(0x0204, struct.pack("<HHH", row, column, 0) + _text(str(value)))


def _formula(row: int, column: int, value: Formula) -> bytes:
    if isinstance(value.stored, float):
        stored, behind = struct.pack("<d", value.stored), b""
    elif value.stored is None:
        stored, behind = b"\x03\0\0\0\0\0\xff\xff", b""  # an empty text
    else:
        stored, behind = b"\0\0\0\0\0\0\xff\xff", record(0x0207, _text(value.stored))
    return record(0x0006, struct.pack("<HHH", row, column, 0) + stored + struct.pack("<HIH", 0, 0, 0)) + behind
