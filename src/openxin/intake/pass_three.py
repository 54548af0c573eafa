"""Pass 3: what had to wait for its leader. Rows equal to another row of the file, and duplicates that say something new.

A row that follows is weighed when its leader is settled: a duplicate if the leader was admitted, else what it is by itself. A
duplicate that changes a status or fills an empty date adds a version to the record; this alone compares with sealed content, so
it runs as the application under the task `supply`, and its completion row is written in the same commit.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connections
from psycopg import Connection, Cursor

from openxin.intake import spool, submissions
from openxin.intake.context import Context
from openxin.intake.pass_one import judged_by
from openxin.intake.pass_two import write
from openxin.intake.submissions import Tally
from openxin.intake.weighing import DUPLICATE, weigh
from openxin.law.catalogue import Column
from openxin.records import supplements
from openxin.records.states import opens_on, standing
from openxin.store.session import reading_as

_FEN = 100


def settle_part(connection: Connection, context: Context, chunk: int, shard: int) -> Tally:
    """Settle what pass 2 left of one part. Done at most once, however often it is asked."""
    left = _settle_followers(connection, context, chunk, shard)
    return left if not left.deferred else left + _settle_supplements(connection, context, chunk, shard, left)


def follower_part(chunk: int) -> int:
    """The number under which the followers of a chunk are completed."""
    return -1 - 2 * chunk


def supplement_part(chunk: int) -> int:
    """The number under which the supplements of a chunk are completed."""
    return -2 - 2 * chunk


def _settle_followers(connection: Connection, context: Context, chunk: int, shard: int) -> Tally:
    id_ = UUID(bytes=context.submission_id)
    with connection.transaction(), connection.cursor() as cursor:
        before = submissions.done(cursor, id_, follower_part(chunk), shard)
        if before is not None:
            return before
        left = submissions.done(cursor, id_, chunk, shard)
        if left is None or not left.deferred:
            return Tally()
        spooled = spool.Part(context.spool, context.spool_key, chunk, shard)
        rows = _places(spooled.frame("rows"), left.deferred)
        said = submissions.verdicts_on(cursor, id_, left.deferred)
        weighed = weigh(cursor, rows, spooled.frame("problems"), said, context.type)
        part = write(cursor, context, weighed, spooled, followers_too=True)
        submissions.complete(cursor, id_, follower_part(chunk), shard, part)
        return part


def _settle_supplements(connection: Connection, context: Context, chunk: int, shard: int, left: Tally) -> Tally:
    id_ = UUID(bytes=context.submission_id)
    spooled = spool.Part(context.spool, context.spool_key, chunk, shard)
    with connection.transaction(), connection.cursor() as cursor:
        rows = _places(spooled.frame("rows"), left.deferred)
        rows = weigh(cursor, rows, spooled.frame("problems"), (), context.type).rows
    rows = rows.with_columns(spooled.frame("wording")["payload"].gather(rows["at"]))
    with reading_as(id_, task="supply"), connections["default"].cursor() as wrapped:
        cursor = wrapped.cursor
        before = submissions.done(cursor, id_, supplement_part(chunk), shard)
        if before is not None:
            return before
        notes = [note for once in _rounds(rows) for note in _supply(cursor, context, once)]
        part = Tally(
            rows=rows.height,
            duplicates=rows.height,
            duplicate_rows=tuple(rows.select("sheet", "row").iter_rows()),
            notes=tuple(notes),
        )
        submissions.complete(cursor, id_, supplement_part(chunk), shard, part)
    return part


def _places(rows: pl.DataFrame, places: Sequence[tuple[int, int]]) -> pl.DataFrame:
    wanted = pl.DataFrame(places, schema={"sheet": rows.schema["sheet"], "row": rows.schema["row"]}, orient="row")
    return rows.join(wanted, on=["sheet", "row"], how="semi", maintain_order="left")


def _rounds(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The n-th row of each record in the n-th round: two supplements of one record follow one another, as in the file."""
    rows = rows.filter(pl.col("outcome") == DUPLICATE).with_columns(
        pl.int_range(pl.len()).over("person_id", "natural_token").alias("turn")
    )
    for turn in sorted(set(rows["turn"].to_list())):
        yield rows.filter(pl.col("turn") == turn)


def _supply(cursor: Cursor, context: Context, rows: pl.DataFrame) -> list[tuple[int, int, str, str]]:
    held = supplements.latest(cursor, [UUID(bytes=one) for one in rows["person_id"]], rows["natural_token"].to_list())
    merges = [
        _Merge(row["sheet"], row["row"], row["extras_token"], held[n], json.loads(row["payload"]), context)
        for n, row in enumerate(rows.iter_rows(named=True))
        if n in held
    ]
    changed = [one for one in merges if one.taken]
    supplied = _judged_anew(context, changed) if changed else []
    supplements.supply(cursor, supplied, day=context.day, at=datetime.now(UTC))
    return [note for one in merges for note in one.notes()]


class _Merge:
    """An old payload and a new one: which columns are taken, which differ and are only noted."""

    def __init__(
        self,
        sheet: int,
        row: int,
        extras_token: bytes,
        held: supplements.Held,
        new: dict[str, Any],
        context: Context,
    ) -> None:
        self.sheet, self.row, self.extras_token, self.held = sheet, row, extras_token, held
        self.merged = dict(held.payload)
        self.taken: list[str] = []
        self.differ: list[str] = []
        for column in context.type.columns:
            self._weigh(column, new.get(column.code))

    def _weigh(self, column: Column, value: Any) -> None:
        old = self.merged.get(column.code)
        if value is None or value == old or column.part == "content":
            return
        if column.part == "status" or (column.part == "supplement" and old is None):
            self.merged[column.code] = value
            self.taken.append(column.code)
        elif "ox" in column.editions:
            self.differ.append(column.code)

    def notes(self) -> list[tuple[int, int, str, str]]:
        """What the receipt says of this row."""
        return [
            *((self.sheet, self.row, code, "SUPPLIED") for code in self.taken),
            *((self.sheet, self.row, code, "OX_DIFFERS") for code in self.differ),
        ]


def _judged_anew(context: Context, merges: Sequence[_Merge]) -> list[supplements.Supplied]:
    """Where each record stands with what was supplied: the same rules that judged it at admission."""
    cells = pl.DataFrame(
        {
            "sheet": pl.Series([one.sheet for one in merges], dtype=pl.UInt16),
            "row": pl.Series([one.row for one in merges], dtype=pl.UInt32),
            **{
                column.code: pl.Series(
                    [_as_cell(column, one.merged.get(column.code)) for one in merges], dtype=pl.String
                )
                for column in context.type.columns
            },
        }
    )
    judged = judged_by(context, cells).rows
    return [_supplied(one, row, context) for one, row in zip(merges, judged.iter_rows(named=True), strict=True)]


def _as_cell(column: Column, value: Any) -> str | None:
    """A kept value as a cell that says the same. Money is kept in fen; a plain number in a cell would be 万元."""
    if value is None:
        return None
    if column.kind == "amount":
        return f"{value // _FEN}.{value % _FEN:02}元"
    return str(value)


def _supplied(merge: _Merge, row: dict[str, Any], context: Context) -> supplements.Supplied:
    held = merge.held
    adverse = context.type.needs_finality
    return supplements.Supplied(
        held=held,
        payload=row["payload"].encode(),
        extras_token=merge.extras_token,
        state=standing(row["final_on"], held.notice_until, row["closes"], context.day)
        if adverse
        else ("expired" if row["past"] else "in_force"),
        final_on=row["final_on"],
        # The notice began at admission and does not begin anew.
        opens=opens_on(row["final_on"], held.notice_until, row["closes"]) if adverse else row["opens"],
        closes=row["closes"],
        erase_on=row["erase_on"],
    )
