"""Contests: a person says that somebody should not have looked; an auditor finds out and answers.

Legal source: 河南省社会信用条例 40 (who used and queried one's data), 个人信息保护法 50 (a person's requests are answered), 54.
Always true: only the person contests a line, and only of their own; auditors are told at once, see which body and for which
purpose, and not whose line it is; answers are of the catalogue's list. That it was contested and answered are lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID, uuid4

from django.db import connections
from django.utils import timezone

from openxin.accounts.readers import Reader
from openxin.disclosure import holders
from openxin.disclosure.asking import NotPermitted
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.notices import alerts
from openxin.people import joined
from openxin.records import lines, reading
from openxin.records.lines import Kind, NewLine
from openxin.store.session import BY_OWN_RIGHT, reading_as

ANSWERS: Final = "CL_ZYDF"
PAGE: Final = 50
_AUDITOR: Final = "auditor"
_COLUMNS = "id, at, line_at, line_kind, body, purpose, answered_at, answer"
_ACT: Final = "act"


class NotYours(Exception):
    """Only the person contests a line of theirs."""


class NoSuchLine(Exception):
    """This person has no such line, or it tells of what they did themself."""


class NoSuchAnswer(Exception):
    """The answer is not of the catalogue's list."""


@dataclass(frozen=True, slots=True)
class Contest:
    """A contested line: whose log-in it names, for which purpose, when; never whose line it is, and nothing that was shown."""

    id: UUID
    at: datetime
    line_at: datetime
    line_kind: Kind
    body: str  # as in lines: a body of the catalogue, organisation:<id>, or empty
    body_title: Words
    purpose: str
    state: Literal["open", "answered"]
    answered_at: datetime | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """Contests that wait for an answer, oldest first. `more`: there is a next page."""

    contests: tuple[Contest, ...]
    page: int
    more: bool


def contest(person: UUID, to: Reader, line: UUID, *, at: datetime) -> None:
    """Contest a line; the auditors are told. Again, it changes nothing. Raises NotYours, NoSuchLine."""
    if to.person_id != person:
        raise NotYours
    with reading_as(to.login, person, reading=BY_OWN_RIGHT), connections["default"].cursor() as cursor:
        held = reading.line_of(joined.together(person), line)
        if held is None or held.content.get("capacity") == "self":
            raise NoSuchLine
        body, purpose = str(held.content.get("body") or ""), str(held.content.get("purpose") or "")
        cursor.execute(
            """insert into disclosure_contest (person_id, line_id, id, at, line_at, line_kind, body, purpose)
               values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing""",
            [person, line, uuid4(), at, held.at, held.kind, body, purpose],
        )
        if cursor.rowcount:
            said = {
                "capacity": "self",
                "login": str(to.login),
                "at": at.isoformat(),
                "act": "contest",
                "line": str(line),
            }
            lines.write_line(cursor, NewLine(person, _ACT, said), day=timezone.localdate(at), at=at)
            alerts.raise_alert(cursor, "contest", body, None, at)


def of(person: UUID, to: Reader) -> dict[UUID, Contest]:
    """The contests of `person`, by the line that each is about. Raises NotYours."""
    if to.person_id != person:
        raise NotYours
    with reading_as(to.login, person), connections["default"].cursor() as cursor:
        cursor.execute(
            f"select line_id, {_COLUMNS} from disclosure_contest where person_id = any(%s)",
            [list(joined.together(person))],
        )
        rows = cursor.fetchall()
    return dict(zip([row[0] for row in rows], _contests([row[1:] for row in rows]), strict=True))


def waiting(to: Reader, *, page: int = 1) -> Page:
    """The contests that wait for an answer. Raises NotPermitted where `to` is no auditor."""
    _must_audit(to)
    with reading_as(to.login, task="audit"), connections["default"].cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from disclosure_contest where answered_at is null order by at, id limit %s offset %s",
            [PAGE + 1, (page - 1) * PAGE],
        )
        found = _contests(cursor.fetchall())
    return Page(found[:PAGE], page, len(found) > PAGE)


def answer(contest_id: UUID, to: Reader, said: str, *, at: datetime) -> bool:
    """Answer a contest with a code of the list; the person sees it. False where it was answered already, or is not there.

    Raises NotPermitted where `to` is no auditor, NoSuchAnswer.
    """
    _must_audit(to)
    if said not in {value.code for value in catalogue().lists[ANSWERS].values}:
        raise NoSuchAnswer
    with reading_as(to.login, task="audit"), connections["default"].cursor() as cursor:
        cursor.execute("select person_id, line_id from disclosure_contest where id = %s", [contest_id])
        row = cursor.fetchone()
    if row is None:
        return False
    person, line = row
    with reading_as(to.login, person), connections["default"].cursor() as cursor:
        # One statement: of two auditors who answer at once, the second finds it answered.
        cursor.execute(
            """update disclosure_contest set answered_at = %s, answered_by = %s, answer = %s
               where person_id = %s and line_id = %s and answered_at is null""",
            [at, to.login, said, person, line],
        )
        if not cursor.rowcount:
            return False
        told = {"capacity": _AUDITOR, "login": str(to.login), "at": at.isoformat(), "act": "contest_answered"}
        lines.write_line(
            cursor,
            NewLine(person, _ACT, told | {"body": to.holder, "line": str(line), "answer": said}),
            day=timezone.localdate(at),
            at=at,
        )
    return True


def _must_audit(to: Reader) -> None:
    if _AUDITOR not in to.roles:
        raise NotPermitted("no-right")


def _contests(rows: Sequence[Sequence[Any]]) -> tuple[Contest, ...]:
    titles = holders.titles({row[4] for row in rows if row[4]}, catalogue())
    return tuple(
        Contest(
            id=id_,
            at=at,
            line_at=line_at,
            line_kind=kind,
            body=body,
            body_title=titles.get(body, Words("", "")),
            purpose=purpose,
            state="open" if answered_at is None else "answered",
            answered_at=answered_at,
            answer=answered,
        )
        for id_, at, line_at, kind, body, purpose, answered_at, answered in rows
    )
