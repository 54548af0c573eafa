"""What reading a column of distinct cells gives."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Answer:
    """For each distinct cell: its normal form, a typed value beside it, or the code of what is wrong with it.

    `values` and `typed` are null where the cell is empty or wrong; `faults` is null where it is not wrong.
    """

    values: pl.Series
    typed: pl.Series | None = None
    faults: pl.Series | None = None


def faulty(cells: pl.Series, values: pl.Series, code: str) -> pl.Series:
    """`code` where a cell says something and no value came of it."""
    wrong = cells.is_not_null() & values.is_null()
    return pl.select(pl.when(wrong).then(pl.lit(code))).to_series()
