"""How long log-ins are kept: as long as the catalogue says, then `openxin expire` deletes them, in one statement for each table.

Legal source: 网络安全法 art. 21 (logs, no less than six months), PIPL art. 19 (no longer than needed). Always true: no log-in
that is younger than what the law wants is deleted by anybody, whatever day somebody names: a trigger holds it.
"""

from datetime import date

from django.db import connections
from django.utils import timezone

from openxin.law.catalogue import Catalogue

_DUE = (
    "delete from accounts_log_in where at < {before}",
    "delete from accounts_session where coalesce(ended_at, began_at) < {before}",
    "delete from accounts_attempt where last_at < {before}",
    "delete from accounts_link where expires_at < {before}",
)
_UNITS = {"mo": "months", "cd": "days"}


def expire(day: date, *, law: Catalogue) -> int:
    """Delete what is due on `day`, or today where that is earlier. How many log-ins are gone."""
    kept = law.parameters.log_ins_kept
    before = f"%s::date - make_interval({_UNITS[kept.unit]} => {kept.amount})"
    gone: list[int] = []
    with connections["default"].cursor() as cursor:
        for statement in _DUE:
            cursor.execute(statement.format(before=before), [min(day, timezone.localdate())])
            gone.append(cursor.rowcount)
    return gone[0]
