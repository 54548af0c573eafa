"""A statement, arranged for reading: what happens to each record when, and who looked, own readings folded by day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Literal
from uuid import UUID

from django.utils import timezone

from openxin.disclosure.statement import ShownField, ShownLine, ShownRecord, Statement
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue

Happens = Literal["decided", "admitted", "opens", "closes", "withdrawn", "erased"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One day in the life of a record. `is_now`: the last one that is reached."""

    happens: Happens
    on: date
    is_reached: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One record on the timeline."""

    number: int  # for anchors and labels on the page
    record: ShownRecord
    says: tuple[ShownField, ...]
    besides: tuple[ShownField, ...]
    stages: tuple[Stage, ...]
    is_yours_to_open: bool  # others see it only if its person wants it


@dataclass(frozen=True, slots=True)
class Contested:
    """The person said that somebody should not have looked. `answer`: what the auditors found; None while they look."""

    answer: Words | None


@dataclass(frozen=True, slots=True)
class Look:
    """Who looked: one line, or all of one's own of one day. `records`: the most that one of them showed."""

    first: datetime
    last: datetime
    kind: Literal["disclosure", "refusal", "name_question", "act", "grant", "revocation"]
    who: Words
    purpose: Words
    times: int
    records: int
    is_own: bool
    has_this: bool
    newest: UUID  # the line, or the newest of them: the one whose proof is offered
    contested: Contested | None
    rule: Words | None  # of a refusal: what refused it

    @property
    def hours(self) -> str:
        """From when to when, in the register's own zone."""
        first, last = (timezone.localtime(at).strftime("%H:%M") for at in (self.first, self.last))
        return last if first == last else f"{first}–{last}"


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the page of one's own records says."""

    read_at: datetime
    entries: tuple[Entry, ...]
    open_now: int
    looks: tuple[Look, ...]


def arrange(statement: Statement, today: date, contested: Mapping[UUID, Contested]) -> Page:
    """The page that shows `statement`. `contested`: by line."""
    return Page(
        read_at=statement.read_at,
        entries=tuple(_entry(number, record, today) for number, record in enumerate(statement.records, 1)),
        open_now=sum(record.visibility == "open" for record in statement.records),
        looks=tuple(_looks(statement.lines, contested)),
    )


def _entry(number: int, record: ShownRecord, today: date) -> Entry:
    return Entry(
        number=number,
        record=record,
        says=tuple(field for field in record.fields if field.says),
        besides=tuple(field for field in record.fields if not field.says),
        stages=tuple(_stages(record, today)),
        is_yours_to_open=catalogue().types[record.type].closed_until_person_opens,
    )


def _stages(record: ShownRecord, today: date) -> Iterator[Stage]:
    """The days that are certain. Where others may not see it, no day is named on which they will."""
    window_holds = record.visibility in ("open", "later", "closed")
    days: list[tuple[Happens, date | None]] = [
        ("decided", record.decided_on),
        ("admitted", record.admitted_on),
        ("opens", record.opens if window_holds else None),
        ("closes", record.closes if window_holds and record.opens else None),
        ("withdrawn", timezone.localtime(record.withdrawal.at).date() if record.withdrawal else None),
        ("erased", record.erase_on),
    ]
    known = sorted(((on, happens) for happens, on in days if on is not None), key=lambda stage: stage[0])
    reached = [on <= today for on, _ in known]
    for at, (on, happens) in enumerate(known):
        yield Stage(happens, on, reached[at], reached[at] and not any(reached[at + 1 :]))


def _looks(lines: Iterable[ShownLine], contested: Mapping[UUID, Contested]) -> Iterator[Look]:
    """Newest first. Of each day the own readings are one entry, where the newest of them stands."""
    for _, of_day in groupby(lines, key=lambda line: timezone.localtime(line.at).date()):
        day = list(of_day)
        own = [line for line in day if line.is_own and line.kind == "disclosure"]
        told = False
        for line in day:
            if not line.is_own or line.kind != "disclosure":
                yield _look([line], contested.get(line.id))
            elif not told:
                told = True
                yield _look(own, None)


def _look(lines: list[ShownLine], contested: Contested | None) -> Look:
    newest = lines[0]
    return Look(
        first=lines[-1].at,
        last=newest.at,
        kind=newest.kind,
        who=newest.who,
        purpose=newest.purpose,
        times=len(lines),
        records=max(line.records for line in lines),
        is_own=newest.is_own,
        has_this=any(line.is_this for line in lines),
        newest=newest.id,
        contested=contested,
        rule=newest.rule,
    )
