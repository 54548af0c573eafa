"""Looking through the ledger, for an auditor: entries by number and by time, checkpoints with their cosignatures.

A leaf tells its kind, its day and a commitment, hence nothing here is about a person. A leaf has no instant; the checkpoint that
first signed it has one, and "by time" means that. Numbers have no gaps, so a page of entries is a range of numbers, and every
question here is a fixed number of statements, however long the ledger is.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openxin.ledger import leaves, stored, tree
from openxin.ledger.cosigning import WitnessKey, read_witness_key
from openxin.ledger.leaves import Leaf

_SIGNED_FROM = "select size, at from ledger_checkpoint where size > %s order by size limit %s"
_SIGNED_BY = "select coalesce(max(size), 0) from ledger_checkpoint where at <= %s"
_CHECKPOINTS = """
    select c.size, c.root, c.note, c.at,
           coalesce(array_agg(s.witness order by s.at) filter (where s.witness is not null), '{}'),
           coalesce(array_agg(s.at order by s.at) filter (where s.witness is not null), '{}')
    from ledger_checkpoint c left join ledger_cosignature s using (size)
    where %s::bigint is null or c.size <= %s group by c.size order by c.size desc limit %s
"""
_ONE = "select note from ledger_checkpoint where size = %s"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger. `body` is what was hashed; `leaf` what it says, None where it no longer has the form of a leaf.

    `signed_size`, `signed_at`: the first checkpoint over it; None: not signed yet.
    """

    seq: int
    body: bytes
    leaf: Leaf | None
    signed_size: int | None
    signed_at: datetime | None

    @property
    def hash(self) -> bytes:
        """Its hash in the tree (RFC 6962, 2.1)."""
        return tree.leaf_hash(self.body)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness saw this checkpoint. `at` is what the witness says."""

    witness: WitnessKey
    at: datetime


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One checkpoint that was signed, and who countersigned it."""

    size: int
    root: bytes
    note: str
    at: datetime
    cosigned: tuple[Cosigned, ...]


def entries(cursor: stored.Cursor, first: int, end: int) -> tuple[Entry, ...]:
    """The entries `[first, end)` that there are, the newest first."""
    rows = stored.entries(cursor, first, end)[::-1] if first < end else []
    if not rows:
        return ()
    # Between two entries of the page lies at most one checkpoint for each of them, and one behind the last.
    cursor.execute(_SIGNED_FROM, (rows[-1][0], len(rows)))
    signed = cursor.fetchall()
    return tuple(_entry(seq, body, signed) for seq, body in rows)


def signed_until(cursor: stored.Cursor, at: datetime) -> int:
    """How many entries had been signed at this instant: the entries signed from then on have this number and those after it."""
    cursor.execute(_SIGNED_BY, (at,))
    return int(cursor.fetchone()[0])


def checkpoints(cursor: stored.Cursor, *, up_to: int | None, limit: int) -> tuple[Checkpoint, ...]:
    """Checkpoints over at most `up_to` entries (None: over any number), the newest first."""
    cursor.execute(_CHECKPOINTS, (up_to, up_to, limit))
    return tuple(
        Checkpoint(
            size_,
            bytes(root),
            note,
            at,
            tuple(Cosigned(read_witness_key(key), seen) for key, seen in zip(witnesses, times, strict=True)),
        )
        for size_, root, note, at, witnesses, times in cursor.fetchall()
    )


def note_of(cursor: stored.Cursor, signed_size: int) -> str | None:
    """The checkpoint over exactly so many entries, a signed note; None where none was signed."""
    cursor.execute(_ONE, (signed_size,))
    row = cursor.fetchone()
    return None if row is None else str(row[0])


def _entry(seq: int, body: bytes, signed: Sequence[tuple[int, datetime]]) -> Entry:
    try:
        leaf = leaves.read(body)
    except leaves.NotALeaf:  # somebody altered it: the auditor is who must see that
        leaf = None
    at = bisect_right([one[0] for one in signed], seq)
    signed_size, signed_at = signed[at] if at < len(signed) else (None, None)
    return Entry(seq, body, leaf, signed_size, signed_at)
