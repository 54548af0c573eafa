"""Finality, supplied on the desk: a clerk fills in when decisions were served or became final, row by row of the file they hold.

Legal source: 河南省社会信用条例 20(2), only final penalties may be shown. Always true: the clerk is shown a place in their own
file and the day of the decision, never a name, a number or what was decided; what they fill in is judged with what is held by
the rules of admission (days in their order, none in the future); either every row of a form is supplied, or none. Each adds a
version, which the person sees, and an entry `supplied` in the ledger. By file it is pass three that does the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from django.db import connections

from openxin.intake import submissions
from openxin.intake.judging.words import Message, describe
from openxin.intake.supplementing import Bench, Merge, Outcome, judged
from openxin.law.catalogue import Catalogue, Column, RecordType
from openxin.records import supplements
from openxin.records.supplements import Awaiting
from openxin.store.session import reading_as

_TASK = "supply"
Place = tuple[int, int]  # sheet, row: as the spreadsheet program shows them


class NoSuchSubmission(Exception):
    """This body has no such submission of decisions that become final."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a clerk filled in for one row, as it was typed; empty: nothing. Each is the role of a column of the type."""

    served_on: str = ""
    told_remedies: str = ""
    final_how: str = ""
    final_on: str = ""


ROLES = tuple(field.name for field in fields(Given))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be supplied so: the role of the field, a code of docs/codes.md, and words with the remedy."""

    place: Place
    role: str
    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class Result:
    """`supplied`: how many records have a new version; none where there are faults. `gone`: rows that await nothing any more."""

    supplied: int
    faults: tuple[Fault, ...]
    gone: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """A submission, and how many of its records await a date."""

    id: UUID
    type: str
    opened_at: datetime
    opened_on: date
    rows: int
    awaiting: int


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of the rows of one submission that await a date. `sheets`: names by number. `after`: None at the end."""

    submission_id: UUID
    type: str
    opened_on: date
    rows: tuple[Awaiting, ...]
    sheets: Mapping[int, str | None]
    after: Place | None


def batches(
    authority_id: str, *, login: UUID, law: Catalogue, before: datetime | None = None, limit: int = 20
) -> tuple[Batch, ...]:
    """The body's submissions of decisions that become final, newest first, opened before `before`, each with its count."""
    with reading_as(login, task=_TASK), connections["default"].cursor() as wrapped:
        cursor = wrapped.cursor
        listed = submissions.listed(cursor, authority_id, _types(law), before=before, limit=limit)
        counts = supplements.awaiting_in(cursor, [one.id for one in listed], authority_id)
    return tuple(
        Batch(one.id, one.type, one.opened_at, one.opened_on, one.rows, counts.get(one.id, 0)) for one in listed
    )


def awaiting(
    authority_id: str, submission_id: UUID, *, login: UUID, law: Catalogue, after: Place = (0, 0), limit: int = 50
) -> Rows:
    """The rows of one submission that await a date, behind `after`. Raises NoSuchSubmission, also for another body's."""
    with reading_as(login, task=_TASK), connections["default"].cursor() as wrapped:
        cursor = wrapped.cursor
        one = submissions.listed_one(cursor, submission_id, authority_id, _types(law))
        if one is None:
            raise NoSuchSubmission
        found = supplements.awaiting(cursor, submission_id, authority_id, after=after, limit=limit + 1)
    shown = tuple(found[:limit])
    more = (shown[-1].sheet, shown[-1].row) if len(found) > limit else None
    return Rows(submission_id, one.type, one.opened_on, shown, one.sheets, more)


def supply(
    authority_id: str,
    submission_id: UUID,
    rows: Mapping[Place, Given],
    *,
    login: UUID,
    today: date,
    law: Catalogue,
    synthetic: bool,
) -> Result:
    """Supply what is filled in to the records that await it; all of it, or nothing where a row has a fault.

    Raises NoSuchSubmission, also for another body's. A row in which nothing is filled in is left out; one that awaits nothing any
    more (a file came first) is told as gone.
    """
    given = {place: _columns(one) for place, one in rows.items() if any(_columns(one).values())}
    with reading_as(login, task=_TASK), connections["default"].cursor() as wrapped:
        cursor = wrapped.cursor
        one = submissions.listed_one(cursor, submission_id, authority_id, _types(law))
        if one is None:
            raise NoSuchSubmission
        type_ = law.types[one.type]
        held = supplements.latest_at(cursor, submission_id, authority_id, list(given))
        merges = [_merge(place, held[place], given[place], type_) for place in sorted(held)]
        bench = Bench(type_, law.authorities[authority_id], law, today, synthetic)
        outcomes = [
            *judged(bench, [one for one in merges if one.taken]),
            *(Outcome(one, None, ()) for one in merges if not one.taken),
        ]
        faults = tuple(fault for outcome in outcomes for fault in _faults(outcome, given, type_, law))
        sound = [] if faults else [outcome.supplied for outcome in outcomes if outcome.supplied is not None]
        at = datetime.now(UTC)
        supplements.supply(cursor, sound, day=today, at=at)
        if sound:
            cursor.execute(
                "insert into intake_supplied (id, submission_id, at, day, login, records) values (%s, %s, %s, %s, %s, %s)",
                (uuid4(), submission_id, at, today, login, len(sound)),
            )
    return Result(len(sound), faults, tuple(sorted(given.keys() - held.keys())))


def columns(type_: RecordType) -> dict[str, Column]:
    """The columns that can be filled in, by role; a type may have fewer."""
    by_code = {column.code: column for column in type_.columns}
    return {role: by_code[code] for role in ROLES if (code := type_.column(role)) is not None}


def _types(law: Catalogue) -> list[str]:
    return [one.id for one in law.types.values() if one.needs_finality]


def _columns(given: Given) -> dict[str, str]:
    return {role: getattr(given, role).strip() for role in ROLES}


def _merge(place: Place, held: supplements.Held, given: Mapping[str, str], type_: RecordType) -> Merge:
    codes = {role: column.code for role, column in columns(type_).items()}
    new = {codes[role]: value for role, value in given.items() if value and role in codes}
    return Merge(place, held, new, type_.columns, None)


def _faults(
    outcome: Outcome, given: Mapping[Place, Mapping[str, str]], type_: RecordType, law: Catalogue
) -> Sequence[Fault]:
    """What is wrong with one row; also where something else is held already: that is put right by correction, not here."""
    merge = outcome.merge
    roles = {column.code: role for role, column in columns(type_).items()}
    found = [*outcome.problems, *((code, "OX_DIFFERS") for code in merge.differ)]
    if outcome.supplied is None and merge.taken and not found:
        found = [(merge.taken[0], "OX_DIFFERS")]  # the law of today would not hold the record at all
    return [
        Fault(
            merge.place,
            roles.get(field, ""),
            code,
            describe(code, field, given[merge.place].get(roles.get(field, "")), type_, law),
        )
        for field, code in dict.fromkeys(found)
    ]
