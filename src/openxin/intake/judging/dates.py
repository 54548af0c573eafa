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
    written = _written(cells, with_time=column.kind == "time")
    days = written["day"].set(~written["day"].is_between(_FIRST, _LAST).fill_null(value=True), None)
    nowhere = pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True)
    endless = (written["endless"] | (days == rules.law.parameters.no_end).fill_null(value=False)) & column.no_end
    future = nowhere if column.may_be_future else (days > day).fill_null(value=False)
    days = days.set(endless | future, None)
    values = written["value"].set(days.is_null(), None)
    bad = cells.is_not_null() & days.is_null() & ~endless & ~future
    return Answer(
        values.set(endless, NO_END),
        days,
        pl.select(pl.when(bad).then(pl.lit("BAD_DATE")).when(future).then(pl.lit("FUTURE_DATE"))).to_series(),
    )


def _written(cells: pl.Series, *, with_time: bool) -> pl.DataFrame:
    """For each cell: its `day`, its `value` as text, and whether it is a word for no end (`endless`)."""
    iso = cells.str.contains(_ISO)
    read_ = pl.DataFrame(
        {"day": cells.str.to_date("%Y-%m-%d", strict=False).set(~iso, None), "value": cells}
    ).with_columns(pl.lit(value=False).alias("endless"))
    if iso.all():
        return read_
    # The other ways of writing a day are rarer, and slower to read.
    at = (~iso).fill_null(value=False).arg_true()
    other = _other(cells.gather(at), with_time=with_time)
    return read_.select(pl.Series(name, read_[name].clone().scatter(at, other[name])) for name in read_.columns)


def _other(cells: pl.Series, *, with_time: bool) -> pl.DataFrame:
    text = narrow(cells.str.replace(_BEFORE_TIME, "T$1"))
    bare = text.str.replace(_TIME, "").str.strip_suffix("日")
    marked = bare.str.replace_many(list(_MARKS), list(_MARKS.values()))
    # Only what has the form is read: the reader of days alone would take other numbers of digits, and signs.
    days = marked.set(~marked.str.contains(_MARKED), None).str.to_date("%Y-%m-%d", strict=False)
    runs = bare.set(~bare.str.contains(_RUN), None).str.to_date("%Y%m%d", strict=False)
    serials = pl.lit(_SERIAL_EPOCH) + pl.duration(days=pl.lit(text.str.extract(_SERIAL)).cast(pl.Int32))
    read_ = pl.select(pl.coalesce(pl.lit(days), pl.lit(runs), serials).alias("day"))
    iso = pl.col("day").dt.to_string("%Y-%m-%d")
    clock = text.str.extract_groups(_TIME).struct
    time = pl.concat_str(pl.lit("T"), pl.lit(clock.field("1")).str.zfill(2), pl.lit(":"), pl.lit(clock.field("2")))
    hours = pl.coalesce(time, _hours_of_serials(text))
    return read_.select(
        "day",
        # Midnight is what a spreadsheet makes of a day alone.
        (iso + hours.fill_null("").replace("T00:00", "") if with_time else iso).alias("value"),
        pl.lit(text.is_in(_FOREVER)).alias("endless"),
    )


def _hours_of_serials(text: pl.Series) -> pl.Expr:
    """The part of the day behind a serial's point, to the minute; null where there is none."""
    minutes = (pl.lit(text.str.extract(_SERIAL_TIME)).cast(pl.Float64) * _MINUTES_A_DAY).round(0).cast(pl.Int32)
    within = pl.when(minutes < _MINUTES_A_DAY).then(minutes)
    hour, minute = (within // 60).cast(pl.String).str.zfill(2), (within % 60).cast(pl.String).str.zfill(2)
    return pl.concat_str(pl.lit("T"), hour, pl.lit(":"), minute)
