"""Reading cells, kind by kind. Each cell ends with a value, empty, or with the one code under which it fails by itself.

The order of codes is the contract's: MISSING, ID_DIGITS_LOST, TOO_LONG, then form, list or checksum. Kinds that repeat few values
(dates, lists, amounts, codes of bodies) are read once for each distinct cell.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from openxin.intake.judging.codes import is_credit_code, is_placeholder
from openxin.intake.judging.sheet import Sheet, by_distinct, clean, cleaned
from openxin.law.catalogue import Catalogue, CodeList, Column
from openxin.people import names

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_BRACKETS = {ord(sign): "(" for sign in "〔［【（["} | {ord(sign): ")" for sign in "〕］】）]"}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_EXCEL_EPOCH = date(1899, 12, 30)
_NO_END_WORDS = ("长期", "长期有效", "永久", "无固定期限")
_AMOUNT = re.compile(r"[¥￥]?((?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)(万元|万|元|圆)?(?:整)?")
_FEN = {"元": 100, "圆": 100, "万元": 1_000_000, "万": 1_000_000, None: 1_000_000}
_MOST_DIGITS = 12  # before the point of decimal(18,6)


def read_all(sheet: Sheet, law: Catalogue) -> None:
    """Read every column of the type, but the number of the document, which needs its type."""
    for column in sheet.type.columns:
        if column.kind != "document_number":
            _read(sheet, column, law)


def _read(sheet: Sheet, column: Column, law: Catalogue) -> None:
    if not sheet.has(column.code):
        _absent(sheet, column)
        return
    if column.kind in ("text", "name", "reference"):
        _read_text(sheet, column)
        return
    _read_distinct(sheet, column, law)


def _read_distinct(sheet: Sheet, column: Column, law: Catalogue) -> None:
    cells = sheet.raw(column.code)
    read = reader(column, law)
    known = [read(cell) for cell in cells.unique().drop_nulls().to_list()]
    sheet.values[column.code] = by_distinct(cells, lambda cell: read(cell).value, _DTYPES.get(column.kind, pl.String))
    empty = cells.is_null()
    if any(one.empty for one in known):
        empty |= by_distinct(cells, lambda cell: read(cell).empty, pl.Boolean).fill_null(True)
    sheet.filled[column.code] = ~empty
    _require(sheet, column)
    if any(one.code for one in known):
        codes = by_distinct(cells, lambda cell: read(cell).code, pl.String)
        for code in codes.unique().drop_nulls().to_list():
            sheet.fail(column.code, codes == code, code)


_DTYPES: dict[str, Any] = {"date": pl.Date, "time": pl.String, "amount": pl.Int64, "document_type": pl.String}


def _absent(sheet: Sheet, column: Column) -> None:
    sheet.values[column.code] = pl.repeat(
        column.absent_means, sheet.height, dtype=_DTYPES.get(column.kind, pl.String), eager=True
    )
    sheet.filled[column.code] = sheet.nowhere if column.absent_means is None else ~sheet.nowhere


def _read_text(sheet: Sheet, column: Column) -> None:
    cells = cleaned(sheet.raw(column.code))
    sheet.filled[column.code] = cells.is_not_null()
    _require(sheet, column)
    sheet.values[column.code] = cells
    _limit(sheet, column, cells)
    if column.kind == "name":
        folded = names.folded_all(cells)
        sheet.fail(column.code, names.impossible(folded) & ~sheet.has_failed(column.code), "NAME_FORMAT")
    failed = sheet.has_failed(column.code)
    if failed.any():
        sheet.values[column.code] = cells.set(failed, None)


def _require(sheet: Sheet, column: Column) -> None:
    if column.required:
        sheet.fail(column.code, ~sheet.filled[column.code], "MISSING")


def _limit(sheet: Sheet, column: Column, cells: pl.Series) -> None:
    longest = cells.str.len_bytes().max()
    if column.length is None or not isinstance(longest, int) or longest <= column.length:
        return  # bytes are never fewer than characters
    sheet.fail(column.code, cells.str.len_chars() > column.length, "TOO_LONG")


def require_conditional(sheet: Sheet) -> None:
    """Columns that are needed where another says so; they may be absent from the header."""
    conditions = {condition.id: condition for condition in sheet.type.conditions}
    for column in sheet.type.columns:
        if column.required_when is None:
            continue
        condition = conditions[column.required_when]
        asked = sheet.values[condition.column]
        holds = (
            asked.str.contains_any(list(condition.contains)).fill_null(False)
            if condition.contains
            else sheet.filled[condition.column]
        )
        sheet.fail(column.code, holds & ~sheet.filled[column.code], "MISSING")


@dataclass(frozen=True, slots=True)
class Said:
    """What one cell says: a value, or empty, or a code under which it fails."""

    value: Any = None
    code: str | None = None
    empty: bool = False


EMPTY = Said(empty=True)


def reader(column: Column, law: Catalogue) -> Callable[[str], Said]:
    """How a cell of this column is read, remembering what it has read."""
    read = _reader(column, law)
    memory: dict[str, Said] = {}

    def remembered(cell: str) -> Said:
        if cell not in memory:
            bare = clean(cell)
            memory[cell] = EMPTY if bare is None else _within(column, bare) or read(bare)
        return memory[cell]

    return remembered


def _within(column: Column, cell: str) -> Said | None:
    if column.length is not None and len(cell) > column.length:
        return Said(code="TOO_LONG")
    return None


def _reader(column: Column, law: Catalogue) -> Callable[[str], Said]:
    if column.kind == "date" or column.kind == "time":
        return lambda cell: read_date(cell, column, law.parameters.no_end)
    if column.kind in ("amount", "decimal"):
        return read_amount if column.kind == "amount" else _read_decimal
    if column.kind == "uscc":
        return lambda cell: _read_credit_code(cell, column)
    if column.list is not None:
        listed = law.lists[column.list]
        return _several_reader(listed) if column.kind == "lists" else _one_reader(listed)
    return lambda cell: Said(cell)


def plain(cell: str) -> str:
    """Full-width letters, digits and signs as plain ones."""
    return cell.translate(_FULL_WIDTH)


def read_date(cell: str, column: Column, no_end: date) -> Said:
    """A day. `no_end` columns also say that there is none: filled, without a value."""
    bare = re.sub(r"\s+(?=\d{1,2}:)", " ", plain(cell)).replace(" ", "") if ":" not in cell else plain(cell)
    if column.no_end and bare in _NO_END_WORDS:
        return Said()
    found = _DATE.fullmatch(bare) or _COMPACT.fullmatch(bare)
    try:
        if found:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        elif serial := _SERIAL.fullmatch(bare):
            day = _EXCEL_EPOCH + timedelta(days=int(serial[1]))
        else:
            return Said(code="BAD_DATE")
    except ValueError:
        return Said(code="BAD_DATE")
    return Said() if column.no_end and day == no_end else Said(day)


def read_amount(cell: str) -> Said:
    """Money in fen. A plain number is 万元, as the national columns have it; 元 and 万元 may be written."""
    found = _AMOUNT.fullmatch(plain(cell).replace(" ", "").replace("，", ","))
    if not found:
        return Said(code="BAD_AMOUNT")
    number = Decimal(found[1].replace(",", ""))
    fen = number * _FEN[found[2]]
    if fen != fen.to_integral_value() or number >= 10**_MOST_DIGITS:
        return Said(code="BAD_AMOUNT")
    return Said(int(fen))


def _read_decimal(cell: str) -> Said:
    try:
        number = Decimal(plain(cell).replace(",", ""))
    except InvalidOperation:
        return Said(code="BAD_AMOUNT")
    return Said(str(number)) if number.is_finite() and number >= 0 else Said(code="BAD_AMOUNT")


def _read_credit_code(cell: str, column: Column) -> Said:
    bare = plain(cell).replace(" ", "").upper()
    if is_placeholder(bare) and column.empty_for_persons:
        return EMPTY
    return Said(bare) if is_credit_code(bare) else Said(code="USCC_CHECKSUM")


def _folded(word: str) -> str:
    return plain(word).translate(_BRACKETS).replace(" ", "").casefold()


def _one_reader(listed: CodeList) -> Callable[[str], Said]:
    known = {
        _folded(word): value.code for value in listed.values for word in (value.code, value.title.zh, *value.aliases)
    }
    refused = {value.code for value in listed.values if value.extra.get("taken") == "no"}
    # "其他" must say which: 其他-备案.
    open_ended = {
        _folded(value.title.zh): value.code for value in listed.values if value.extra.get("names_kind") == "yes"
    }

    def read(cell: str) -> Said:
        word = _folded(cell)
        code = known.get(word) or next(
            (code for head, code in open_ended.items() if re.match(re.escape(head) + r"[-—:：(]", word)), None
        )
        return Said(code="NOT_IN_LIST") if code is None or code in refused else Said(code)

    return read


def _several_reader(listed: CodeList) -> Callable[[str], Said]:
    one = _one_reader(listed)
    order = {value.code: n for n, value in enumerate(listed.values)}
    separators = re.compile("[" + re.escape(listed.separators) + "]")

    def read(cell: str) -> Said:
        said = [one(word) for word in separators.split(cell) if word.strip()]
        if not said or any(part.code for part in said):
            return Said(code="NOT_IN_LIST")
        return Said(";".join(sorted({part.value for part in said}, key=order.__getitem__)))

    return read
