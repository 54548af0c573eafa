"""The steps of one run, in order, shared by admission, `--check` and judging anew."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import polars as pl
from psycopg import Connection, Cursor

from openxin.intake import spool, submissions, verdicts
from openxin.intake.context import Context
from openxin.intake.pass_one import Marks, read_and_judge
from openxin.intake.pass_three import settle_part
from openxin.intake.pass_two import admit_part
from openxin.intake.reading.refusal import empty
from openxin.intake.reading.table import Layout, RawChunk, Table, open_table
from openxin.intake.receipts import FileFacts, facts_of
from openxin.intake.submissions import Tally
from openxin.intake.verdicts import Held, Verdict
from openxin.intake.weighing import with_persons, with_records
from openxin.intake.workers import Workers, connection
from openxin.people import joined
from openxin.vault.earlier_keys import agree

_ROWS_OF_A_PART = 48_000

Progress = Callable[[int], None]  # called with a number of rows that went one of the two steps


@dataclass(frozen=True, slots=True)
class Read:
    """A file after pass 1: what it is like, and the marks of its rows, chunk by chunk."""

    facts: FileFacts
    chunks: tuple[Marks, ...]

    @property
    def rows(self) -> int:
        """Data rows of the whole file."""
        return sum(chunk.rows for chunk in self.chunks)

    def parts(self, shards: int) -> "Parts":
        """How the passes that write divide the work: the same however often the file is read."""
        held = np.array([np.bincount(chunk.marks["shard"], minlength=shards) for chunk in self.chunks])
        numbers = [chunk.chunk for chunk in self.chunks]
        return Parts(self.rows, tuple(_grouped(numbers, held[:, shard].tolist()) for shard in range(shards)))


@dataclass(frozen=True, slots=True)
class Parts:
    """Of each shard its parts, each by the chunks from which its rows are: all chunks, where they have not too many rows."""

    rows: int
    chunks: tuple[tuple[tuple[int, ...], ...], ...]


def _grouped(chunks: Sequence[int], rows: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    groups: list[list[int]] = [[]]
    together = 0
    for chunk, count in zip(chunks, rows, strict=True):
        if groups[-1] and together + count > _ROWS_OF_A_PART:
            groups.append([])
            together = 0
        groups[-1].append(chunk)
        together += count
    return tuple(map(tuple, groups))


def pass_one(path: Path, context: Context, chunk_rows: int, workers: Workers, progress: Progress) -> Read:
    """Read and judge the whole file into the spool. Raises FileRefused."""
    table = open_table(path, context.type, chunk_rows=chunk_rows, all_types=context.law.types)
    sheets: dict[int, str | None] = {}
    done: list[Marks] = []
    for marks in workers.map(read_and_judge, _calls(table, context, sheets)):
        done.append(marks)
        progress(marks.rows)
    read = Read(facts_of(table, sheets), tuple(sorted(done, key=lambda marks: marks.chunk)))
    if read.rows == 0:
        raise empty()
    return read


def _calls(table: Table, context: Context, sheets: dict[int, str | None]) -> Iterator[tuple[RawChunk, Layout, Context]]:
    for chunk in table.chunks:
        sheets[chunk.sheet] = chunk.sheet_name
        yield chunk, table.layout, context


def in_file_verdicts(context: Context, chunks: Sequence[Marks]) -> list[Verdict]:
    """What the file as a whole says of its rows, and the register of the few in question."""
    with connection().transaction(), connection().cursor() as cursor:
        marked = verdicts.with_joined(chunks, joined.documents(cursor))
        return verdicts.verdicts(marked, lambda asked: _held(cursor, context, asked))


def _held(cursor: Cursor, context: Context, asked: pl.DataFrame) -> Held:
    if asked.is_empty():
        nothing = np.zeros(0, np.bool_)
        return Held(nothing, nothing)
    parts = [
        _tokens_of(context, chunk, shard, places["at"])
        for (chunk, shard), places in asked.group_by("chunk", "shard", maintain_order=True)
    ]
    rows = asked.select("chunk", "shard", "at").join(
        pl.concat(parts), on=["chunk", "shard", "at"], how="left", maintain_order="left"
    )
    rows = rows.with_columns(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("at")
    )  # one number for each, in the whole file
    rows = with_records(cursor, with_persons(cursor, rows))
    admitted = rows.select(agree(rows, "content_token", "held_content").fill_null(False)).to_series()
    return Held(rows["person_id"].is_not_null().to_numpy(), admitted.to_numpy())


def _tokens_of(context: Context, chunk: int, shard: int, at: pl.Series) -> pl.DataFrame:
    part = spool.Part(context.spool, context.spool_key, (chunk,), shard)
    rows = part.few("rows", at, lambda column: column in {"shard", "at"} or "_token" in column)
    return rows.select(pl.lit(chunk, pl.UInt32).alias("chunk"), pl.all())


def store_verdicts(context: Context, chunks: Sequence[Marks]) -> None:
    """Compute the verdicts and store them, before anything is admitted."""
    said = in_file_verdicts(context, chunks)
    # If we die here, the next run computes them again: nothing has been admitted yet.
    with connection().transaction(), connection().cursor() as cursor:
        submissions.store_verdicts(cursor, UUID(bytes=context.submission_id), len(chunks), said)


def admit_parts(context: Context, parts: Parts, workers: Workers, progress: Progress) -> Tally:
    """Pass 2 and, where a row was left to it, pass 3. What is done already is not done again."""
    total = Tally()
    for steps in _in_turn():
        if total.rows == parts.rows:
            break
        chains = [
            [(once, context, chunks, shard) for once in _at_once(steps, some) for chunks in some]
            for shard, some in enumerate(parts.chunks)
        ]
        for part in workers.map_chains(_done, chains):
            total += part
            progress(part.rows)
    return total


_Step = Callable[[Connection, Context, spool.Part], Tally]
_Steps = tuple[_Step, ...]


def _in_turn() -> tuple[_Steps, ...]:
    """What must be over in all shards before the next begins.

    A row follows a row of its own number, which is in its own shard: no shard waits for another. Only where documents were joined
    could the row that leads stand under another number, and in any shard.
    """
    with connection().cursor() as cursor:
        return ((admit_part, settle_part),) if joined.nobody(cursor) else ((admit_part,), (settle_part,))


def _at_once(steps: _Steps, parts: Sequence[tuple[int, ...]]) -> list[_Steps]:
    """Which steps a part of a shard is taken through while it is open: all, where the shard has no other."""
    return [steps] if len(parts) == 1 else [(step,) for step in steps]


def _done(steps: _Steps, context: Context, chunks: tuple[int, ...], shard: int) -> Tally:
    opened = spool.Part(context.spool, context.spool_key, chunks, shard, opened={})
    return sum((step(connection(), context, opened) for step in steps), Tally())
