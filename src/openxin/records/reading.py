"""Reading: what the register holds about a person, unsealed. Only `disclosure` (the door out) may call this.

Both questions take the same number of statements for one record and for five hundred, and both need a transaction in which
the database was told who reads about whom (`store.session.reading_as`): without it every statement raises.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connections

from openxin.ledger.append import SALT_BYTES
from openxin.records.lines import Kind
from openxin.records.states import State
from openxin.vault import sealing


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """What a record said from `at` on, by column code; dates as ISO text, amounts in fen."""

    number: int
    cause: str
    at: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HeldWithdrawal:
    """When a record was withdrawn, and why: a code of the catalogue's list; None where no reason was kept."""

    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """One record with all that it ever said. Erased records are not among them: nothing can open those."""

    id: UUID
    type: str
    authority: str
    state: State
    annotated: bool
    suspended: bool
    decided_on: date
    admitted_on: date
    notice_until: date | None
    final_on: date | None
    opens: date | None
    closes: date | None
    erase_on: date | None
    person_id: UUID  # one of those that were asked about
    withdrawal: HeldWithdrawal | None  # of a record that is withdrawn now
    versions: tuple[HeldVersion, ...]

    @property
    def content(self) -> Mapping[str, Any]:
        """What it says now."""
        return self.versions[-1].content


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One line of who looked."""

    id: UUID
    at: datetime
    kind: Kind
    content: Mapping[str, Any]


# Newest decision first; equal days in the order of admission, so that two readings show the same order.
_RECORDS = """
select r.id, r.type, r.authority, r.state, r.annotated, r.suspended, r.decided_on, r.admitted_on, r.notice_until, r.final_on,
       r.opens, r.closes, r.erase_on, r.person_id, r.wrapped_key, w.at, w.reason, v.number, v.cause, v.at, v.sealed,
       p.wrapped_key, p.key_epoch
from unnest(%s::uuid[]) as asked (person_id)
cross join lateral (select * from records_record where person_id = asked.person_id offset 0) r
join people_person p on p.person_id = r.person_id
left join lateral (
  select at, reason from records_move
  where person_id = r.person_id and record_id = r.id and verb = 'withdraw' order by at desc limit 1
) w on r.state = 'withdrawn'
join records_version v on v.person_id = r.person_id and v.record_id = r.id
where r.wrapped_key is not null and p.wrapped_key is not null
order by r.decided_on desc, r.admitted_on desc, r.id, v.number
"""

_LINES = """
select l.id, l.at, l.kind, l.sealed, l.person_id, k.wrapped_key, k.key_epoch
from unnest(%s::uuid[]) as asked (person_id)
cross join lateral (select * from records_line where person_id = asked.person_id offset 0) l
join records_line_key k on k.person_id = l.person_id
where k.wrapped_key is not null
order by l.at desc, l.id
"""

_LINE = _LINES.replace("where k.wrapped_key", "where l.id = %s and k.wrapped_key")

# The first columns of _RECORDS, by their names in HeldRecord; after them the record's wrapped key, its withdrawal, one version.
_STANDING = (
    "id", "type", "authority", "state", "annotated", "suspended", "decided_on", "admitted_on", "notice_until", "final_on",
    "opens", "closes", "erase_on", "person_id",
)  # fmt: skip


def records_of(persons: Sequence[UUID], *, using: str = "default") -> tuple[HeldRecord, ...]:
    """All records of `persons` that are not erased, newest decision first, every version unsealed.

    `persons`: one person, or all whose documents an official joined.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_RECORDS, [list(persons)])
        rows = cursor.fetchall()
    wrapped: dict[UUID, tuple[bytes, int]] = {row[len(_STANDING) - 1]: row[-2:] for row in rows}
    keys = {
        one: sealing.unwrap(key, epoch, sealing.place("people_person", one)) for one, (key, epoch) in wrapped.items()
    }
    return tuple(_record(keys, list(versions)) for _, versions in groupby(rows, key=itemgetter(0)))


def _record(person_keys: Mapping[UUID, bytes], rows: list[tuple[Any, ...]]) -> HeldRecord:
    stands = dict(zip(_STANDING, rows[0], strict=False))
    wrapped, withdrawn_at, reason = rows[0][len(_STANDING) : len(_STANDING) + 3]
    person, record_id = stands["person_id"], stands["id"]
    key = sealing.unseal(person_keys[person], bytes(wrapped), sealing.place("records_record", person, record_id))
    versions = tuple(
        HeldVersion(
            number, cause, at, _opened(key, sealed, sealing.place("records_version", person, record_id, number))
        )
        for number, cause, at, sealed in (row[len(_STANDING) + 3 : -2] for row in rows)
    )
    withdrawal = None if withdrawn_at is None else HeldWithdrawal(withdrawn_at, reason)
    return HeldRecord(**stands, withdrawal=withdrawal, versions=versions)


def lines_of(persons: Sequence[UUID], *, using: str = "default") -> tuple[HeldLine, ...]:
    """Every line of `persons`, newest first."""
    with connections[using].cursor() as cursor:
        cursor.execute(_LINES, [list(persons)])
        rows = cursor.fetchall()
    return _held_lines(rows)


def _held_lines(rows: Sequence[tuple[Any, ...]]) -> tuple[HeldLine, ...]:
    wrapped = {person: (key, epoch) for *_, person, key, epoch in rows}
    keys = {
        one: sealing.unwrap(key, epoch, sealing.place("records_line_key", one)) for one, (key, epoch) in wrapped.items()
    }
    return tuple(
        HeldLine(id_, at, kind, _opened(keys[person], sealed, sealing.place("records_line", person, id_)))
        for id_, at, kind, sealed, person, _, _ in rows
    )


def line_of(persons: Sequence[UUID], line: UUID, *, using: str = "default") -> HeldLine | None:
    """One line of `persons`; None where they have no such line."""
    with connections[using].cursor() as cursor:
        cursor.execute(_LINE, [list(persons), line])
        rows = cursor.fetchall()
    return next(iter(_held_lines(rows)), None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the ledger's entry of a line commits to: with the salt, which nobody else has, the person can prove the line."""

    entry_id: UUID
    salt: bytes
    text: str  # RFC 8785 JSON, as it was committed to


_EVIDENCE = """
select l.person_id, l.entry_id, l.sealed, k.wrapped_key, k.key_epoch
from records_line l join records_line_key k using (person_id)
where l.person_id = any(%s::uuid[]) and l.id = %s and k.wrapped_key is not null
"""


def evidence_of(persons: Sequence[UUID], line: UUID, *, using: str = "default") -> Evidence | None:
    """The evidence of one line of `persons`; None where they have no such line."""
    with connections[using].cursor() as cursor:
        cursor.execute(_EVIDENCE, [list(persons), line])
        row = cursor.fetchone()
    if row is None:
        return None
    person, entry_id, sealed, wrapped, epoch = row
    key = sealing.unwrap(wrapped, epoch, sealing.place("records_line_key", person))
    text = sealing.unseal(key, bytes(sealed), sealing.place("records_line", person, line))
    return Evidence(entry_id, text[:SALT_BYTES], text[SALT_BYTES:].decode())


def _opened(key: bytes, sealed: bytes, place: bytes) -> Mapping[str, Any]:
    text: Mapping[str, Any] = json.loads(sealing.unseal(key, bytes(sealed), place)[SALT_BYTES:])
    return text
