"""Calling: the one call in which the database shows records, writes the line that tells of it and enters it into the ledger.

Always true: the line is prepared before anything is read and is written by the statement that reads; what cannot be unsealed, and
whatever else goes wrong before the answer is ready, takes the line back too, and nothing has been shown.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError, InterfaceError

from openxin.accounts.readers import Reader
from openxin.disclosure.asking import LineImpossible, Question
from openxin.disclosure.reach import Reach
from openxin.law.rights import Form
from openxin.records import lines, reading
from openxin.store import canonical, session

T = TypeVar("T")
_REFUSED, _OTHERS_TOO = "OX001", "OX002"
# The parameters of `openxin_disclose` that each reading has of its own, in their order. What the law says, the same for all
# readings of one kind, stands between them in the statement, which the connection keeps prepared.
_OWN = {
    "_asked": "uuid", "_together": "uuid[]", "_login": "uuid", "_holder": "text", "_day": "date", "_at": "timestamptz",
    "_grant": "uuid", "_only": "uuid[]", "_lines": "uuid[]", "_entries": "uuid[]", "_sealed": "bytea[]", "_salts": "bytea[]",
    "_keys": "bytea[]", "_epoch": "smallint", "_before": "bytea",
}  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class _Kind:
    """A statement that readings of one kind share, and the name under which it is prepared. `groups`: those of their lines."""

    name: str
    statement: str
    groups: bytes


def shown(call: Call, use: Callable[[reading.Held, tuple[UUID, ...]], T]) -> T:
    """What `use` makes of what is shown, and of the line that each person of the call has of it; both stand once it ends well.

    Raises Refused, OthersToo, CannotOpen, LineImpossible.
    """
    right = call.question.right
    kind = _kind(call.reach, right.types, call.question.purpose, right.kind, call.form, call.told)
    before = canonical.written(call.said)[:-1] + b',"shown":['
    text = before + kind.groups + b"]}"
    written = [lines.prepared(person, text) for person in call.persons]
    ids = tuple([line.id for line in written])
    of = session.Reading(call.question.purpose, right.kind, call.today, call.reach.openable)
    together = call.persons if len(call.persons) > 1 else ()
    try:
        return session.asked(
            call.to.login, call.question.person, of, _call(call, kind, before, written),
            lambda rows: use(reading.unsealed(rows), ids), joined=together,
        )  # fmt: skip
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


@lru_cache(maxsize=1024)
def _kind(
    reach: Reach, types: tuple[str, ...] | None, purpose: str, right: str, form: Form | None, told: bool
) -> _Kind:
    """What all readings have in common that are of this reach, for this purpose and by this right. `types`: none but these."""
    pairs = zip(reach.types, reach.groups, strict=True)
    named = [(type_, group) for type_, group in pairs if types is None or type_ in types]
    said = {
        "_purpose": f"{_word(purpose)}::text",
        "_form": f"{_word(form or 'statement')}::text",
        "_inbox": str(told).lower(),
        "_whole": str(form is None).lower(),
        "_its_own": str(right == "award").lower(),
        "_types": f"{_words(type_ for type_, _ in named)}::text[]",
        "_openable": f"{_words(reach.openable)}::text[]",
        "_seen": f"{_words(reach.seen)}::text[]",
        "_heads": f"{_all_bytes(group.head for _, group in named)}::bytea[]",
        "_tails": f"{_all_bytes(group.tail for _, group in named)}::bytea[]",
    }
    given = [f"{name} => ${n}::{type_}" for n, (name, type_) in enumerate(_OWN.items(), 1)]
    given += [f"{name} => {value}" for name, value in said.items()]
    statement = f"select {', '.join(reading.SHOWN)} from openxin_disclose({', '.join(given)})"
    name = "openxin_reading_" + hashlib.sha256(statement.encode()).hexdigest()[:16]
    return _Kind(name, statement, b",".join(group.head + group.tail for _, group in named))


def _call(call: Call, kind: _Kind, before: bytes, written: Sequence[lines.Prepared]) -> session.Call:
    """The call. No value in it but ids, days, numbers, words of the catalogue, and bytes in hexadecimal."""
    right = call.question.right
    values = (
        _id(call.question.person),
        _ids(call.persons),
        _id(call.to.login),
        _word(call.to.holder),
        f"'{call.today}'",
        f"'{call.at.isoformat()}'",
        "null" if right.grant is None else _id(right.grant),
        "null" if right.records is None else _ids(right.records),
        _ids([line.id for line in written]),
        _ids([line.entry_id for line in written]),
        _all_bytes([line.sealed for line in written]),
        _all_bytes([line.salt for line in written]),
        _all_bytes([line.key.wrapped for line in written]),
        str(written[0].key.epoch),
        f"'\\x{before.hex()}'",
    )
    return session.Call(kind.name, kind.statement, values)


def _word(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def _words(values: Iterable[str]) -> str:
    return f"'{{{','.join(values)}}}'"


def _id(value: UUID) -> str:
    return f"'{value.int:032x}'"


def _ids(values: Iterable[UUID]) -> str:
    return "'{" + ",".join([f"{value.int:032x}" for value in values]) + "}'"


def _all_bytes(values: Iterable[bytes]) -> str:
    # In the text of an array a backslash stands for the next character, so it is there twice.
    return "'{" + ",".join([f"\\\\x{value.hex()}" for value in values]) + "}'"
