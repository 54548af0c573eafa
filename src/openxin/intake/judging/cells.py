"""Each cell by itself: cleaned, then read by the kind of its column into a normal form.

A cell that says 无, / or a dash says nothing. Of what can be wrong with one cell the first counts: MISSING, ID_DIGITS_LOST,
TOO_LONG, then form, list or checksum (docs/contract.md, "Fates").
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Final, cast

import polars as pl

from openxin.intake.judging import amounts, codes, dates, lists
from openxin.intake.judging.coding import Coded, coded
from openxin.intake.judging.findings import Findings
from openxin.intake.judging.reading import Answer
from openxin.intake.judging.rules import Rules
from openxin.law.catalogue import Column

NONE_WORDS: Final = ("", "无", "/", "／", "-", "－", "—", "——", "--", "–")
# A counterpart that has no credit code: 17 zeros and any check character.
_PLACEHOLDER = r"^0{17}[0-9A-Za-z]$"
_LONGEST_NONE_WORD: Final = max(len(word.encode()) for word in NONE_WORDS)
# An apostrophe of whatever shape before the cell, and the character behind it in the order of characters.
_QUOTES: Final = tuple((mark, chr(ord(mark) + 1)) for mark in ("'", "’", "‘", "＇"))
# Kinds whose column holds few distinct values; the others are long or belong to one person.
_CODED: Final = frozenset(
    {
        "list",
        "lists",
        "yes_no",
        "document_type",
        "state_code",
        "date",
        "time",
        "amount",
        "decimal",
        "uscc",
        "area",
        "basis",
    }
)
_BY_LIST: Final = frozenset({"list", "lists", "yes_no", "document_type", "state_code"})


@dataclass(slots=True)
class Cells:
    """The columns of a chunk as read. A column that is absent, or empty throughout, is in none of the mappings.

    `values`: normal form as text. `typed`: days, and amounts in fen. Both are null where the cell is empty or fails.
    """

    rules: Rules
    height: int
    findings: Findings
    values: dict[str, pl.Series] = field(default_factory=dict)
    typed: dict[str, pl.Series] = field(default_factory=dict)
    numeric: dict[str, pl.Series] = field(default_factory=dict)

    def value(self, role: str) -> pl.Series | None:
        """The normal form of the column that plays `role`; None where it is empty throughout or the type has none."""
        return self.values.get(self.rules.column(role))

    def day(self, role: str) -> pl.Series | None:
        """The days of the column that plays `role`."""
        return self.typed.get(self.rules.column(role))

    def failed(self, role: str) -> pl.Series:
        """The rows whose cell in that role fails by itself."""
        rows = self.findings.failed(self.rules.column(role))
        return self.nowhere() if rows is None else rows

    def empty(self, role: str) -> pl.Series:
        """The rows in which nothing stands there: neither a sound value nor one that fails."""
        value = self.value(role)
        return (self.everywhere() if value is None else value.is_null()) & ~self.failed(role)

    def typed_amounts(self) -> dict[str, pl.Series]:
        """Money as whole numbers of fen."""
        return {code: fen for code, fen in self.typed.items() if self.rules.by_code[code].kind == "amount"}

    def nowhere(self) -> pl.Series:
        """No row."""
        return pl.repeat(False, self.height, dtype=pl.Boolean, eager=True)

    def everywhere(self) -> pl.Series:
        """Every row."""
        return pl.repeat(True, self.height, dtype=pl.Boolean, eager=True)


def read(frame: pl.DataFrame, rules: Rules, day: date) -> Cells:
    """Read every column of a chunk."""
    cells = Cells(rules, frame.height, Findings(frame.height))
    for column in rules.type.columns:
        if column.code in frame.columns and frame[column.code].null_count() < frame.height:
            _read_column(frame[column.code], column, cells, day)
        if f"{column.code}#" in frame.columns:
            cells.numeric[column.code] = frame[f"{column.code}#"]
    for column in rules.type.columns:
        _missing(column, cells, is_absent=column.code not in frame.columns)
    return cells


def _read_column(raw: pl.Series, column: Column, cells: Cells, day: date) -> None:
    if column.kind in _CODED:
        one = coded(raw)
        text = cleaned(one.distinct)
        kept = _not_too_long(text, column, cells, one) if column.kind not in _BY_LIST else text
        _settle(_answer(kept, column, cells.rules, day), one, column, cells)
        return
    text = cleaned(raw)
    if column.empty_for_persons:
        text = _without_placeholder(text)
        cells.findings.fail(text.is_not_null(), column.code, "NOT_ORDINARY_FIELD")
    elif column.forbidden is not None:
        cells.findings.fail(text.is_not_null(), column.code, column.forbidden)
    elif text.null_count() < cells.height:
        cells.values[column.code] = _not_too_long(text, column, cells, None)


def cleaned(cells: pl.Series) -> pl.Series:
    """Trimmed, a leading apostrophe dropped, the words for "none" as nothing."""
    text = cells.str.strip_chars()
    # Comparing is the cheapest question that can be asked of a column: most columns are let go after these.
    if any(((text >= mark) & (text < after)).any() for mark, after in _QUOTES):
        at = reduce(or_, ((text >= mark) & (text < after) for mark, after in _QUOTES)).fill_null(value=False).arg_true()
        text = text.clone().scatter(at, text.gather(at).str.slice(1).str.strip_chars())
    if cast(int, text.str.len_bytes().min() or 0) > _LONGEST_NONE_WORD:
        return text
    nothing = text.is_in(list(NONE_WORDS))
    return text.set(nothing.fill_null(value=False), None) if nothing.any() else text


def _without_placeholder(text: pl.Series) -> pl.Series:
    nothing = text.str.contains(_PLACEHOLDER)
    return text.set(nothing.fill_null(value=False), None) if nothing.any() else text


def _not_too_long(text: pl.Series, column: Column, cells: Cells, one: Coded | None) -> pl.Series:
    """The text without what is too long, which fails."""
    # Bytes are counted faster than characters, and are never fewer.
    if column.length is None or (text.str.len_bytes().max() or 0) <= column.length:  # type: ignore[operator]
        return text
    long = (text.str.len_chars() > column.length).fill_null(value=False)
    if not long.any():
        return text
    cells.findings.fail(long if one is None else one.spread(long).fill_null(value=False), column.code, "TOO_LONG")
    return text.set(long, None)


_READERS: Mapping[str, Callable[[pl.Series, Column, Rules, date], Answer]] = {
    **dict.fromkeys(("list", "lists", "yes_no", "document_type", "state_code"), lists.read),
    **dict.fromkeys(("date", "time"), dates.read),
    "amount": amounts.read_money,
    "decimal": amounts.read_decimal,
    "uscc": codes.read,
    "area": codes.read_area,
}


def _answer(text: pl.Series, column: Column, rules: Rules, day: date) -> Answer:
    reader = _READERS.get(column.kind)
    return Answer(text) if reader is None else reader(text, column, rules, day)


def _settle(answer: Answer, one: Coded, column: Column, cells: Cells) -> None:
    """Bring the answers on distinct values to the rows."""
    if answer.faults is not None and answer.faults.null_count() < len(answer.faults):
        for code in answer.faults.drop_nulls().unique(maintain_order=True):
            rows = one.spread((answer.faults == code).fill_null(value=False)).fill_null(value=False)
            cells.findings.fail(rows, column.code, code)
    if answer.values.null_count() == len(answer.values):
        return
    cells.values[column.code] = one.spread(answer.values)
    if answer.typed is not None:
        cells.typed[column.code] = one.spread(answer.typed)


def _missing(column: Column, cells: Cells, *, is_absent: bool) -> None:
    """A required cell is empty; or a conditional one, where its condition holds."""
    if column.required:
        if is_absent and column.absent_means is not None:
            return
        needed = None
    elif column.required_when is not None:
        needed = cells.rules.conditions[column.required_when].holds(cells.values)
        if needed is None:
            return
    else:
        return
    value, failed = cells.values.get(column.code), cells.findings.failed(column.code)
    if value is not None and not value.has_nulls():
        return
    empty = cells.everywhere() if value is None else value.is_null()
    if failed is not None:
        empty = empty & ~failed
    cells.findings.fail(empty if needed is None else empty & needed, column.code, "MISSING")
