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

from openxin.intake.pass_one import MARKS, Marks

_ROWS_IN_A_SHARE = 100_000
_ODD = np.uint64(0x9E3779B97F4A7C15)  # mixes two marks into one word

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
    found = [_in_question(*_of_share(chunks, share, shares)) for share in range(shares)]
    asked = pl.concat(found)
    if asked.is_empty():
        return []
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


def _of_share(chunks: Sequence[Marks], share: int, shares: int) -> tuple[npt.NDArray[np.void], npt.NDArray[np.uint32]]:
    """The rows that count of one share, and the chunk of each. A mark is cut from a digest: the shares are about equal."""
    taken = [chunk.marks[_counts(chunk.marks, share, shares)] for chunk in chunks]
    numbers = np.array([chunk.chunk for chunk in chunks], np.uint32)
    return np.concatenate([np.zeros(0, MARKS), *taken]), np.repeat(numbers, [len(rows) for rows in taken])


def _counts(marks: npt.NDArray[np.void], share: int, shares: int) -> npt.NDArray[np.bool_]:
    identity = marks["identity"]
    counts: npt.NDArray[np.bool_] = (identity != 0) & ~marks["refused"] & (identity % np.uint64(shares) == share)
    return counts


def _in_question(marks: npt.NDArray[np.void], chunk: npt.NDArray[np.uint32]) -> pl.DataFrame:
    """The rows whose number has two names, or whose decision occurs twice: few in a sound file.

    Equal words are looked for by sorting. A row too many does no harm: those who judge compare the whole marks.
    """
    identity, name, natural = (np.ascontiguousarray(marks[of]) for of in ("identity", "name", "natural"))
    named = np.flatnonzero((name != 0) & ~marks["past"])
    order = named[np.argsort(identity[named])]
    differ = (identity[order[1:]] == identity[order[:-1]]) & (name[order[1:]] != name[order[:-1]])
    two_names = np.isin(identity, np.unique(identity[order[1:][differ]]))
    told = np.flatnonzero(natural != 0)
    decision = identity[told] ^ (natural[told] * _ODD)
    order = np.argsort(decision)
    again = decision[order[1:]] == decision[order[:-1]]
    asked = two_names
    asked[told[order[1:][again]]] = asked[told[order[:-1][again]]] = True
    rows = marks[asked]
    return pl.DataFrame({name: rows[name] for name in MARKS.names or ()}).with_columns(pl.Series("chunk", chunk[asked]))


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
