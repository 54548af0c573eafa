"""Supplements: a body sends again a decision that is held already, with a service date, a finality date or a new status.

Called only by `intake`, as the application under the task `supply`: it compares with what is sealed, and shows it to nobody.
The old version stays; the new one stands beside it.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg import Cursor

from openxin.ledger.append import SALT_BYTES, Entries, append
from openxin.records.states import State, move
from openxin.vault import sealing


@dataclass(frozen=True, slots=True)
class Held:
    """A record's latest version, opened for comparison. `key` is the record's own key."""

    person_id: UUID
    record_id: UUID
    versions: int
    state: State
    admitted_on: date
    notice_until: date | None
    payload: dict[str, Any]
    key: bytes


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A record whose finality is not known: where it stood in its body's file, and when it was decided; nothing of it."""

    sheet: int
    row: int
    decided_on: date


@dataclass(frozen=True, slots=True)
class Supplied:
    """What a record becomes: its new payload (canonical JSON) and where it stands then."""

    held: Held
    payload: bytes
    extras_token: bytes
    state: State
    final_on: date | None
    opens: date | None
    closes: date | None
    erase_on: date | None


_OPENED = """
join lateral (
  select sealed from records_version where person_id = r.person_id and record_id = r.id and number = r.versions
) v on true
join people_person p on p.person_id = r.person_id
where r.wrapped_key is not null and p.wrapped_key is not null
"""

_COLUMNS = """r.person_id, r.id, r.versions, r.state, r.admitted_on, r.notice_until, r.wrapped_key, v.sealed,
       p.wrapped_key, p.key_epoch"""

_LATEST = f"""
select asked.n, {_COLUMNS}
from unnest(%s::uuid[], %s::bytea[]) with ordinality as asked (person_id, natural_token, n)
cross join lateral (
  select * from records_record where person_id = asked.person_id and natural_token = asked.natural_token for update
) r
{_OPENED}
"""

# A record awaits a date while its finality is not known; once it is computed, the calendar does the rest.
_AWAITS = (
    "authority = %(authority)s and submission_id = %(submission)s and state = 'awaiting_finality' and final_on is null"
)

_LATEST_AT = f"""
select r.sheet, r.row, {_COLUMNS}
from (
  select * from records_record
  where {_AWAITS} and (sheet, row) in (select * from unnest(%(sheets)s::int[], %(rows)s::int[]))
  for update
) r
{_OPENED}
"""

_AWAITING = f"""
select sheet, row, decided_on from records_record
where {_AWAITS} and (sheet, row) > (%(sheet)s, %(row)s)
order by sheet, row limit %(limit)s
"""

_AWAITING_IN = """
select submission_id, count(*) from records_record
where submission_id = any(%s) and authority = %s and state = 'awaiting_finality' and final_on is null
group by submission_id
"""


def latest(cursor: Cursor, person_ids: Sequence[UUID], natural_tokens: Sequence[bytes]) -> dict[int, Held]:
    """The latest versions of these records, locked, by position; erased ones are absent."""
    cursor.execute(_LATEST, (list(person_ids), list(natural_tokens)))
    return {row[0] - 1: _held(*row[1:]) for row in cursor.fetchall()}


def latest_at(
    cursor: Cursor, submission_id: UUID, authority: str, places: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Held]:
    """Of the records that `authority` made by this submission and that await a date, those at `places` (sheet, row), locked."""
    cursor.execute(
        _LATEST_AT,
        {
            "submission": submission_id,
            "authority": authority,
            "sheets": [sheet for sheet, _ in places],
            "rows": [row for _, row in places],
        },
    )
    return {(row[0], row[1]): _held(*row[2:]) for row in cursor.fetchall()}


def awaiting(
    cursor: Cursor, submission_id: UUID, authority: str, *, after: tuple[int, int], limit: int
) -> list[Awaiting]:
    """The records of a submission that await a date, in the order of the file, behind the place `after`. Reads nothing sealed."""
    asked = {"submission": submission_id, "authority": authority, "sheet": after[0], "row": after[1], "limit": limit}
    cursor.execute(_AWAITING, asked)
    return [Awaiting(*row) for row in cursor.fetchall()]


def awaiting_in(cursor: Cursor, submission_ids: Sequence[UUID], authority: str) -> dict[UUID, int]:
    """How many records of each submission await a date; a submission without any is absent. Reads nothing sealed."""
    cursor.execute(_AWAITING_IN, (list(submission_ids), authority))
    return dict(cursor.fetchall())


def _held(
    person_id: UUID,
    record_id: UUID,
    versions: int,
    state: State,
    admitted_on: date,
    notice_until: date | None,
    wrapped: bytes,
    sealed: bytes,
    person_wrapped: bytes,
    epoch: int,
) -> Held:
    person_key = sealing.unwrap(person_wrapped, epoch, sealing.place("people_person", person_id))
    key = sealing.unseal(person_key, bytes(wrapped), sealing.place("records_record", person_id, record_id))
    text = sealing.unseal(key, bytes(sealed), sealing.place("records_version", person_id, record_id, versions))
    return Held(person_id, record_id, versions, state, admitted_on, notice_until, json.loads(text[SALT_BYTES:]), key)


_UPDATE = """
update records_record r
set versions = new.number, extras_token = new.extras_token, state = new.state, final_on = new.final_on,
    opens = new.opens, closes = new.closes, erase_on = new.erase_on
from unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::bytea[], %s::text[], %s::date[], %s::date[], %s::date[], %s::date[])
  as new (person_id, id, number, extras_token, state, final_on, opens, closes, erase_on)
where r.person_id = new.person_id and r.id = new.id
"""

_INSERT = """
insert into records_version (person_id, record_id, number, cause, at, entry_id, sealed)
select person_id, record_id, number, 'supplied', %s, entry_id, sealed
from unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::uuid[], %s::bytea[])
  as new (person_id, record_id, number, entry_id, sealed)
"""


def supply(cursor: Cursor, supplied: Sequence[Supplied], *, day: date, at: datetime) -> None:
    """Add a version to each record, move it where its new dates put it, and tell the ledger. At most one per record."""
    if not supplied:
        return
    persons = [one.held.person_id for one in supplied]
    records = [one.held.record_id for one in supplied]
    numbers = [one.held.versions + 1 for one in supplied]
    entries = [uuid4() for _ in supplied]
    texts = [os.urandom(SALT_BYTES) + one.payload for one in supplied]
    sealed = [
        sealing.seal(
            one.held.key, text, sealing.place("records_version", one.held.person_id, one.held.record_id, number)
        )
        for one, text, number in zip(supplied, texts, numbers, strict=True)
    ]
    states = [move("supply", one.held.state, one.state) for one in supplied]
    cursor.execute(_INSERT, (at, persons, records, numbers, entries, sealed))
    cursor.execute(
        _UPDATE,
        (
            persons,
            records,
            numbers,
            [one.extras_token for one in supplied],
            states,
            [one.final_on for one in supplied],
            [one.opens for one in supplied],
            [one.closes for one in supplied],
            [one.erase_on for one in supplied],
        ),
    )
    commitments = [hashlib.sha256(text).digest() for text in texts]
    append(cursor, Entries("supplied", day, [entry.bytes for entry in entries], commitments))
