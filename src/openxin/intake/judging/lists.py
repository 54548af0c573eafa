"""Values of code lists: a cell may say the code, the title in either language, or any alias; kept is the code.

A value with `names_kind` (其他) may be followed by words that name the kind: 其他-备案. They are kept behind its title.
"""

import re
from datetime import date

import polars as pl

from openxin.intake.judging.reading import Answer
from openxin.intake.judging.rules import SEPARATOR, Rules
from openxin.intake.judging.spellings import Spellings, fold
from openxin.law.catalogue import Column

_NAMED = re.compile(r"^(?P<value>[^-:(—–]+)(?:[-:—–]+|\()(?P<kind>[^()]+)\)?$")


def read(cells: pl.Series, column: Column, rules: Rules, _day: date) -> Answer:
    """Distinct cells of a list column."""
    spelt = rules.spellings(str(column.list))
    folded = fold(cells)
    codes = _several(folded, spelt) if column.kind == "lists" else _single(folded, spelt)
    wrong = cells.is_not_null() & codes.is_null()
    # A spelling of the list is never too long, even where the national length is that of its code.
    long = (
        cells.str.len_chars() > max(column.length, spelt.longest) if column.length is not None else pl.lit(value=False)
    )
    fault = "ID_FORMAT" if column.kind == "state_code" else "NOT_IN_LIST"
    faults = pl.select(pl.when(wrong & long).then(pl.lit("TOO_LONG")).when(wrong).then(pl.lit(fault))).to_series()
    return Answer(codes, None, faults)


def base_code(value: str) -> str:
    """The title before the words that name a kind."""
    return value.partition("-")[0]


def _single(folded: pl.Series, spelt: Spellings) -> pl.Series:
    codes = folded.replace_strict(list(spelt.codes), list(spelt.codes.values()), default=None, return_dtype=pl.String)
    if not spelt.open or not codes.has_nulls():
        return codes
    named = pl.Series([_with_kind(cell, spelt) for cell in folded], dtype=pl.String)
    return codes.zip_with(codes.is_not_null(), named)


def _several(folded: pl.Series, spelt: Spellings) -> pl.Series:
    places = {code: place for place, code in enumerate(dict.fromkeys(spelt.codes.values()))}
    between = re.compile(f"[{re.escape(spelt.separators)}]")
    return pl.Series([_in_order(cell, spelt, between, places) for cell in folded], dtype=pl.String)


def _in_order(cell: str | None, spelt: Spellings, between: re.Pattern[str], places: dict[str, int]) -> str | None:
    """The values of a cell in the order of the list, each once: 警告、罚款 and 罚款;警告 say the same."""
    pieces = [piece for piece in between.split(cell) if piece] if cell is not None else []
    found = {spelt.codes.get(piece) or _with_kind(piece, spelt) for piece in pieces}
    known = [value for value in found if value is not None]
    if not known or len(known) < len(found):
        return None
    return SEPARATOR.join(sorted(known, key=lambda value: (places.get(base_code(value), len(places)), value)))


def _with_kind(cell: str | None, spelt: Spellings) -> str | None:
    named = _NAMED.match(cell) if cell is not None else None
    title = spelt.open.get(named["value"]) if named is not None else None
    return None if named is None or title is None else f"{title}-{named['kind']}"
