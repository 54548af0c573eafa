"""Counts of lines, per month, kind, purpose, body and rule: how often was read and refused, never whose records or what.

Read by `disclosure` alone. Nothing sealed is opened, and no id of a person is selected. One statement, however many lines. The
month is that of the reading in the register's calendar. A reading of somebody whose documents were joined is a line for each
document, and is counted so.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connections
from django.utils import timezone

from openxin.store.session import NOBODY, reading_as

TASK = "figures"  # the name under which policies let the lines be counted

_LINES = """
select date_trunc('month', at at time zone %(zone)s)::date, kind, purpose, body, rule, count(*)
from records_line where at >= %(since)s and (%(body)s::text is null or body = %(body)s)
group by 1, 2, 3, 4, 5 order by 1 desc, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """So many lines that are alike. `purpose`, `body` and `rule` are empty where the line has none."""

    month: date
    kind: str
    purpose: str
    body: str
    rule: str
    lines: int


def lines(since: datetime, *, body: str | None = None) -> tuple[Counted, ...]:
    """The lines written since then, newest month first; of one body, or (None) of everybody."""
    with reading_as(NOBODY, task=TASK), connections["default"].cursor() as cursor:
        cursor.execute(_LINES, {"zone": timezone.get_default_timezone_name(), "since": since, "body": body})
        return tuple(Counted(*row) for row in cursor.fetchall())
