"""A workbook looked at from outside before any program opens it.

First the directory of the ZIP: how many entries, how large unpacked, macros, passwords. Then every XML part is unpacked in
pieces, never whole, and looked through: no DOCTYPE (billion laughs), no more bytes than the directory declared, and the cell
references of each sheet. A 5 KB file with the cells A1 and XFD1048576 makes a reader reserve 512 GiB for the rectangle
between them, so the rectangle is measured here first.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

import numpy as np

from openxin.intake.reading.limits import COLUMNS, ROWS, UNPACKED_RATIO
from openxin.intake.reading.refusal import FileRefused, not_a_table, refused, too_large, unreadable

ENTRIES = 2000
UNPACKED = 2 * 1024 * 1024 * 1024
CELLS = 40_000_000
"""The rectangle of all cells of a sheet; the reader reserves some 32 bytes for each."""

_SMALL = 1024 * 1024
_PIECE = 1024 * 1024
_OVERLAP = 512
_INDEX = 8 * 1024 * 1024
_LOCAL = struct.Struct("<26sHH")
"""A part's own header: what the directory has already said, then the lengths of its name and of its extra field."""
_LETTERS, _DIGITS, _QUOTES = (65, 90), (48, 57), (34, 39)
_REFERENCE = 10
"""Three letters and seven digits at most."""
_FORBIDDEN = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HIDDEN_ROW = re.compile(
    rb"""<(?:\w+:)?row\b(?=[^>]*\shidden\s*=\s*["'](?:1|true)["'])[^>]*?\sr\s*=\s*["'](\d{1,7})["']"""
)


@dataclass(frozen=True, slots=True)
class Screened:
    """What the look from outside found: the hidden rows of each sheet in the workbook's order, and the epoch of its dates."""

    hidden_rows: tuple[tuple[int, ...], ...]
    epoch_1904: bool


@dataclass(slots=True)
class _Seen:
    """The farthest cell of one sheet, and its hidden rows."""

    row: int = 0
    column: int = 0
    hidden: list[int] = field(default_factory=list)


def screen(path: Path) -> Screened:
    """Raises FileRefused where the workbook may not be opened."""
    with path.open("rb") as file:
        entries = {entry.filename.replace("\\", "/").lower(): entry for entry in _directory(file, path.stat().st_size)}
        parts, epoch_1904 = _sheets(file, entries)
        hidden: dict[str, tuple[int, ...]] = {}
        for name, entry in entries.items():
            is_sheet = name in parts or name.startswith("xl/worksheets/")
            seen = _Seen()
            for piece in _unpacked(file, entry) if _is_binary(name, parts) else _looked_through(file, entry):
                if is_sheet:
                    _measure(piece, seen)
            _fits(seen)
            hidden[name] = tuple(sorted(set(seen.hidden)))
    return Screened(tuple(hidden.get(part, ()) for part in parts), epoch_1904)


def _sheets(file: BinaryIO, entries: dict[str, zipfile.ZipInfo]) -> tuple[tuple[str, ...], bool]:
    """The parts that hold the sheets, in the workbook's order, wherever they lie; and whether its dates begin in 1904."""
    workbook = _small(file, entries, "xl/workbook.xml")
    relations = _small(file, entries, "xl/_rels/workbook.xml.rels")
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    parts, epoch_1904 = [], False
    for element in workbook.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "sheet":
            link = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
            target = targets.get(link, "").lower()
            parts.append(
                target.removeprefix("/") if target.startswith(("/", "xl/")) else posixpath.normpath(f"xl/{target}")
            )
        elif tag == "workbookPr":
            epoch_1904 = element.get("date1904") in {"1", "true", "on"}
    return tuple(parts), epoch_1904


def _small(file: BinaryIO, entries: dict[str, zipfile.ZipInfo], name: str) -> ElementTree.Element:
    if name not in entries or entries[name].file_size > _INDEX:
        raise _damaged()
    for _ in _looked_through(file, entries[name]):
        pass
    try:
        return ElementTree.fromstring(b"".join(_unpacked(file, entries[name])))  # noqa: S314  (no DOCTYPE: just looked)
    except ElementTree.ParseError as fault:
        raise _damaged() from fault


def _is_binary(name: str, parts: tuple[str, ...]) -> bool:
    return name.endswith((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf", ".bin")) and name not in parts


def _directory(file: BinaryIO, size: int) -> list[zipfile.ZipInfo]:
    try:
        entries = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as fault:
        raise unreadable("工作簿已损坏或不完整", "The workbook is damaged or incomplete") from fault
    names = [entry.filename.lower().replace("\\", "/") for entry in entries]
    if len(entries) > ENTRIES:
        raise too_large(
            f"工作簿内部超过 {ENTRIES} 个部件", f"The workbook has more than {ENTRIES} parts", str(len(entries))
        )
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise refused(
            "MACROS",
            "工作簿含有宏，不予接收",
            "The workbook has macros and is not taken",
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise unreadable("工作簿设有密码", "The workbook has a password", "encrypted")
    _is_workbook(names)
    unpacked = sum(entry.file_size for entry in entries)
    swollen = unpacked > UNPACKED_RATIO * size or any(
        entry.file_size > _SMALL and entry.file_size > UNPACKED_RATIO * max(entry.compress_size, 1) for entry in entries
    )
    if unpacked > UNPACKED or swollen:
        raise too_large("工作簿解压后过大", "The workbook is too large when unpacked", str(unpacked))
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise unreadable("工作簿的压缩方式无法识别", "The workbook is packed in an unknown way")
    return entries


def _is_workbook(names: list[str]) -> None:
    if "xl/workbook.xml" not in names:
        if "xl/workbook.bin" in names or "content.xml" in names:
            raise unreadable("暂不支持此种工作簿格式（XLSB、ODS）", "This kind of workbook (XLSB, ODS) is not read")
        raise not_a_table("这不是表格文件", "This is no table")
    if len(set(names)) != len(names):
        # Two readers may disagree which of two equal names is the sheet; what was looked at must be what is read.
        raise unreadable("工作簿内部有重名部件", "The workbook has two parts of the same name")


def _looked_through(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Pieces of the unpacked part; each begins with the end of the one before, so that nothing hides on a border."""
    tail = b""
    for piece in _unpacked(file, entry):
        seen = tail + piece
        if _FORBIDDEN.search(seen) or (not tail and (seen[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in seen[:4])):
            raise unreadable("工作簿内部含有不允许的内容（DOCTYPE）", "The workbook holds what it may not (DOCTYPE)")
        yield seen
        tail = seen[-_OVERLAP:]


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """As a reader would unpack it that does not trust the declared size: more than declared is refused."""
    file.seek(entry.header_offset)
    local = file.read(_LOCAL.size)
    if len(local) < _LOCAL.size or not local.startswith(b"PK\x03\x04"):
        raise _damaged()
    _, name, extra = _LOCAL.unpack(local)
    file.seek(entry.header_offset + _LOCAL.size + name + extra)
    left, given = entry.compress_size, 0
    inflater = zlib.decompressobj(-15)
    stored = entry.compress_type == zipfile.ZIP_STORED
    while left and not (not stored and inflater.eof):
        packed = file.read(min(left, _PIECE))
        if not packed:
            raise _damaged()
        left -= len(packed)
        while packed:
            try:
                piece = packed if stored else inflater.decompress(packed, _PIECE)
            except zlib.error as fault:
                raise _damaged() from fault
            packed = b"" if stored else inflater.unconsumed_tail
            given += len(piece)
            if given > entry.file_size:
                raise too_large("工作簿解压后比声明的大", "The workbook unpacks to more than it declares")
            if piece:
                yield piece
    if given != entry.file_size:
        raise _damaged()


def _measure(piece: bytes, seen: _Seen) -> None:
    """Find every `r="AB12"` of the piece and keep the farthest row and column; and the rows that are hidden."""
    marks = np.frombuffer(piece, np.uint8)
    if len(marks) <= _REFERENCE + 4:
        return
    length = len(marks) - _REFERENCE - 3
    space, letter_r, equals, quote = (marks[start : start + length] for start in range(4))
    is_reference = (equals == ord("=")) & (letter_r == ord("r")) & (space <= ord(" "))
    at = np.flatnonzero(is_reference & ((quote == _QUOTES[0]) | (quote == _QUOTES[1]))) + 4
    column, row = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
    reading = np.ones(len(at), bool)
    for step in range(_REFERENCE):
        mark = marks[at + step].astype(np.int64)
        letter = (mark >= _LETTERS[0]) & (mark <= _LETTERS[1]) & reading
        digit = (mark >= _DIGITS[0]) & (mark <= _DIGITS[1]) & reading
        column = np.where(letter, column * 26 + mark - _LETTERS[0] + 1, column)
        row = np.where(digit, row * 10 + mark - _DIGITS[0], row)
        reading = letter | digit
    if len(at):
        seen.row, seen.column = max(seen.row, int(row.max())), max(seen.column, int(column.max()))
    if b"hidden" in piece:
        seen.hidden += map(int, _HIDDEN_ROW.findall(piece))


def _fits(seen: _Seen) -> None:
    if seen.column > COLUMNS:
        raise too_large(f"工作表超过 {COLUMNS} 列", f"A sheet has more than {COLUMNS} columns", str(seen.column))
    if seen.row > ROWS or seen.row * seen.column > CELLS:
        raise too_large("工作表的单元格范围过大", "The cells of a sheet span too much", f"{seen.row} x {seen.column}")


def _damaged() -> FileRefused:
    return unreadable("工作簿已损坏或不完整", "The workbook is damaged or incomplete")
