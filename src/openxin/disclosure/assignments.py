"""Which case officer works on which record: what a reading for a case rests on, beside the purpose. Changed by `cases` alone.

Legal source: 个人信息保护法 arts 6 and 25 (no more access than the purpose needs). Always true: an officer reads the one record
that the case is about, and nothing else of the person; a closed assignment opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connections

from openxin.store.session import reading_as

_COLUMNS = "id, person_id, record_id, reference, officer, opened_at, closed_at"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A record that was given to an officer. `closed_at`: they may no longer read it."""

    id: UUID
    person_id: UUID
    record_id: UUID
    reference: str
    officer: UUID
    opened_at: datetime
    closed_at: datetime | None


def is_mine(login: UUID, person: UUID, record: UUID) -> bool:
    """Whether this record is part of a case that is open and this officer's."""
    with reading_as(login, person), connections["default"].cursor() as cursor:
        cursor.execute(
            """select exists (select from disclosure_assignment
               where person_id = %s and record_id = %s and officer = %s and closed_at is null)""",
            [person, record, login],
        )
        found: bool = cursor.fetchone()[0]
    return found


def of_officer(login: UUID) -> tuple[Assignment, ...]:
    """What is assigned to an officer now, oldest first."""
    with reading_as(login), connections["default"].cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from disclosure_assignment where officer = %s and closed_at is null order by opened_at, id",
            [login],
        )
        return tuple(Assignment(*row) for row in cursor.fetchall())


def open_(person: UUID, record: UUID, reference: str, officer: UUID, *, at: datetime) -> bool:
    """Give a record to an officer, inside `reading_as` about the person. Whether it was not theirs before."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """insert into disclosure_assignment (person_id, id, record_id, reference, officer, opened_at)
               values (%s, %s, %s, %s, %s, %s) on conflict do nothing""",
            [person, uuid4(), record, reference, officer, at],
        )
        return bool(cursor.rowcount)


def close(person: UUID, assignment: UUID, *, at: datetime) -> bool:
    """Take it back, inside `reading_as` about the person. Whether it was open."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "update disclosure_assignment set closed_at = %s where person_id = %s and id = %s and closed_at is null",
            [at, person, assignment],
        )
        return bool(cursor.rowcount)
