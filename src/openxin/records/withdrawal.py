"""Withdrawal: everything that a submission made is withdrawn at once, since its body took the submission back.

Called only by `intake`, as the application under the task `take_back`; no sealed column is read. Legal source: 行政处罚法 48(2),
河南省社会信用条例 42; PIPL 8. Always true: each withdrawn record has its move with the reason, its entry in the ledger and one in
its person's inbox; the statements are as many for two hundred thousand records as for one.

A withdrawn record gives its natural key up: the key is lengthened by the record's own id, so that no decision finds it any more
(and whoever restores it cuts the id off again). The same decision, handed in rightly, becomes a record of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import Cursor

from openxin.ledger.append import append_run
from openxin.records.states import origins

TASK = "take_back"


@dataclass(frozen=True, slots=True)
class Made:
    """What a submission made that can still be withdrawn."""

    records: int
    persons: int


_MADE = """
select count(*), count(distinct person_id) from records_record where submission_id = any(%s) and state = any(%s)
"""

# As in `changes`, the commitment's content is the move itself, as RFC 8785 JSON: ids and words, nothing personal.
_WITHDRAW = """
with moved as (
  update records_record
  set state = 'withdrawn', natural_token = natural_token || uuid_send(id), erase_on = least(erase_on, %(erase_on)s)
  where submission_id = any(%(submissions)s) and state = any(%(origins)s)
  returning person_id, id as record_id
), told as materialized (
  select moved.*, gen_random_uuid() as id, gen_random_uuid() as entry_id,
         uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) as salt
  from moved
), written as (
  insert into records_move (person_id, record_id, id, at, verb, state, entry_id, salt, reason)
  select person_id, record_id, id, %(at)s, 'withdraw', 'withdrawn', entry_id, salt, %(reason)s from told
), inbox as (
  insert into records_told (person_id, id, record_id, at)
  select person_id, gen_random_uuid(), record_id, %(at)s from told
)
select count(*), count(distinct person_id), coalesce(string_agg(uuid_send(entry_id), ''::bytea order by entry_id), ''),
       coalesce(string_agg(sha256(salt || convert_to(format(
         '{"at":"%%s","reason":"%%s","record":"%%s","state":"withdrawn","verb":"withdraw"}',
         %(stamp)s::text, %(reason)s::text, record_id), 'UTF8')), ''::bytea order by entry_id), '')
from told
"""


def made_by(cursor: Cursor, submission_ids: Sequence[UUID]) -> Made:
    """How many records, about how many persons, `withdraw` would find now."""
    records, persons = cursor.execute(_MADE, (list(submission_ids), origins("withdraw"))).fetchone() or (0, 0)
    return Made(records, persons)


def withdraw(
    cursor: Cursor, submission_ids: Sequence[UUID], *, reason: str, erase_on: date, day: date, at: datetime
) -> Made:
    """Withdraw every record that these submissions made, in the caller's transaction. What was withdrawn already stays as it is.

    `reason`: a code of the catalogue's list, written into each move. `erase_on`: the last day that a record may be kept to, where
    its own is not earlier.
    """
    told = {
        "submissions": list(submission_ids),
        "origins": origins("withdraw"),
        "erase_on": erase_on,
        "at": at,
        "stamp": at.isoformat(),
        "reason": reason,
    }
    records, persons, entries, commitments = cursor.execute(_WITHDRAW, told).fetchone() or (0, 0, b"", b"")
    append_run(cursor, "change", day, bytes(entries), bytes(commitments))
    return Made(records, persons)
