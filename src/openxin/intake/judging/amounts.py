"""Money and other decimals. A plain number is 万元 (10,000 yuan); 万元 and 元 behind it are read; money is kept in whole fen.

Digits are moved, never computed: 0.2 万元 is 200000 fen because the decimal point moves six places, not because a floating number
was multiplied.
"""

from datetime import date
from typing import Final

import polars as pl

from openxin.intake.judging.reading import Answer, faulty
from openxin.intake.judging.rules import Rules
from openxin.law.catalogue import Column
from openxin.people.folding import narrow

_MONEY = r"^(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]+))?(?P<unit>万元|元)?$"
_DECIMAL = r"^(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]+))?$"
# A spreadsheet's number in its shortest form may be 1e-05 or 2.5E+1.
_SCIENTIFIC = r"^[0-9](?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}$"
# What a binary fraction leaves behind a sum: 0.30000000000000004, 0.6999999999999998.
_NOISE = r"^[0-9]{6,}?(?:0{6,}[0-9]{0,3}|9{6,}[0-9]{0,3})$"
_NOISY_PLACES = 14
_PLACES: Final = {"万元": 6, "元": 2}
_GREATEST: Final = 2**53 - 1  # the greatest whole number that RFC 8785 keeps exactly
_MOST_DIGITS = 16


def read_money(cells: pl.Series, _column: Column, _rules: Rules, _day: date) -> Answer:
    """Distinct cells of an amount, in fen."""
    parts = _parts(_plain(narrow(cells)), _MONEY)
    fen = parts.select(
        pl.coalesce(
            pl.when(pl.col("unit") == "元").then(_shifted(_PLACES["元"])),
            pl.when(pl.col("unit").is_null() | (pl.col("unit") == "万元")).then(_shifted(_PLACES["万元"])),
        ).alias("fen")
    )["fen"]
    fen = fen.set((fen > _GREATEST).fill_null(value=False), None)
    return Answer(fen.cast(pl.String), fen, faulty(cells, fen, "BAD_AMOUNT"))


def read_decimal(cells: pl.Series, _column: Column, _rules: Rules, _day: date) -> Answer:
    """Distinct cells of any other decimal: the shortest way to write it."""
    parts = _parts(_plain(narrow(cells)), _DECIMAL)
    values = parts.select(
        pl.when(pl.col("whole").str.len_chars() <= _MOST_DIGITS).then(
            pl.concat_str(
                pl.col("whole").str.strip_chars_start("0").replace("", "0"),
                pl.when(pl.col("rest") != "").then(pl.lit(".") + pl.col("rest")).otherwise(pl.lit("")),
            )
        )
    ).to_series()
    return Answer(values, None, faulty(cells, values, "BAD_AMOUNT"))


def _plain(text: pl.Series) -> pl.Series:
    """Numbers in scientific notation written out."""
    scientific = text.str.contains(_SCIENTIFIC)
    if not scientific.any():
        return text
    at = scientific.arg_true()
    written = text.gather(at).cast(pl.Decimal(38, 12), strict=False).cast(pl.String)
    return text.clone().scatter(at, written)


def _parts(text: pl.Series, pattern: str) -> pl.DataFrame:
    """The whole part, and the rest without the zeros at its end."""
    groups = text.str.extract_groups(pattern).struct.unnest()
    part = pl.col("part").fill_null("")
    noisy = (part.str.len_chars() >= _NOISY_PLACES) & part.str.contains(_NOISE)
    rest = pl.when(noisy).then(_rounded(part)).otherwise(part.str.strip_chars_end("0"))
    return groups.with_columns(pl.col("whole").str.replace_all(",", ""), rest.alias("rest"))


def _rounded(part: pl.Expr) -> pl.Expr:
    """A noisy fraction to twelve places; one that rounds up to a whole stays noisy, and wrong."""
    digits = (part.str.slice(0, 13).cast(pl.Int64, strict=False) + 5) // 10
    return digits.cast(pl.String).str.zfill(12).str.strip_chars_end("0")


def _shifted(places: int) -> pl.Expr:
    """The digits with the decimal point moved; null where digits would be lost."""
    run = pl.col("whole") + pl.col("rest").str.pad_end(places, "0")
    fits = (pl.col("rest").str.len_chars() <= places) & (run.str.strip_chars_start("0").str.len_chars() <= _MOST_DIGITS)
    return pl.when(fits).then(run).cast(pl.Int64, strict=False)
