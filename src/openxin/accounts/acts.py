"""What was done to accounts, machines and organisations: who, what, when. The account's owner and the auditors see it.

Always true: an act stands in the transaction of what it tells of, with an entry of the ledger; nobody changes one. No person is
in it: a person's log-in is made by their first coming, and no administrator has a hand in it.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import rfc8785
from django.db import connections
from django.utils import timezone

from openxin.ledger.append import SALT_BYTES, Entries, append, commitment

Subject = Literal["log_in", "machine", "organisation"]
Verb = Literal["make", "change_roles", "reset", "change_keys", "change_kinds", "close"]
PAGE = 50
_COLUMNS = "at, by, verb, subject, subject_id, said"


@dataclass(frozen=True, slots=True)
class Act:
    """One of them. `by`: the log-in of whoever did it; None: a command of the operator's. `said`: roles or kinds afterwards."""

    at: datetime
    by: UUID | None
    verb: Verb
    subject: Subject
    subject_id: UUID
    said: tuple[str, ...]


def write(subject: Subject, id_: UUID, verb: Verb, *, by: UUID | None, at: datetime, said: Sequence[str] = ()) -> None:
    """Write one down, in the caller's transaction."""
    act, entry, salt = uuid4(), uuid4(), os.urandom(SALT_BYTES)
    content: Mapping[str, Any] = {
        "at": at.isoformat(),
        "by": str(by) if by else None,
        "id": str(act),
        "said": list(said),
        "subject": subject,
        "subject_id": str(id_),
        "verb": verb,
    }
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """insert into accounts_act (id, at, by, verb, subject, subject_id, said, entry_id, salt)
               values (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            [act, at, by, verb, subject, id_, json.dumps(list(said)), entry, salt],
        )
        committed = [commitment(salt, rfc8785.dumps(dict(content)))]
        append(cursor, Entries("change", timezone.localdate(at), [entry.bytes], committed))


def acts(*, page: int = 1) -> tuple[Act, ...]:
    """All of them, newest first, a page at a time; one more than a page where there are more."""
    return _acts("true", [], page)


def acts_on(id_: UUID) -> tuple[Act, ...]:
    """What was done to one log-in, machine or organisation, newest first."""
    return _acts("subject_id = %s", [id_], 1)


def _acts(condition: str, values: Sequence[Any], page: int) -> tuple[Act, ...]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from accounts_act where {condition} order by at desc, id limit {PAGE + 1} offset %s",
            [*values, (page - 1) * PAGE],
        )
        return tuple(
            Act(at, by, verb, subject, id_, tuple(json.loads(said)))
            for at, by, verb, subject, id_, said in cursor.fetchall()
        )
