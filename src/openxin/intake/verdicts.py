"""In-file verdicts: what only the whole file can say. One number under two names; one decision told in two ways; equal rows.

They are computed once, from marks of 64 bits, before anything is admitted, and stored: a run that resumes decides the same.
Only rows count that are not refused and whose cells for the verdict are sound (a mark of 0 is a cell that is not). A row past
its time counts as refused, save that it may still turn out to equal an admitted one.

A file of millions is looked at in shares, all rows of one identity in one share: memory is that of one share, and of the few rows
in question.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from openxin.intake.pass_one import Marks

_ROWS_IN_A_SHARE = 100_000

FOLLOWS = "FOLLOWS"  # not a problem: equal to an earlier or sounder row of the file, weighed after it


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the file says of one row."""

    shard: int
    sheet: int
    row: int
    code: str


PERSON = ["identity", "identity_rest"]


def verdicts(chunks: Sequence[Marks], held: Callable[[pl.DataFrame], "Held"]) -> list[Verdict]:
    """The verdicts of a whole file. `held` tells what the register knows of the few rows in question.

    A number that the register knows already needs no verdict on names: the name that it holds decides. A row that equals an
    admitted record is a duplicate, whatever else the file says of that decision.
    """
    shares = 1 + sum(chunk.rows for chunk in chunks) // _ROWS_IN_A_SHARE
    found = [_in_question(rows) for share in range(shares) if (rows := _frame(chunks, share, shares)).height]
    if not found:
        return []
    asked = pl.concat(found)
    known = held(asked)
    asked = asked.with_columns(
        pl.Series("known", known.identity, dtype=pl.Boolean), pl.Series("admitted", known.record, dtype=pl.Boolean)
    )
    return [*_two_names(asked), *_two_contents(asked), *_followers(asked)]


def with_joined(chunks: Sequence[Marks], stands_for: Mapping[bytes, bytes]) -> Sequence[Marks]:
    """The chunks, documents of one person under one mark. `stands_for`: a joined document's token and the one it goes under."""
    if not stands_for:
        return chunks
    pairs = [(*_words(token), *_words(first)) for token, first in stands_for.items()]
    words = np.array(sorted(pairs), dtype=np.uint64)
    return [_under_one_mark(chunk, words) for chunk in chunks]


def _under_one_mark(chunk: Marks, words: npt.NDArray[np.uint64]) -> Marks:
    marks = chunk.marks.copy()
    # Sorted by their first word, which is the beginning of a digest: two joined documents do not share it.
    at = np.searchsorted(words[:, 0], marks["identity"]).clip(max=len(words) - 1)
    same = (words[at, 0] == marks["identity"]) & (words[at, 1] == marks["identity_rest"])
    marks["identity"][same], marks["identity_rest"][same] = words[at, 2][same], words[at, 3][same]
    return replace(chunk, marks=marks)


def _words(token: bytes) -> tuple[int, int]:
    """The two marks of an identity, as `pass_one` cuts them."""
    return int.from_bytes(token[1:9], "big"), int.from_bytes(token[9:17], "big")


@dataclass(frozen=True, slots=True)
class Held:
    """For each row in question: does the register know its number; is it equal to an admitted record?"""

    identity: npt.NDArray[np.bool_]
    record: npt.NDArray[np.bool_]


def _frame(chunks: Sequence[Marks], share: int, shares: int) -> pl.DataFrame:
    """The rows that count of one share. A mark is cut from a digest: the shares are about equal."""
    frames = [_of_share(chunk, share, shares) for chunk in chunks]
    return pl.concat(frames) if frames else pl.DataFrame()


def _of_share(chunk: Marks, share: int, shares: int) -> pl.DataFrame:
    identity = chunk.marks["identity"]
    counts = (identity != 0) & ~chunk.marks["refused"] & (identity % np.uint64(shares) == share)
    marks = chunk.marks[counts]
    return pl.DataFrame({name: marks[name] for name in marks.dtype.names or ()}).with_columns(
        pl.lit(chunk.chunk, pl.UInt32).alias("chunk")
    )


def _in_question(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose identity has two names, or whose decision occurs twice: few in a sound file."""
    # Two cheap filters first: identities that occur once can have neither.
    repeated = rows.filter(pl.len().over(PERSON) > 1)
    names = pl.col("name").filter((pl.col("name") != 0) & ~pl.col("past")).n_unique().over(PERSON)
    decisions = pl.len().over([*PERSON, "natural"])
    return repeated.filter((names > 1) | ((decisions > 1) & (pl.col("natural") != 0)))


def _two_names(asked: pl.DataFrame) -> list[Verdict]:
    counting = asked.filter(~pl.col("past") & ~pl.col("known") & (pl.col("name") != 0))
    return _as_verdicts(counting.filter(pl.col("name").n_unique().over(PERSON) > 1), "NAMES_IN_FILE_DISAGREE")


def _two_contents(asked: pl.DataFrame) -> list[Verdict]:
    counting = asked.filter(~pl.col("past") & ~pl.col("admitted") & (pl.col("natural") != 0) & (pl.col("content") != 0))
    return _as_verdicts(counting.filter(pl.col("content").n_unique().over([*PERSON, "natural"]) > 1), "CONFLICT")


def _followers(asked: pl.DataFrame) -> list[Verdict]:
    """All rows of an equal group but the one that is weighed first: its first sound row. Without a sound one nobody leads."""
    counting = asked.filter((pl.col("natural") != 0) & (pl.col("content") != 0))
    group = [*PERSON, "natural", "content"]
    able = pl.col("sound") & ~pl.col("past")
    order = pl.col("chunk").cast(pl.UInt64) * 2**32 + pl.col("row")  # a chunk is of one sheet
    leader = pl.when(able).then(order).otherwise(None).min().over(group)
    return _as_verdicts(counting.filter(leader.is_not_null() & (order != leader)), FOLLOWS)


def _as_verdicts(rows: pl.DataFrame, code: str) -> list[Verdict]:
    return [Verdict(shard, sheet, row, code) for shard, sheet, row in rows.select("shard", "sheet", "row").iter_rows()]
