"""The ledger as it lies in the database: read here, by whoever sequences, signs, exports or reconciles.

`ledger_run` holds the leaves, `ledger_tile` the hashes over them. A tile that is not full is one row that grows, so
that the first hashes of it are also those of every smaller tree.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg
from django.db.backends.utils import CursorWrapper
from psycopg import pq

from openxin.ledger import leaves, tiles
from openxin.ledger.folders import Log, Place
from openxin.ledger.tiles import Edge
from openxin.ledger.tree import HASH

_LEVEL_BITS = 8
_AHEAD = 64  # tiles or bundles read at once: 2 MiB of entries

# One sequencer, one signer at a time: "ledger" as ASCII. Held by the transaction, so no crash can leave it behind.
LOCK = 0x6C6564676572
MARK = 4  # bytes at the beginning of an entry's id, by which its run is found

# Ids are random: one that lies across two others is as likely as one that is guessed.
_ENTERED = """
    select first + at / 16, kind, day::text, substr(commitments, 2 * at + 1, 32)
    from (select r.*, position(%s in entries) - 1 as at from ledger_position p join ledger_run r using (first)
          where p.mark = %s offset 0) as run  -- so that a run is searched once
    where at >= 0 and at %% 16 = 0
"""
_SIZE = "select first + octet_length(commitments) / 32 from ledger_run order by first desc limit 1"
_TILES = "select level, index, hashes from openxin_tiles(%b::smallint[], %b::bigint[])"
_TILES_AHEAD = "select index, hashes from ledger_tile where level = %s and index >= %s and index < %s"
# Of each run that reaches into [lowest, end) that part.
_RUNS = """
    select greatest(first, %(lowest)s), kind, day::text,
           substr(commitments, least(32 * greatest(%(lowest)s - first, 0), 2147483646)::int + 1,
                  (32 * (%(end)s - greatest(first, %(lowest)s)))::int)
    from ledger_run where first < %(end)s
      and first >= coalesce((select max(first) from ledger_run where first <= %(lowest)s), %(lowest)s)
    order by first
"""
_COVERED = "select index * 256 + octet_length(hashes) / 32 from ledger_tile where level = 0 order by index desc limit 1"
_BEFORE_ALL = "select first from ledger_run where first < 0 limit 1"
_WAITING = "select coalesce(sum(octet_length(entries) / 16), 0)::bigint, min(at) from ledger_outbox"


class LedgerUnsound(Exception):
    """The tables contradict each other or a signed checkpoint: nothing more is signed until somebody has looked."""


class Cursor(Protocol):
    """A cursor of psycopg, or one of Django."""

    @property
    def connection(self) -> Any:
        """The connection of psycopg on which it is."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""

    def fetchone(self) -> Any:
        """Its next row."""

    def fetchall(self) -> Any:
        """All its rows."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Entries that wait for the ledger, and since when the oldest of them does."""

    entries: int
    since: datetime | None


def lock(cursor: Cursor) -> None:
    """Wait until nobody else sequences or signs, and keep them out until this transaction ends."""
    cursor.execute("select pg_advisory_xact_lock(%s)", (LOCK,))


def edge(cursor: Cursor) -> Edge:
    """The right edge of the tree over all leaves that are stored. Raises LedgerUnsound."""
    return edge_at(cursor, leaf_count(cursor))


def edge_at(cursor: Cursor, size: int) -> Edge:
    """The right edge that the tree had when it was of `size` leaves. Raises LedgerUnsound where tiles are missing."""
    widths, count = list[int](), size
    while count:
        widths.append(count % tiles.WIDTH)
        count >>= _LEVEL_BITS
    places = [(level, size >> _LEVEL_BITS * (level + 1)) for level, width in enumerate(widths) if width]
    held = _tiles(cursor, places)
    partial = [b""] * len(widths)
    for level, index in places:
        partial[level] = held.get((level, index), b"")[: widths[level] * HASH]
        if len(partial[level]) != widths[level] * HASH:
            raise LedgerUnsound(f"ledger_tile {level}/{index} holds fewer hashes than there are leaves below it")
    return Edge(size, partial)


class StoredLog(Log):
    """The tables as a `folders.Log`: asked in order, it reads ahead."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._ahead: dict[int, tuple[range, dict[int, bytes]]] = {}  # by level, the window that was read
        self._bundles: tuple[range, dict[int, bytes]] = (range(0), {})

    def tile(self, level: int, index: int, width: int) -> bytes | None:
        """The hashes of a tile, as far as a tree needs them in which it is `width` wide."""
        window, held = self._ahead.get(level, (range(0), {}))
        if index not in window:
            window = range(index, index + _AHEAD)
            self._cursor.execute(_TILES_AHEAD, (level, window.start, window.stop))
            held = {found: bytes(hashes) for found, hashes in self._cursor.fetchall()}
            self._ahead[level] = (window, held)
        return held.get(index, b"")[: width * HASH] or None

    def tiles(self, places: Sequence[Place]) -> list[bytes | None]:
        """Several tiles in one statement."""
        held = _tiles(self._cursor, [(level, index) for level, index, _ in places])
        return [held.get((level, index), b"")[: width * HASH] or None for level, index, width in places]

    def bundle(self, index: int, width: int) -> bytes | None:
        """The bundle of the first `width` entries under a tile."""
        window, held = self._bundles
        if width != tiles.WIDTH:  # the last: leaves that are not signed may follow
            return self._read_bundles(index * tiles.WIDTH, index * tiles.WIDTH + width).get(index)
        if index not in window:
            window = range(index, index + _AHEAD)
            held = self._read_bundles(window.start * tiles.WIDTH, window.stop * tiles.WIDTH)
            self._bundles = (window, held)
        return held.get(index)

    def surplus(self, size: int) -> str | None:  # noqa: ARG002 (leaves behind `size` wait for the next checkpoint)
        """A leaf that no tile covers."""
        self._cursor.execute(_BEFORE_ALL)
        if before := self._cursor.fetchone():
            return f"ledger_run {before[0]}"
        self._cursor.execute(_COVERED)
        covered = (self._cursor.fetchone() or (0,))[0]
        return f"ledger_leaf {covered}" if leaf_count(self._cursor) > covered else None

    def _read_bundles(self, first: int, end: int) -> dict[int, bytes]:
        """Bundles as the runs give them, one after the other: where they overlap or leave a gap, so do the bundles."""
        self._cursor.execute(_RUNS, {"lowest": first, "end": end})
        packed: dict[int, bytes] = {}
        for start, kind, day, commitments in self._cursor.fetchall():
            whole = len(commitments) // leaves.COMMITMENT * leaves.COMMITMENT
            for index, part in _cut(start, bytes(commitments)[:whole]):
                packed[index] = packed.get(index, b"") + leaves.bundled(kind, day, part)
        return packed


def _cut(start: int, commitments: bytes) -> Iterable[tuple[int, bytes]]:
    """A run of commitments that begins with leaf `start`, cut where bundles end."""
    begin = 0
    while begin < len(commitments):
        index, offset = divmod(start + begin // leaves.COMMITMENT, tiles.WIDTH)
        end = begin + (tiles.WIDTH - offset) * leaves.COMMITMENT
        yield index, commitments[begin:end]
        begin = end


def entered(cursor: Cursor, entry_id: UUID) -> tuple[int, bytes] | None:
    """The number and the leaf of an entry; None while it waits in the outbox."""
    cursor.execute(_ENTERED, (entry_id.bytes, int.from_bytes(entry_id.bytes[:MARK], "big", signed=True)))
    row = cursor.fetchone()
    if row is None:
        return None
    seq, kind, day, commitment = row
    return seq, leaves.bundled(kind, day, bytes(commitment))[2:]


def entries(cursor: Cursor, first: int, end: int) -> list[tuple[int, bytes]]:
    """The leaves `[first, end)` that there are, each with its number, in order."""
    cursor.execute(_RUNS, {"lowest": first, "end": end})
    return [
        (seq, body)
        for start, kind, day, commitments in cursor.fetchall()
        for seq, body in enumerate(tiles.unbundle(leaves.bundled(kind, day, bytes(commitments))), start)
    ]


def backlog(cursor: Cursor) -> Backlog:
    """What waits for the ledger."""
    cursor.execute(_WAITING)
    entries, since = cursor.fetchone()
    return Backlog(entries, since)


def leaf_count(cursor: Cursor) -> int:
    """How many leaves there are, the unsigned ones among them."""
    cursor.execute(_SIZE)
    row = cursor.fetchone()
    return int(row[0]) if row else 0


def _tiles(cursor: Cursor, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    with binary(cursor) as beside:
        beside.execute(_TILES, ([level for level, _ in places], [index for _, index in places]))
        return {(level, index): hashes for level, index, hashes in beside.fetchall()}


@contextmanager
def binary(cursor: Cursor) -> Iterator[psycopg.Cursor[Any]]:
    """A cursor beside this one, in its transaction, that takes bytes as bytes; what goes wrong is raised as through `cursor`.

    Django's own takes hashes as text: a proof spent as long on reading that as on its hashing.
    """
    errors = cursor.db.wrap_database_errors if isinstance(cursor, CursorWrapper) else nullcontext()
    with errors, psycopg.Cursor(cursor.connection) as beside:
        beside.format = pq.Format.BINARY
        yield beside
