"""Organisations: units that are no body of the catalogue and may ask or receive here: a law firm, a food operator, a school.

The administrator registers them, with the kinds of the catalogue's list that their papers prove; what a kind may ask is in the
catalogue. Always true: an organisation is a unit with a unified social credit code, never a person; a closed one is nobody's
holder any more, and its row stays, since lines of the past name it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connections, transaction
from django.db.utils import IntegrityError

from openxin.law.catalogue import Words

_COLUMNS = "id, uscc, title_zh, title_en, kinds, closed_at"


class RegisteredAlready(Exception):
    """An organisation of this credit code is registered."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A registered unit. `closed_at`: from then on it may neither ask nor receive."""

    id: UUID
    uscc: str
    title: Words
    kinds: tuple[str, ...]
    closed_at: datetime | None


def register(uscc: str, title: Words, kinds: Sequence[str], *, at: datetime) -> Organisation:
    """Register a unit under its credit code. Raises RegisteredAlready."""
    made = Organisation(uuid4(), uscc, title, tuple(sorted(set(kinds))), None)
    try:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(
                """insert into accounts_organisation (id, uscc, title_zh, title_en, kinds, created_at)
                   values (%s, %s, %s, %s, %s, %s)""",
                [made.id, uscc, title.zh, title.en, list(made.kinds), at],
            )
    except IntegrityError:
        raise RegisteredAlready from None
    return made


def change_kinds(organisation: UUID, kinds: Sequence[str]) -> None:
    """It is of these kinds now, and of no other."""
    _run("update accounts_organisation set kinds = %s where id = %s", [sorted(set(kinds)), organisation])


def close(organisation: UUID, *, at: datetime) -> None:
    """It may neither ask nor receive from now on: its machines and its people's log-ins end with it."""
    of = "where organisation = %s"
    with transaction.atomic(durable=True):
        _run("update accounts_organisation set closed_at = %s where id = %s and closed_at is null", [at, organisation])
        _run(f"update accounts_client set closed_at = %s {of} and closed_at is null", [at, organisation])
        _run(f"update accounts_user set is_active = false {of}", [organisation])
        _run(
            "update accounts_session set ended_at = %s where ended_at is null"
            f" and login in (select id from accounts_user {of})",
            [at, organisation],
        )


def find(organisation: UUID) -> Organisation | None:
    """The organisation of this id, open or closed."""
    return _one("id = %s", organisation)


def named(uscc: str) -> Organisation | None:
    """The organisation of this credit code, open or closed."""
    return _one("uscc = %s", uscc.strip().upper())


def several(ids: Collection[UUID]) -> dict[UUID, Organisation]:
    """Those of `ids` that are registered, open or closed, by id: one look-up, however many."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select {_COLUMNS} from accounts_organisation where id = any(%s)", [list(ids)])
        found = [_organisation(row) for row in cursor.fetchall()]
    return {one.id: one for one in found}


def _one(condition: str, value: Any) -> Organisation | None:
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select {_COLUMNS} from accounts_organisation where {condition}", [value])
        row = cursor.fetchone()
    return _organisation(row) if row else None


def _organisation(row: Sequence[Any]) -> Organisation:
    id_, uscc, zh, en, kinds, closed_at = row
    return Organisation(id_, uscc, Words(zh, en), tuple(kinds), closed_at)


def _run(statement: str, values: Sequence[Any]) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)
