"""Pass 3: what had to wait for its leader. Rows equal to another row of the file, and duplicates that say something new.

A row that follows is weighed when its leader is settled: a duplicate if the leader was admitted, else what it is by itself. A
duplicate that changes a status or fills an empty date adds a version to the record; this alone compares with sealed content, so
it runs as the application under the task `supply`, and its completion row is written in the same commit.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

import polars as pl
from django.db import connections
from psycopg import Connection, Cursor

from openxin.intake import spool, submissions, waiting
from openxin.intake.context import Context
from openxin.intake.pass_two import unread, write
from openxin.intake.submissions import Tally
from openxin.intake.supplementing import Bench, Merge, judged
from openxin.intake.weighing import DUPLICATE, weigh
from openxin.records import supplements
from openxin.store.session import reading_as


def settle_part(connection: Connection, context: Context, spooled: spool.Part) -> Tally:
    """Settle what pass 2 left of one part. Done at most once, however often it is asked."""
    left = _settle_followers(connection, context, spooled)
    return left if not left.deferred else left + _settle_supplements(connection, context, spooled, left)


def follower_part(chunk: int) -> int:
    """The number under which the followers of a part are completed; `chunk` is its first."""
    return -1 - 2 * chunk


def supplement_part(chunk: int) -> int:
    """The number under which the supplements of a part are completed; `chunk` is its first."""
    return -2 - 2 * chunk


def _settle_followers(connection: Connection, context: Context, spooled: spool.Part) -> Tally:
    id_, (first, *_), shard = UUID(bytes=context.submission_id), spooled.chunks, spooled.shard
    with connection.transaction(), connection.cursor() as cursor:
        submissions.part_of_many(cursor)
        before = submissions.done(cursor, id_, follower_part(first), shard)
        if before is not None:
            return before
        left = submissions.done(cursor, id_, first, shard)
        if left is None or not left.deferred:
            return Tally()
        few = spooled.among(left.deferred)
        said = submissions.verdicts_on(cursor, id_, left.deferred)
        weighed = weigh(cursor, few.frame("rows"), few.frame("problems"), said, context.type)
        part = write(cursor, context, weighed, few, followers_too=True)
        submissions.complete(cursor, id_, follower_part(first), shard, part)
        return part


def _settle_supplements(connection: Connection, context: Context, spooled: spool.Part, left: Tally) -> Tally:
    id_, (first, *_), shard = UUID(bytes=context.submission_id), spooled.chunks, spooled.shard
    few = spooled.among(left.deferred)
    with connection.transaction(), connection.cursor() as cursor:
        rows = with_payload(cursor, context, few, few.frame("rows"))
    with reading_as(id_, task="supply"), connections["default"].cursor() as wrapped:
        cursor = wrapped.cursor
        before = submissions.done(cursor, id_, supplement_part(first), shard)
        if before is not None:
            return before
        part = Tally(
            rows=rows.height,
            duplicates=rows.height,
            duplicate_rows=tuple(rows.select("sheet", "row").iter_rows()),
            notes=tuple(supply(cursor, context, few, rows)),
        )
        waiting.close_mended(cursor, context, rows["mends"].drop_nulls().to_list())
        submissions.complete(cursor, id_, supplement_part(first), shard, part)
    return part


def places_among(rows: pl.DataFrame, places: Sequence[tuple[int, int]]) -> pl.DataFrame:
    """The rows that stand at these places, (sheet, row)."""
    wanted = pl.DataFrame(places, schema={"sheet": rows.schema["sheet"], "row": rows.schema["row"]}, orient="row")
    return rows.join(wanted, on=["sheet", "row"], how="semi", maintain_order="left")


def with_payload(cursor: Cursor, context: Context, spooled: spool.Part, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a part weighed once more, each with what is kept of it."""
    weighed = weigh(cursor, rows, spooled.frame("problems"), (), context.type).rows
    return weighed.with_columns(spooled.frame("wording")["payload"].gather(weighed["at"]))


def supply(
    cursor: Cursor, context: Context, spooled: spool.Part, rows: pl.DataFrame
) -> list[tuple[int, int, str, str]]:
    """Let duplicates of a part supply what is new in them; returns the notes. In a transaction of the task `supply`."""
    taken = [note for once in _rounds(rows) for note in _supply(cursor, context, once)]
    return [*taken, *unread(rows, spooled, context.type)]


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
        Merge(
            (row["sheet"], row["row"]),
            held[n],
            json.loads(row["payload"]),
            context.type.columns,
            row["extras_token"],
        )
        for n, row in enumerate(rows.iter_rows(named=True))
        if n in held
    ]
    bench = Bench(context.type, context.authority, context.law, context.day, context.synthetic)
    outcomes = judged(bench, [one for one in merges if one.taken])
    for one in outcomes:
        if one.supplied is None:
            one.merge.drop()
    sound = [one.supplied for one in outcomes if one.supplied is not None]
    supplements.supply(cursor, sound, day=context.day, at=datetime.now(UTC))
    return [note for one in merges for note in one.notes()]
