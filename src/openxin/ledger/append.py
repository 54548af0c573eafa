"""Into the ledger: whoever changes anything says so here, in the transaction of the change.

An entry is a random id (16 bytes; it stands beside the record or line that it is about) and a commitment. One call
writes one row of the outbox, however many entries it carries. It works through whatever cursor the caller has:
psycopg's, or Django's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from openxin.ledger import leaves

SALT_BYTES = 32
_ID_BYTES = 16


class Cursor(Protocol):
    """What a cursor of psycopg and one of Django have in common."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of one kind and day, in columns of equal length: the n-th id has the n-th commitment."""

    kind: str
    day: date
    entry_ids: Sequence[bytes]
    commitments: Sequence[bytes]


def append(cursor: Cursor, entries: Entries) -> None:
    """Put `entries` into the outbox. They are in the ledger if and only if the caller's transaction commits."""
    ids, commitments = b"".join(entries.entry_ids), b"".join(entries.commitments)
    if len(ids) != len(entries.entry_ids) * _ID_BYTES:
        raise ValueError("every entry has an id of 16 bytes")
    append_run(cursor, entries.kind, entries.day, ids, commitments)


def append_run(cursor: Cursor, kind: str, day: date, ids: bytes, commitments: bytes) -> None:
    """`append`, where a statement made the ids and the commitments of many rows: each a run of bytes in the same order."""
    if kind not in leaves.KINDS:
        raise ValueError(f"docs/contract.md lists no leaves of kind {kind!r}")
    if len(ids) % _ID_BYTES or len(ids) // _ID_BYTES * leaves.COMMITMENT != len(commitments):
        raise ValueError("every entry has an id of 16 bytes and a commitment of 32")
    if ids:
        cursor.execute(
            "insert into ledger_outbox (kind, day, entries, commitments) values (%s, %s, %s, %s)",
            (kind, day, ids, commitments),
        )


def commitment(salt: bytes, content: bytes) -> bytes:
    """What an entry commits to: SHA-256 of the salt (32 random bytes) and the canonical content."""
    return leaves.commitment(salt, content)
