"""Bulk COPY in PostgreSQL's binary format, encoded column by column.

Format: "COPY", section "Binary Format" of the PostgreSQL manual. A row is a 16-bit count of fields, then for each field a 32-bit
length and its bytes; -1 is null. All fixed-width fields between two variable ones are one numpy record, filled a column at a
time; Python touches a row only to join the pieces, and not even that where no field varies.

Rows with nulls differ in width. They are sorted into groups with the same nulls, each encoded as if it had none; a table has
no order, so that costs nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from psycopg import sql

from openxin.store.runs import Run

Mask = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.integer[Any]] | Sequence[int] | int

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_EPOCH_DAY = date(2000, 1, 1)
_EPOCH_DAYS = np.datetime64(_EPOCH_DAY, "D")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_JSONB_VERSION = b"\x01"


@dataclass(frozen=True, slots=True)
class _Constant:
    """The same bytes in every row; None: null."""

    content: bytes | None


@dataclass(frozen=True, slots=True)
class _Fixed:
    """As many bytes in every row: a one-dimensional array of items of that width. `nulls`: None where there are none."""

    items: npt.NDArray[Any]
    nulls: Mask | None


@dataclass(frozen=True, slots=True)
class _Variable:
    """Bytes of any length."""

    items: Sequence[bytes]
    nulls: Mask | None


_Encoded = _Constant | _Fixed | _Variable


class Column(Protocol):
    """A column of the rows to be copied."""

    def encoded(self) -> _Encoded:
        """Its fields, in the binary form of their type."""


@dataclass(frozen=True, slots=True)
class Uuid:
    """uuid: 16 bytes each, or the same 16 bytes for all."""

    values: Sequence[bytes | None] | Run | bytes | None

    def encoded(self) -> _Encoded:
        """16 bytes, as they are."""
        return _of_bytes(self.values)


@dataclass(frozen=True, slots=True)
class Bytes:
    """bytea."""

    values: Sequence[bytes | None] | Run | bytes | None

    def encoded(self) -> _Encoded:
        """As they are."""
        return _of_bytes(self.values)


@dataclass(frozen=True, slots=True)
class Text:
    """text."""

    values: Sequence[str | None] | str | None

    def encoded(self) -> _Encoded:
        """UTF-8."""
        return _of_texts(self.values, str.encode)


@dataclass(frozen=True, slots=True)
class Jsonb:
    """jsonb, given as JSON text."""

    values: Sequence[str | None] | str | None

    def encoded(self) -> _Encoded:
        """A version byte and the text."""
        return _of_texts(self.values, lambda text: _JSONB_VERSION + text.encode())


@dataclass(frozen=True, slots=True)
class Int2:
    """smallint."""

    values: Integers

    def encoded(self) -> _Encoded:
        """Big-endian."""
        return _of_integers(self.values, 2)


@dataclass(frozen=True, slots=True)
class Int4:
    """integer."""

    values: Integers

    def encoded(self) -> _Encoded:
        """Big-endian."""
        return _of_integers(self.values, 4)


@dataclass(frozen=True, slots=True)
class Int8:
    """bigint."""

    values: Integers

    def encoded(self) -> _Encoded:
        """Big-endian."""
        return _of_integers(self.values, 8)


@dataclass(frozen=True, slots=True)
class Bool:
    """boolean."""

    values: Mask | Sequence[bool] | bool

    def encoded(self) -> _Encoded:
        """One byte."""
        if isinstance(self.values, bool):
            return _Constant(bytes([self.values]))
        return _Fixed(np.asarray(self.values, dtype=np.uint8), None)


@dataclass(frozen=True, slots=True)
class Date:
    """date: `datetime64[D]`, in which NaT is null, or one day (or none) for all."""

    values: npt.NDArray[np.datetime64] | Sequence[date | None] | date | None

    def encoded(self) -> _Encoded:
        """Days since 2000-01-01."""
        if self.values is None:
            return _Constant(None)
        if isinstance(self.values, date):
            return _Constant((self.values - _EPOCH_DAY).days.to_bytes(4, "big", signed=True))
        days = np.asarray(self.values, dtype="datetime64[D]")
        nulls = np.isnat(days)
        return _Fixed((days - _EPOCH_DAYS).astype(np.int64).astype(">i4"), nulls if nulls.any() else None)


@dataclass(frozen=True, slots=True)
class Timestamptz:
    """timestamptz: one instant for all rows of a transaction."""

    value: datetime

    def encoded(self) -> _Encoded:
        """Microseconds since 2000-01-01 UTC."""
        past = self.value - _EPOCH
        return _Constant(
            ((past.days * 86_400 + past.seconds) * 10**6 + past.microseconds).to_bytes(8, "big", signed=True)
        )


def copy_in(cursor: Any, table: str, columns: Mapping[str, Column], rows: int) -> None:
    """Copy `rows` rows into `table`, in the caller's transaction. `cursor`: psycopg's, or Django's, which passes on to it."""
    if rows:
        copy_blocks(cursor, table, list(columns), [(list(columns.values()), rows)])


def copy_blocks(cursor: Any, table: str, names: Sequence[str], blocks: Iterable[tuple[Sequence[Column], int]]) -> None:
    """`copy_in` for rows that are made while they are copied, some hundreds at a time: what was sealed a moment ago is still in
    the processor's cache when it is sent, and no list holds all of it. Each block: the columns called `names`, and how many rows.
    """
    with _beside_row_security(cursor, table, names) as target, cursor.copy(_statement(target, names)) as copy:
        copy.write(_HEADER)
        for columns, rows in blocks:
            for piece in _pieces([column.encoded() for column in columns], rows):
                copy.write(piece)
        copy.write(_TRAILER)


def _statement(table: str, columns: Iterable[str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("copy {} ({}) from stdin (format binary)").format(sql.Identifier(table), names)


@contextmanager
def _beside_row_security(cursor: Any, table: str, columns: Sequence[str]) -> Iterator[str]:
    """The table to copy into: `table` itself, or where this role is under its row security one beside it, from which the rows
    are inserted, since PostgreSQL refuses to copy under row security.
    """
    if not _is_under_row_security(cursor, table):
        yield table
        return
    beside = f"{table}_coming"
    cursor.execute(_TYPES, (table, list(columns)))
    types = dict(cursor.fetchall())
    fields = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(types[name])) for name in columns)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    cursor.execute(sql.SQL("create temporary table {} ({}) on commit drop").format(sql.Identifier(beside), fields))
    yield beside
    cursor.execute(
        sql.SQL("insert into {} ({}) select {} from {}").format(
            sql.Identifier(table), names, names, sql.Identifier(beside)
        )
    )
    cursor.execute(sql.SQL("drop table {}").format(sql.Identifier(beside)))


# The types as the server writes them: the role may not read every column, but everybody may read the catalog.
_TYPES = """
    select attname, format_type(atttypid, atttypmod) from pg_attribute
    where attrelid = %s::regclass and attname = any(%s)
"""
_asked: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()


def _is_under_row_security(cursor: Any, table: str) -> bool:
    """Whether this connection's role does not bypass it; asked once for each connection, and only a table has the rest to say."""
    connection = cursor.connection
    if connection not in _asked:
        cursor.execute("select not (rolbypassrls or rolsuper) from pg_roles where rolname = current_user")
        _asked[connection] = bool(cursor.fetchone()[0])
    if not _asked[connection]:
        return False
    cursor.execute("select row_security_active(%s::regclass)", (table,))
    return bool(cursor.fetchone()[0])


def encode(columns: Sequence[_Encoded], rows: int) -> list[bytes]:
    """The whole stream, in pieces: header, rows, trailer. Raises ValueError where a column has not `rows` fields."""
    return [_HEADER, *_pieces(columns, rows), _TRAILER]


def _pieces(columns: Sequence[_Encoded], rows: int) -> list[bytes]:
    for column in columns:
        if not isinstance(column, _Constant) and len(column.items) != rows:
            raise ValueError(f"a column has {len(column.items)} fields, not {rows}")
    return [_rows_alike(group, count) for group, count in _alike(columns, rows)]


def _alike(columns: Sequence[_Encoded], rows: int) -> list[tuple[Sequence[_Encoded], int]]:
    """The rows in groups that have the same nulls; within a group no column has a mask."""
    masks = [column.nulls for column in columns if not isinstance(column, _Constant) and column.nulls is not None]
    if not masks:
        return [(columns, rows)]
    pattern = np.zeros(rows, np.uint64)
    for place, mask in enumerate(masks):
        pattern |= mask.astype(np.uint64) << np.uint64(place)
    order = np.argsort(pattern, kind="stable")
    borders = np.flatnonzero(np.diff(pattern[order])) + 1
    return [([_taken(column, chosen) for column in columns], len(chosen)) for chosen in np.split(order, borders)]


def _taken(column: _Encoded, chosen: npt.NDArray[np.intp]) -> _Encoded:
    if isinstance(column, _Constant):
        return column
    if column.nulls is not None and column.nulls[chosen[0]]:
        return _Constant(None)
    if isinstance(column, _Fixed):
        return _Fixed(column.items[chosen], None)
    return _Variable([column.items[at] for at in chosen.tolist()], None)


def _rows_alike(columns: Sequence[_Encoded], rows: int) -> bytes:
    """Rows without nulls (but constant ones): records of fixed width, and variable fields between them."""
    record = _Record(rows)
    record.constant(len(columns).to_bytes(2, "big"))
    pieces: list[Sequence[bytes]] = []
    for column in columns:
        if isinstance(column, _Constant):
            record.constant(_length(column.content) + (column.content or b""))
        elif isinstance(column, _Fixed):
            record.constant(column.items.itemsize.to_bytes(4, "big"))
            record.column(column.items)
        else:
            record.column(np.fromiter(map(len, column.items), dtype=">i4", count=rows))
            pieces += [record.pieces(), column.items]
            record = _Record(rows)
    if not pieces:
        return record.whole()
    if record.parts:
        pieces.append(record.pieces())
    line: list[bytes] = [b""] * (rows * len(pieces))
    for at, column_of_pieces in enumerate(pieces):
        line[at :: len(pieces)] = column_of_pieces
    return b"".join(line)


class _Record:
    """One numpy record for each row, of constants and columns in their order."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.parts: list[bytes | npt.NDArray[Any]] = []

    def constant(self, content: bytes) -> None:
        """Add the same bytes to every row; neighbours become one."""
        if self.parts and isinstance(last := self.parts[-1], bytes):
            self.parts[-1] = last + content
        else:
            self.parts.append(content)

    def column(self, items: npt.NDArray[Any]) -> None:
        """Add an item to each row."""
        self.parts.append(items)

    def _filled(self) -> npt.NDArray[Any]:
        dtype = np.dtype(
            [
                (f"f{at}", f"V{len(part)}" if isinstance(part, bytes) else part.dtype.str)
                for at, part in enumerate(self.parts)
            ]
        )
        records = np.empty(self.rows, dtype=dtype)
        for at, part in enumerate(self.parts):
            records[f"f{at}"] = np.void(part) if isinstance(part, bytes) else part
        return records

    def whole(self) -> bytes:
        """All rows in one run."""
        return self._filled().tobytes()

    def pieces(self) -> list[bytes]:
        """Each row as bytes of its own."""
        records = self._filled()
        run, width = records.tobytes(), records.itemsize
        return [run[at : at + width] for at in range(0, len(run), width)]


def _of_bytes(values: Sequence[bytes | None] | Run | bytes | None) -> _Encoded:
    if values is None or isinstance(values, bytes):
        return _Constant(values)
    if isinstance(values, np.ndarray):
        return _Fixed(values, None)
    try:
        widths = set(map(len, values))  # type: ignore[arg-type]  # a null is found by the failure: the common case costs nothing
    except TypeError:
        nulls = np.fromiter((value is None for value in values), dtype=np.bool_, count=len(values))
        return _Variable([value or b"" for value in values], nulls)
    if len(widths) == 1 and (width := widths.pop()):
        return _Fixed(np.frombuffer(b"".join(values), dtype=f"V{width}"), None)  # type: ignore[arg-type]
    return _Variable(values, None)  # type: ignore[arg-type]


def _of_texts(values: Sequence[str | None] | str | None, encode_one: Callable[[str], bytes]) -> _Encoded:
    if values is None or isinstance(values, str):
        return _Constant(None if values is None else encode_one(values))
    known: dict[str | None, bytes | None] = {
        value: None if value is None else encode_one(value) for value in set(values)
    }
    return _of_bytes([known[value] for value in values])


def _of_integers(values: Integers, width: int) -> _Encoded:
    if isinstance(values, int):
        return _Constant(values.to_bytes(width, "big", signed=True))
    wide = np.asarray(values, dtype=np.int64)
    limit = 1 << (8 * width - 1)
    if len(wide) and not -limit <= int(wide.min()) <= int(wide.max()) < limit:
        raise ValueError(f"a number does not fit into {width} bytes")
    return _Fixed(wide.astype(f">i{width}"), None)


def _length(content: bytes | None) -> bytes:
    return (-1 if content is None else len(content)).to_bytes(4, "big", signed=True)
