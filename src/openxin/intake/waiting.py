"""Rows that wait, and rows that were refused: written by the passes, listed for the desk, closed when mended.

A waiting row is its cells as they came, sealed under a key of its own; with the key gone it is gone. Of a refused row only its
place and the refusing codes are kept.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl
from psycopg import Cursor

from openxin.intake.context import Context
from openxin.law.clock import due
from openxin.store.copying import Bytes, Date, Int2, Int4, Jsonb, Text, Uuid, copy_in
from openxin.store.identifiers import random_ids
from openxin.vault import sealing, tokens
from openxin.vault.keyring import keys

References = Mapping[tuple[int, int], UUID]  # by (sheet, row)
IS_NUMBER = "#"
"""Behind a column's code: whether its cell was a number to the spreadsheet program."""
_REFERENCE = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that may not be held: its place and the refusing codes."""

    sheet: int
    row: int
    problems: tuple[tuple[str, str], ...]


def cells_as_json(cells: pl.DataFrame) -> pl.Series:
    """Each row's cells as canonical JSON; the place in the file is no part of it."""
    columns = sorted(name for name in cells.columns if name not in ("row", "sheet"))
    return cells.select(pl.struct(columns).struct.json_encode()).to_series()


def row_tokens(context: Context, texts: Iterable[str], key_number: int | None = None) -> list[bytes]:
    """Tokens by which an equal row of the same body and type is known again."""
    head = f"{context.authority_id}|{context.type_id}|"
    return tokens.tokens("row", [(head + text).encode() for text in texts], key_number)


def keep_waiting(
    cursor: Cursor,
    context: Context,
    rows: pl.DataFrame,
    problems: Sequence[Sequence[Sequence[str]]],
    texts: list[str],
    references: References,
) -> None:
    """Keep `rows` (sheet, row, identity_token) with problems and sealed cells until they are mended or their period ends.

    `references`: of rows that were judged anew; what was handed out under them still finds its row.
    """
    if not texts:
        return
    places_in_file = rows.select("sheet", "row").iter_rows()
    ids = [
        known.bytes if (known := references.get(place)) is not None else new
        for place, new in zip(places_in_file, random_ids(len(texts)), strict=True)
    ]
    row_keys = sealing.new_keys(len(texts))
    known_again = row_tokens(context, texts)
    _replace_equal(cursor, context, [*known_again, *_under_earlier_keys(context, texts)], "replaced")
    wrapped = sealing.wrap_all(row_keys, [sealing.place("intake_waiting", one) for one in ids])
    places = [sealing.place("intake_waiting_row", one) for one in ids]
    copy_in(
        cursor,
        "intake_waiting",
        {
            "id": Uuid(ids),
            "submission_id": Uuid(context.submission_id),
            "sheet": Int2(rows["sheet"].to_numpy()),
            "row": Int4(rows["row"].to_numpy()),
            "authority": Text(context.authority_id),
            "type": Text(context.type_id),
            "problems": Jsonb([json.dumps(one) for one in problems]),
            "identity_token": Bytes(rows["identity_token"].to_list()),
            "row_token": Bytes(known_again),
            "sealed": Bytes(sealing.seal_all(row_keys, [text.encode() for text in texts], places)),
            "wrapped_key": Bytes([one.wrapped for one in wrapped]),
            "key_epoch": Int2(sealing.current_epoch()),
            "waits_until": Date(due("quarantine", context.day, context.law).due),
        },
        len(texts),
    )


def keep_refused(
    cursor: Cursor, context: Context, rows: pl.DataFrame, problems: Sequence[Sequence[Sequence[str]]]
) -> None:
    """Keep the places and codes of refused rows, and nothing else."""
    copy_in(
        cursor,
        "intake_refused",
        {
            "submission_id": Uuid(context.submission_id),
            "sheet": Int2(rows["sheet"].to_numpy()),
            "row": Int4(rows["row"].to_numpy()),
            "problems": Jsonb([json.dumps(one) for one in problems]),
        },
        rows.height,
    )


def close_admitted(cursor: Cursor, context: Context, texts: list[str]) -> None:
    """Rows equal to these, waiting from other submissions, wait no more: they were admitted."""
    known_again = row_tokens(context, texts)
    _replace_equal(cursor, context, [*known_again, *_under_earlier_keys(context, texts)], "admitted")


# With the row goes everything by which it could be known again.
_CLOSE = (
    "update intake_waiting set closed_by = %s, sealed = null, wrapped_key = null, row_token = null, identity_token = null"
    " where closed_by is null and "
)


def _under_earlier_keys(context: Context, texts: list[str]) -> list[bytes]:
    return [one for number in keys().token_numbers("row")[1:] for one in row_tokens(context, texts, number)]


def count_open(cursor: Cursor, submission_ids: Sequence[UUID]) -> int:
    """How many rows of these submissions still wait."""
    cursor.execute(
        "select count(*) from intake_waiting where submission_id = any(%s) and closed_by is null",
        (list(submission_ids),),
    )
    (count,) = cursor.fetchone() or (0,)
    return int(count)


def close_taken_back(cursor: Cursor, submission_ids: Sequence[UUID]) -> int:
    """The rows that still wait from what its body takes back: their keys are destroyed. The number of rows."""
    cursor.execute(_CLOSE + "submission_id = any(%s)", ("taken_back", list(submission_ids)))
    return cursor.rowcount


def _replace_equal(cursor: Cursor, context: Context, known_again: list[bytes], how: str) -> None:
    cursor.execute(
        _CLOSE + "row_token = any(%s) and submission_id <> %s",
        (how, known_again, UUID(bytes=context.submission_id)),
    )


def close_mended(cursor: Cursor, context: Context, references: Iterable[str]) -> None:
    """Each of `references` (OX_HH) names a waiting row of the same body and type: mended, whatever became of the new row."""
    ids = [UUID(one) for one in references if _REFERENCE.fullmatch(one)]
    if ids:
        cursor.execute(
            _CLOSE + "id = any(%s) and authority = %s and type = %s",
            ("mended", ids, context.authority_id, context.type_id),
        )


def close_supplied(cursor: Cursor, submission_id: UUID, places: Sequence[tuple[int, int]]) -> None:
    """Rows that have become duplicates, and have supplied what they had to: they wait no more."""
    cursor.execute(
        _CLOSE + "submission_id = %s and (sheet, row) in (select * from unnest(%s::int[], %s::int[]))",
        ("admitted", submission_id, [sheet for sheet, _ in places], [row for _, row in places]),
    )


def close_given_up(cursor: Cursor, reference: UUID) -> None:
    """The body does not send this row again."""
    cursor.execute(_CLOSE + "id = %s", ("given_up", reference))


def waiting_identities(cursor: Cursor, context: Context, ranges: Sequence[tuple[bytes, bytes]]) -> set[bytes]:
    """Identities about whom a row of another submission of this body and type waits: only their rows can equal one that waits.

    `ranges`: looked for between these tokens. A part's own are a range of a large file, and many rows may wait.
    """
    cursor.execute(
        "select identity_token from unnest(%s::bytea[], %s::bytea[]) as asked (lowest, highest)"
        " join intake_waiting on identity_token between lowest and highest"
        " where closed_by is null and authority = %s and type = %s and submission_id <> %s",
        (
            [lowest for lowest, _ in ranges],
            [highest for _, highest in ranges],
            context.authority_id,
            context.type_id,
            UUID(bytes=context.submission_id),
        ),
    )
    return {token for (token,) in cursor}


def waiting_places(cursor: Cursor, submission_id: UUID) -> set[tuple[int, int]]:
    """Where the rows of a submission stand that still wait: (sheet, row)."""
    cursor.execute(
        "select sheet, row from intake_waiting where submission_id = %s and closed_by is null", (submission_id,)
    )
    return set(cursor)


def unsealed(id_: UUID, sealed: bytes, wrapped: bytes, epoch: int) -> bytes:
    """The cells of a row that waits, as JSON."""
    key = sealing.unwrap(bytes(wrapped), epoch, sealing.place("intake_waiting", id_))
    return sealing.unseal(key, bytes(sealed), sealing.place("intake_waiting_row", id_))


def refused_rows(cursor: Any, submission_id: UUID) -> Iterator[RefusedRow]:
    """The refused rows of a submission, in the order of the file, as they are read."""
    cursor.execute(
        "select sheet, row, problems from intake_refused where submission_id = %s order by sheet, row",
        (submission_id,),
    )
    return (RefusedRow(sheet, row, pairs(problems)) for sheet, row, problems in cursor)


def refused_rows_after(
    cursor: Any, submission_id: UUID, after: tuple[int, int] | None, *, limit: int
) -> Iterator[RefusedRow]:
    """`refused_rows` from behind the one at `after` (sheet, row)."""
    sheet, row = after or (None, None)
    cursor.execute(
        "select sheet, row, problems from intake_refused where submission_id = %(list)s"
        " and (%(sheet)s::int is null or (sheet, row) > (%(sheet)s, %(row)s)) order by sheet, row limit %(limit)s",
        {"list": submission_id, "sheet": sheet, "row": row, "limit": limit},
    )
    return (RefusedRow(sheet, row, pairs(problems)) for sheet, row, problems in cursor)


def pairs(problems: Any) -> tuple[tuple[str, str], ...]:
    """Stored problems as (column, code); Django's connection leaves JSON as text."""
    listed = json.loads(problems) if isinstance(problems, str) else problems
    return tuple((field, code) for field, code in listed)


def forget_rows(cursor: Cursor, submission_id: UUID, places: Sequence[tuple[int, int]]) -> References:
    """Rows that are about to be judged anew: what waited goes, and is written again under the same reference if it must."""
    cursor.execute(
        "delete from intake_waiting using unnest(%s::int[], %s::int[]) as place (sheet, row)"
        " where submission_id = %s and intake_waiting.sheet = place.sheet and intake_waiting.row = place.row"
        " returning place.sheet, place.row, id",
        ([sheet for sheet, _ in places], [row for _, row in places], submission_id),
    )
    return {(sheet, row): id_ for sheet, row, id_ in cursor}


def expire_waiting(cursor: Cursor, today: date) -> int:
    """Rows whose period has ended: their keys are destroyed. The number of rows."""
    cursor.execute(_CLOSE + "waits_until < %s", ("expired", today))
    return cursor.rowcount
