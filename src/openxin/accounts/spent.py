"""What counts once: the code of an app, the token of a machine. Of two who bring it at the same instant, one is refused."""

from datetime import datetime

from django.db import connections


def once(token: bytes, *, at: datetime, until: datetime) -> bool:
    """Use `token` up; whether it had not been used before. It is remembered `until` it would not be accepted anyhow."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "delete from accounts_spent where token in"
            " (select token from accounts_spent where expires_at < %s for update skip locked)",
            [at],
        )
        cursor.execute(
            "insert into accounts_spent (token, expires_at) values (%s, %s) on conflict do nothing", [token, until]
        )
        return bool(cursor.rowcount)
