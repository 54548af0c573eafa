"""Alerts: what auditors are told of, so that they look. Who and what kind of thing, never about whom and never content.

Legal source: 个人信息保护法 51, 54 (access is controlled, and audited). Always true: an alert stands in
the transaction of what it tells; it changes nothing by itself, an auditor decides whether to look further.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID, uuid4

from django.db import connections, transaction

Kind = Literal["refusals", "wrong_codes", "budget", "contest"]
PAGE = 50


class Cursor(Protocol):
    """What a cursor of psycopg and one of Django have in common."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""

    def fetchone(self) -> Any:
        """Its next row."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `holder`: the body whose log-in `login` is, as in lines; empty where it is a person's own."""

    id: UUID
    kind: Kind
    holder: str
    login: UUID | None
    at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Alerts that nobody has looked into, newest first. `more`: there is a next page."""

    alerts: tuple[Alert, ...]
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class Repetition:
    """How many times within how long make one alert. Comes from the catalogue."""

    times: int
    within: timedelta


def raise_alert(cursor: Cursor, kind: Kind, holder: str, login: UUID | None, at: datetime) -> UUID:
    """Tell the auditors, in the caller's transaction. The alert's id."""
    id_ = uuid4()
    cursor.execute(
        "insert into notices_alert (id, kind, holder, login, at) values (%s, %s, %s, %s, %s)",
        (id_, kind, holder, login, at),
    )
    return id_


def count(cursor: Cursor, kind: Kind, holder: str, login: UUID, at: datetime, rule: Repetition) -> int:
    """Once more `kind`, in the caller's transaction; the auditors are told when it is the n-th time, as `rule` says.

    How many there are within that time, this one among them. One series makes one alert, however long it goes on.
    """
    since = at - rule.within
    # Two at once of one log-in come one after the other, so that neither overlooks the other's and the alert is raised once.
    cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"notices|{kind}|{holder}|{login}",))
    cursor.execute(
        "delete from notices_repeated where kind = %s and holder = %s and login = %s and at <= %s",
        (kind, holder, login, since),
    )
    cursor.execute(
        "insert into notices_repeated (id, kind, holder, login, at) values (%s, %s, %s, %s, %s)",
        (uuid4(), kind, holder, login, at),
    )
    times = counted(cursor, kind, holder, login, at, rule)
    if times >= rule.times:
        cursor.execute(
            """insert into notices_alert (id, kind, holder, login, at) select %s, %s, %s, %s, %s
               where not exists (select from notices_alert where kind = %s and holder = %s and login = %s and at > %s)""",
            (uuid4(), kind, holder, login, at, kind, holder, login, since),
        )
    return times


def counted(cursor: Cursor, kind: Kind, holder: str, login: UUID, at: datetime, rule: Repetition) -> int:
    """How often `kind` was counted of this log-in within `rule.within` before `at`."""
    cursor.execute(
        "select count(*) from notices_repeated where kind = %s and holder = %s and login = %s and at > %s",
        (kind, holder, login, at - rule.within),
    )
    return int(cursor.fetchone()[0])


def open_alerts(*, page: int = 1) -> Page:
    """What nobody has looked into yet, `PAGE` at a time, newest first."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select id, kind, holder, login, at, seen_at from notices_alert where seen_at is null
               order by at desc, id limit %s offset %s""",
            (PAGE + 1, (page - 1) * PAGE),
        )
        found = tuple(Alert(*row) for row in cursor.fetchall())
    return Page(found[:PAGE], page, len(found) > PAGE)


def seen(alert: UUID, login: UUID, at: datetime) -> bool:
    """An auditor looked into it. False where somebody had already, or there is no such alert."""
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            "update notices_alert set seen_by = %s, seen_at = %s where id = %s and seen_at is null", (login, at, alert)
        )
        return bool(cursor.rowcount)
