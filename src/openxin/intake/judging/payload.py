"""What is kept of a row, and what makes two rows the same: canonical texts, put together column by column.

The payload is RFC 8785 JSON of every filled column: keys sorted, days as ISO dates, money as whole fen, "no end" as a word. Content is
what counts for "the same decision with the same content"; extras are what a body may supply later.
"""

from collections.abc import Sequence

import polars as pl

from openxin.intake.judging.sheet import Sheet
from openxin.law.catalogue import Column
from openxin.people import names

NO_END = "长期"
_BETWEEN = "\x1f"
_BRACKETS = {**dict.fromkeys("〔［【（[", "("), **dict.fromkeys("〕］】）]", ")")}
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B)}


def payloads(sheet: Sheet) -> pl.Series:
    """Canonical JSON of every column that is kept."""
    kept = sorted(
        (column for column in sheet.type.columns if _is_kept(column) and sheet.filled[column.code].any()),
        key=lambda column: column.code,
    )
    return pl.select(pl.struct(_kept(sheet, column) for column in kept).struct.json_encode()).to_series()


def _is_kept(column: Column) -> bool:
    return column.kind != "reference" and not column.forbidden and not column.empty_for_persons


def _kept(sheet: Sheet, column: Column) -> pl.Series:
    value = sheet.values[column.code]
    if value.dtype == pl.Date:
        value = value.cast(pl.String)
        if column.no_end:
            value = value.set(value.is_null() & sheet.filled[column.code], NO_END)
    return value.alias(column.code)


def naturals(sheet: Sheet, authority: str) -> pl.Series:
    """The natural key without its person; null where one of its cells is not sound."""
    person = {sheet.type.column(role) for role in ("name", "document_type", "document_number", "passport_state")}
    parts = [
        _compared(sheet, column) for column in sheet.type.columns if column.natural_key and column.code not in person
    ]
    return _joined([pl.repeat(authority, sheet.height, eager=True), *parts], nulls=False)


def contents(sheet: Sheet) -> pl.Series:
    """Everything that counts as content; null where a cell of it failed or a needed one is empty."""
    columns = [column for column in sheet.type.columns if column.part == "content" and _is_kept(column)]
    joined = _joined([_compared(sheet, column) for column in columns], nulls=True)
    unsound = sheet.nowhere
    for column in columns:
        if column.code in sheet.failed:
            unsound = unsound | sheet.failed[column.code]
    return joined.set(unsound, None) if unsound.any() else joined


def extras(sheet: Sheet) -> pl.Series:
    """Status columns and our own, but for the reference to a waiting row."""
    columns = [
        column
        for column in sheet.type.columns
        if column.kind != "reference" and (column.part in ("status", "supplement") or "ox" in column.editions)
    ]
    return _joined([_compared(sheet, column) for column in columns], nulls=True)


def _compared(sheet: Sheet, column: Column) -> pl.Series:
    """A column as it is compared: names and document numbers folded."""
    value = sheet.values[column.code]
    if column.kind == "name":
        return names.folded_all(value)
    if column.code == sheet.type.column("document"):
        return folded_documents(value)
    return value.cast(pl.String) if value.dtype != pl.String else value


def folded_documents(cells: pl.Series) -> pl.Series:
    """Document numbers with one kind of bracket, plain letters and digits, no spaces, one case."""
    return (
        cells.str.replace_many(list(_BRACKETS), list(_BRACKETS.values()))
        .str.replace_many(list(_FULL_WIDTH), list(_FULL_WIDTH.values()))
        .str.replace_all(r"\s", "")
        .str.to_uppercase()
    )


def _joined(parts: Sequence[pl.Series], *, nulls: bool) -> pl.Series:
    if nulls:
        parts = [part.fill_null("") if part.null_count() else part for part in parts]
    return pl.select(pl.concat_str(list(parts), separator=_BETWEEN)).to_series()
