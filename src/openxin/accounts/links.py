"""One-time links: how people and officials of the synthetic city log in beside the real ways.

A link is a secret of 256 bits, good for fifteen minutes and one use; the register keeps its token only. Real people never get
one: outside the synthetic city both verbs refuse.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction

from openxin.accounts.roles import fit
from openxin.law.loading import catalogue
from openxin.vault import tokens
from openxin.vault.keyring import keys

# How long a stranger who finds a link in a terminal or a browser's history may still try it. No period of any law.
GOOD_FOR = timedelta(minutes=15)
ENTRANCE = "enter/"  # where the pages take links
_SECRET_BYTES = 32


class NotSynthetic(Exception):
    """One-time links open the records of made-up people only."""


class LinkSpent(Exception):
    """The link was used before, is too old, or never existed. Which of these, nobody is told."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens: the page of a person, or the desk of a body or an organisation, in some roles. One of them is there."""

    person_id: UUID | None = None
    authority: str | None = None
    organisation: UUID | None = None
    roles: tuple[str, ...] = ()


def issue(person_id: UUID, *, at: datetime | None = None) -> str:
    """Make a link for `person_id`: the path that opens their page. Raises NotSynthetic."""
    return _issue(Opened(person_id), at)


def issue_to_official(authority: str, *, roles: Sequence[str] = (), at: datetime | None = None) -> str:
    """Make a link for an official of `authority`, an id of the catalogue: the path of their desk.

    No roles named: those of whoever hands in for this body and, where it settles identities, does that. Raises NotSynthetic,
    RolesRefused.
    """
    body = catalogue().authorities.get(authority)
    usual = ("clerk", "identity-officer") if body is not None and body.settles_identities else ("clerk",)
    return _issue(Opened(authority=authority, roles=tuple(fit(roles or usual, organisation=None))), at)


def issue_to_organisation(organisation: UUID, *, roles: Sequence[str], at: datetime | None = None) -> str:
    """Make a link for somebody of a registered organisation, in these roles. Raises NotSynthetic, RolesRefused."""
    return _issue(Opened(organisation=organisation, roles=tuple(fit(roles, organisation=organisation))), at)


def _issue(opens: Opened, at: datetime | None) -> str:
    _synthetic_only()
    now = at or datetime.now(UTC)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            """insert into accounts_link (token, person_id, authority, organisation, roles, issued_at, expires_at)
               values (%s, %s, %s, %s, %s, %s, %s)""",
            [
                tokens.token("login", secret.encode()),
                opens.person_id,
                opens.authority,
                opens.organisation,
                list(opens.roles),
                now,
                now + GOOD_FOR,
            ],
        )
    return f"/{ENTRANCE}{secret}/"


def redeem(secret: str, *, at: datetime) -> Opened:
    """Use a link up: what it opens. Raises LinkSpent, NotSynthetic."""
    _synthetic_only()
    message = secret.encode()
    tried = [tokens.token("login", message, number) for number in keys().token_numbers("login")]
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        # One statement: of two browsers that open a link at once, one finds it used.
        cursor.execute(
            """update accounts_link set used_at = %s
               where token = any(%s) and used_at is null and issued_at <= %s and expires_at > %s
               returning person_id, authority, organisation, roles""",
            [at, tried, at, at],
        )
        row = cursor.fetchone()
    if row is None:
        raise LinkSpent
    person_id, authority, organisation, roles = row
    return Opened(person_id, authority, organisation, tuple(roles))


def _synthetic_only() -> None:
    if not settings.OPENXIN_SYNTHETIC:
        raise NotSynthetic
