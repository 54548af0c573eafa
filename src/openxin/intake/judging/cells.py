"""Each cell by itself: cleaned, then read by the kind of its column into a normal form.

A cell that says 无, / or a dash says nothing. Of what can be wrong with one cell the first counts: MISSING, ID_DIGITS_LOST,
TOO_LONG, then form, list or checksum (docs/contract.md, "Fates").
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from openxin.intake.judging import amounts, codes, dates, lists
from openxin.intake.judging.coding import Coded, coded
from openxin.intake.judging.findings import Findings
from openxin.intake.judging.reading import Answer
from openxin.intake.judging.rules import Needed, Rules
from openxin.law.catalogue import Column

NONE_WORDS: Final = ["", "无", "/", "／", "-", "－", "—", "——", "--", "–"]
# A counterpart that has no credit code: 17 zeros and any check character.
_PLACEHOLDER = r"^0{17}[0-9A-Za-z]$"
_LONGEST_NONE_WORD: Final = max(len(word.encode()) for word in NONE_WORDS)
# An apostrophe of whatever shape before the cell: between it and the character behind it in the order of characters. Comparing
# is the cheapest question that can be asked of a column.
_QUOTED: Final = reduce(
    or_, ((pl.col("text") >= mark) & (pl.col("text") < after) for mark, after in ("'(", "‘‚", "＇（"))
)
_FIRST_CELLS, _FEW_VALUES = 256, 16
# Kinds whose column holds few distinct values; of texts, those that turn out to.
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

    `values`: normal form as text. `typed`: days, and amounts in fen. Both are null where the cell is empty or fails. `coded`: of
    columns that say little, `values` by distinct cells (two of which may have one value, or none).
    """

    rules: Rules
    height: int
    findings: Findings
    values: dict[str, pl.Series] = field(default_factory=dict)
    typed: dict[str, pl.Series] = field(default_factory=dict)
    numeric: dict[str, pl.Series] = field(default_factory=dict)
    coded: dict[str, Coded] = field(default_factory=dict)

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
    filled = _filled(frame, [column.code for column in rules.type.columns if column.code in frame.columns])
    for column in rules.type.columns:
        if column.code in filled:
            _read_column(frame[column.code], column, cells, day)
        if f"{column.code}#" in frame.columns:
            cells.numeric[column.code] = frame[f"{column.code}#"]
    for column in rules.type.columns:
        _missing(column, cells, is_absent=column.code not in frame.columns)
    return cells


def _filled(frame: pl.DataFrame, codes: list[str]) -> frozenset[str]:
    """The columns in which anything stands. Those that bodies need not fill hold little but words for "none": one look at all."""
    nulls = frame.select(pl.col(codes).null_count()).row(0, named=True)
    sparse = [code for code in codes if frame.height > nulls[code] > frame.height // 2]
    words = pl.col(sparse).drop_nulls().str.strip_chars().is_in(NONE_WORDS)
    empty = frame.select(words.all()).row(0, named=True) if sparse else {}
    return frozenset(code for code in codes if nulls[code] < frame.height and not empty.get(code))


def _read_column(raw: pl.Series, column: Column, cells: Cells, day: date) -> None:
    one = coded(raw) if column.kind in _CODED or _says_little(raw) else None
    answer = _answer(raw if one is None else one.distinct, column, cells.rules, day)
    _settle(answer, one, column, cells)


def _says_little(raw: pl.Series) -> bool:
    """Whether a column of texts has few distinct values, as its first cells show; they are empty in most columns that bodies
    need not fill.
    """
    return raw.head(_FIRST_CELLS).n_unique() <= _FEW_VALUES


def cleaned(cells: pl.Series) -> pl.Series:
    """Trimmed, a leading apostrophe dropped, the words for "none" as nothing."""
    text = cells.str.strip_chars()
    looked_at = text.to_frame("text")
    quoted, shortest = looked_at.select(_QUOTED.any().alias("quoted"), pl.col("text").str.len_bytes().min()).row(0)
    if quoted:
        at = looked_at.select(_QUOTED.arg_true()).to_series()
        text = text.clone().scatter(at, text.gather(at).str.slice(1).str.strip_chars())
    elif (shortest or 0) > _LONGEST_NONE_WORD:
        return text
    nothing = text.is_in(NONE_WORDS)
    return text.set(nothing.fill_null(value=False), None) if nothing.any() else text


def _without_placeholder(text: pl.Series) -> pl.Series:
    nothing = text.str.contains(_PLACEHOLDER)
    return text.set(nothing.fill_null(value=False), None) if nothing.any() else text


def _too_long(text: pl.Series, column: Column) -> pl.Series | None:
    """Which cells are too long; None where none is."""
    # Bytes are counted faster than characters, and are never fewer.
    if column.length is None or (text.str.len_bytes().max() or 0) <= column.length:  # type: ignore[operator]
        return None
    return (text.str.len_chars() > column.length).fill_null(value=False)


_READERS: Mapping[str, Callable[[pl.Series, Column, Rules, date], Answer]] = {
    **dict.fromkeys(("list", "lists", "yes_no", "document_type", "state_code"), lists.read),
    **dict.fromkeys(("date", "time"), dates.read),
    "amount": amounts.read_money,
    "decimal": amounts.read_decimal,
    "uscc": codes.read,
    "area": codes.read_area,
}


def _answer(raw: pl.Series, column: Column, rules: Rules, day: date) -> Answer:
    """What cells of a column say."""
    text = cleaned(raw)
    if column.empty_for_persons:
        return _nothing_may_stand(_without_placeholder(text), "NOT_ORDINARY_FIELD")
    if column.forbidden is not None:
        return _nothing_may_stand(text, column.forbidden)
    long = None if column.kind in _BY_LIST else _too_long(text, column)
    reader = _READERS.get(column.kind)
    kept = text if long is None else text.set(long, None)
    answer = Answer(kept) if reader is None else reader(kept, column, rules, day)
    if long is None:
        return answer
    faults = pl.repeat(None, len(text), dtype=pl.String, eager=True) if answer.faults is None else answer.faults
    return replace(answer, faults=faults.set(long, "TOO_LONG"))


def _nothing_may_stand(text: pl.Series, code: str) -> Answer:
    nothing = pl.repeat(None, len(text), dtype=pl.String, eager=True)
    return Answer(nothing, None, nothing.set(text.is_not_null(), code))


def _settle(answer: Answer, one: Coded | None, column: Column, cells: Cells) -> None:
    """Bring the answers to the rows. `one`: they are on distinct values."""
    if answer.faults is not None and answer.faults.null_count() < len(answer.faults):
        for code in answer.faults.drop_nulls().unique(maintain_order=True):
            rows = answer.faults == code
            cells.findings.fail((rows if one is None else one.spread(rows)).fill_null(value=False), column.code, code)
    if answer.values.null_count() == len(answer.values):
        return
    cells.values[column.code] = answer.values if one is None else one.spread(answer.values)
    if answer.typed is not None:
        cells.typed[column.code] = answer.typed if one is None else one.spread(answer.typed)
    if one is not None:
        cells.coded[column.code] = Coded(answer.values, one.places)


def _missing(column: Column, cells: Cells, *, is_absent: bool) -> None:
    """A required cell is empty; or a conditional one, where its condition holds."""
    if column.required:
        if is_absent and column.absent_means is not None:
            return
        needed = None
    elif column.required_when is not None:
        needed = _needed(cells.rules.conditions[column.required_when], cells)
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


def _needed(condition: Needed, cells: Cells) -> pl.Series | None:
    """The rows in which it holds; None: in none. A cell that fails is not read, and makes nothing required."""
    value, one = cells.values.get(condition.column), cells.coded.get(condition.column)
    if value is None:
        return None
    return condition.holds(value) if one is None else one.spread(condition.holds(one.distinct)).fill_null(value=False)
