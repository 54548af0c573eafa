"""The sheet that is judged: columns of cells as they came, what each says, and every problem found so far."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import polars as pl

from openxin.law.catalogue import Column, RecordType
from openxin.people.names import SPACES

T = TypeVar("T")

NONE_WORDS = ("", "无", "/", "-", "—")
_LONGEST_NONE_WORD_BYTES = max(len(word.encode()) for word in NONE_WORDS)
_EDGES = SPACES + "\u200c\u200d\u2060"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of some rows: their positions, the column, the code."""

    at: pl.Series
    field: str
    code: str


class Sheet:
    """One chunk under judgement. `values` holds what sound cells say; null where a cell is empty or failed."""

    def __init__(self, frame: pl.DataFrame, type_: RecordType) -> None:
        self.frame, self.type, self.height = frame, type_, frame.height
        self.values: dict[str, pl.Series] = {}
        self.filled: dict[str, pl.Series] = {}
        self.failed: dict[str, pl.Series] = {}
        self.findings: list[Finding] = []
        self.notes: list[Finding] = []
        self._columns = {column.code: column for column in type_.columns}
        self._none = pl.repeat(None, self.height, dtype=pl.String, eager=True)
        self.nowhere = pl.repeat(False, self.height, dtype=pl.Boolean, eager=True)

    def column(self, code: str) -> Column:
        """The catalogue's column."""
        return self._columns[code]

    def has(self, code: str) -> bool:
        """Is the column in the header?"""
        return code in self.frame.columns

    def raw(self, code: str) -> pl.Series:
        """Cells as they came; nulls where the header does not have the column."""
        return self.frame[code] if self.has(code) else self._none

    def number_cells(self, code: str) -> pl.Series | None:
        """Which cells a spreadsheet holds as numbers; None where none is."""
        return self.frame[f"{code}#"] if f"{code}#" in self.frame.columns else None

    def value(self, role: str) -> pl.Series | None:
        """What the column that plays `role` says; None where the type has no such role."""
        code = self.type.column(role)
        return None if code is None else self.values[code]

    def fail(self, code: str, where: pl.Series, problem: str) -> None:
        """Cells of column `code` fail by themselves."""
        where = where.fill_null(False)
        if where.any():
            self.find(code, where, problem)
            self.failed[code] = self.failed[code] | where if code in self.failed else where

    def has_failed(self, code: str) -> pl.Series:
        """Which cells of the column failed by themselves."""
        return self.failed.get(code, self.nowhere)

    def find(self, field: str, where: pl.Series, problem: str) -> None:
        """Rows have a problem at column `field`."""
        at = where.fill_null(False).arg_true()
        if len(at):
            self.findings.append(Finding(at, field, problem))

    def note(self, field: str, where: pl.Series, code: str) -> None:
        """Rows are noted in the receipt."""
        at = where.fill_null(False).arg_true()
        if len(at):
            self.notes.append(Finding(at, field, code))


def cleaned(cells: pl.Series) -> pl.Series:
    """Cells without spaces at their ends and without a spreadsheet's leading apostrophe; words for "none" are empty."""
    cells = cells.str.strip_chars(_EDGES)
    if cells.str.starts_with("'").any():
        cells = cells.str.strip_prefix("'").str.strip_chars(_EDGES)
    shortest = cells.str.len_bytes().min()
    if isinstance(shortest, int) and shortest <= _LONGEST_NONE_WORD_BYTES:
        cells = cells.set(cells.is_in(NONE_WORDS).fill_null(False), None)
    return cells


def clean(cell: str) -> str | None:
    """`cleaned` for one cell."""
    stripped = cell.strip(_EDGES).removeprefix("'").strip(_EDGES)
    return None if stripped in NONE_WORDS else stripped


def by_distinct(cells: pl.Series, told: Callable[[Any], T | None], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """`told` of each cell, asked once for each distinct value: a file of 200,000 rows has a few hundred days and laws."""
    distinct = cells.unique().drop_nulls()
    if distinct.is_empty():
        return pl.repeat(None, len(cells), dtype=dtype, eager=True)
    answers: Sequence[T | None] = [told(value) for value in distinct.to_list()]
    if len(distinct) == 1:
        one = pl.Series(answers, dtype=dtype)
        if cells.null_count() == 0:
            return one.new_from_index(0, len(cells))
    return cells.replace_strict(distinct, pl.Series(answers, dtype=dtype), default=None, return_dtype=dtype)
