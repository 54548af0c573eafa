"""Who reads: the loud half of row security.

Every policy begins with `current_setting('openxin.reader')::uuid is not null`, which raises when nobody said who reads.
This module is the only place that says it. The settings are literal `SET LOCAL` in an explicit, outermost transaction:
they end with it, and a distributed server passes them on to its workers (`set_config()` it does not).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connections, transaction
from psycopg import Connection, abc
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

T = TypeVar("T")
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


@dataclass(slots=True)
class _Kept:
    """What is kept for as long as a connection lasts.

    How its answers are read; the calls that it has prepared; and the settings that it was given for good.
    """

    reads: abc.Transformer
    prepared: set[str]
    settings: str = ""


_kept: WeakKeyDictionary[Connection[Any], _Kept] = WeakKeyDictionary()  # which nothing in it may hold


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


def asked(
    reader: UUID,
    subject: UUID,
    reading: Reading,
    call: Call,
    use: Callable[[Sequence[tuple[Any, ...]]], T],
    *,
    joined: Sequence[UUID] = (),
    using: str = "default",
) -> T:
    """`reading_as` in one round trip: who reads, and one statement, sent together. What `use` makes of its rows; then committed.

    `use` may run more statements through Django's connection. What it cannot use rolls everything back, by raising.
    """
    django = connections[using]
    if django.in_atomic_block:
        raise RuntimeError("a reading is a transaction of its own")
    django.ensure_connection()
    with django.wrap_database_errors:
        raw: Connection[Any] = django.connection
        kept = _kept_of(raw)
        who = _who(reader, subject) + (f"; {_together(joined)}" if joined else "")
        said = (
            f"begin; {who}; {_for_what(reading.purpose, reading.right)}; execute {call.name} ({','.join(call.values)})"
        )
        try:
            _settle(raw, kept, _settings(reading.day, reading.openable))
            made = use(_rows(kept.reads, answered(raw, _prepared(kept.prepared, call) + said)))
            answered(raw, "commit")
        except BaseException:
            if not raw.closed:
                raw.pgconn.exec_(b"rollback")
            raise
    return made


def answered(raw: Connection[Any], statements: str) -> PGresult:
    """What the last of some statements answers. Raises psycopg's Error.

    Straight through libpq: a cursor would make an object of what each of the statements answers.
    """
    result = raw.pgconn.exec_(statements.encode())
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise error_from_result(result)
    return result


def _rows(reads: abc.Transformer, result: PGresult) -> Sequence[tuple[Any, ...]]:
    """The rows of an answer; instants are in UTC."""
    reads.set_pgresult(result)
    return reads.load_rows(0, result.ntuples, tuple)


def _kept_of(raw: Connection[Any]) -> _Kept:
    found = _kept.get(raw)
    if found is None:
        found = _kept[raw] = _Kept(Transformer(), set())
    return found


def _settle(raw: Connection[Any], kept: _Kept, settings: str) -> None:
    """Give the connection these settings for good, where it has them not: by themselves, so that no rollback undoes them."""
    if kept.settings != settings:
        answered(raw, settings)
        kept.settings = settings


@lru_cache(maxsize=16)
def _settings(day: date | None, openable: tuple[str, ...]) -> str:
    """What almost all readings of a day have in common, as `SET`: without a reader and a purpose it lets nobody see anything."""
    return (
        "set openxin.token = ''; set openxin.task = ''; set openxin.joined = '{}'; "
        f"set openxin.day = '{day or ''}'; set openxin.openable = '{_plain(openable)}'"
    )


def _prepared(prepared: set[str], call: Call) -> str:
    """What makes a connection that has `prepared` these ready for the call, where it is not: a long statement is parsed once."""
    if call.name in prepared:
        return ""
    prepared.add(call.name)  # a prepared statement does not go with a transaction that is rolled back
    return f"prepare {call.name} as {call.statement}; "


def _said(reader: UUID, subject: UUID, joined: Iterable[UUID], reading: Reading | None) -> str:
    """Literal `SET LOCAL`s of what the policies ask."""
    said = f"{_who(reader, subject)}; {_together(joined)}"
    if reading is None:
        return said
    return (
        f"{said}; {_for_what(reading.purpose, reading.right)}; "
        f"set local openxin.day = '{reading.day or ''}'; set local openxin.openable = '{_plain(reading.openable)}'"
    )


def _who(reader: UUID, subject: UUID) -> str:
    return f"set local openxin.reader = '{reader.int:032x}'; set local openxin.subject = '{subject.int:032x}'"


def _together(joined: Iterable[UUID]) -> str:
    return f"set local openxin.joined = '{{{','.join(map(str, joined))}}}'"


@lru_cache(maxsize=256)
def _for_what(purpose: str, right: str) -> str:
    return f"set local openxin.asks = '{_word(purpose)}/{_word(right)}'"


def _plain(words: Iterable[str]) -> str:
    return f"{{{','.join(map(_word, words))}}}"


def _word(word: str) -> str:
    if not word.replace("-", "_").isidentifier():
        raise ValueError("purpose, right and types are plain words")
    return word


def also_about(joined: Iterable[UUID], *, using: str = "default") -> None:
    """From here to the end of the transaction, rows of `joined` may be seen and written too. Inside `reading_as`."""
    with connections[using].cursor() as cursor:
        cursor.execute(_together(joined))
