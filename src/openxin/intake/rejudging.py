"""The same file again: rows that still wait are judged anew, under today's day and law. Nothing else is touched.

Meanwhile a name may have been settled or a law catalogued. A duplicate is judged anew only where the record that it equalled was
taken back with the submission that made it. What becomes of them happens in one commit: the old waiting rows go, the outcome
comes, and the receipt shows it. Waiting rows that have become duplicates and supply something wait on until a second commit,
in which the record gets its version and they close.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import polars as pl
from django.db import connections
from psycopg import Cursor

from openxin.intake import spool, submissions, waiting
from openxin.intake.context import Context
from openxin.intake.pass_one import Marks
from openxin.intake.pass_three import places_among, supply, with_payload
from openxin.intake.pass_two import write
from openxin.intake.passes import in_file_verdicts, pass_one
from openxin.intake.receipts import Receipt
from openxin.intake.spool_folders import owned
from openxin.intake.submissions import Tally
from openxin.intake.verdicts import FOLLOWS, Verdict
from openxin.intake.weighing import DUPLICATE, weigh
from openxin.intake.workers import Workers, connection
from openxin.store.session import reading_as

Places = set[tuple[int, int]]  # (sheet, row)


def judge_anew(path: Path, context: Context, *, workers: Workers, chunk_rows: int, began: float) -> Receipt:
    """Judge the waiting rows of a finished submission anew; the receipt shows where they are now."""
    context = replace(context, shards=1)  # all rows of a chunk together: there are few of them
    id_ = UUID(bytes=context.submission_id)
    with connection().cursor() as cursor:
        waits = waiting.waiting_places(cursor, id_)
    with owned(context.spool):
        read = pass_one(path, context, chunk_rows, workers, lambda _: None)
        bereft = _bereft(context, read.chunks)
        chunks = [_only(chunk, waits | bereft) for chunk in read.chunks]

        def told(cursor: Cursor) -> Receipt:
            receipt = Receipt(id_, submissions.tally(cursor, id_), read.facts, time.monotonic() - began)
            submissions.finish(cursor, id_, receipt.as_json(), day=context.day, at=datetime.now(UTC))
            return receipt

        supplying: Places = set()
        with connection().transaction(), connection().cursor() as cursor:
            if (waits or bereft) and submissions.hold_to_judge_anew(cursor, id_):
                supplying = _settle(cursor, context, chunks, waits, bereft)
            receipt = told(cursor)
        # If we die here, rows that supply something still wait, and the same file settles them.
        if supplying:
            parts = _supplying_parts(context, chunks, supplying)
            with reading_as(id_, task="supply"), connections["default"].cursor() as wrapped:
                if submissions.hold_to_judge_anew(wrapped.cursor, id_):
                    _supply(wrapped.cursor, context, parts)
                receipt = told(wrapped.cursor)
        return receipt


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


def _settle(cursor: Cursor, context: Context, chunks: Sequence[Marks], waits: Places, bereft: Places) -> Places:
    """Write what has become of the rows, but of waiting ones that supply something; returns where these stand."""
    id_ = UUID(bytes=context.submission_id)
    said = in_file_verdicts(context, chunks)
    submissions.forget_duplicates(cursor, id_, sorted(bereft))
    places = waits | bereft
    follow = {(one.sheet, one.row) for one in said if one.code == FOLLOWS}
    # Leaders first, in the whole file; then the rows that follow them.
    led, following = (_write(cursor, context, chunks, one, said, waits) for one in (places - follow, places & follow))
    settled = led + following
    supplying = set(settled.deferred)
    moved = replace(
        settled,
        rows=0,
        quarantined=settled.quarantined - len(waits - supplying),
        duplicates=settled.duplicates - len(bereft),
        deferred=(),
    )
    submissions.complete(cursor, id_, submissions.next_part(cursor, id_), 0, moved)
    return supplying


def _write(
    cursor: Cursor, context: Context, chunks: Sequence[Marks], places: Places, said: Sequence[Verdict], waits: Places
) -> Tally:
    heard = [one for one in said if one.code != FOLLOWS]
    total = Tally()
    for spooled, rows, problems in _rows_at(context, chunks, places):
        weighed = weigh(cursor, rows, problems, heard, context.type)
        still = places_among(weighed.rows, sorted(waits))["at"]
        weighed = replace(
            weighed, rows=weighed.rows.with_columns(pl.col("supplies") & pl.col("at").is_in(still.implode()))
        )
        going = list(weighed.rows.filter(~pl.col("supplies")).select("sheet", "row").iter_rows())
        references = waiting.forget_rows(cursor, UUID(bytes=context.submission_id), going)
        total += write(cursor, context, weighed, spooled, followers_too=True, references=references)
    return total


def _supplying_parts(
    context: Context, chunks: Sequence[Marks], places: Places
) -> list[tuple[spool.Part, pl.DataFrame]]:
    """The rows that supply something, weighed, with what they say, part by part."""
    with connection().transaction(), connection().cursor() as cursor:
        return [
            (spooled, with_payload(cursor, context, spooled, rows))
            for spooled, rows, _ in _rows_at(context, chunks, places)
        ]


def _supply(cursor: Cursor, context: Context, parts: Sequence[tuple[spool.Part, pl.DataFrame]]) -> None:
    """A row that was mended meanwhile supplies nothing here, and its receipt stays."""
    id_ = UUID(bytes=context.submission_id)
    waits = sorted(waiting.waiting_places(cursor, id_))
    for spooled, all_rows in parts:
        rows = places_among(all_rows, waits)
        notes = supply(cursor, context, spooled, rows)
        places = tuple(rows.select("sheet", "row").iter_rows())
        waiting.close_supplied(cursor, id_, places)
        waiting.close_mended(cursor, context, rows["mends"].drop_nulls().to_list())
        moved = Tally(quarantined=-len(places), duplicates=len(places), duplicate_rows=places, notes=tuple(notes))
        submissions.complete(cursor, id_, submissions.next_part(cursor, id_), 0, moved)


def _rows_at(
    context: Context, chunks: Sequence[Marks], places: Places
) -> Iterator[tuple[spool.Part, pl.DataFrame, pl.DataFrame]]:
    """Chunk by chunk, the spooled rows at these places and their problems; chunks without any are left out."""
    for chunk in chunks:
        spooled = spool.Part(context.spool, context.spool_key, (chunk.chunk,), shard=0).among(places)
        rows = spooled.frame("rows")
        if rows.height:
            yield spooled, rows, spooled.frame("problems")
