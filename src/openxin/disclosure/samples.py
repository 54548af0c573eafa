"""Samples: which records chance drew for an auditor's warrant, each to be opened once. What a reading by warrant rests on.

Legal source: 个人信息保护法 54 (audits), 6 (no more than is needed). Always true: a record is opened by the auditor for whom it
was drawn, once; spent before it is read, so that whoever dies in between has lost it.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connections

from openxin.store.session import reading_as

NOT_SAMPLED: Final = "warrant-not-sampled"
OVER: Final = "warrant-over"

_OF_THEIRS = """from disclosure_warrant w
  where w.login = %s and s.warrant_id = w.id and s.person_id = %s and s.record_id = %s"""


def spend(login: UUID, person: UUID, record: UUID, *, at: datetime) -> str | None:
    """Open this record for this auditor, now and never again, however many of their samples it is in.

    None: it is open. Else the rule that refuses, since it was not drawn for them, or was opened before.
    """
    with reading_as(login, task="audit"), connections["default"].cursor() as cursor:
        cursor.execute(
            f"update disclosure_sampled s set opened_at = %s {_OF_THEIRS} and s.opened_at is null",
            [at, login, person, record],
        )
        if cursor.rowcount:
            return None
        cursor.execute(
            f"select from disclosure_sampled s where exists (select {_OF_THEIRS}) limit 1", [login, person, record]
        )
        return OVER if cursor.fetchone() is not None else NOT_SAMPLED
