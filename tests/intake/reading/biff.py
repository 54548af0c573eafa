"""XLS files made by hand, as sound or as broken as a test wants them.

What programs really write stands in `files/`; here are the cells that no program on this machine would write for us, and the
strangers' files that none should.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openxin.synth import xls as writing
from openxin.synth.xls import compound, dimensions, number, record

__all__ = ["HIDDEN", "MACRO_SHEET", "Formula", "Sheet", "compound", "dimensions", "number", "record", "workbook", "xls"]

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


def workbook(*sheets: Sheet, epoch_1904: bool = False, first: bytes = b"") -> bytes:
    """The stream of a workbook; `first`: records behind its beginning."""
    parts = [
        (
            sheet.name,
            sheet.state,
            sheet.kind,
            writing.sheet(_records(sheet), rows=len(sheet.rows), columns=max(map(len, sheet.rows), default=0)),
        )
        for sheet in sheets
    ]
    return writing.workbook(parts, epoch_1904=epoch_1904, first=first)


def xls(path: Path, *sheets: Sheet, epoch_1904: bool = False) -> Path:
    path.write_bytes(compound({"Workbook": workbook(*sheets, epoch_1904=epoch_1904)}))
    return path


def _records(sheet: Sheet) -> Iterator[bytes]:
    for row, cells in enumerate(sheet.rows):
        flags = 0x0120 if row in sheet.hidden_rows else 0x0100
        yield record(0x0208, struct.pack("<HHHHHHHH", row, 0, len(cells), 255, 0, 0, flags, 0x0F))
        for column, value in enumerate(cells):
            if isinstance(value, Formula):
                yield _formula(row, column, value)
            elif value not in (None, ""):
                yield writing.cell(row, column, value)
    yield sheet.more


def _formula(row: int, column: int, value: Formula) -> bytes:
    behind = b""
    if isinstance(value.stored, float):
        stored = struct.pack("<d", value.stored)
    elif value.stored is None:
        stored = b"\x03\0\0\0\0\0\xff\xff"  # an empty text
    else:
        stored, behind = b"\0\0\0\0\0\0\xff\xff", record(0x0207, writing.text(value.stored))
    return record(0x0006, struct.pack("<HHH", row, column, 0) + stored + struct.pack("<HIH", 0, 0, 0)) + behind
