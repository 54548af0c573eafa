"""The whole file once, before anything is taken from it: where records end, that every byte is text, that no limit is passed.

Record borders are found by the parity of quotes, in numpy, on the bytes as they are: in UTF-8 and in GB18030 alike no
quote, separator or line end is ever part of another character, and UTF-16 is looked at in units of two bytes. That is right
only where every quote opens, closes or doubles; where one stands elsewhere (`5" pipe`) the file is `loose`, and the standard
library finds the borders.

What a block of the file holds is looked at by threads, as many as help: nobody else has work before this is done. What depends
on the blocks before it (is it within quotes? how many records were there?) follows in order.
"""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from openxin.intake.reading import csv_head
from openxin.intake.reading.csv_head import Head
from openxin.intake.reading.layout import CsvDialect
from openxin.intake.reading.limits import FIELD_BYTES, ROWS
from openxin.intake.reading.refusal import FileRefused, too_large, unreadable

_BLOCK = 4 * 1024 * 1024
_LOOKING = 2  # threads: what they do is done without the interpreter, but for a third of it
_BATCH = 4096
_CHUNK_BYTES = 32 * 1024 * 1024
_LONGEST_LINE = 64 * 1024 * 1024
_SUSPECT = FIELD_BYTES * 2 // 3
"""A shorter record holds no field over the limit: two bytes of GB18030 or UTF-16 are at most three of UTF-8."""
_FURNITURE_LINES = 1000
"""Title, notes, empty lines and totals allowed on top of the limit of rows."""

_QUOTE, _LF, _CR = 34, 10, 13
_UNITS = {"utf-8": "u1", "gb18030": "u1", "utf-16-le": "<u2", "utf-16-be": ">u2"}

RECORDS_BETWEEN_POSTS = 128
"""Of so many records the border of one is remembered: looking through the rest is nothing, and a million have eight thousand."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of the file: bytes, row number of the first record, and where its 1st, 129th, 257th record begin, from `offset`."""

    offset: int
    length: int
    row: int
    posts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cuts:
    """The pieces below the header, and how many records they hold."""

    pieces: tuple[Cut, ...]
    records: int


Positions = npt.NDArray[np.int64]


class _StrayQuoteError(Exception):
    """A quote stands where none may."""


class _OtherEncodingError(Exception):
    """After a head of nothing but ASCII the file turned out to be GB18030."""


def scan(path: Path, head: Head, *, chunk_rows: int) -> tuple[CsvDialect, Cuts]:
    """The final dialect, and the pieces of at most `chunk_rows` records after the header. Raises FileRefused."""
    dialect = head.dialect
    cutter = _Cutter
    for _ in range(3):  # at most one change of encoding and one of reader
        try:
            with path.open("rb") as file:
                reader = cutter(file, head, dialect, chunk_rows)
                pieces = reader.cuts()
        except _OtherEncodingError:
            dialect = replace(dialect, encoding="gb18030")
        except _StrayQuoteError:
            dialect = replace(dialect, loose=True)
            cutter = _LooseCutter
        else:
            return dialect, Cuts(tuple(pieces), max(0, reader.records - reader.header_last))
    raise csv_head.damaged()


class _Cutter:
    def __init__(self, file: BinaryIO, head: Head, dialect: CsvDialect, chunk_rows: int) -> None:
        self.file = file
        self.dialect = dialect
        self.chunk_rows = chunk_rows
        self.start = head.start
        self.header_last = head.sheet.header_rows[-1]
        self.certain = head.certain or dialect.encoding != head.dialect.encoding
        self.records = 0  # records that ended so far
        self.taken_from = -1  # offset of the piece that is being filled
        self.taken_row = 0
        self.posts = [0]
        self.pieces: list[Cut] = []

    def cuts(self) -> list[Cut]:
        width = np.dtype(_UNITS[self.dialect.encoding]).itemsize
        inside = 0  # 1: the block begins within quotes
        size = open_record = self.start  # where the record began that the last block left open
        for seen in self._seen():
            ends, quotes = seen.ends, seen.quotes
            if len(seen.lone_crs) and (((np.searchsorted(quotes, seen.lone_crs) + inside) & 1) == 0).any():
                raise _StrayQuoteError
            if len(quotes):
                self._quotes_stand_right(seen.units, quotes, inside)
                ends = ends[((np.searchsorted(quotes, ends) + inside) & 1) == 0]
                inside = (inside + len(quotes)) & 1
            elif inside:
                ends = ends[:0]
            borders = (ends + 1) * width + seen.offset
            self._long_records_fit(borders, open_record)
            self._cut_at(borders)
            if len(borders):
                open_record = int(borders[-1])
            size = seen.offset + seen.units.nbytes
        if inside:
            row = self.records + 1
            raise unreadable(f"第 {row} 行的引号没有结束", f"A quote opened in row {row} never closes", str(row))
        if size > open_record:
            last = np.array([size])
            self._long_records_fit(last, open_record)
            self._cut_at(last)
        self._close(size)
        return self.pieces

    def _blocks(self) -> Iterator["_Block"]:
        """Blocks that end with a line end, so that none cuts a character, a CR LF or a doubled quote."""
        mark = self.dialect.eol.encode(self.dialect.encoding)
        offset, size = self.start, _BLOCK
        while piece := self._read(offset, size):
            end = _after_last(piece, mark)
            if end < 0 and len(piece) == size:
                # A line that is longer: once more from where it begins.
                if size >= _LONGEST_LINE:
                    raise _field_too_large(self.records + 1)
                size *= 4
                continue
            length = end if end >= 0 else len(piece)
            yield _Block(offset, piece, length)
            offset, size = offset + length, _BLOCK

    def _read(self, offset: int, size: int) -> bytes:
        self.file.seek(offset)
        return self.file.read(size)

    def _seen(self) -> Iterator["_Seen"]:
        """What the blocks hold, in their order; the next ones are looked at meanwhile."""
        coming: deque[Future[_Seen]] = deque()
        with ThreadPoolExecutor(_LOOKING) as threads:
            for block in self._blocks():
                self._certain_of(block)
                coming.append(threads.submit(_look, block, self.dialect))
                if len(coming) > _LOOKING:
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()

    def _certain_of(self, block: "_Block") -> None:
        """Of a file that was all ASCII until now: in which encoding is it?"""
        if not self.certain:
            found = csv_head.eight_bit(block.piece[: block.length])
            self.certain = found is not None
            if found == "gb18030":
                raise _OtherEncodingError

    def _quotes_stand_right(self, units: npt.NDArray[np.uint], quotes: Positions, inside: int) -> None:
        separator = ord(self.dialect.separator)
        opening, closing = quotes[inside::2], quotes[1 - inside :: 2]
        before = units[opening[opening > 0] - 1]
        after = units[closing[closing < len(units) - 1] + 1]
        for beside in (before, after):
            if not ((beside == separator) | (beside == _LF) | (beside == _CR) | (beside == _QUOTE)).all():
                raise _StrayQuoteError

    def _long_records_fit(self, borders: Positions, open_record: int) -> None:
        lengths = np.diff(borders, prepend=open_record)
        for long in np.flatnonzero(lengths > _SUSPECT):
            self._fields_fit(int(borders[long] - lengths[long]), int(lengths[long]), self.records + int(long) + 1)

    def _cut_at(self, borders: Positions) -> None:
        """Count the records that end at these borders, and cut where a piece is full."""
        taken = 0
        if self.taken_from < 0:
            if self.records + len(borders) < self.header_last:
                self.records += len(borders)
                return
            taken = self.header_last - self.records
            self.taken_from, self.taken_row = int(borders[taken - 1]), self.header_last + 1
        while True:
            full = self.taken_row + self.chunk_rows - self.records - 2  # index of the piece's last record
            heavy = max(int(np.searchsorted(borders, self.taken_from + _CHUNK_BYTES)), taken)
            last = min(full, heavy)
            self._post(borders, taken, min(last, len(borders) - 1))
            if last >= len(borders):
                break
            self._close(int(borders[last]))
            self.taken_row = self.records + last + 2
            taken = last + 1
        self.records += len(borders)
        if self.records - self.header_last > ROWS + _FURNITURE_LINES:
            raise too_large(f"超过 {ROWS} 行", f"More than {ROWS} rows", str(self.records))

    def _post(self, borders: Positions, first: int, last: int) -> None:
        """Remember where some of the records of this piece begin, that is end before: those between these borders."""
        place = self.records + first + 2 - self.taken_row  # of the record that begins at the first of them
        posts = borders[first + -place % RECORDS_BETWEEN_POSTS : last + 1 : RECORDS_BETWEEN_POSTS]
        self.posts += (posts - self.taken_from).tolist()

    def _close(self, end: int) -> None:
        if self.taken_from >= 0 and end > self.taken_from:
            length = end - self.taken_from
            begins = tuple(post for post in self.posts if post < length)
            self.pieces.append(Cut(self.taken_from, length, self.taken_row, begins))
            self.taken_from, self.posts = end, [0]

    def _fields_fit(self, start: int, length: int, row: int) -> None:
        back = self.file.tell()
        self.file.seek(start)
        text = self.file.read(length).decode(self.dialect.encoding)
        self.file.seek(back)
        try:
            for record in csv.reader(io.StringIO(text, newline=""), delimiter=self.dialect.separator):
                if _too_long(record):
                    raise _field_too_large(row)
        except csv.Error as fault:
            raise _field_too_large(row) from fault


class _LooseCutter(_Cutter):
    """The same with the standard library's reader, for files whose quotes do not pair up."""

    def cuts(self) -> list[Cut]:
        size = self.start
        for block in self._blocks():
            self._certain_of(block)
            _check_text(block, self.dialect.encoding)
            size = block.offset + block.length
        borders: list[int] = []
        try:
            for border in self._borders():
                borders.append(border)
                if len(borders) == _BATCH:
                    self._cut_at(np.array(borders))
                    borders.clear()
        except csv.Error as fault:
            raise _field_too_large(self.records + len(borders) + 1) from fault
        if borders:
            self._cut_at(np.array(borders))
        self._close(size)
        return self.pieces

    def _borders(self) -> Iterator[int]:
        """Where each record ends; the reader asks for no line more than the record has."""
        encoding, position = self.dialect.encoding, self.start
        self.file.seek(self.start)

        def counted() -> Iterator[str]:
            nonlocal position
            for line in io.TextIOWrapper(self.file, encoding, newline=""):
                position += len(line.encode(encoding))
                yield line

        for number, record in enumerate(csv.reader(counted(), delimiter=self.dialect.separator), start=1):
            if _too_long(record):
                raise _field_too_large(number)
            yield position


@dataclass(frozen=True, slots=True)
class _Block:
    """The first `length` bytes of `piece`, which begins at `offset`: not cut off, since a copy of the whole file costs time."""

    offset: int
    piece: bytes
    length: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a block holds, whatever stands before it: line ends and quotes, and carriage returns that no line feed follows."""

    offset: int
    units: npt.NDArray[np.uint]
    ends: Positions
    quotes: Positions
    lone_crs: Positions


def _look(block: _Block, dialect: CsvDialect) -> _Seen:
    """Look at a block. Raises FileRefused where it is no text."""
    _check_text(block, dialect.encoding)
    units = _units(block, dialect.encoding)
    eol = _CR if dialect.eol == "\r" else _LF
    ends = np.flatnonzero(units == eol)
    # A carriage return of its own ends a record too, unless it is quoted; that is left to the slow reader.
    lone = _lone_crs(units, ends) if eol == _LF else ends[:0]
    return _Seen(block.offset, units, ends, np.flatnonzero(units == _QUOTE), lone)


def _units(block: _Block, encoding: str) -> npt.NDArray[np.uint]:
    width = np.dtype(_UNITS[encoding]).itemsize
    return np.frombuffer(block.piece, _UNITS[encoding], count=block.length // width)


def _lone_crs(units: npt.NDArray[np.uint], ends: Positions) -> Positions:
    crs = np.count_nonzero(units == _CR)
    if not crs or crs == np.count_nonzero(units[ends[ends > 0] - 1] == _CR):
        return ends[:0]
    places = np.flatnonzero(units == _CR)
    lone: Positions = places[units[np.minimum(places + 1, len(units) - 1)] != _LF]
    return lone


def _check_text(block: _Block, encoding: str) -> None:
    if not block.piece.isascii():
        _check_encoding(block, encoding)
    if block.length % np.dtype(_UNITS[encoding]).itemsize:
        raise csv_head.damaged()
    zero = block.piece.find(b"\0", 0, block.length) >= 0
    if zero and (encoding in {"utf-8", "gb18030"} or not _units(block, encoding).all()):
        raise unreadable("文件中有空字符（NUL）", "The file holds NUL characters")


def _check_encoding(block: _Block, encoding: str) -> None:
    try:
        if encoding == "utf-8":
            # Arrow looks without making a text of it: four times as fast, and this is the part of the work that waits for nobody.
            run = pa.py_buffer(np.array([0, block.length], dtype=np.int32))
            pa.StringArray.from_buffers(1, run, pa.py_buffer(block.piece)).validate(full=True)
        else:
            codecs.decode(memoryview(block.piece)[: block.length], encoding)
    except (UnicodeDecodeError, pa.ArrowInvalid) as fault:
        raise csv_head.damaged() from fault


def _after_last(piece: bytes, mark: bytes) -> int:
    """The place after the last `mark` in `piece`, or -1. A mark of two bytes stands on an even place."""
    end = piece.rfind(mark)
    while end >= 0 and end % len(mark):
        end = piece.rfind(mark, 0, end + 1)
    return end + len(mark) if end >= 0 else -1


def _too_long(record: list[str]) -> bool:
    return any(len(cell) * 4 > FIELD_BYTES and len(cell.encode()) > FIELD_BYTES for cell in record)


def _field_too_large(row: int) -> FileRefused:
    return too_large(
        f"第 {row} 行有超过 64 KiB 的单元格，或引号没有结束",
        f"Row {row} has a cell of more than 64 KiB, or a quote that never closes",
        str(row),
    )
