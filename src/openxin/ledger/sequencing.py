"""From the outbox into the tree: every visible row becomes leaves, in batches, each in one transaction.

Always true, whatever crashes and however many run at once: leaves are numbered from 0 without a gap, each entry
stands in the outbox or has exactly one leaf, and tiles cover exactly the leaves. The model is sunlight's
`sequencePool`, except that our commit point is a commit: leaves, positions, tiles and the emptied outbox are there
together or not at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from struct import Struct
from typing import Any

from django.db import connections, transaction

from openxin.ledger import checkpoints, leaves, stored, tree
from openxin.ledger.notes import Signer
from openxin.ledger.tiles import Tile

BATCH = 65_536  # entries, about, and at most as many rows of the outbox
_ID_BYTES = 16

_NEXT = "select id, octet_length(entries) / 16 from ledger_outbox order by id limit %s"
_READ = "select kind, day, entries, commitments from ledger_outbox where id = any(%s) order by id"
_TILES = """
    insert into ledger_tile (level, index, hashes) select * from unnest(%s::smallint[], %s::bigint[], %s::bytea[])
    on conflict (level, index) do update set hashes = excluded.hashes
"""
# By id, never "up to the highest id": a lower id may commit later than a higher one, and is then still to come.
_CLEAR = "delete from ledger_outbox where id = any(%s)"

_LEAF_ROW = Struct(">hiqi")  # two columns: 8 bytes of number, then the length of the body
_POSITION_ROW = Struct(">hi16siq")  # two columns: 16 bytes of id, 8 bytes of number


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One row of the outbox."""

    kind: str
    day: date
    entries: bytes
    commitments: bytes


def sequence(using: str = "default", *, signer: Signer | None = None, batch: int = BATCH) -> int:
    """Move what waits into the tree and sign a checkpoint over it; returns how many leaves were added.

    Waits for another sequencer to finish its batch. `signer`: the installation's own where none is given.
    Raises SigningKeyMissing, and nothing has been moved; LedgerUnsound, and nothing has been signed.
    """
    signer = signer or checkpoints.own_signer()
    added = 0
    while True:
        count = _move_batch(using, batch)
        # If we die here the leaves are stored and unsigned: the next checkpoint takes them up.
        added += count
        if count < batch:  # it took all that was visible
            break
    checkpoints.sign(using, signer=signer)
    # If we die here the checkpoint is stored, and whoever asks for the latest gets it.
    return added


def _move_batch(using: str, batch: int) -> int:
    """Move about `batch` entries, in whole rows of the outbox; returns how many."""
    with transaction.atomic(using=using, durable=True), connections[using].cursor() as cursor:
        stored.lock(cursor)  # 1 from here on no other sequencer reads or writes; ours sees all that the last one did
        ids = _next_ids(cursor, batch)  # 2 what is visible now, lowest first
        if not ids:
            return 0
        waiting = _read(cursor, ids)
        entries = _leaves_of(waiting)
        edge = stored.edge(cursor)  # 3 where the tree ends
        first = edge.size
        changed = edge.add(tree.leaf_hashes(entries))
        _copy(cursor, "ledger_leaf (seq, body)", _leaf_rows(first, entries))  # 4
        _copy(cursor, "ledger_position (entry_id, seq)", _position_rows(first, waiting))  # 5
        _store_tiles(cursor, changed)  # 6
        cursor.execute(_CLEAR, (ids,))  # 7
        # If we die here, or anywhere above, nothing has happened: the rows wait on.
    # The commit point. If its answer is lost, the rows are leaves and gone from the outbox: doing it again moves
    # others.
    return len(entries)


def _next_ids(cursor: stored.Cursor, batch: int) -> list[int]:
    cursor.execute(_NEXT, (batch,))
    ids, entries = list[int](), 0
    for row_id, count in cursor.fetchall():
        if entries >= batch:
            break
        ids.append(row_id)
        entries += count
    return ids


def _read(cursor: stored.Cursor, ids: list[int]) -> list[_Waiting]:
    cursor.execute(_READ, (ids,))
    return [_Waiting(kind, day, bytes(entries), bytes(made)) for kind, day, entries, made in cursor.fetchall()]


def _leaves_of(waiting: Sequence[_Waiting]) -> list[bytes]:
    """The leaves in the order of the outbox; neighbours of one kind and day are written together."""
    entries: list[bytes] = []
    for (kind, day), rows in groupby(waiting, key=attrgetter("kind", "day")):
        entries += leaves.written(kind, day, b"".join([row.commitments for row in rows]))
    return entries


def _leaf_rows(first: int, entries: Sequence[bytes]) -> Iterable[bytes]:
    return [_LEAF_ROW.pack(2, 8, seq, len(entry)) + entry for seq, entry in enumerate(entries, first)]


def _position_rows(first: int, waiting: Sequence[_Waiting]) -> Iterable[bytes]:
    ids = b"".join([row.entries for row in waiting])
    # In the order of the random ids, so that neighbours fall on the same page of the index: a third less time (measured).
    return sorted(
        [
            _POSITION_ROW.pack(2, _ID_BYTES, ids[at : at + _ID_BYTES], 8, seq)
            for seq, at in enumerate(range(0, len(ids), _ID_BYTES), first)
        ]
    )


def _copy(cursor: Any, into: str, rows: Iterable[bytes]) -> None:
    """COPY rows that are already in PostgreSQL's binary form: header, rows, end mark."""
    with cursor.copy(f"copy {into} from stdin (format binary)") as copy:
        copy.write(b"".join([b"PGCOPY\n\xff\r\n\x00", bytes(8), *rows, b"\xff\xff"]))


def _store_tiles(cursor: stored.Cursor, changed: Sequence[Tile]) -> None:
    cursor.execute(
        _TILES,
        ([tile.level for tile in changed], [tile.index for tile in changed], [tile.hashes for tile in changed]),
    )
