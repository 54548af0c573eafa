"""Lock-out: after five failures in a row nobody is let in under a name, or past a second factor, for a quarter of an hour.

Passwords are counted through django-axes (`lockout.py`), second factors by the pages. What is counted is the name that was
typed, whoever typed it: an address is no bound for somebody with many. So a stranger can lock an official out for a while;
that is the smaller harm, and the official sees it in the list of log-ins.

Always true: one statement counts, so that guesses at the same instant are all counted; a count is forgotten by a whole log-in
alone, so that after the first five each further guess costs another quarter of an hour.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections

from openxin.vault import tokens

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


def of_name(name: str) -> bytes:
    """Under what failures of a typed log-in name are counted."""
    return tokens.token("login", b"attempt|name|" + name.strip().encode())


def of_factor(login: UUID) -> bytes:
    """Under what failures of a log-in's second factor are counted."""
    return tokens.token("login", b"attempt|factor|" + login.bytes)


def is_locked(token: bytes, *, at: datetime) -> bool:
    """Whether nobody is let in now, whatever they show."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select exists (select from accounts_attempt where token = %s and failures >= %s and last_at > %s)",
            [token, MOST_FAILURES, at - LOCKED_FOR],
        )
        locked: bool = cursor.fetchone()[0]
    return locked


def count(token: bytes, *, at: datetime) -> bool:
    """Count a failure. Whether it locks."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """insert into accounts_attempt (token, failures, last_at) values (%s, 1, %s)
               on conflict (token) do update set failures = accounts_attempt.failures + 1, last_at = excluded.last_at
               returning failures""",
            [token, at],
        )
        failures: int = cursor.fetchone()[0]
    return failures >= MOST_FAILURES


def forget(*forgotten: bytes) -> None:
    """A whole log-in: the counts begin anew."""
    with connections["default"].cursor() as cursor:
        cursor.execute("delete from accounts_attempt where token = any(%s)", [list(forgotten)])
