"""Bulk COPY in PostgreSQL's binary format, assembled column by column: no Python object for each cell.

`copy_in(cursor, table, {column: values}, rows)`. A column is a list or an array with one value a row, or one value for all.
Whatever has one width in all rows (ids, dates, tokens of one length) is laid out by numpy; only what varies is joined row by row.
Format: PostgreSQL manual, COPY, "Binary Format": per row a 16-bit number of fields, then per field a 32-bit length and the bytes;
length -1 is null. Integers big-endian; date: days since 2000-01-01; timestamptz: microseconds since then, UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from psycopg import Cursor, sql

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_EPOCH = date(2000, 1, 1)
_EPOCH_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
_JSONB_VERSION = b"\x01"

Block = npt.NDArray[np.uint8]  # (rows, width): the same number of bytes in each row
Part = Block | list[bytes]


class Column(Protocol):
    """Values of one column, able to say how they lie in each row."""

    def parts(self, rows: int) -> list[Part]:
        """The bytes of `rows` fields, length words included, as blocks of one width and lists of varying length."""


@dataclass(frozen=True, slots=True)
class Uuid:
    """uuid: 16 bytes each, or one for all."""

    values: bytes | Sequence[bytes]

    def parts(self, rows: int) -> list[Part]:
        """See Column."""
        return _bytes_parts(self.values, rows)


@dataclass(frozen=True, slots=True)
class Bytes:
    """bytea, or anything whose binary form is its bytes. None in a list is null."""

    values: bytes | Sequence[bytes | None]

    def parts(self, rows: int) -> list[Part]:
        """See Column."""
        return _bytes_parts(self.values, rows)


@dataclass(frozen=True, slots=True)
class Text:
    """text, in UTF-8. None in a list is null."""

    values: str | Sequence[str | None]

    def parts(self, rows: int) -> list[Part]:
        """See Column."""
        if isinstance(self.values, str):
            return _bytes_parts(self.values.encode(), rows)
        return _bytes_parts([None if one is None else one.encode() for one in self.values], rows)


@dataclass(frozen=True, slots=True)
class Jsonb:
    """jsonb, given as JSON text."""

    values: str | Sequence[str]

    def parts(self, rows: int) -> list[Part]:
        """See Column."""
        if isinstance(self.values, str):
            return _bytes_parts(_JSONB_VERSION + self.values.encode(), rows)
        return _bytes_parts([_JSONB_VERSION + one.encode() for one in self.values], rows)


@dataclass(frozen=True, slots=True)
class _Integer:
    values: int | bool | Sequence[int] | npt.NDArray[Any]
    width: str

    def parts(self, rows: int) -> list[Part]:
        """See Column."""
        array = np.broadcast_to(np.asarray(self.values), (rows,)).astype(self.width)
        return [_with_length(array.view(np.uint8).reshape(rows, -1))]


def Int2(values: int | Sequence[int] | npt.NDArray[Any]) -> Column:  # noqa: N802 -- named as a type of the database
    """A smallint column."""
    return _Integer(values, ">i2")


def Int4(values: int | Sequence[int] | npt.NDArray[Any]) -> Column:  # noqa: N802
    """An integer column."""
    return _Integer(values, ">i4")


def Int8(values: int | Sequence[int] | npt.NDArray[Any]) -> Column:  # noqa: N802
    """A bigint column."""
    return _Integer(values, ">i8")


def Bool(values: bool | Sequence[bool] | npt.NDArray[Any]) -> Column:  # noqa: N802
    """A boolean column."""
    return _Integer(values, "u1")


@dataclass(frozen=True, slots=True)
class Date:
    """date: one day for all, or a datetime64 array in which NaT is null."""

    values: date | npt.NDArray[np.datetime64]

    def parts(self, rows: int) -> list[Part]:
        """See Column."""
        if isinstance(self.values, date):
            return Int4((self.values - _EPOCH).days).parts(rows)
        there = ~np.isnat(self.values)
        days = (self.values.astype("datetime64[D]") - np.datetime64(_EPOCH)).astype(np.int64)
        if there.all():
            return Int4(days).parts(rows)
        if not there.any():
            return [_repeated(_NULL, rows)]
        run = _with_length(days.astype(">i4").view(np.uint8).reshape(rows, -1)).tobytes()
        return [[run[at * 8 : at * 8 + 8] if one else _NULL for at, one in enumerate(there.tolist())]]


@dataclass(frozen=True, slots=True)
class Timestamptz:
    """timestamptz: one instant for all."""

    value: datetime

    def parts(self, rows: int) -> list[Part]:
        """See Column."""
        return Int8((self.value - _EPOCH_INSTANT) // timedelta(microseconds=1)).parts(rows)


def copy_in(cursor: Cursor[Any], table: str, columns: Mapping[str, Column], rows: int) -> None:
    """Append `rows` rows to `table`, in the caller's transaction."""
    if rows == 0:
        return
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(sql.Identifier(table), names)
    with cursor.copy(statement) as copy:
        copy.write(encoded(list(columns.values()), rows))


def encoded(columns: Sequence[Column], rows: int) -> bytes:
    """The whole binary stream for `rows` rows of `columns`."""
    parts: list[Part] = [_repeated(len(columns).to_bytes(2, "big"), rows)]
    parts += [part for column in columns for part in column.parts(rows)]
    merged = _merged(parts)
    if len(merged) == 1 and not isinstance(merged[0], list):
        body = merged[0].tobytes()
    else:
        body = b"".join(chain.from_iterable(zip(*map(_by_row, merged), strict=True)))
    return _SIGNATURE + body + _TRAILER


def _merged(parts: list[Part]) -> list[Part]:
    """Neighbouring blocks as one, so that a row is put together from as few pieces as may be."""
    merged: list[Part] = []
    waiting: list[Block] = []
    for part in parts:
        if isinstance(part, list):
            if waiting:
                merged.append(np.concatenate(waiting, axis=1))
                waiting = []
            merged.append(part)
        else:
            waiting.append(part)
    if waiting:
        merged.append(np.concatenate(waiting, axis=1))
    return merged


def _by_row(part: Part) -> list[bytes]:
    if isinstance(part, list):
        return part
    run, width = part.tobytes(), part.shape[1]
    return [run[at : at + width] for at in range(0, len(run), width)]


def _bytes_parts(values: bytes | Sequence[bytes | None], rows: int) -> list[Part]:
    if isinstance(values, bytes):
        return [_repeated(len(values).to_bytes(4, "big") + values, rows)]
    if len(values) != rows:
        raise ValueError(f"{len(values)} values for {rows} rows")
    if any(one is None for one in values):
        return [[_NULL if one is None else len(one).to_bytes(4, "big") + one for one in values]]
    sure = [one for one in values if one is not None]
    lengths = np.fromiter(map(len, sure), dtype=np.int64, count=rows)
    if (lengths == lengths[0]).all():
        return [_with_length(np.frombuffer(b"".join(sure), dtype=np.uint8).reshape(rows, -1))]
    return [lengths.astype(">i4").view(np.uint8).reshape(rows, 4), sure]


def _with_length(block: Block) -> Block:
    rows, width = block.shape
    return np.concatenate([_repeated(width.to_bytes(4, "big"), rows), block], axis=1)


def _repeated(value: bytes, rows: int) -> Block:
    return np.broadcast_to(np.frombuffer(value, dtype=np.uint8), (rows, len(value)))
