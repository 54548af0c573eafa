"""Admission: the door in hands over sets of sound, matched rows, and each becomes a record. Only `intake` calls this.

In one transaction of the caller: the record where it stands, its first version, and the ledger's entry. Where the law wants
notice the person's inbox tells of it from that moment: it is read from these two (`records_inbox`, docs/decisions/0031).
Always true: as many records as versions as entries.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from psycopg import Cursor

from openxin.ledger.append import SALT_BYTES, append_run
from openxin.store.copying import (
    Bytes,
    Column,
    Date,
    Int2,
    Int4,
    Text,
    Timestamptz,
    Uuid,
    copy_blocks,
)  # fmt: skip
from openxin.store.identifiers import Ids, neighbouring_run, random_run
from openxin.store.runs import Run
from openxin.vault import sealing
from openxin.vault.tokens import TOKEN_BYTES

_FIRST = 1
_RECORDS_AT_ONCE, _VERSIONS_AT_ONCE = 5000, 500

Days = npt.NDArray[np.datetime64]  # datetime64[D]; NaT where there is no day


@dataclass(frozen=True, slots=True)
class Batch:
    """Sound rows of one submission, column by column; `person_keys` are the opened keys of their persons.

    `payloads` are canonical JSON (RFC 8785) of every column that is kept. `notice_until`: NaT where the person need not be told.
    """

    submission_id: bytes
    type: str
    authority: str
    day: date
    at: datetime
    person_ids: Run
    person_keys: Sequence[bytes]
    payloads: Sequence[bytes]
    natural_tokens: Run
    content_tokens: Run
    extras_tokens: Run
    sheets: npt.NDArray[np.int16]
    rows: npt.NDArray[np.int32]
    states: Sequence[str]
    decided_on: Days
    notice_until: Days
    final_on: Days
    opens: Days
    closes: Days
    erase_on: Days


@dataclass(frozen=True, slots=True)
class Standing:
    """A record that is already there, as far as admission may know it: tokens only."""

    content_token: bytes
    extras_token: bytes


# Ids and tokens go in as runs of bytes and are cut on the server; lateral with `offset 0`, so that each is an index look-up:
# as a join the planner might read the whole table.
_HELD = """
select asked.n, found.content_token, found.extras_token
from generate_series(0, %(count)s - 1) as asked (n)
cross join lateral (
  select content_token, extras_token from records_record
  where person_id = encode(substr(%(persons)s::bytea, asked.n * 16 + 1, 16), 'hex')::uuid
    and natural_token = substr(%(tokens)s::bytea, asked.n * %(width)s + 1, %(width)s)
  offset 0
) found
"""


def held(cursor: Cursor, person_ids: Sequence[bytes], natural_tokens: Sequence[bytes]) -> dict[int, Standing]:
    """Which of these (person, natural key) the register holds, by position in the two lists."""
    if not person_ids:
        return {}
    asked = {
        "count": len(person_ids),
        "persons": b"".join(person_ids),
        "tokens": b"".join(natural_tokens),
        "width": TOKEN_BYTES,
    }
    cursor.execute(_HELD, asked, binary=True)
    return {n: Standing(content, extras) for n, content, extras in cursor}


def admit(cursor: Cursor, batch: Batch) -> None:
    """Write a set of records, each with its version and ledger entry, in the caller's transaction."""
    count = len(batch.person_ids)
    if count == 0:
        return
    record_ids, entry_ids = random_run(count), neighbouring_run(count)
    record_keys = sealing.new_keys(count)
    _write_records(cursor, batch, record_ids, record_keys)
    commitments = _write_versions(cursor, batch, record_ids, record_keys, entry_ids)
    append_run(cursor, "admission", batch.day, entry_ids.tobytes(), commitments)


def _write_records(cursor: Cursor, batch: Batch, record_ids: Ids, record_keys: Sequence[bytes]) -> None:
    def block(some: slice) -> list[Column]:
        places = sealing.places("records_record", batch.person_ids[some], record_ids[some])
        return [
            Uuid(batch.person_ids[some]),
            Uuid(record_ids[some]),
            Text(batch.type),
            Text(batch.authority),
            Text(batch.states[some]),
            Date(batch.decided_on[some]),
            Date(batch.day),
            Date(batch.notice_until[some]),
            Date(batch.final_on[some]),
            Date(batch.opens[some]),
            Date(batch.closes[some]),
            Date(batch.erase_on[some]),
            Bytes(batch.natural_tokens[some]),
            Bytes(batch.content_tokens[some]),
            Bytes(batch.extras_tokens[some]),
            Bytes(sealing.seal_all(batch.person_keys[some], record_keys[some], places)),
            Int2(sealing.current_epoch()),
            Uuid(batch.submission_id),
            Int2(batch.sheets[some]),
            Int4(batch.rows[some]),
        ]

    copy_blocks(cursor, "records_record", _OF_RECORD, _blocks(block, len(record_ids), _RECORDS_AT_ONCE))


_OF_RECORD = (
    "person_id", "id", "type", "authority", "state", "decided_on", "admitted_on", "notice_until", "final_on", "opens",
    "closes", "erase_on", "natural_token", "content_token", "extras_token", "wrapped_key", "key_epoch", "submission_id",
    "sheet", "row",
)  # fmt: skip


def _write_versions(
    cursor: Cursor, batch: Batch, record_ids: Ids, record_keys: Sequence[bytes], entry_ids: Ids
) -> bytes:
    commitments: list[bytes] = []

    def block(some: slice) -> list[Column]:
        payloads = batch.payloads[some]
        salts = os.urandom(SALT_BYTES * len(payloads))
        texts = [salts[n * SALT_BYTES : (n + 1) * SALT_BYTES] + payload for n, payload in enumerate(payloads)]
        commitments.extend([sha256(text).digest() for text in texts])
        places = sealing.places("records_version", batch.person_ids[some], record_ids[some], str(_FIRST).encode())
        return [
            Uuid(batch.person_ids[some]),
            Uuid(record_ids[some]),
            Int2(_FIRST),
            Text("admission"),
            Timestamptz(batch.at),
            Uuid(entry_ids[some]),
            Bytes(sealing.seal_all(record_keys[some], texts, places)),
        ]

    copy_blocks(cursor, "records_version", _OF_VERSION, _blocks(block, len(record_ids), _VERSIONS_AT_ONCE))
    return b"".join(commitments)


_OF_VERSION = ("person_id", "record_id", "number", "cause", "at", "entry_id", "sealed")


def _blocks(
    block: Callable[[slice], Sequence[Column]], count: int, at_once: int
) -> Iterator[tuple[Sequence[Column], int]]:
    """The rows some hundreds at a time: as many as the processor's cache holds, from sealing to sending."""
    for at in range(0, count, at_once):
        yield block(slice(at, at + at_once)), min(at_once, count - at)
