"""Submissions: how far each file has come. The rows by which an interrupted run is finished and a finished one is told again.

SQL of the tables `intake_submission`, `intake_chunk`, `intake_verdict`. Every function works in the caller's transaction.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
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

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        mine, theirs = asdict(self), asdict(other)
        return Tally(**{name: mine[name] + theirs[name] for name in mine})


_COLUMNS = (
    "id, authority, type, opened_on, catalogue_hash, shards, chunk_rows, chunks, finished_at is not null, receipt"
)


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


def submission(cursor: Cursor, id_: UUID) -> Submission | None:
    """The submission called `id_`."""
    cursor.execute(f"select {_COLUMNS} from intake_submission where id = %s", (id_,))
    return _submission(cursor.fetchone())


def _submission(row: tuple[Any, ...] | None) -> Submission | None:
    return None if row is None else Submission(row[0], row[1], row[2], row[3], bytes(row[4]), *row[5:])


def open_(cursor: Cursor, one: Submission, token: bytes, at: datetime) -> None:
    """Store a new submission with everything that a resumed run must not decide anew."""
    cursor.execute(
        "insert into intake_submission"
        " (id, file_token, authority, type, opened_on, opened_at, catalogue_hash, shards, chunk_rows)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (one.id, token, one.authority, one.type, one.opened_on, at, one.catalogue_hash, one.shards, one.chunk_rows),
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
            "sheet": Int2([one.sheet for one in said]),
            "row": Int4([one.row for one in said]),
            "code": Text([one.code for one in said]),
        },
        len(said),
    )
    cursor.execute("update intake_submission set chunks = %s where id = %s", (chunks, id_))


def verdicts_between(cursor: Cursor, id_: UUID, first_row: int, last_row: int) -> list[Verdict]:
    """The stored verdicts on rows of a range (of any sheet)."""
    cursor.execute(
        "select sheet, row, code from intake_verdict where submission_id = %s and row between %s and %s",
        (id_, first_row, last_row),
    )
    return [Verdict(*row) for row in cursor]


def verdicts_on(cursor: Cursor, id_: UUID, places: Sequence[tuple[int, int]]) -> list[Verdict]:
    """The stored verdicts on these rows, without the one that they follow."""
    cursor.execute(
        "select v.sheet, v.row, v.code from intake_verdict v"
        " join unnest(%s::int[], %s::int[]) as place (sheet, row) on v.sheet = place.sheet and v.row = place.row"
        " where v.submission_id = %s and v.code <> %s",
        ([sheet for sheet, _ in places], [row for _, row in places], id_, FOLLOWS),
    )
    return [Verdict(*row) for row in cursor]


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
            json.dumps({"duplicates": tally.duplicate_rows, "notes": tally.notes, "deferred": tally.deferred}),
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
    )


def finish(cursor: Cursor, id_: UUID, receipt: dict[str, Any], at: datetime) -> None:
    """Store the receipt; the submission is finished."""
    cursor.execute(
        "update intake_submission set receipt = %s, finished_at = coalesce(finished_at, %s) where id = %s",
        (json.dumps(receipt), at, id_),
    )
