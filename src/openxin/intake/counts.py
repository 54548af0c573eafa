"""Counts of what bodies handed in, per body, type and month: rows and days, never what a row says or whom it is about.

Read by `oversight` alone. Only the tables of this room are asked, and of them only states, codes and days: there is no person in
them, and what is sealed is not read. A fixed number of statements, however many rows. The month is that in which the submission
was opened. Rows that were judged anew with their file count as what they became.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

from django.db import connections

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Key:
    """Whose: a body (its id in the catalogue), a record type, a month (its first day)."""

    authority: str
    type: str
    month: date


@dataclass(frozen=True, slots=True)
class Sent:
    """Files and rows handed in, and what became of the rows at once."""

    submissions: int
    rows: int
    admitted: int
    duplicates: int
    refused: int


@dataclass(frozen=True, slots=True)
class Waited:
    """Rows that had to wait, and what became of them. `sent_again`: the same row came once more, unmended, and waits there."""

    all: int
    now: int
    mended: int
    sent_again: int
    expired: int
    given_up: int
    taken_back: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Submissions taken back, and the records that they had made."""

    submissions: int
    records: int


@dataclass(frozen=True, slots=True)
class Days:
    """How many admitted rows were decided on one day and handed in on another."""

    handed_in_on: date
    decided_on: date
    rows: int


@dataclass(frozen=True, slots=True)
class Code:
    """How many rows had a problem code; a row with three codes is counted under each."""

    fate: Literal["quarantined", "refused"]
    code: str
    rows: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything that is counted; a key that is absent has none."""

    sent: dict[Key, Sent]
    waited: dict[Key, Waited]
    taken_back: dict[Key, TakenBack]
    days: dict[Key, list[Days]]
    codes: dict[Key, list[Code]]


_OF = "s.authority, s.type, date_trunc('month', s.opened_on)::date"
_SINCE = "s.finished_at is not null and s.opened_on >= %(since)s and (%(authority)s::text is null or s.authority = %(authority)s)"

_SENT = f"""
select {_OF}, count(distinct s.id), sum(c.rows), sum(c.admitted), sum(c.duplicates), sum(c.refused)
from intake_submission s join intake_chunk c on c.submission_id = s.id
where {_SINCE} group by 1, 2, 3
"""

_WAITED = f"""
select {_OF}, count(*), count(*) filter (where w.closed_by is null),
       count(*) filter (where w.closed_by in ('mended', 'admitted')), count(*) filter (where w.closed_by = 'replaced'),
       count(*) filter (where w.closed_by = 'expired'), count(*) filter (where w.closed_by = 'given_up'),
       count(*) filter (where w.closed_by = 'taken_back')
from intake_submission s join intake_waiting w on w.submission_id = s.id
where {_SINCE} group by 1, 2, 3
"""

_TAKEN_BACK = f"""
select {_OF}, count(*), sum(t.records)
from intake_submission s join intake_taken_back t on t.submission_id = s.id
where {_SINCE} group by 1, 2, 3
"""

_DAYS = f"""
select {_OF}, (day->>0)::date, (day->>1)::date, sum((day->>2)::int)
from intake_submission s join intake_chunk c on c.submission_id = s.id
cross join lateral jsonb_array_elements(c.noted->'decided') as day
where {_SINCE} group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
"""

_CODES = f"""
select {_OF}, r.fate, r.code, count(*)
from intake_submission s join (
  select distinct submission_id, sheet, row, 'quarantined' as fate, problem->>1 as code
  from intake_waiting cross join lateral jsonb_array_elements(problems) as problem
  union all
  select distinct submission_id, sheet, row, 'refused', problem->>1
  from intake_refused cross join lateral jsonb_array_elements(problems) as problem
) r on r.submission_id = s.id
where {_SINCE} group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 6 desc, 5
"""


def counts(*, since: date, authority: str | None) -> Counts:
    """What was handed in from the month of `since` on, by one body or (None) by all."""
    asked = {"since": since.replace(day=1), "authority": authority}
    return Counts(
        sent=_one(_SENT, asked, Sent),
        waited=_one(_WAITED, asked, Waited),
        taken_back=_one(_TAKEN_BACK, asked, TakenBack),
        days=_many(_DAYS, asked, Days),
        codes=_many(_CODES, asked, Code),
    )


def _one(sql: str, asked: dict[str, Any], of: Callable[..., Value]) -> dict[Key, Value]:
    return {Key(*row[:3]): of(*map(_whole, row[3:])) for row in _rows(sql, asked)}


def _many(sql: str, asked: dict[str, Any], of: Callable[..., Value]) -> dict[Key, list[Value]]:
    found: dict[Key, list[Value]] = {}
    for row in _rows(sql, asked):
        found.setdefault(Key(*row[:3]), []).append(of(*row[3:]))
    return found


def _rows(sql: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, asked)
        return list(cursor.fetchall())


def _whole(number: Any) -> int:
    return int(number)  # sums of bigint come as decimals
