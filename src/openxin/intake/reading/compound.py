"""Compound files (OLE 2, MS-CFB): the container of XLS, looked into without trusting any of its tables.

A file is sectors; a table says of each sector which one follows; a directory names the streams. A table may lead in circles,
beyond the end, or through one sector twice: no chain is longer than the file has sectors. Nothing is read whole but the
directory and the tables, and these are no larger than the file.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STORAGE, STREAM, ROOT = 1, 2, 5
"""Kinds of entry in the directory."""

_HEADER = 512
_ENTRY = 128
_MOST_ENTRIES = 10_000
_LARGEST_REGULAR = 0xFFFFFFFA
_SHIFTS = (9, 12)  # sectors of 512 or 4,096 bytes
_MINI_SHIFT, _MINI_CUTOFF = 6, 4096
_PIECE = 1024 * 1024
_KIND, _START, _SIZE = 66, 116, 120  # offsets in an entry

Numbers = npt.NDArray[np.int64]


class DamagedError(Exception):
    """The file is not what its tables say."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory. `name` without regard to case."""

    name: str
    kind: int
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Stream:
    """The bytes of a stream where they lie: `places` of its units in the file, each `unit` bytes long."""

    file: BinaryIO
    places: Numbers
    unit: int
    size: int

    def read(self, offset: int, length: int) -> bytes:
        """Some of its bytes; fewer where it ends before."""
        end = min(offset + length, self.size)
        found = bytearray()
        while offset < end:
            number, within = divmod(offset, self.unit)
            self.file.seek(int(self.places[number]) + within)
            wanted = min(self.unit - within, end - offset)
            piece = self.file.read(wanted)
            if len(piece) < wanted:
                raise DamagedError
            found += piece
            offset += wanted
        return bytes(found)

    def pieces(self, overlap: int) -> Iterator[tuple[int, bytes]]:
        """All of it: offset and bytes; each piece begins with the end of the one before, so that nothing hides on a border."""
        tail, offset = b"", 0
        while offset < self.size:
            piece = tail + self.read(offset, _PIECE)
            yield offset - len(tail), piece
            offset += _PIECE
            tail = piece[-overlap:]


class Compound:
    """A compound file and its directory. Raises DamagedError."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        header = file.read(_HEADER)
        if len(header) < _HEADER or not header.startswith(SIGNATURE):
            raise DamagedError
        shift, mini_shift = struct.unpack_from("<HH", header, 30)
        cutoff = struct.unpack_from("<I", header, 56)[0]
        if shift not in _SHIFTS or mini_shift != _MINI_SHIFT or cutoff != _MINI_CUTOFF:
            raise DamagedError
        self._sector = 1 << shift
        self._sectors = (size + self._sector - 1) // self._sector - 1  # the header takes the place of one
        self._next = self._table(header)
        self.entries = tuple(self._directory(struct.unpack_from("<I", header, 48)[0]))
        self._mini_start = struct.unpack_from("<I", header, 60)[0]

    def stream(self, entry: Entry) -> Stream:
        """A stream by its entry; short ones lie in pieces of 64 bytes within the stream of the root."""
        if entry.size >= _MINI_CUTOFF:
            places, unit = self._places(self._chain(entry.start, self._next)), self._sector
        else:
            places, unit = self._mini_places(entry.start), 1 << _MINI_SHIFT
        if entry.size > len(places) * unit:
            raise DamagedError
        return Stream(self._file, places, unit, entry.size)

    def _mini_places(self, start: int) -> Numbers:
        root = next((one for one in self.entries if one.kind == ROOT), None)
        if root is None:
            raise DamagedError
        table = np.frombuffer(self._read_sectors(self._chain(self._mini_start, self._next)), np.dtype("<u4"))
        minis = self._chain(start, table)
        held = self._places(self._chain(root.start, self._next))
        number, within = np.divmod(minis << _MINI_SHIFT, self._sector)
        if len(minis) and int(number.max()) >= len(held):
            raise DamagedError
        return np.asarray(held[number] + within, np.int64) if len(minis) else minis

    def _table(self, header: bytes) -> npt.NDArray[np.uint32]:
        """Which sector follows each: 109 places of it stand in the header, the others in sectors of their own."""
        places = list(struct.unpack_from("<109I", header, 76))
        more, seen = struct.unpack_from("<I", header, 68)[0], 0
        while more < _LARGEST_REGULAR:
            seen += 1
            if seen > self._sectors:
                raise DamagedError
            listed = np.frombuffer(self._read_sectors(np.array([more], np.int64)), np.dtype("<u4"))
            places += listed[:-1].tolist()
            more = int(listed[-1])
        real = np.array([place for place in places if place < _LARGEST_REGULAR], np.int64)
        if len(real) > self._sectors:
            raise DamagedError
        return np.frombuffer(self._read_sectors(real), np.dtype("<u4"))

    def _directory(self, start: int) -> Iterator[Entry]:
        held = self._read_sectors(self._chain(start, self._next))
        if len(held) > _MOST_ENTRIES * _ENTRY:
            raise DamagedError
        for at in range(0, len(held) - _ENTRY + 1, _ENTRY):
            length = struct.unpack_from("<H", held, at + 64)[0]
            kind = held[at + _KIND]
            if kind in (STORAGE, STREAM, ROOT):
                name = held[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", errors="replace")
                first, size = (
                    struct.unpack_from("<I", held, at + _START)[0],
                    struct.unpack_from("<I", held, at + _SIZE)[0],
                )
                yield Entry(name.lower(), kind, first, size)

    def _chain(self, start: int, table: npt.NDArray[np.uint32]) -> Numbers:
        """The numbers of one chain in their order."""
        chain: list[int] = []
        follows = table.tolist() if len(table) < _PIECE else table
        while start < _LARGEST_REGULAR:
            if start >= len(table) or len(chain) >= len(table):
                raise DamagedError  # beyond the end, or in a circle
            chain.append(start)
            start = int(follows[start])
        return np.array(chain, np.int64)

    def _places(self, sectors: Numbers) -> Numbers:
        return np.asarray((sectors + 1) * self._sector, np.int64)

    def _read_sectors(self, sectors: Numbers) -> bytes:
        held = bytearray()
        for place in self._places(sectors).tolist():
            self._file.seek(place)
            piece = self._file.read(self._sector)
            if len(piece) < self._sector:
                raise DamagedError
            held += piece
        return bytes(held)
