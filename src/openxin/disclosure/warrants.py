"""Warrants: an auditor opens records that chance has drawn, for a reason of a list, each once; its person is told.

Legal source: 个人信息保护法 54, 60, 70; 未成年人网络保护条例 37. Always true: no auditor chooses a record or learns whose it
is before opening it; a record of a warrant is opened once; opening it is a reading like any other, with its line.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import connections
from django.utils import timezone

from openxin.accounts.readers import Reader
from openxin.disclosure import door
from openxin.disclosure.asking import NotPermitted, Question, Right
from openxin.disclosure.statement import Statement
from openxin.law.loading import catalogue
from openxin.records import reading
from openxin.store.session import reading_as

PURPOSE: Final = "audit"
REASONS: Final = "CL_CCLY"
MOST: Final = 50  # what one auditor can look at with care; a larger sample is several warrants
_AUDITOR: Final = "auditor"
_ABSENT: Final = "warrant-absent"


class NoSuchReason(Exception):
    """The reason is not of the catalogue's list, or the size is not between 1 and MOST."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """One record of a sample: its number there and its type; whose it is stays closed until it is opened."""

    number: int
    type: str
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Warrant:
    """A sample that chance drew."""

    id: UUID
    reason: str
    drawn_at: datetime
    sample: tuple[Sampled, ...]


def draw(to: Reader, reason: str, size: int, *, at: datetime) -> Warrant:
    """Draw `size` records by chance, or as many as there are. Raises NotPermitted where `to` is no auditor, NoSuchReason."""
    _must_audit(to)
    if reason not in {value.code for value in catalogue().lists[REASONS].values} or not 1 <= size <= MOST:
        raise NoSuchReason
    warrant = uuid4()
    with reading_as(to.login, task="audit"), connections["default"].cursor() as cursor:
        drawn = reading.drawn(catalogue().purposes[PURPOSE].states, size)
        cursor.execute(
            "insert into disclosure_warrant (id, login, reason, drawn_at, drawn) values (%s, %s, %s, %s, %s)",
            [warrant, to.login, reason, at, len(drawn)],
        )
        cursor.execute(
            """insert into disclosure_sampled (person_id, warrant_id, number, record_id, type)
               select person_id, %s, number, record_id, type
               from unnest(%s::uuid[], %s::uuid[], %s::text[]) with ordinality as d (person_id, record_id, type, number)""",
            [
                warrant,
                [one.person_id for one in drawn],
                [one.record_id for one in drawn],
                [one.type for one in drawn],
            ],
        )
    return Warrant(warrant, reason, at, tuple(Sampled(n, one.type, None) for n, one in enumerate(drawn, 1)))


def of(to: Reader) -> tuple[Warrant, ...]:
    """The warrants of this auditor, newest first. Raises NotPermitted where `to` is no auditor."""
    _must_audit(to)
    with reading_as(to.login, task="audit"), connections["default"].cursor() as cursor:
        cursor.execute(
            """select w.id, w.reason, w.drawn_at,
                      array_agg(s.number order by s.number) filter (where s.number is not null),
                      array_agg(s.type order by s.number), array_agg(s.opened_at order by s.number)
               from disclosure_warrant w left join disclosure_sampled s on s.warrant_id = w.id
               where w.login = %s group by w.id order by w.drawn_at desc, w.id""",
            [to.login],
        )
        rows = cursor.fetchall()
    return tuple(
        Warrant(id_, reason, drawn_at, tuple(map(Sampled, numbers or (), types, opened)))
        for id_, reason, drawn_at, numbers, types, opened in rows
    )


def open_record(warrant: UUID, number: int, to: Reader, *, at: datetime) -> Statement:
    """Open one record of a sample, once.

    Raises NotPermitted, BudgetSpent, as the door does: that somebody wants to open it again, its person sees; of a warrant that
    this auditor has not, nobody is the person.
    """
    _must_audit(to)
    with reading_as(to.login, task="audit"), connections["default"].cursor() as cursor:
        cursor.execute(
            """select s.person_id, s.record_id, w.reason
               from disclosure_sampled s join disclosure_warrant w on w.id = s.warrant_id
               where w.id = %s and w.login = %s and s.number = %s""",
            [warrant, to.login, number],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotPermitted(_ABSENT)
    person, record, reason = row
    right = Right("warrant", reference=reason, records=(record,))
    return door.disclose(Question(PURPOSE, person, right), to, today=timezone.localdate(at), at=at)


def _must_audit(to: Reader) -> None:
    if _AUDITOR not in to.roles:
        raise NotPermitted("no-right")
