"""The ledger as it lies in the database: read here, by whoever sequences, signs, exports or reconciles.

`ledger_leaf` holds the leaves, `ledger_tile` the hashes over them. A tile that is not full is one row that grows, so
that the first hashes of it are also those of every smaller tree.
"""

from typing import Any, Protocol
from uuid import UUID

from openxin.ledger import tiles
from openxin.ledger.tiles import Edge
from openxin.ledger.tree import HASH

_LEVEL_BITS = 8
_AHEAD = 64  # tiles or bundles read at once: 2 MiB of entries

# One sequencer, one signer at a time: "ledger" as ASCII. Held by the transaction, so no crash can leave it behind.
LOCK = 0x6C6564676572

_ENTERED = "select p.seq, l.body from ledger_position p join ledger_leaf l using (seq) where p.entry_id = %s"
_SIZE = "select coalesce(max(seq) + 1, 0) from ledger_leaf"
_TILE = "select substr(hashes, 1, %s) from ledger_tile where level = %s and index = %s"
_TILES = "select index, hashes from ledger_tile where level = %s and index >= %s and index < %s"
# Each entry after its length in two bytes, as C2SP tlog-tiles wants it; what is longer is no leaf, and is found out.
_BUNDLES = """
    select seq / 256, string_agg(substr(int4send(octet_length(body)), 3) || body, ''::bytea order by seq)
    from ledger_leaf where seq >= %s and seq < %s group by seq / 256
"""
_LAST_TILE = "select index, octet_length(hashes) from ledger_tile where level = 0 order by index desc limit 1"
_BEYOND = "select min(seq) from ledger_leaf where seq < 0 or seq >= %s"


class LedgerUnsound(Exception):
    """The tables contradict each other or a signed checkpoint: nothing more is signed until somebody has looked."""


class Cursor(Protocol):
    """A cursor of psycopg, or one of Django."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""

    def fetchone(self) -> Any:
        """Its next row."""

    def fetchall(self) -> Any:
        """All its rows."""


def lock(cursor: Cursor) -> None:
    """Wait until nobody else sequences or signs, and keep them out until this transaction ends."""
    cursor.execute("select pg_advisory_xact_lock(%s)", (LOCK,))


def edge(cursor: Cursor) -> Edge:
    """The right edge of the tree over all leaves that are stored. Raises LedgerUnsound."""
    cursor.execute(_SIZE)
    return edge_at(cursor, cursor.fetchone()[0])


def edge_at(cursor: Cursor, size: int) -> Edge:
    """The right edge that the tree had when it was of `size` leaves. Raises LedgerUnsound where tiles are missing."""
    partial, level, count = list[bytes](), 0, size
    while count:
        width = count % tiles.WIDTH
        partial.append(_first_hashes(cursor, level, count // tiles.WIDTH, width) if width else b"")
        level, count = level + 1, count >> _LEVEL_BITS
    return Edge(size, partial)


class StoredLog:
    """The tables as a `folders.Log`: asked in order, it reads ahead."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._tiles: dict[int, tuple[range, dict[int, bytes]]] = {}  # by level, the window that was read
        self._bundles: tuple[range, dict[int, bytes]] = (range(0), {})

    def tile(self, level: int, index: int, width: int) -> bytes | None:
        """The hashes of a tile, as far as a tree needs them in which it is `width` wide."""
        window, held = self._tiles.get(level, (range(0), {}))
        if index not in window:
            window = range(index, index + _AHEAD)
            self._cursor.execute(_TILES, (level, window.start, window.stop))
            held = {found: bytes(hashes) for found, hashes in self._cursor.fetchall()}
            self._tiles[level] = (window, held)
        return held.get(index, b"")[: width * HASH] or None

    def bundle(self, index: int, width: int) -> bytes | None:
        """The bundle of the first `width` entries under a tile."""
        window, held = self._bundles
        if width != tiles.WIDTH:  # the last: leaves that are not signed yet may follow
            return self._read_bundles(index * tiles.WIDTH, index * tiles.WIDTH + width).get(index)
        if index not in window:
            window = range(index, index + _AHEAD)
            held = self._read_bundles(window.start * tiles.WIDTH, window.stop * tiles.WIDTH)
            self._bundles = (window, held)
        return held.get(index)

    def surplus(self, size: int) -> str | None:  # noqa: ARG002 (leaves behind `size` wait for the next checkpoint)
        """A leaf that no tile covers."""
        self._cursor.execute(
            "select index, octet_length(hashes) from ledger_tile where level = 0 order by index desc limit 1"
        )
        index, length = self._cursor.fetchone() or (0, 0)
        self._cursor.execute(_BEYOND, (index * tiles.WIDTH + length // HASH,))
        beyond = self._cursor.fetchone()[0]
        return None if beyond is None else f"ledger_leaf {beyond}"

    def _read_bundles(self, first: int, end: int) -> dict[int, bytes]:
        self._cursor.execute(_BUNDLES, (first, end))
        return {index: bytes(packed) for index, packed in self._cursor.fetchall()}


def entered(cursor: Cursor, entry_id: UUID) -> tuple[int, bytes] | None:
    """The number and the leaf of an entry; None while it waits in the outbox."""
    cursor.execute(_ENTERED, (entry_id,))
    row = cursor.fetchone()
    return None if row is None else (row[0], bytes(row[1]))


def _first_hashes(cursor: Cursor, level: int, index: int, width: int) -> bytes:
    cursor.execute(_TILE, (width * HASH, level, index))
    hashes = bytes((cursor.fetchone() or (b"",))[0])
    if len(hashes) != width * HASH:
        raise LedgerUnsound(f"ledger_tile {level}/{index} holds fewer hashes than there are leaves below it")
    return hashes
