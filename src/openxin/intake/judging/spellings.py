"""Everything that a cell may say for a value of a code list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from openxin.law.catalogue import CodeList, ListValue
from openxin.people.folding import narrow


@dataclass(frozen=True, slots=True)
class Spellings:
    """`codes`: spelling, folded, to code, in the order of the list. `open`: spellings of the values that may be followed by words
    that name their kind, and the title kept before those words. `longest`: of all spellings, in characters.
    """

    codes: Mapping[str, str]
    open: Mapping[str, str]
    longest: int
    separators: str


def spellings(of: CodeList) -> Spellings:
    """The spellings of a list. Of two values with one spelling the first has it."""
    said = [(value, spelling) for value in of.values for spelling in _said_for(value)]
    folded = fold(pl.Series([spelling for _, spelling in said], dtype=pl.String))
    codes: dict[str, str] = {}
    opened: dict[str, str] = {}
    for (value, _), key in zip(said, folded, strict=True):
        codes.setdefault(key, value.code)
        if value.extra.get("names_kind") == "yes":
            opened.setdefault(key, value.title.zh)
    return Spellings(codes, opened, max((len(spelling) for _, spelling in said), default=0), of.separators)


def fold(cells: pl.Series) -> pl.Series:
    """How list values are compared: narrow, without spaces, without case."""
    return narrow(cells).str.to_lowercase()


def _said_for(value: ListValue) -> Iterator[str]:
    yield value.code
    yield value.title.zh
    yield value.title.en
    yield from value.aliases
