"""The same file again: rows that still wait are judged anew, under today's day and law. Nothing else is touched.

Meanwhile a name may have been settled or a law catalogued. A duplicate is judged anew only where the record that it equalled was
taken back with the submission that made it. Everything happens in one commit: the old waiting rows go, the outcome comes, and the
receipt shows it.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import polars as pl
from psycopg import Cursor

from openxin.intake import spool, submissions, waiting
from openxin.intake.context import Context
from openxin.intake.pass_one import Marks
from openxin.intake.pass_two import write
from openxin.intake.passes import in_file_verdicts, pass_one
from openxin.intake.receipts import Receipt
from openxin.intake.submissions import Tally
from openxin.intake.verdicts import FOLLOWS, Verdict
from openxin.intake.weighing import DUPLICATE, weigh
from openxin.intake.workers import Workers, connection

Places = set[tuple[int, int]]  # (sheet, row)


def judge_anew(path: Path, context: Context, *, workers: Workers, chunk_rows: int, began: float) -> Receipt:
    """Judge the waiting rows of a finished submission anew; the receipt shows where they are now."""
    context = replace(context, shards=1)  # all rows of a chunk together: there are few of them
    id_ = UUID(bytes=context.submission_id)
    with connection().cursor() as cursor:
        waits = {(one.sheet, one.row) for one in waiting.waiting_rows(cursor, id_, with_cells=False)}
    spool.clear(context.spool)
    try:
        read = pass_one(path, context, chunk_rows, workers, lambda _: None)
        bereft = _bereft(context, read.chunks)
        chunks = [_only(chunk, waits | bereft) for chunk in read.chunks]
        with connection().transaction(), connection().cursor() as cursor:
            if (waits or bereft) and submissions.hold_to_judge_anew(cursor, id_):
                _settle(cursor, context, chunks, waits, bereft)
            receipt = Receipt(id_, submissions.tally(cursor, id_), read.facts, time.monotonic() - began)
            submissions.finish(cursor, id_, receipt.as_json(), day=context.day, at=datetime.now(UTC))
        return receipt
    finally:
        spool.remove(context.spool)


def _bereft(context: Context, chunks: Sequence[Marks]) -> Places:
    """The duplicates whose record is no longer held: the submission that made it was taken back."""
    id_ = UUID(bytes=context.submission_id)
    found: Places = set()
    with connection().transaction(), connection().cursor() as cursor:
        if not submissions.lost_ground(cursor, id_):
            return found
        duplicates = set(submissions.tally(cursor, id_).duplicate_rows)
        for _, rows, problems in _rows_at(context, chunks, duplicates):
            weighed = weigh(cursor, rows, problems, (), context.type).rows
            found.update(weighed.filter(pl.col("outcome") != DUPLICATE).select("sheet", "row").iter_rows())
    return found


def _only(chunk: Marks, places: Places) -> Marks:
    """The marks of a chunk, all but those of the given rows blotted out, so that positions stay what they are."""
    marks = chunk.marks.copy()
    wanted = np.fromiter(((int(one["sheet"]), int(one["row"])) in places for one in marks), np.bool_, len(marks))
    for name in ("identity", "identity_rest", "name", "natural", "content"):
        marks[name][~wanted] = 0
    return replace(chunk, marks=marks)


def _settle(cursor: Cursor, context: Context, chunks: Sequence[Marks], waits: Places, bereft: Places) -> None:
    id_ = UUID(bytes=context.submission_id)
    said = in_file_verdicts(context, chunks)
    waiting.forget_rows(cursor, id_, sorted(waits))
    submissions.forget_duplicates(cursor, id_, sorted(bereft))
    places = waits | bereft
    follow = {(one.sheet, one.row) for one in said if one.code == FOLLOWS}
    # Leaders first, in the whole file; then the rows that follow them.
    settled = _write(cursor, context, chunks, places - follow, said) + _write(cursor, context, chunks, follow, said)
    moved = replace(
        settled,
        rows=0,
        quarantined=settled.quarantined - len(waits),
        duplicates=settled.duplicates - len(bereft),
    )
    submissions.complete(cursor, id_, submissions.next_part(cursor, id_), 0, moved)


def _write(cursor: Cursor, context: Context, chunks: Sequence[Marks], places: Places, said: Sequence[Verdict]) -> Tally:
    heard = [one for one in said if one.code != FOLLOWS]
    total = Tally()
    for spooled, rows, problems in _rows_at(context, chunks, places):
        weighed = weigh(cursor, rows, problems, heard, context.type)
        # A waiting row that has become a duplicate closes; what else it might supply, its body sends as a row of its own.
        weighed = replace(weighed, rows=weighed.rows.with_columns(pl.lit(False).alias("supplies")))
        total += write(cursor, context, weighed, spooled)
    return total


def _rows_at(
    context: Context, chunks: Sequence[Marks], places: Places
) -> Iterator[tuple[spool.Part, pl.DataFrame, pl.DataFrame]]:
    """Chunk by chunk, the spooled rows at these places and the problems of the chunk; chunks without any are left out."""
    for chunk in chunks:
        spooled = spool.Part(context.spool, context.spool_key, chunk.chunk, shard=0)
        rows = spooled.frame("rows")
        wanted = pl.DataFrame(
            sorted(places), schema={"sheet": rows.schema["sheet"], "row": rows.schema["row"]}, orient="row"
        )
        rows = rows.join(wanted, on=["sheet", "row"], how="semi", maintain_order="left")
        if rows.height:
            yield spooled, rows, spooled.frame("problems")
