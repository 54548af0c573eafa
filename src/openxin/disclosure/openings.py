"""Openings: honours and service are shown to others only as their person wishes. Here they say so, and take it back.

Legal source: 志愿服务条例 20 (no publication without the volunteer's consent); 个人信息保护法 14, 15 (consent, and its end).
Always true: only the person opens and closes; of a type, or of one record, which counts before its type; what is open is still
seen for a purpose of the list only. That something was opened and closed are lines of theirs, each with its leaf.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.utils import timezone

from openxin.accounts.readers import Reader
from openxin.law.loading import catalogue
from openxin.people import joined
from openxin.records import lines, reading
from openxin.records.lines import NewLine
from openxin.store.session import BY_OWN_RIGHT, reading_as


class NotYours(Exception):
    """Only the person opens, closes and sees what they opened."""


class NothingToOpen(Exception):
    """Records of this type are not closed until their person opens them, or this one is not theirs."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the person last said of a type, or of one record of it, and when."""

    type: str
    record: UUID | None
    is_open: bool
    at: datetime


def open_to_others(person: UUID, to: Reader, type_: str, record: UUID | None = None, *, at: datetime) -> None:
    """Let others see all records of a type, or one of them. Again, it changes nothing. Raises NotYours, NothingToOpen."""
    _say(person, to, type_, record, at, is_open=True)


def close_to_others(person: UUID, to: Reader, type_: str, record: UUID | None = None, *, at: datetime) -> None:
    """Let nobody else see them any more. Again, it changes nothing. Raises NotYours, NothingToOpen."""
    _say(person, to, type_, record, at, is_open=False)


def of(person: UUID, to: Reader) -> tuple[Opening, ...]:
    """What the person said, by type. Raises NotYours."""
    if to.person_id != person:
        raise NotYours
    with reading_as(to.login, person), connections["default"].cursor() as cursor:
        cursor.execute(
            "select type, record_id, is_open, at from disclosure_opening where person_id = %s order by type, record_id",
            [person],
        )
        return tuple(Opening(*row) for row in cursor.fetchall())


def _say(person: UUID, to: Reader, type_: str, record: UUID | None, at: datetime, *, is_open: bool) -> None:
    if to.person_id != person:
        raise NotYours
    known = catalogue().types.get(type_)
    if known is None or not known.closed_until_person_opens:
        raise NothingToOpen
    act = {"capacity": "self", "login": str(to.login), "at": at.isoformat(), "act": "open" if is_open else "close"}
    about = {"type": type_} | ({} if record is None else {"record": str(record)})
    with reading_as(to.login, person, reading=BY_OWN_RIGHT), connections["default"].cursor() as cursor:
        # Whose documents were joined says it for all that is read as theirs.
        persons = list(joined.together(person))
        if record is not None and not reading.has(persons, record, type_):
            raise NothingToOpen
        cursor.execute(
            """insert into disclosure_opening (person_id, type, record_id, is_open, at)
               select person_id, %s, %s, %s, %s from unnest(%s::uuid[]) as p (person_id)
               on conflict (person_id, type, record_id) do update set is_open = excluded.is_open, at = excluded.at
               where disclosure_opening.is_open <> excluded.is_open""",
            [type_, record, is_open, at, persons],
        )
        if cursor.rowcount:
            told = [NewLine(one, "act", act | about) for one in persons]
            lines.write_lines(cursor, told, day=timezone.localdate(at), at=at)
