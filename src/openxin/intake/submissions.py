"""Submissions: how far each file has come. The rows by which an interrupted run is finished and a finished one is told again.

SQL of the tables `intake_submission`, `intake_chunk`, `intake_verdict`. Every function works in the caller's transaction.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor

from openxin.intake.verdicts import FOLLOWS, Verdict
from openxin.store.copying import Int2, Int4, Text, Uuid, copy_in
from openxin.vault import tokens
from openxin.vault.keyring import keys


@dataclass(frozen=True, slots=True)
class Submission:
    """One file of one body, as it was when it was opened; a resumed run goes by these, not by today."""

    id: UUID
    authority: str
    type: str
    opened_on: date
    catalogue_hash: bytes
    shards: int
    identity_key: int  # number of the key whose tokens divide the file into shards
    chunk_rows: int
    chunks: int | None  # None: pass 1 has not stored its verdicts yet
    finished: bool
    receipt: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of some rows. `noted`: places and codes for the receipt, never a value."""

    rows: int = 0
    admitted: int = 0
    duplicates: int = 0
    quarantined: int = 0
    refused: int = 0
    duplicate_rows: tuple[tuple[int, int], ...] = field(default_factory=tuple)  # (sheet, row)
    notes: tuple[tuple[int, int, str, str], ...] = field(default_factory=tuple)  # (sheet, row, field, code)
    deferred: tuple[tuple[int, int], ...] = field(default_factory=tuple)  # rows left to pass 3, not counted
    decided: tuple[tuple[str, str, int], ...] = field(
        default_factory=tuple
    )  # (day handed in, day decided, rows admitted)

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


_COLUMNS = """id, authority, type, opened_on, catalogue_hash, shards, identity_key, chunk_rows, chunks,
  finished_at is not null, receipt"""


def file_token(digest: bytes) -> bytes:
    """The token of a file's bytes, by their SHA-256."""
    return tokens.token("file", digest)


def file_tokens(digest: bytes) -> list[bytes]:
    """Every token under which a submission of these bytes may stand: the current one first, then the one before it."""
    return [tokens.token("file", digest, number) for number in keys().token_numbers("file")]


def hold(cursor: Cursor, token: bytes, authority: str, type_: str) -> None:
    """Wait until no other process works on this submission; held until the session ends."""
    cursor.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (f"{token.hex()}|{authority}|{type_}",))


def release(cursor: Cursor, token: bytes, authority: str, type_: str) -> None:
    """Let the next one in."""
    cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", (f"{token.hex()}|{authority}|{type_}",))


def find(cursor: Cursor, known_as: Sequence[bytes], authority: str, type_: str) -> Submission | None:
    """The submission of these bytes by this body for this type, if there is one."""
    cursor.execute(
        f"select {_COLUMNS} from intake_submission where file_token = any(%s) and authority = %s and type = %s",
        (list(known_as), authority, type_),
    )
    return _submission(cursor.fetchone())


def finished_since(
    cursor: Cursor, known_as: Sequence[bytes], authority: str, type_: str, since: datetime
) -> UUID | None:
    """The submission of these bytes that was finished for the first time after `since`, though it was taken back by now."""
    cursor.execute(
        "select id from intake_submission where authority = %s and type = %s and finished_at >= %s"
        " and (file_token = any(%s) or substr(file_token, 1, %s) = any(%s))",
        (authority, type_, since, list(known_as), tokens.TOKEN_BYTES, list(known_as)),
    )
    row = cursor.fetchone()
    return None if row is None else row[0]


def submission(cursor: Any, id_: UUID) -> Submission | None:
    """The submission called `id_`."""
    cursor.execute(f"select {_COLUMNS} from intake_submission where id = %s", (id_,))
    return _submission(cursor.fetchone())


def _submission(row: tuple[Any, ...] | None) -> Submission | None:
    if row is None:
        return None
    id_, authority, type_, opened_on, law, shards, identity_key, chunk_rows, chunks, finished, receipt = row
    if isinstance(receipt, str):  # Django's connection leaves JSON as text
        receipt = json.loads(receipt)
    return Submission(
        id_, authority, type_, opened_on, bytes(law), shards, identity_key, chunk_rows, chunks, finished, receipt
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a submission is, as its body may know it."""

    type: str
    finished_on: date | None
    supplied: int  # rows that added something to a record that was there


_STANDING = """
select type, finished_on,
       (select count(distinct (note->'sheet', note->'row')) from jsonb_array_elements(receipt->'notes') as note
        where note->>'code' = 'SUPPLIED')
from intake_submission where id = %s and authority = %s
"""


def standing(cursor: Cursor, id_: UUID, authority: str) -> Standing | None:
    """How far the submission is; None where it is no submission of this body."""
    cursor.execute(_STANDING, (id_, authority))
    row = cursor.fetchone()
    return None if row is None else Standing(row[0], row[1], row[2])


def hold_to_take_back(cursor: Cursor, id_: UUID, authority: str) -> Standing | None:
    """`standing`, with the submission locked until the transaction ends (`hold_to_judge_anew` waits for it, and it for that)."""
    cursor.execute(f"{_STANDING} for update", (id_, authority))
    row = cursor.fetchone()
    return None if row is None else Standing(row[0], row[1], row[2])


def hold_to_judge_anew(cursor: Cursor, id_: UUID) -> bool:
    """Lock the submission until the transaction ends. False: its body took it back meanwhile, and nothing may be admitted."""
    cursor.execute("select 1 from intake_submission where id = %s for update", (id_,))
    cursor.execute("select not exists (select from intake_taken_back where submission_id = %s)", (id_,))
    (stands,) = cursor.fetchone() or (False,)
    return bool(stands)


def with_mended(cursor: Cursor, id_: UUID) -> list[UUID]:
    """The submission and, after it, those of one row each by which its rows were mended at the desk: all stand in its list."""
    cursor.execute(
        "select s.id from intake_mending m join intake_submission s using (file_token, authority, type)"
        " where m.submission_id = %s and s.id <> m.submission_id order by s.id for update of s",
        (id_,),
    )
    return list(dict.fromkeys([id_, *(one for (one,) in cursor.fetchall())]))


def give_place_up(cursor: Cursor, ids: Sequence[UUID]) -> None:
    """They were taken back: the same bytes are no longer these submissions. A longer token, and nothing finds them."""
    cursor.execute(
        "update intake_submission set file_token = file_token || uuid_send(id) where id = any(%s)", (list(ids),)
    )


def later_with_duplicates(cursor: Cursor, id_: UUID) -> int:
    """How many later submissions of the same body and type counted rows as duplicates, and were not taken back."""
    cursor.execute(
        "select count(*) from intake_submission s join intake_submission this on this.id = %s"
        " where s.authority = this.authority and s.type = this.type and s.opened_at > this.opened_at"
        " and (s.receipt->>'duplicates')::int > 0"
        " and not exists (select from intake_taken_back t where t.submission_id = s.id)",
        (id_,),
    )
    (count,) = cursor.fetchone() or (0,)
    return int(count)


@dataclass(frozen=True, slots=True)
class Listed:
    """A finished submission, in a list of its body. `sheets`: names by number, None where the format has none."""

    id: UUID
    type: str
    opened_at: datetime
    opened_on: date
    rows: int
    sheets: dict[int, str | None]


_LISTED = """
select id, type, opened_at, opened_on, (receipt->>'rows')::int, receipt->'sheets' from intake_submission s
where authority = %(authority)s and finished_at is not null and type = any(%(types)s)
  and not exists (select from intake_taken_back t where t.submission_id = s.id)
"""


def listed(
    cursor: Cursor, authority: str, types: Sequence[str], *, before: datetime | None, limit: int
) -> list[Listed]:
    """Finished submissions of these types that stand, newest first, opened before `before`."""
    asked = {"authority": authority, "types": list(types), "before": before, "limit": limit}
    cursor.execute(
        _LISTED
        + " and (%(before)s::timestamptz is null or opened_at < %(before)s) order by opened_at desc limit %(limit)s",
        asked,
    )
    return [_listed(row) for row in cursor.fetchall()]


def listed_one(cursor: Cursor, id_: UUID, authority: str, types: Sequence[str]) -> Listed | None:
    """One of them; None where it is not this body's, not of these types, or does not stand."""
    cursor.execute(_LISTED + " and id = %(id)s", {"authority": authority, "types": list(types), "id": id_})
    row = cursor.fetchone()
    return None if row is None else _listed(row)


def _listed(row: tuple[Any, ...]) -> Listed:
    id_, type_, opened_at, opened_on, rows, sheets = row
    names = sheets if isinstance(sheets, dict) else json.loads(sheets or "{}")
    return Listed(id_, type_, opened_at, opened_on, rows, {int(number): name for number, name in names.items()})


def lost_ground(cursor: Cursor, id_: UUID) -> bool:
    """Was something of the same body and type taken back since this one began? Then a duplicate may equal nothing any more."""
    cursor.execute(
        "select exists (select from intake_taken_back t join intake_submission s on s.id = t.submission_id"
        " join intake_submission this on this.id = %s"
        " where s.authority = this.authority and s.type = this.type and t.at > this.opened_at)",
        (id_,),
    )
    (lost,) = cursor.fetchone() or (False,)
    return bool(lost)


def sheet_names(one: Submission) -> dict[int, str | None]:
    """How the sheets of its file were called, by number; None where the format has no names."""
    return {int(number): name for number, name in (one.receipt or {}).get("sheets", {}).items()}


def open_(cursor: Cursor, one: Submission, token: bytes, at: datetime) -> None:
    """Store a new submission with everything that a resumed run must not decide anew."""
    cursor.execute(
        "insert into intake_submission"
        " (id, file_token, authority, type, opened_on, opened_at, catalogue_hash, shards, identity_key, chunk_rows)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            one.id,
            token,
            one.authority,
            one.type,
            one.opened_on,
            at,
            one.catalogue_hash,
            one.shards,
            one.identity_key,
            one.chunk_rows,
        ),
    )


def withdraw(cursor: Cursor, id_: UUID) -> None:
    """A file that was refused whole is no submission."""
    cursor.execute("delete from intake_submission where id = %s", (id_,))


def store_verdicts(cursor: Cursor, id_: UUID, chunks: int, said: Sequence[Verdict]) -> None:
    """Pass 1 is over: its verdicts and the number of chunks, in one commit."""
    copy_in(
        cursor,
        "intake_verdict",
        {
            "submission_id": Uuid(id_.bytes),
            "shard": Int2([one.shard for one in said]),
            "sheet": Int2([one.sheet for one in said]),
            "row": Int4([one.row for one in said]),
            "code": Text([one.code for one in said]),
        },
        len(said),
    )
    cursor.execute("update intake_submission set chunks = %s where id = %s", (chunks, id_))


def verdicts_between(cursor: Cursor, id_: UUID, shard: int, first_row: int, last_row: int) -> list[Verdict]:
    """The stored verdicts on rows of a shard and a range (of any sheet)."""
    cursor.execute(
        "select shard, sheet, row, code from intake_verdict"
        " where submission_id = %s and shard = %s and row between %s and %s",
        (id_, shard, first_row, last_row),
    )
    return [Verdict(*row) for row in cursor]


def verdicts_on(cursor: Cursor, id_: UUID, places: Sequence[tuple[int, int]]) -> list[Verdict]:
    """The stored verdicts on these rows, without the one that they follow."""
    cursor.execute(
        "select v.shard, v.sheet, v.row, v.code from intake_verdict v"
        " join unnest(%s::int[], %s::int[]) as place (sheet, row) on v.sheet = place.sheet and v.row = place.row"
        " where v.submission_id = %s and v.code <> %s",
        ([sheet for sheet, _ in places], [row for _, row in places], id_, FOLLOWS),
    )
    return [Verdict(*row) for row in cursor]


def part_of_many(cursor: Cursor) -> None:
    """The transaction of one part does not wait for the disk; the receipt's does, and with it everything that was logged before.

    A server that crashes in between loses whole parts, each with the row that says that it is done, and the next run does them
    again. Nobody was told of them: what another process answers after reading them is committed behind them in the same log.
    """
    cursor.execute("set local synchronous_commit = off")


def done(cursor: Cursor, id_: UUID, chunk: int, shard: int) -> Tally | None:
    """What became of a chunk's shard, if it is done. Waits for another process that is doing it right now."""
    # A worker whose parent was killed may still be committing this very chunk.
    cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 1))", (f"{id_}|{chunk}|{shard}",))
    cursor.execute(
        "select rows, admitted, duplicates, quarantined, refused, noted from intake_chunk"
        " where submission_id = %s and chunk = %s and shard = %s",
        (id_, chunk, shard),
    )
    row = cursor.fetchone()
    return None if row is None else _tally(row)


def complete(cursor: Cursor, id_: UUID, chunk: int, shard: int, tally: Tally) -> None:
    """This part is done: written in the transaction that did it."""
    cursor.execute(
        "insert into intake_chunk values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            id_,
            chunk,
            shard,
            tally.rows,
            tally.admitted,
            tally.duplicates,
            tally.quarantined,
            tally.refused,
            json.dumps(
                {
                    "duplicates": tally.duplicate_rows,
                    "notes": tally.notes,
                    "deferred": tally.deferred,
                    "decided": tally.decided,
                }
            ),
        ),
    )


def next_part(cursor: Cursor, id_: UUID) -> int:
    """A part number that no chunk has: for rows that were judged anew."""
    cursor.execute("select coalesce(max(chunk), 0) + 1 from intake_chunk where submission_id = %s", (id_,))
    (number,) = cursor.fetchone() or (0,)
    return int(number)


def tally(cursor: Cursor, id_: UUID) -> Tally:
    """What became of everything that is done."""
    cursor.execute(
        "select rows, admitted, duplicates, quarantined, refused, noted from intake_chunk"
        " where submission_id = %s order by chunk, shard",
        (id_,),
    )
    return sum((_tally(row) for row in cursor), Tally())


def _tally(row: tuple[Any, ...]) -> Tally:
    count, admitted, duplicates, quarantined, refused, noted = row
    noted = noted if isinstance(noted, dict) else json.loads(noted)  # Django's connection leaves JSON as text
    return Tally(
        rows=count,
        admitted=admitted,
        duplicates=duplicates,
        quarantined=quarantined,
        refused=refused,
        duplicate_rows=tuple((sheet, number) for sheet, number in noted["duplicates"]),
        notes=tuple((sheet, number, column, code) for sheet, number, column, code in noted["notes"]),
        deferred=tuple((sheet, number) for sheet, number in noted["deferred"]),
        decided=tuple((handed_in, decided, rows) for handed_in, decided, rows in noted["decided"]),
    )


_FORGET_DUPLICATES = """
update intake_chunk set noted = noted || jsonb_build_object(
  'duplicates', coalesce((select jsonb_agg(place) from jsonb_array_elements(noted->'duplicates') place
                          where place <> all(%(places)s::jsonb[])), '[]'),
  'notes', coalesce((select jsonb_agg(note) from jsonb_array_elements(noted->'notes') note
                     where jsonb_build_array(note->0, note->1) <> all(%(places)s::jsonb[])), '[]'))
where submission_id = %(id)s
"""


def forget_duplicates(cursor: Cursor, id_: UUID, places: Sequence[tuple[int, int]]) -> None:
    """Rows that are no duplicates any more and are about to be judged anew: the receipt says nothing else about them."""
    if places:
        cursor.execute(_FORGET_DUPLICATES, {"id": id_, "places": [json.dumps(place) for place in places]})


def finish(cursor: Cursor, id_: UUID, receipt: dict[str, Any], *, day: date, at: datetime) -> None:
    """Store the receipt; the submission is finished. The day on which it first was stays."""
    cursor.execute(
        "update intake_submission set receipt = %s, finished_at = coalesce(finished_at, %s),"
        " finished_on = coalesce(finished_on, %s) where id = %s",
        (json.dumps(receipt), at, day, id_),
    )
