"""Distinct values: a column of 20,000 cells holds few different dates, lists and codes. Each is read once.

A coded column is its distinct values and, for each row, the place of its value among them. Reading happens on the distinct
values; `spread` brings an answer back to the rows at the price of one look-up.
"""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Coded:
    """`places` is null where the cell is."""

    distinct: pl.Series
    places: pl.Series

    def spread(self, answers: pl.Series) -> pl.Series:
        """An answer for each distinct value, brought to the rows."""
        if len(answers) == 1 and not self.places.has_nulls():
            return answers.new_from_index(0, len(self.places))
        return answers.gather(self.places)


def coded(cells: pl.Series) -> Coded:
    """The distinct values of a column, and where each row's value stands among them."""
    if _is_constant(cells):
        return Coded(cells.head(1), pl.repeat(0, len(cells), dtype=pl.UInt32, eager=True))
    # Categories of this call alone: a shared pool would keep what cells said for as long as the process lives.
    physical = cells.cast(pl.Categorical(pl.Categories.random()))
    value = pl.col("value")
    distinct = physical.to_frame("value").select(value.drop_nulls().unique())
    return Coded(
        distinct.select(value.sort_by(value.to_physical()).cast(pl.String)).to_series(), physical.to_physical()
    )


def _is_constant(cells: pl.Series) -> bool:
    return len(cells) > 0 and not cells.has_nulls() and bool((cells == cells[0]).all())
