"""Accounts of officials as the administrator sees them: whose, in which roles, in use or closed; never under which name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from openxin.accounts.acts import PAGE


@dataclass(frozen=True, slots=True)
class Account:
    """One of them."""

    login: UUID
    authority: str | None
    organisation: UUID | None
    roles: tuple[str, ...]
    is_open: bool
    by_link: bool  # of the synthetic city: no name, no password
    has_factor: bool
    last_in: datetime | None


def accounts(*, page: int = 1) -> tuple[Account, ...]:
    """Every account of an official, open ones first, a page at a time; one more than a page where there are more."""
    return _accounts("true", [], page)


def account(login: UUID) -> Account | None:
    """One of them."""
    found = _accounts("u.id = %s", [login], 1)
    return found[0] if found else None


def _accounts(condition: str, values: Sequence[Any], page: int) -> tuple[Account, ...]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"""select u.id, u.authority, u.organisation, u.roles, u.is_active, u.name_token is null,
                  exists (select from accounts_factor f where f.login = u.id and f.kind <> 'recovery'),
                  (select max(l.at) from accounts_log_in l where l.login = u.id and l.outcome = 'in')
                from accounts_user u where u.kind = 'official' and {condition}
                order by u.is_active desc, u.authority nulls last, u.organisation, u.id limit {PAGE + 1} offset %s""",
            [*values, (page - 1) * PAGE],
        )
        return tuple(
            Account(login, authority, organisation, tuple(roles), is_open, by_link, has_factor, last_in)
            for login, authority, organisation, roles, is_open, by_link, has_factor, last_in in cursor.fetchall()
        )
