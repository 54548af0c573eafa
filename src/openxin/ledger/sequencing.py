"""From the outbox into the tree: every visible row becomes leaves, in batches, each in one transaction with its checkpoint.

Always true, whatever crashes and however many run at once: leaves are numbered from 0 without a gap, each entry
stands in the outbox or has exactly one leaf, tiles cover exactly the leaves, and a checkpoint signs them. The model is
sunlight's `sequencePool`, except that our commit point is a commit: leaves, positions, tiles, the emptied outbox and the
signed checkpoint are there together, on disk, or not at all.

Nothing here is done for a leaf alone but its hashing: the bytes of ids and commitments go from the outbox into runs as they are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connections, transaction
from psycopg import Cursor

from openxin.ledger import checkpoints, leaves, stored, tiles, tree
from openxin.ledger.notes import Signer

BATCH = 65_536  # entries, about, and at most as many rows of the outbox
_RUN = (
    4_096  # entries: neighbours in the outbox are put together up to here, so that an id in a run is found in a blink
)
_ID_BYTES = 16

# Lengths are known without reading the bytes themselves, so rows that the batch has no room for cost nothing.
_WAITING = """
    select id, kind, day, entries, commitments
    from (select o.*, sum(octet_length(entries) / 16) over (order by id rows unbounded preceding)
                      - octet_length(entries) / 16 as before
          from (select * from ledger_outbox order by id limit %s) o) as o
    where before < %s order by id
"""
_RUNS = """
    insert into ledger_run (first, kind, day, entries, commitments)
    select * from unnest(%b::bigint[], %b::text[], %b::date[], %b::bytea[], %b::bytea[]) order by 1
"""
_POSITIONS = "insert into ledger_position (mark, first) select * from unnest(%b::int[], %b::bigint[])"
_TILES = """
    insert into ledger_tile (level, index, hashes) select * from unnest(%b::smallint[], %b::bigint[], %b::bytea[])
    on conflict (level, index) do update set hashes = excluded.hashes
"""
# By id, never "up to the highest id": a lower id may commit later than a higher one, and is then still to come.
_CLEAR = "delete from ledger_outbox where id = any(%s)"


@dataclass(frozen=True, slots=True)
class _Run:
    """Entries of one kind and day: a row of the outbox, or neighbours put together."""

    kind: str
    day: date
    entries: bytes
    commitments: bytes


def sequence(using: str = "default", *, signer: Signer | None = None, batch: int = BATCH) -> int:
    """Move what waits into the tree, each batch under a signed checkpoint; returns how many leaves were added.

    Waits for another sequencer to finish its batch. `signer`: the installation's own where none is given.
    Raises SigningKeyMissing and LedgerUnsound: the batch has not been moved, and nothing has been signed.
    """
    signer = signer or checkpoints.own_signer()
    added = 0
    while True:
        count = _move_batch(using, signer, batch)
        added += count
        if count < batch:  # it took all that was visible
            return added


def _move_batch(using: str, signer: Signer, batch: int) -> int:
    """Move about `batch` entries, in whole rows of the outbox, and sign; returns how many."""
    with (
        transaction.atomic(using=using, durable=True),
        connections[using].cursor() as own,
        stored.binary(own) as cursor,
    ):
        stored.lock(cursor)  # 1 from here on no other sequencer reads or writes; ours sees all that the last one did
        edge = stored.edge(cursor)  # 2 where the tree ends, and that it is the one that was signed
        last = checkpoints.refuse_contradiction(cursor, edge, signer.key)
        ids, runs = _read(cursor, batch)  # 3 what is visible now, lowest first
        if last is not None and last.size == edge.size and not runs:
            return 0
        before = edge.size
        with cursor.connection.pipeline():  # the server stores runs while we hash; nobody waits for each answer
            if runs:
                _store_runs(cursor, before, runs)  # 4
                _store_positions(cursor, before, runs)  # 5
                _add(cursor, edge, runs)  # 6
                cursor.execute(_CLEAR, (ids,))  # 7
            checkpoints.sign(cursor, edge, signer)  # 8
        # If we die here, or anywhere above, nothing has happened: the rows wait on.
    # The commit point. If its answer is lost, the rows are leaves, signed, and gone from the outbox: doing it again moves
    # others. Ed25519 signs the same text the same way, so no two checkpoints of one size differ.
    return edge.size - before


def _read(cursor: Any, batch: int) -> tuple[list[int], list[_Run]]:
    cursor.execute(_WAITING, (batch, batch))
    rows = cursor.fetchall()
    return [row[0] for row in rows], list(_together(_Run(*row[1:]) for row in rows))


def _together(rows: Iterable[_Run]) -> Iterator[_Run]:
    """The runs in the order of the outbox; small neighbours of one kind and day are one."""
    held: list[_Run] = []
    count = 0
    for row in rows:
        more = len(row.entries) // _ID_BYTES
        if held and ((row.kind, row.day) != (held[0].kind, held[0].day) or count + more > _RUN):
            yield _joined(held)
            held, count = [], 0
        held.append(row)
        count += more
    if held:
        yield _joined(held)


def _joined(rows: Sequence[_Run]) -> _Run:
    if len(rows) == 1:
        return rows[0]
    entries, commitments = b"".join([row.entries for row in rows]), b"".join([row.commitments for row in rows])
    return _Run(rows[0].kind, rows[0].day, entries, commitments)


def _store_runs(cursor: Cursor[Any], first: int, runs: Sequence[_Run]) -> None:
    columns = zip(*[(run.kind, run.day, run.entries, run.commitments) for run in runs], strict=True)
    cursor.execute(_RUNS, (_firsts(first, runs), *map(list, columns)))


def _store_positions(cursor: Cursor[Any], first: int, runs: Sequence[_Run]) -> None:
    """Each beginning of an id once for each run, in their order, so that neighbours fall on the same page of the index."""
    ids = np.frombuffer(b"".join([run.entries for run in runs]), dtype=">u4")[:: _ID_BYTES // stored.MARK]
    run_of = np.repeat(np.arange(len(runs)), [len(run.entries) // _ID_BYTES for run in runs])
    told = np.unique(ids.astype(np.uint64) << np.uint64(32) | run_of.astype(np.uint64))
    marks = (told >> np.uint64(32)).astype(np.uint32).view(np.int32)
    firsts = np.array(_firsts(first, runs))[told & np.uint64(0xFFFFFFFF)]
    cursor.execute(_POSITIONS, (marks.tolist(), firsts.tolist()))


def _firsts(first: int, runs: Sequence[_Run]) -> list[int]:
    firsts = []
    for run in runs:
        firsts.append(first)
        first += len(run.entries) // _ID_BYTES
    return firsts


def _add(cursor: Cursor[Any], edge: tiles.Edge, runs: Sequence[_Run]) -> None:
    """Add the leaves to the tree whose right edge this is, and store the tiles that are new or longer now."""
    hashes = [tree.leaf_hashes(leaves.written(run.kind, run.day, run.commitments)) for run in runs]
    changed = edge.add(b"".join(hashes))
    columns = zip(*[(tile.level, tile.index, tile.hashes) for tile in changed], strict=True)
    cursor.execute(_TILES, tuple(map(list, columns)))
