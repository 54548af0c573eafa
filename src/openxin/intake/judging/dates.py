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
_FOREVER: Final = [NO_END, "长期有效", "永久", "无固定期限"]
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
# A space before a time parts day and hour: 4/1 18:30 must not become 4/11 8:30 when spaces go.
_BEFORE_TIME = r"\s+([0-9０-９]{1,2}[:：])"
_TIME = r"T([0-9]{1,2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?$"
_MARKS = {"年": "-", "月": "-", "/": "-", ".": "-"}
_MARKED = r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$"
_RUN = r"^[0-9]{8}$"
# Days since 1899-12-30, as both spreadsheet programs count since March 1900; five digits are 1927 to 2173.
_SERIAL = r"^([0-9]{5})(?:\.[0-9]+)?$"
_SERIAL_TIME = r"^[0-9]{5}(\.[0-9]+)$"
_MINUTES_A_DAY: Final = 24 * 60
_SERIAL_EPOCH: Final = date(1899, 12, 30)
_FIRST, _LAST = date(1800, 1, 1), date(2199, 12, 31)  # beyond, it is a slip of the hand


def read(cells: pl.Series, column: Column, rules: Rules, day: date) -> Answer:
    """Read distinct cells of a date column."""
    told = pl.col("day")
    future = pl.lit(value=False) if column.may_be_future else (told > day).fill_null(value=False)
    endless = (pl.col("endless") | (told == rules.law.parameters.no_end)).fill_null(value=False) & column.no_end
    read_ = (
        _written(cells, with_time=column.kind == "time")
        .with_columns(pl.when(told.is_between(_FIRST, _LAST)).then(told))
        .with_columns(future.alias("future"), endless.alias("endless"))
        .with_columns((told.is_not_null() & ~pl.col("future") & ~pl.col("endless")).alias("sound"))
        .select(
            pl.when("endless").then(pl.lit(NO_END)).when("sound").then("value").alias("value"),
            pl.when("sound").then(told).alias("day"),
            pl.when("future")
            .then(pl.lit("FUTURE_DATE"))
            .when(pl.col("cell").is_not_null() & ~pl.col("sound") & ~pl.col("endless"))
            .then(pl.lit("BAD_DATE"))
            .alias("fault"),
        )
    )
    return Answer(read_["value"], read_["day"], read_["fault"])


def _written(cells: pl.Series, *, with_time: bool) -> pl.DataFrame:
    """For each `cell`: its `day`, its `value` as text, and whether it is a word for no end (`endless`)."""
    cell = pl.col("cell")
    read_ = cells.to_frame("cell").select(
        cell,
        pl.when(cell.str.contains(_ISO)).then(cell.str.to_date("%Y-%m-%d", strict=False)).alias("day"),
        cell.alias("value"),
        pl.lit(value=False).alias("endless"),
    )
    # The other ways of writing a day are rarer, and slower to read.
    at = (cells.is_not_null() & ~cells.str.contains(_ISO)).arg_true()
    if not len(at):
        return read_
    other = _other(cells.gather(at), with_time=with_time)
    return read_.with_columns(read_[name].clone().scatter(at, other[name]) for name in other.columns)


def _other(cells: pl.Series, *, with_time: bool) -> pl.DataFrame:
    text, bare, iso = pl.col("text"), pl.col("bare"), pl.col("day").dt.to_string("%Y-%m-%d")
    days = pl.lit(_SERIAL_EPOCH) + pl.duration(days=text.str.extract(_SERIAL).cast(pl.Int32))
    time = text.str.extract_groups(_TIME).struct
    clock = pl.concat_str(pl.lit("T"), time.field("1").str.zfill(2), pl.lit(":"), time.field("2"))
    hours = pl.coalesce(clock, _hours_of_serials(text)).fill_null("")
    return (
        narrow(cells.str.replace(_BEFORE_TIME, "T$1"))
        .to_frame("text")
        .with_columns(text.str.replace(_TIME, "").str.strip_suffix("日").str.replace_many(_MARKS).alias("bare"))
        .with_columns(
            # Only what has the form is taken: the reader of days alone would read other numbers of digits, and signs.
            pl.coalesce(
                pl.when(bare.str.contains(_MARKED)).then(bare.str.to_date("%Y-%m-%d", strict=False)),
                pl.when(bare.str.contains(_RUN)).then(bare.str.to_date("%Y%m%d", strict=False)),
                days,
            ).alias("day")
        )
        .select(
            "day",
            # Midnight is what a spreadsheet makes of a day alone.
            (iso + hours.replace("T00:00", "") if with_time else iso).alias("value"),
            text.is_in(_FOREVER).alias("endless"),
        )
    )


def _hours_of_serials(text: pl.Expr) -> pl.Expr:
    """The part of the day behind a serial's point, to the minute; null where there is none."""
    minutes = (text.str.extract(_SERIAL_TIME).cast(pl.Float64) * _MINUTES_A_DAY).round(0).cast(pl.Int32)
    within = pl.when(minutes < _MINUTES_A_DAY).then(minutes)
    hour, minute = (within // 60).cast(pl.String).str.zfill(2), (within % 60).cast(pl.String).str.zfill(2)
    return pl.concat_str(pl.lit("T"), hour, pl.lit(":"), minute)
