"""Days as spreadsheets write them: 2026-04-11, 2026/4/11, 2026.4.11, 20260411, 2026年4月11日, serial numbers, a time behind them.

Where the column may have no end, words for it and the catalogue's `no_end` day say so: kept as 长期, with no typed value.
"""

from datetime import date
from typing import Final

import polars as pl

from openxin.intake.judging.reading import Answer
from openxin.intake.judging.rules import Rules
from openxin.law.catalogue import Column
from openxin.people.folding import narrow

NO_END: Final = "长期"
_FOREVER = (NO_END, "长期有效", "永久", "无固定期限")
_TIME = r"(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?"
_WRITTEN = rf"^([0-9]{{4}})(?:-|/|\.|年)([0-9]{{1,2}})(?:-|/|\.|月)([0-9]{{1,2}})(?:日)?T?(?:{_TIME})?$"
_RUN = r"^([0-9]{4})([0-9]{2})([0-9]{2})$"
# Days since 1899-12-30, as both spreadsheet programs count since March 1900; five digits are 1927 to 2173.
_SERIAL = r"^([0-9]{5})(?:\.[0-9]+)?$"
_SERIAL_EPOCH: Final = date(1899, 12, 30)
_FIRST, _LAST = date(1800, 1, 1), date(2199, 12, 31)  # beyond, it is a slip of the hand


def read(cells: pl.Series, column: Column, rules: Rules, day: date) -> Answer:
    """Read distinct cells of a date column."""
    text = narrow(cells)
    frame = text.alias("text").to_frame()
    written, run = pl.col("text").str.extract_groups(_WRITTEN), pl.col("text").str.extract_groups(_RUN)
    days = pl.coalesce(
        _built(written),
        _built(run),
        pl.lit(_SERIAL_EPOCH) + pl.duration(days=pl.col("text").str.extract(_SERIAL).cast(pl.Int32)),
    )
    no_end = rules.law.parameters.no_end
    endless = pl.col("text").is_in(_FOREVER) | (pl.col("day") == no_end) if column.no_end else pl.lit(value=False)
    future = (pl.col("day") > day) if not column.may_be_future else pl.lit(value=False)
    read_ = (
        frame.with_columns(days.alias("day"))
        .with_columns(pl.when(pl.col("day").is_between(_FIRST, _LAST)).then("day").alias("day"))
        .with_columns(endless.fill_null(value=False).alias("endless"))
        .with_columns(future.fill_null(value=False).alias("future"))
        .select(
            pl.when("endless")
            .then(pl.lit(NO_END))
            .when(~pl.col("future"))
            .then(_as_text(column, written))
            .alias("value"),
            pl.when(~pl.col("endless") & ~pl.col("future")).then("day").alias("typed"),
            pl.when("future")
            .then(pl.lit("FUTURE_DATE"))
            .when(pl.col("text").is_not_null() & pl.col("day").is_null() & ~pl.col("endless"))
            .then(pl.lit("BAD_DATE"))
            .alias("fault"),
        )
    )
    return Answer(read_["value"], read_["typed"], read_["fault"])


def _built(parts: pl.Expr) -> pl.Expr:
    """The day of three groups of digits; null where it does not exist."""
    pieces = [parts.struct.field(str(place)).str.zfill(2) for place in (1, 2, 3)]
    return pl.concat_str(pieces, separator="-").str.to_date("%Y-%m-%d", strict=False)


def _as_text(column: Column, written: pl.Expr) -> pl.Expr:
    iso = pl.col("day").dt.to_string("%Y-%m-%d")
    if column.kind != "time":
        return iso
    hour, minute = written.struct.field("h"), written.struct.field("m")
    return iso + pl.concat_str(pl.lit("T"), hour.str.zfill(2), pl.lit(":"), minute).fill_null("")
