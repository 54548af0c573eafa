"""Open log-ins: at most three at once for each log-in, none longer than a working day, and their owner may end each.

Always true: a session that is not in this table is no session, whatever the browser says. An ended one stays as a row: when it
was, its owner still sees.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connections, transaction

from openxin.accounts.history import Way

MOST_OPEN = 3
LONGEST = timedelta(hours=10)


@dataclass(frozen=True, slots=True)
class Session:
    """An open log-in."""

    id: UUID
    way: Way
    began_at: datetime


def begin(login: UUID, *, way: Way, at: datetime) -> UUID:
    """Open one; where there are more than may be open at once, the oldest end."""
    opened = uuid4()
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            "insert into accounts_session (id, login, way, began_at) values (%s, %s, %s, %s)", [opened, login, way, at]
        )
        cursor.execute(
            """update accounts_session set ended_at = %s where id in (
                 select id from accounts_session where login = %s and ended_at is null
                 order by began_at desc, id = %s desc offset %s)""",
            [at, login, opened, MOST_OPEN],
        )
    return opened


def is_open(login: UUID, session: UUID, *, at: datetime) -> bool:
    """Whether it may still be used."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select exists (select from accounts_session"
            " where id = %s and login = %s and ended_at is null and began_at > %s)",
            [session, login, at - LONGEST],
        )
        found: bool = cursor.fetchone()[0]
    return found


def sessions(login: UUID, *, at: datetime) -> tuple[Session, ...]:
    """The open ones, newest first."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select id, way, began_at from accounts_session"
            " where login = %s and ended_at is null and began_at > %s order by began_at desc",
            [login, at - LONGEST],
        )
        return tuple(Session(*row) for row in cursor.fetchall())


def end(login: UUID, session: UUID, *, at: datetime) -> bool:
    """End one's own, if it is still open. False where it is not theirs: another's stays."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "update accounts_session set ended_at = coalesce(ended_at, %s) where id = %s and login = %s",
            [at, session, login],
        )
        return bool(cursor.rowcount)


def end_all(login: UUID, *, at: datetime) -> None:
    """End every session of a log-in, in the caller's transaction."""
    with connections["default"].cursor() as cursor:
        cursor.execute("update accounts_session set ended_at = %s where login = %s and ended_at is null", [at, login])
