"""An XLS workbook (BIFF8) looked at from outside before any program opens it: macros, passwords, hidden rows, the epoch.

Macros lie in storages of their own beside the workbook's stream, and those of Excel 4 in sheets of their own kind. Only the
records before the first sheet are walked one by one; in the sheets, the records of hidden rows are looked for by their shape,
since a sheet has a record for each cell.
"""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from openxin.intake.reading.compound import STREAM, Compound, DamagedError, Stream
from openxin.intake.reading.refusal import FileRefused, not_a_table, refused, unreadable
from openxin.intake.reading.xlsx_screen import Screened

_MACRO_STORAGES: Final = frozenset({"_vba_project_cur", "_vba_project", "vba", "macros"})
_BOF, _EOF, _FILEPASS, _DATEMODE, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0022, 0x0085
_BIFF8: Final = 0x0600
_MACRO_SHEETS: Final = frozenset({1, 6})  # Excel 4 macros, a module
_MOST_RECORDS: Final = 1_000_000
# A row's record: its number, first and last column, height, four bytes of nothing, flags (0x20: hidden), always 1.
_ROW: Final = re.compile(
    rb"\x08\x02\x10\x00(..)(..)(..)..\x00\x00..([\x20-\x3f\x60-\x7f\xa0-\xbf\xe0-\xff])\x01", re.DOTALL
)
_ROW_BYTES: Final = 20
_MOST_COLUMNS: Final = 256


def screen(path: Path) -> Screened:
    """Raises FileRefused where the workbook may not be opened."""
    try:
        with path.open("rb") as file:
            stream = _workbook(Compound(file, path.stat().st_size))
            epoch_1904, sheets = _globals(stream)
            return Screened(_hidden_rows(stream, sheets), epoch_1904)
    except (DamagedError, struct.error) as fault:
        raise _damaged() from fault


def _workbook(compound: Compound) -> Stream:
    names = {one.name for one in compound.entries}
    if names & _MACRO_STORAGES:
        raise _macros()
    if "encryptedpackage" in names:
        raise unreadable("工作簿设有密码", "The workbook has a password", "encrypted")
    books = [one for one in compound.entries if one.kind == STREAM and one.name == "workbook"]
    if not books:
        if "book" in names:
            raise unreadable("这是 Excel 95 或更早的工作簿", "This is a workbook of Excel 95 or older", "biff5")
        raise not_a_table("这不是表格文件", "This is no table")
    if len(books) > 1:
        # Two readers may disagree which of the two is the workbook; what was looked at must be what is read.
        raise unreadable("工作簿内嵌有另一个工作簿", "Another workbook is embedded in the workbook")
    return compound.stream(books[0])


def _globals(stream: Stream) -> tuple[bool, tuple[int, ...]]:
    """Whether dates begin in 1904, and where each sheet's records begin, in the workbook's order."""
    epoch_1904, sheets = False, []
    for number, (kind, content) in enumerate(_records(stream)):
        if number == 0 and (kind != _BOF or struct.unpack_from("<H", content)[0] != _BIFF8):
            raise DamagedError
        if kind == _FILEPASS:
            raise unreadable("工作簿设有密码", "The workbook has a password", "encrypted")
        if kind == _DATEMODE:
            epoch_1904 = struct.unpack_from("<H", content)[0] == 1
        elif kind == _BOUNDSHEET:
            place, _, sort = struct.unpack_from("<IBB", content)
            if sort in _MACRO_SHEETS:
                raise _macros()
            sheets.append(place)
    return epoch_1904, tuple(sheets)


def _records(stream: Stream) -> Iterator[tuple[int, bytes]]:
    """The records up to the first EOF; of long ones only the beginning, which is all that is looked at."""
    offset = 0
    for _ in range(_MOST_RECORDS):
        kind, length = struct.unpack("<HH", stream.read(offset, 4))
        if kind == _EOF:
            return
        yield kind, stream.read(offset + 4, min(length, 16))
        offset += 4 + length
    raise DamagedError


def _hidden_rows(stream: Stream, sheets: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    found: list[set[int]] = [set() for _ in sheets]
    starts = sorted((place, number) for number, place in enumerate(sheets))
    for offset, piece in stream.pieces(_ROW_BYTES - 1):
        for met in _ROW.finditer(piece):
            row, first, last = (int.from_bytes(met.group(part), "little") for part in (1, 2, 3))
            at = offset + met.start()
            of = next((number for place, number in reversed(starts) if place <= at), None)
            if of is not None and first <= last <= _MOST_COLUMNS:
                found[of].add(row + 1)
    return tuple(tuple(sorted(rows)) for rows in found)


def _macros() -> FileRefused:
    return refused("MACROS", "工作簿含有宏，不予接收", "The workbook has macros and is not taken")


def _damaged() -> FileRefused:
    return unreadable("工作簿已损坏或不完整", "The workbook is damaged or incomplete")
