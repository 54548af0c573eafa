"""What a body has handed in, as its desk lists it, and what became of each file. Places, codes and counts; never a value.

Always true: only the body that handed a file in is told of it; a list asks the database as often for one submission as for all of
them; a row that was mended at the desk is no submission of its own here, since it stands in the list from which it came.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

from django.db import connections

from openxin.intake.previews import FileRemark
from openxin.intake.quarantine import NoSuchSubmission, ProblemRow, described
from openxin.intake.waiting import pairs
from openxin.law.catalogue import Catalogue
from openxin.vault.tokens import TOKEN_BYTES

Standing = Literal["under_way", "waiting", "finished", "taken_back"]
STANDINGS: Final[tuple[Standing, ...]] = get_args(Standing)
PAGE_ROWS: Final = 25
_MOST_PLACES: Final = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """The four fates of a file's rows, as its receipt has them. They add up to `rows`."""

    rows: int
    admitted: int
    duplicates: int
    quarantined: int
    refused: int


@dataclass(frozen=True, slots=True)
class Submitted:
    """One submission. `counts`: None while it is under way. `waiting`: rows in its list that wait at this moment."""

    id: UUID
    type: str
    standing: Standing
    opened_at: datetime
    counts: Counts | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which submissions of a body are asked for; None: all of them. `since`, `until`: days of handing in, both included."""

    type: str | None = None
    standing: Standing | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a body's submissions, the newest first. `count`: of all pages."""

    submissions: tuple[Submitted, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows wait or were refused, and how many of them. `field`: the column's code."""

    fate: Literal["quarantined", "refused"]
    field: str
    code: str
    rows: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stood. `sheet`: None where the format has none."""

    sheet: str | None
    row: int


@dataclass(frozen=True, slots=True)
class Account:
    """What became of one file. `notes`, `duplicates`: the first of them; `note_count`, `counts.duplicates`: all.

    `reasons`: of the rows that wait now and of those that were refused, the most frequent first.
    """

    submission: Submitted
    ignored_columns: tuple[str, ...]
    skipped_sheets: tuple[str, ...]
    notes: tuple[FileRemark, ...]
    note_count: int
    duplicates: tuple[Place, ...]
    reasons: tuple[Reason, ...]


# The rows that wait in the list of `s`: its own, and those of the files of one row by which rows of it were mended at the desk.
_WAITING = """
from intake_waiting w where w.closed_by is null and w.submission_id in
  (select s.id union all select c.id from intake_mending m join intake_submission c
   using (file_token, authority, type) where m.submission_id = s.id)
"""
# A row that was mended at the desk is a file of one row, known by its token; one that was taken back has a longer token.
_OWN = f"""
select s.id, s.type, s.opened_at, s.opened_on, s.receipt,
       case when exists (select from intake_taken_back t where t.submission_id = s.id) then 'taken_back'
            when s.finished_at is null then 'under_way'
            when exists (select {_WAITING}) then 'waiting' else 'finished' end as standing
from intake_submission s
where s.authority = %(authority)s and not exists
  (select from intake_mending m where m.file_token = substr(s.file_token, 1, {TOKEN_BYTES})
   and m.authority = s.authority and m.type = s.type and m.submission_id <> s.id)
"""
_WANTED = """
where (%(type)s::text is null or type = %(type)s) and (%(standing)s::text is null or standing = %(standing)s)
  and (%(since)s::date is null or opened_on >= %(since)s) and (%(until)s::date is null or opened_on <= %(until)s)
"""
# What waits is counted for the page alone; for all others it is enough to know that something does.
_LISTED = f"""
select id, type, standing, opened_at, (select count(*) {_WAITING}), receipt - 'notes' - 'duplicate_rows', number
from (select *, count(*) over () as number from ({_OWN}) own {_WANTED}
      order by opened_at desc, id limit %(limit)s offset %(offset)s) s
order by opened_at desc, id
"""
# By key: what comes in meanwhile moves none of them.
_AFTER = f"""
select id, type, standing, opened_at, (select count(*) {_WAITING}), receipt - 'notes' - 'duplicate_rows'
from (select * from ({_OWN}) own {_WANTED}
      and (%(at)s::timestamptz is null or (opened_at, id) < (%(at)s, %(after)s))
      order by opened_at desc, id desc limit %(limit)s) s
order by opened_at desc, id desc
"""
# The receipt of a million duplicates names a million places: the page is given the first of them.
_ONE = f"""
select id, type, standing, opened_at, (select count(*) {_WAITING}), receipt - 'notes' - 'duplicate_rows',
       jsonb_array_length(receipt->'notes'),
       jsonb_path_query_array(receipt, %(notes)s), jsonb_path_query_array(receipt, %(duplicates)s)
from ({_OWN} and s.id = %(id)s) s
"""
_REASONS = f"""
select 'quarantined', problem->>0, problem->>1, count(distinct waits.id)
from (select %(id)s::uuid as id) s, lateral (select w.id, w.problems {_WAITING}) waits,
     jsonb_array_elements(waits.problems) problem
group by 2, 3
union all
select 'refused', problem->>0, problem->>1, count(distinct (r.sheet, r.row))
from intake_refused r, jsonb_array_elements(r.problems) problem
where r.submission_id = %(id)s
group by 2, 3
order by 4 desc, 1, 3, 2
"""


def submitted(authority_id: str, *, wanted: Wanted = Wanted(), page: int = 1) -> Listed:
    """A page of what this body handed in; `page` counts from 1, `PAGE_ROWS` each. A page beyond the last one is empty."""
    asked = _asked(authority_id, wanted) | {"limit": PAGE_ROWS, "offset": (max(page, 1) - 1) * PAGE_ROWS}
    with connections["default"].cursor() as cursor:
        cursor.execute(_LISTED, asked)
        rows = cursor.fetchall()
    return Listed(tuple(_submitted(row) for row in rows), count=rows[0][6] if rows else 0)


def submitted_after(
    authority_id: str, after: tuple[datetime, UUID] | None, *, limit: int, wanted: Wanted = Wanted()
) -> tuple[Submitted, ...]:
    """What this body handed in, the newest first, from behind the one opened `after` (its time and id)."""
    at, id_ = after or (None, None)
    with connections["default"].cursor() as cursor:
        cursor.execute(_AFTER, _asked(authority_id, wanted) | {"at": at, "after": id_, "limit": limit})
        return tuple(_submitted(row) for row in cursor.fetchall())


def account(authority_id: str, submission_id: UUID) -> Account:
    """What became of one file of this body. Raises NoSuchSubmission, for another body's too."""
    first = f"[0 to {_MOST_PLACES - 1}]"
    asked: dict[str, Any] = {
        "authority": authority_id,
        "id": submission_id,
        "notes": f"$.notes{first}",
        "duplicates": f"$.duplicate_rows{first}",
    }
    with connections["default"].cursor() as cursor:
        cursor.execute(_ONE, asked)
        row = cursor.fetchone()
        if row is None:
            raise NoSuchSubmission(str(submission_id))
        cursor.execute(_REASONS, {"id": submission_id})
        reasons = tuple(Reason(*one) for one in cursor.fetchall())
    told = _json(row[5])
    return Account(
        submission=_submitted(row),
        ignored_columns=tuple(told.get("ignored_columns", ())),
        skipped_sheets=tuple(told.get("skipped_sheets", ())),
        notes=tuple(
            FileRemark(one.get("sheet"), one.get("row"), one.get("field"), one["code"]) for one in _json(row[7])
        ),
        note_count=row[6] or 0,
        duplicates=tuple(Place(one["sheet"], one["row"]) for one in _json(row[8])),
        reasons=reasons,
    )


def refused_rows(
    authority_id: str, submission_id: UUID, *, law: Catalogue, page: int = 1
) -> tuple[tuple[ProblemRow, ...], int]:
    """A page of the rows that may not be held, in words, and how many there are. Raises NoSuchSubmission."""
    asked: dict[str, Any] = {"id": submission_id, "authority": authority_id}
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select type, receipt->'sheets', (select count(*) from intake_refused where submission_id = s.id)"
            " from intake_submission s where id = %(id)s and authority = %(authority)s",
            asked,
        )
        found = cursor.fetchone()
        if found is None:
            raise NoSuchSubmission(str(submission_id))
        cursor.execute(
            "select sheet, row, problems from intake_refused where submission_id = %(id)s"
            " order by sheet, row limit %(limit)s offset %(offset)s",
            asked | {"limit": PAGE_ROWS, "offset": (max(page, 1) - 1) * PAGE_ROWS},
        )
        rows = cursor.fetchall()
    names, type_ = _json(found[1]), law.types[found[0]]
    return tuple(
        described(sheet, names.get(str(sheet)), row, "refused", pairs(problems), {}, type_, law)
        for sheet, row, problems in rows
    ), found[2]


def receipt_as_json(authority_id: str, submission_id: UUID) -> str | None:
    """The receipt in the words of docs/contract.md, whole; None while the file is under way. Raises NoSuchSubmission."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select jsonb_pretty(receipt) from intake_submission where id = %s and authority = %s",
            (submission_id, authority_id),
        )
        row = cursor.fetchone()
    if row is None:
        raise NoSuchSubmission(str(submission_id))
    text: str | None = row[0]
    return text


def _asked(authority_id: str, wanted: Wanted) -> dict[str, Any]:
    return {
        "authority": authority_id,
        "type": wanted.type,
        "standing": wanted.standing,
        "since": wanted.since,
        "until": wanted.until,
    }


def _submitted(row: tuple[Any, ...]) -> Submitted:
    id_, type_, standing, opened_at, waiting, receipt = row[:6]
    told = _json(receipt)
    counts = None if not told else Counts(**{name: told[name] for name in Counts.__slots__})
    return Submitted(id_, type_, standing, opened_at, counts, waiting)


def _json(text: Any) -> Any:
    """Django's connection leaves JSON as text. Nothing where there is no receipt yet."""
    found: Mapping[str, Any] | list[Any] = json.loads(text) if isinstance(text, str) else text
    return found or {}
