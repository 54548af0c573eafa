"""Who reads: the loud half of row security.

Every policy begins with `current_setting('openxin.reader')::uuid is not null`, which raises when nobody said who reads.
This module is the only place that says it. The settings are literal `SET LOCAL` in an explicit, outermost transaction:
they end with it, and a distributed server passes them on to its workers (`set_config()` it does not).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connections, transaction
from psycopg import Connection, Cursor

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Reading:
    """For what and by which right records are read: words that the policies of their tables know.

    `day`: in whose windows others may see them; `openable`: record types that are closed to others until the person opens them.
    """

    purpose: str
    right: str
    day: date | None = None
    openable: tuple[str, ...] = ()


BY_OWN_RIGHT = Reading("self", "own")


@dataclass(frozen=True, slots=True)
class Call:
    """A statement with its values, as literals: ids, days, numbers, words of the catalogue, and bytes in hexadecimal.

    `name`: under which it stays prepared for as long as the connection lasts.
    """

    name: str
    statement: str
    values: tuple[str, ...]


_prepared: WeakKeyDictionary[Connection[Any], set[str]] = WeakKeyDictionary()


@contextmanager
def reading_as(
    reader: UUID,
    subject: UUID = NOBODY,
    *,
    joined: Iterable[UUID] = (),
    token: bytes = b"",
    task: str = "",
    reading: Reading | None = None,
    using: str = "default",
) -> Iterator[None]:
    """Run the body in one durable transaction as `reader`, about `subject`.

    `subject`: the one person whose rows may be seen and written. `joined`: persons whose documents an official joined with
    the subject's; their rows too (docs/decisions/0018). `token`: an identity token that the reader presents;
    its identity row may be seen too. `task`: a named set-based task (`expire`) that the policies know. `reading`: of records
    and lines, none of which may be seen without it.
    """
    if not task.isidentifier() and task != "":
        raise ValueError("a task is a plain word")
    with transaction.atomic(using=using, durable=True), connections[using].cursor() as cursor:
        cursor.execute(
            _said(reader, subject, joined, reading)
            + f"; set local openxin.token = '{token.hex()}'; set local openxin.task = '{task}'"
        )
        yield


@contextmanager
def asking(
    reader: UUID,
    subject: UUID,
    reading: Reading,
    call: Call,
    *,
    joined: Iterable[UUID] = (),
    using: str = "default",
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """`reading_as` in one round trip: who reads, and one statement, sent together. Its rows; committed where the body ends well.

    The body may run more statements through Django's connection. What the caller cannot use rolls everything back, by raising.
    """
    django = connections[using]
    if django.in_atomic_block:
        raise RuntimeError("a reading is a transaction of its own")
    django.ensure_connection()
    with django.wrap_database_errors:
        raw = django.connection
        cursor = Cursor(raw)
        try:
            cursor.execute(
                f"begin; {_said(reader, subject, joined, reading)}; set local openxin.token = ''; set local openxin.task = ''; "
                + _executed(raw, call)
            )
            cursor.set_result(-1)
            yield cursor.fetchall()
            cursor.execute("commit")
        except BaseException:
            if not raw.closed:
                cursor.execute("rollback")
            raise


def _executed(raw: Connection[Any], call: Call) -> str:
    """The call as a statement, prepared where this connection has not prepared it yet: it is long, and parsed once."""
    execute = f"execute {call.name} ({', '.join(call.values)})"
    known = _prepared.setdefault(raw, set())
    if call.name in known:
        return execute
    known.add(call.name)  # a prepared statement outlives a rollback
    return f"prepare {call.name} as {call.statement}; {execute}"


def _said(reader: UUID, subject: UUID, joined: Iterable[UUID], reading: Reading | None) -> str:
    """Literal `SET LOCAL`s of what the policies ask."""
    said = (
        f"set local openxin.reader = '{reader}'; set local openxin.subject = '{subject}'; "
        f"set local openxin.joined = '{_array(joined)}'"
    )
    if reading is None:
        return said
    words = (reading.purpose, reading.right, *reading.openable)
    if not all(word.replace("-", "_").isidentifier() for word in words):
        raise ValueError("purpose, right and types are plain words")
    return (
        f"{said}; set local openxin.asks = '{reading.purpose}/{reading.right}'; "
        f"set local openxin.day = '{reading.day or ''}'; set local openxin.openable = '{{{','.join(reading.openable)}}}'"
    )


def also_about(joined: Iterable[UUID], *, using: str = "default") -> None:
    """From here to the end of the transaction, rows of `joined` may be seen and written too. Inside `reading_as`."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"set local openxin.joined = '{_array(joined)}'")


def _array(persons: Iterable[UUID]) -> str:
    return "{" + ",".join(map(str, persons)) + "}"
