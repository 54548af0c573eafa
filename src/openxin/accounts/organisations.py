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

from openxin.accounts import acts
from openxin.accounts.acts import PAGE
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue

_COLUMNS = "id, uscc, title_zh, title_en, kinds, closed_at"


class KindUnknown(Exception):
    """A kind of organisation that the catalogue does not have."""


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


def register(uscc: str, title: Words, kinds: Sequence[str], *, at: datetime, by: UUID | None = None) -> Organisation:
    """Register a unit under its credit code. `by`: the administrator's log-in. Raises RegisteredAlready, KindUnknown."""
    _known(kinds)
    made = Organisation(uuid4(), uscc.strip().upper(), title, tuple(sorted(set(kinds))), None)
    try:
        with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
            cursor.execute(
                """insert into accounts_organisation (id, uscc, title_zh, title_en, kinds, created_at)
                   values (%s, %s, %s, %s, %s, %s)""",
                [made.id, made.uscc, title.zh, title.en, list(made.kinds), at],
            )
            acts.write("organisation", made.id, "make", by=by, at=at, said=made.kinds)
    except IntegrityError:
        raise RegisteredAlready from None
    return made


def change_kinds(organisation: UUID, kinds: Sequence[str], *, at: datetime, by: UUID | None = None) -> None:
    """It is of these kinds now, and of no other. Raises KindUnknown."""
    _known(kinds)
    now = sorted(set(kinds))
    with transaction.atomic(durable=True):
        if _run("update accounts_organisation set kinds = %s where id = %s", [now, organisation]):
            acts.write("organisation", organisation, "change_kinds", by=by, at=at, said=now)


def close(organisation: UUID, *, at: datetime, by: UUID | None = None) -> None:
    """It may neither ask nor receive from now on: its machines and its people's log-ins end with it."""
    of = "where organisation = %s"
    with transaction.atomic(durable=True):
        closing = "update accounts_organisation set closed_at = %s where id = %s and closed_at is null"
        if not _run(closing, [at, organisation]):
            return
        _run(f"update accounts_client set closed_at = %s {of} and closed_at is null", [at, organisation])
        _run(f"update accounts_user set is_active = false {of}", [organisation])
        _run(
            "update accounts_session set ended_at = %s where ended_at is null"
            f" and login in (select id from accounts_user {of})",
            [at, organisation],
        )
        acts.write("organisation", organisation, "close", by=by, at=at)


def organisations(*, page: int = 1) -> tuple[Organisation, ...]:
    """All of them, open ones first, a page at a time; one more than a page where there are more."""
    return _many("true order by closed_at is not null, uscc limit %s offset %s", [PAGE + 1, (page - 1) * PAGE])


def find(organisation: UUID) -> Organisation | None:
    """The organisation of this id, open or closed."""
    return _one("id = %s", organisation)


def named(uscc: str) -> Organisation | None:
    """The organisation of this credit code, open or closed."""
    return _one("uscc = %s", uscc.strip().upper())


def several(ids: Collection[UUID]) -> dict[UUID, Organisation]:
    """The organisations of these ids, open or closed; in one question."""
    return {one.id: one for one in _many("id = any(%s)", [list(ids)])}


def _one(condition: str, value: Any) -> Organisation | None:
    found = _many(condition, [value])
    return found[0] if found else None


def _many(condition: str, values: Sequence[Any]) -> tuple[Organisation, ...]:
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select {_COLUMNS} from accounts_organisation where {condition}", values)
        return tuple(
            Organisation(id_, uscc, Words(zh, en), tuple(kinds), closed_at)
            for id_, uscc, zh, en, kinds, closed_at in cursor.fetchall()
        )


def _known(kinds: Sequence[str]) -> None:
    if not set(kinds) <= set(catalogue().organisation_kinds):
        raise KindUnknown


def _run(statement: str, values: Sequence[Any]) -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)
