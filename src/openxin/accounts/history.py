"""Every log-in, and every refused one, of a log-in that exists. Its owner sees them: what is strange there, they alone can know.

Legal source: PIPL art. 51 (security measures), art. 44 (to know). Always true: no address and no browser is kept. An address
says where somebody was, and behind a city's network it does not even say that; time, way and outcome are enough to say "that
was not me".
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from django.db import connections

Way = Literal["link", "password", "code", "recovery", "passkey", "provider"]
Outcome = Literal["in", "refused", "locked"]
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class LogIn:
    """One log-in, or an attempt at one. `locked`: refused, and nobody is let in under this log-in for a while."""

    at: datetime
    way: Way
    outcome: Outcome


def write(login: UUID, *, way: Way, outcome: Outcome, at: datetime) -> None:
    """Write a line of history, in the caller's transaction or its own."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "insert into accounts_log_in (id, login, at, way, outcome) values (%s, %s, %s, %s, %s)",
            [uuid4(), login, at, way, outcome],
        )


def log_ins(login: UUID) -> tuple[LogIn, ...]:
    """The latest log-ins and attempts, newest first."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select at, way, outcome from accounts_log_in where login = %s order by at desc limit %s", [login, _SHOWN]
        )
        return tuple(LogIn(*row) for row in cursor.fetchall())
