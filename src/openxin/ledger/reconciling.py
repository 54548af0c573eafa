"""Do the database and the tree agree? What an export cannot show: a record that was deleted, or one that nobody
entered.

1. Everything that stands in the tables of other rooms with an entry id has that entry, in the tree or in the outbox.
2. Every entry of a kind that some table accounts for is still told there, and by one row only.
3. No entry has two leaves, each is found by its id, and the look-up holds nothing else.
4. The leaves are those over which the tiles and every checkpoint ever signed were made (`verification.py`, on the
tables).

The rooms above are not known here: whoever calls says where entry ids stand (`Source`). Row security would show an
empty table to a reader without a right, and then all entries would seem orphaned; so a table that cannot be seen
raises.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import connections

from openxin.ledger import checkpoints, stored, verification
from openxin.ledger.heads import TreeHead
from openxin.ledger.notes import VerifierKey
from openxin.ledger.verification import Misfit, Reason, Verified
from openxin.store.session import NOBODY, reading_as

TASK = "reconcile"  # the name under which policies let the tables be compared
_NAMED_AT_MOST = 20  # of each fault; the count tells the rest


class Disagreement(StrEnum):
    """How database and tree can disagree. Stable: scripts read them."""

    NO_ENTRY = "NO_ENTRY"
    NOT_TOLD = "NOT_TOLD"
    TOLD_TWICE = "TOLD_TWICE"
    ENTERED_TWICE = "ENTERED_TWICE"
    NO_POSITION = "NO_POSITION"
    NO_LEAF = "NO_LEAF"


WORDS: dict[Disagreement, tuple[str, str]] = {
    Disagreement.NO_ENTRY: ("库中有记载，台账中没有对应条目", "it stands in a table and has no entry in the ledger"),
    Disagreement.NOT_TOLD: (
        "台账中有条目，库中已无记载：曾被删除",
        "it has an entry and stands in no table any more: deleted",
    ),
    Disagreement.TOLD_TWICE: ("同一条目在库中记载了不止一次", "one entry stands in the tables more than once"),
    Disagreement.ENTERED_TWICE: ("同一条目在台账中不止一次", "one entry is in the ledger more than once"),
    Disagreement.NO_POSITION: ("台账条目不能按编号找到", "a leaf is not found by its entry id"),
    Disagreement.NO_LEAF: ("编号对照指向不存在的条目", "the look-up of entry ids points to no leaf"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A place where entry ids stand. `sql` selects one column, the id; `tables` are those that it reads.

    `kinds`: the kinds of leaf that this source (with others) accounts for: each of those must be told by some source.
    """

    place: str
    sql: str
    tables: tuple[str, ...]
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """One way of disagreeing, how often, and the first places: a table and the entry id in it, or a leaf's number."""

    disagreement: Disagreement
    count: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was found. `told` entries stand in tables; `verified` is the check of the tree itself."""

    told: int
    waiting: int
    disagreements: tuple[Found, ...]
    verified: Verified | None  # None: nothing has been signed yet

    @property
    def agrees(self) -> bool:
        """Database and tree agree."""
        return not self.disagreements and (self.verified is None or self.verified.is_sound)


class NotToBeSeen(Exception):
    """Row security hides these tables from whoever reconciles: nothing can be said about them."""


def reconcile(sources: Sequence[Source], using: str = "default", *, key: VerifierKey | None = None) -> Reconciled:
    """Compare. Each question is one statement, and so sees one moment, whoever writes meanwhile. Raises NotToBeSeen."""
    key = key or checkpoints.own_signer().key
    with reading_as(NOBODY, task=TASK, using=using), connections[using].cursor() as cursor:
        _see(cursor, sources)
        told, waiting = _counts(cursor, sources)
        found = [
            *_found(cursor, Disagreement.NO_ENTRY, _with_all(sources, _NO_ENTRY)),
            *_found(cursor, Disagreement.NOT_TOLD, _with_all(sources, _NOT_TOLD), _accounted(sources)),
            *_found(cursor, Disagreement.TOLD_TWICE, _with_all(sources, _TOLD_TWICE)),
            *_found(cursor, Disagreement.ENTERED_TWICE, _with_all(sources, _ENTERED_TWICE)),
            *_found(cursor, Disagreement.NO_POSITION, _NO_POSITION),
            *_found(cursor, Disagreement.NO_LEAF, _NO_LEAF),
        ]
        return Reconciled(told, waiting, tuple(found), _verified(cursor, key))


_HIDDEN = """
    select t from unnest(%s::text[]) t where row_security_active(t) and not exists (
      select from pg_policies where tablename = t and policyname = %s and cmd in ('ALL', 'SELECT'))
"""

# `told`: what the tables say; `kept`: what the ledger has. Entry ids of the outbox lie side by side, 16 bytes each.
_TOLD = "told (entry_id, place) as ({sources})"
_KEPT = """
    kept (entry_id, seq, kind) as (
      select entry_id, seq, kind from ledger_leaf
      union all
      select encode(substr(entries, 16 * n + 1, 16), 'hex')::uuid, null, kind
      from ledger_outbox, generate_series(0, octet_length(entries) / 16 - 1) n)
"""
_NO_ENTRY = """
    select place || ' ' || entry_id from told
    where not exists (select from kept where kept.entry_id = told.entry_id)
"""
_NOT_TOLD = """
    select coalesce('ledger_leaf ' || seq, 'ledger_outbox ' || entry_id) from kept
    where kind = any(%s) and not exists (select from told where told.entry_id = kept.entry_id)
"""
_TOLD_TWICE = "select min(place) || ' ' || entry_id from told group by entry_id having count(*) > 1"
_ENTERED_TWICE = "select 'ledger_leaf ' || min(seq) from kept group by entry_id having count(*) > 1"
# An id's mark is its first four bytes, eight digits of its text.
_MARKED = """
    marked (seq, run, mark) as (
      select seq, run, ('x' || left(entry_id::text, 8))::bit(32)::int from ledger_leaf)
"""
_NO_POSITION = f"""
    with {_MARKED} select 'ledger_leaf ' || seq from marked
    where not exists (select from ledger_position p where p.first = marked.run and p.mark = marked.mark)
"""
_NO_LEAF = f"""
    with {_MARKED} select 'ledger_position ' || p.mark || ' ' || p.first from ledger_position p
    where not exists (select from marked where marked.run = p.first and marked.mark = p.mark)
"""
_COUNTS = "select (select count(*) from told), (select count(*) from kept where seq is null)"
_FIRST_OF = "select place, count(*) over () from ({question}) as found (place) order by 1 limit %s"


def _with_all(sources: Sequence[Source], question: str) -> str:
    """`question`, with what it asks about in front of it."""
    each = " union all ".join(
        f"select entry_id, '{source.place}' from ({source.sql}) as {source.place} (entry_id)" for source in sources
    )
    return f"with {_TOLD.format(sources=each or 'select null::uuid, null where false')}, {_KEPT} {question}"


def _accounted(sources: Sequence[Source]) -> tuple[list[str]]:
    return (sorted(frozenset[str]().union(*(source.kinds for source in sources))),)


def _see(cursor: stored.Cursor, sources: Sequence[Source]) -> None:
    cursor.execute(_HIDDEN, ([table for source in sources for table in source.tables], TASK))
    if hidden := [row[0] for row in cursor.fetchall()]:
        raise NotToBeSeen(f"row security without a policy `{TASK}`: {', '.join(hidden)}")


def _counts(cursor: stored.Cursor, sources: Sequence[Source]) -> tuple[int, int]:
    cursor.execute(_with_all(sources, _COUNTS))
    told, waiting = cursor.fetchone()
    return told, waiting


def _found(cursor: stored.Cursor, kind: Disagreement, question: str, values: tuple[list[str], ...] = ()) -> list[Found]:
    cursor.execute(_FIRST_OF.format(question=question), (*values, _NAMED_AT_MOST))
    rows = cursor.fetchall()
    return [Found(kind, rows[0][1], tuple(place for place, _ in rows))] if rows else []


def _verified(cursor: stored.Cursor, key: VerifierKey) -> Verified | None:
    """The leaves against the tiles, the newest checkpoint and all that were signed before it."""
    earlier: list[TreeHead] = []
    for size, root, note in checkpoints.all_signed(cursor):
        try:
            head = verification.signed_head(note, key)
        except ValueError:
            return Verified(key, None, 0, Misfit(Reason.CHECKPOINT, place=f"ledger_checkpoint {size}"))
        if (head.size, head.root) != (size, root):
            return Verified(key, None, 0, Misfit(Reason.CHECKPOINT, place=f"ledger_checkpoint {size}"))
        earlier.append(head)
    return verification.check(stored.StoredLog(cursor), key, earlier[-1], earlier[:-1]) if earlier else None
