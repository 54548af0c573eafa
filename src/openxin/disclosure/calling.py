"""Calling: the one call in which the database shows records, writes the line that tells of it and enters it into the ledger.

Always true: the line is prepared before anything is read and is written by the statement that reads; what cannot be unsealed, and
whatever else goes wrong before the answer is ready, takes the line back too, and nothing has been shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError

from openxin.accounts.readers import Reader
from openxin.disclosure.asking import LineImpossible, Question
from openxin.disclosure.reach import Group, Reach
from openxin.law.rights import Form
from openxin.records import lines, reading
from openxin.store import canonical, session

_REFUSED, _OTHERS_TOO = "OX001", "OX002"
# Of the parameters of `openxin_disclose`, in their order.
_TYPES = (
    "uuid", "uuid[]", "uuid", "text", "text", "date", "timestamptz", "uuid", "text", "boolean", "boolean", "boolean", "text[]",
    "text[]", "text[]", "uuid[]", "uuid[]", "uuid[]", "bytea[]", "bytea[]", "bytea[]", "smallint", "bytea", "bytea[]", "bytea[]",
)  # fmt: skip
_NAME = "openxin_reading"
_CALL = (
    f"select {', '.join(reading.SHOWN)} from openxin_disclose"
    f"({', '.join(f'${n}::{type_}' for n, type_ in enumerate(_TYPES, 1))})"
)


class Refused(Exception):
    """The database knows why this may not be read: the rule. Nothing was read, and nothing was written."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class OthersToo(Exception):
    """Others are read as one with the person asked about: they have to be named. Nothing was read, and nothing was written."""

    def __init__(self, persons: tuple[UUID, ...]) -> None:
        super().__init__()
        self.persons = persons


@dataclass(frozen=True, slots=True)
class Call:
    """One reading as the database is asked for it. `said`: what the line says of it, but for what was shown."""

    question: Question
    persons: tuple[UUID, ...]  # the one asked about, and who is read as one with them, in order
    to: Reader
    today: date
    at: datetime
    form: Form | None  # None: everything, all versions: for the person
    reach: Reach
    said: dict[str, Any]
    told: bool  # the person is told at once, beside their own list


@contextmanager
def shown(call: Call) -> Iterator[tuple[reading.Held, tuple[UUID, ...]]]:
    """What is shown, and the line that each person of the call has of it; both stand once the body ends well.

    Raises Refused, OthersToo, CannotOpen, LineImpossible.
    """
    before = canonical.written(call.said)[:-1] + b',"shown":['
    named = _named(call)
    text = before + b",".join(group.head + group.tail for _, group in named) + b"]}"
    written = [lines.prepared(person, text) for person in call.persons]
    of = session.Reading(call.question.purpose, call.question.right.kind, call.today, call.reach.openable)
    together = call.persons if len(call.persons) > 1 else ()
    one_call = _call(call, named, before, written)
    try:
        with session.asking(call.to.login, call.question.person, of, one_call, joined=together) as rows:
            yield reading.unsealed(rows), tuple(line.id for line in written)
    except (DatabaseError, InterfaceError) as error:
        raise _told(error) from error.__cause__


def _told(error: Exception) -> Exception:
    """What the database said, in our words. What is read and its line are one statement: whatever failed, there is neither."""
    state = getattr(error.__cause__, "sqlstate", None)
    detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", None) or ""
    if state == _REFUSED:
        return Refused(detail)
    if state == _OTHERS_TOO:
        return OthersToo(tuple(UUID(one) for one in detail.strip("{}").split(",")))
    return LineImpossible()


def _named(call: Call) -> list[tuple[str, Group]]:
    """The types that this question reaches, each with its group in the line."""
    only = call.question.right.types
    pairs = zip(call.reach.types, call.reach.groups, strict=True)
    return [(type_, group) for type_, group in pairs if only is None or type_ in only]


def _call(
    call: Call, named: Sequence[tuple[str, Group]], before: bytes, written: Sequence[lines.Prepared]
) -> session.Call:
    """The call. No value in it but ids, days, numbers, words of the catalogue, and bytes in hexadecimal."""
    right, reach = call.question.right, call.reach
    values = (
        _one(call.question.person),
        _many(call.persons),
        _one(call.to.login),
        _one(call.to.holder),
        _one(call.question.purpose),
        _one(call.today),
        _one(call.at.isoformat()),
        "null" if right.grant is None else _one(right.grant),
        _one(call.form or "statement"),
        "true" if call.told else "false",
        "true" if call.form is None else "false",
        "true" if right.kind == "award" else "false",
        _many(type_ for type_, _ in named),
        _many(reach.openable),
        _many(reach.seen),
        "null" if right.records is None else _many(right.records),
        _many(line.id for line in written),
        _many(line.entry_id for line in written),
        _all_bytes(line.sealed for line in written),
        _all_bytes(line.salt for line in written),
        _all_bytes(line.key.wrapped for line in written),
        str(written[0].key.epoch),
        _bytes(before),
        _all_bytes(group.head for _, group in named),
        _all_bytes(group.tail for _, group in named),
    )
    return session.Call(_NAME, _CALL, values)


def _one(value: object) -> str:
    escaped = str(value).replace("'", "''")
    return f"'{escaped}'"


def _many(values: Iterable[object]) -> str:
    return f"'{{{','.join(map(str, values))}}}'"


def _bytes(value: bytes) -> str:
    return f"'\\x{value.hex()}'"


def _all_bytes(values: Iterable[bytes]) -> str:
    # In the text of an array a backslash stands for the next character, so it is there twice.
    return "'{" + ",".join(f"\\\\x{value.hex()}" for value in values) + "}'"
