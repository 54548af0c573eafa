"""Rows as they are judged, without a register: the cells of a file, and what judging says of them."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from openxin.intake.judging.judge import Judged, judge
from openxin.law.loading import catalogue
from tests.harness.sample import MARKET, TODAY

Found = set[tuple[str, str]]


def cells(*rows: Mapping[str, str]) -> pl.DataFrame:
    """Rows as reading hands them over: null is an empty cell; the first data row is row 2 of its sheet."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return pl.DataFrame(
        {column: pl.Series([row.get(column) or None for row in rows], dtype=pl.String) for column in columns}
        | {
            "row": pl.Series(range(2, 2 + len(rows)), dtype=pl.UInt32),
            "sheet": pl.Series([1] * len(rows), dtype=pl.UInt16),
        }
    )


def judged_frame(
    frame: pl.DataFrame, *, type_: str = "penalty", day: date = TODAY, uscc: str = MARKET, synthetic: bool = True
) -> Judged:
    law = catalogue()
    return judge(frame, type=law.types[type_], authority=law.by_uscc[uscc], law=law, day=day, synthetic=synthetic)


def judged(
    *rows: Mapping[str, str], type_: str = "penalty", day: date = TODAY, uscc: str = MARKET, synthetic: bool = True
) -> Judged:
    return judged_frame(cells(*rows), type_=type_, day=day, uscc=uscc, synthetic=synthetic)


def found(of: Judged, at: int = 0) -> Found:
    """The problems of one row."""
    return set(of.problems.filter(pl.col("at") == at).select("field", "code").iter_rows())


def line(of: Judged, at: int = 0) -> dict[str, object]:
    """What judging says of one row besides its problems."""
    return of.rows.row(at, named=True)
