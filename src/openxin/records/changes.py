"""Changes that the calendar makes: notice ends, windows close, what has been kept long enough is erased.

Called by `openxin expire`. Set-based: one statement for each verb, however many records; a second run finds nothing to do.
Erasing destroys the record's key: no version of it opens again, here or, once the master-key epoch is gone, in any backup.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connections

from openxin.ledger.append import append_run
from openxin.records.states import Verb, origins
from openxin.store.session import reading_as

_ENTRY_BYTES = 16

# Which records a verb is due for, and what it makes of them. States come from the one machine in `states.py`.
_DUE: dict[Verb, tuple[str, str]] = {
    "open": ("final_on <= %(today)s and coalesce(notice_until < %(today)s, true)", "state = 'in_force'"),
    "expire": ("closes <= %(today)s", "state = 'expired'"),
    "erase": ("erase_on <= %(today)s", "state = 'erased', wrapped_key = null"),
}

# The commitment's content is the move itself, as RFC 8785 JSON: ids and words, nothing personal.
_MOVE = """
with moved as (
  update records_record set {change}
  where state = any(%(origins)s) and {due}
  returning person_id, id as record_id, state
), told as materialized (
  select moved.*, gen_random_uuid() as id, gen_random_uuid() as entry_id,
         uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) as salt
  from moved
), written as (
  insert into records_move (person_id, record_id, id, at, verb, state, entry_id, salt)
  select person_id, record_id, id, %(at)s, %(verb)s, state, entry_id, salt from told
)
select coalesce(string_agg(uuid_send(entry_id), ''::bytea order by entry_id), ''),
       coalesce(string_agg(sha256(salt || convert_to(format(
         '{{"at":"%%s","record":"%%s","state":"%%s","verb":"%%s"}}', %(stamp)s::text, record_id, state, %(verb)s::text),
         'UTF8')), ''::bytea order by entry_id), '')
from told
"""


@dataclass(frozen=True, slots=True)
class Expired:
    """How many records were moved by each verb."""

    opened: int
    expired: int
    erased: int


def expire(today: date, *, at: datetime, reader: UUID) -> Expired:
    """Apply to all records what is due on `today`. A second run on the same day does nothing."""
    # In this order, so that one run brings a long-forgotten record to where daily runs would have brought it.
    return Expired(
        opened=_apply("open", today, at, reader),
        expired=_apply("expire", today, at, reader),
        erased=_apply("erase", today, at, reader),
    )


def _apply(verb: Verb, today: date, at: datetime, reader: UUID) -> int:
    due, change = _DUE[verb]
    with reading_as(reader, task="expire"), connections["default"].cursor() as cursor:
        cursor.execute(
            _MOVE.format(due=due, change=change),
            {"today": today, "origins": origins(verb), "at": at, "stamp": at.isoformat(), "verb": verb},
        )
        entries, commitments = map(bytes, cursor.fetchone())
        append_run(cursor, "change", today, entries, commitments)
    return len(entries) // _ENTRY_BYTES
