"""Officials: an account each, made by the administrator, with a log-in name and a password; the second factor they set up
themselves (`factors.py`), at the first log-in, and without it no log-in is whole.

Always true: the register keeps a token of the log-in name and a slow hash of the password, and can show neither.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from django.contrib.auth import password_validation
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from openxin.accounts import acts, factors, sessions
from openxin.accounts import roles as allowed
from openxin.accounts.models import User
from openxin.vault import tokens
from openxin.vault.keyring import keys

_PASSWORD_BYTES = 15
_RULES = (MinimumLengthValidator(12), CommonPasswordValidator())


class NameTaken(Exception):
    """Another official logs in under this name."""


class PasswordRefused(Exception):
    """`why`: the old password does not fit (`old`), or the new one will not do (`new`)."""

    def __init__(self, why: Literal["old", "new"]) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new account. The password is shown once, to whoever made the account, for handing over."""

    login: UUID
    password: str


def enrol(
    authority: str | None,
    log_in_name: str,
    *,
    organisation: UUID | None = None,
    roles: Sequence[str] = ("clerk",),
    by: UUID | None = None,
) -> Enrolled:
    """Make an account for an official of `authority`, an id of the catalogue, or of an organisation.

    `by`: the administrator's log-in; None: a command of the operator's. Raises NameTaken, RolesRefused.
    """
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    fit = allowed.fit(roles, organisation=organisation)
    if find(log_in_name) is not None:
        raise NameTaken
    try:
        with transaction.atomic(durable=True):
            user = User.objects.create(
                kind="official",
                authority=authority,
                organisation=organisation,
                roles=fit,
                name_token=tokens.token("login", _message(log_in_name)),
                password=make_password(password),
            )
            acts.write("log_in", user.id, "make", by=by, at=datetime.now(UTC), said=fit)
    except IntegrityError:
        raise NameTaken from None  # two administrators at once
    return Enrolled(user.id, password)


def change_roles(login: UUID, roles: Sequence[str], *, by: UUID | None, at: datetime) -> None:
    """An official has these roles now, and no other; every session of theirs ends. Raises User.DoesNotExist, RolesRefused."""
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(id=login, kind="official")
        user.roles = allowed.fit(roles, organisation=user.organisation)
        user.save(update_fields=["roles"])
        sessions.end_all(login, at=at)
        acts.write("log_in", login, "change_roles", by=by, at=at, said=user.roles)


def change_password(login: UUID, *, old: str, new: str, at: datetime) -> User:
    """An official chooses their own password; every session ends, and the caller lets them in again.

    Raises PasswordRefused: the old one does not fit, or the new one is shorter than twelve characters or on the list of the
    usual ones. No rule about kinds of characters and no date of expiry: both make people choose worse (NIST SP 800-63B).
    """
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(id=login, kind="official")
        if not user.check_password(old):
            raise PasswordRefused("old")
        try:
            password_validation.validate_password(new, user, _RULES)
        except ValidationError:
            raise PasswordRefused("new") from None
        user.password = make_password(new)
        user.save(update_fields=["password"])
        sessions.end_all(login, at=at)
    return user


def reset(login: UUID, *, at: datetime, by: UUID | None = None) -> Enrolled:
    """The telephone and the recovery codes are lost, or the password is known to others: everything of it anew.

    Every session of theirs ends, every second factor goes, and they set one up again at the next log-in. Raises
    User.DoesNotExist.
    """
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(id=login, kind="official")
        user.password = make_password(password)
        user.save(update_fields=["password"])
        factors.give_all_up(login)
        sessions.end_all(login, at=at)
        acts.write("log_in", login, "reset", by=by, at=at)
    return Enrolled(login, password)


def close(login: UUID, *, at: datetime, by: UUID | None = None) -> None:
    """An official leaves: nobody is let in under this log-in again, and every session of theirs ends. The name stays taken."""
    with transaction.atomic(durable=True):
        if User.objects.filter(id=login, kind="official", is_active=True).update(is_active=False):
            sessions.end_all(login, at=at)
            acts.write("log_in", login, "close", by=by, at=at)


def find(log_in_name: str) -> User | None:
    """The official who logs in under this name."""
    message = _message(log_in_name)
    tried = [tokens.token("login", message, number) for number in keys().token_numbers("login")]
    return User.objects.filter(name_token__in=tried, kind="official").first()


def official(login: UUID) -> User:
    """The account of an official. Raises User.DoesNotExist."""
    return User.objects.get(id=login, kind="official")


class ByPassword(ModelBackend):
    """Django asks it whether a name and a password fit. Whoever fits has done half of a log-in."""

    def authenticate(
        self,
        request: Any,  # noqa: ARG002
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        """The official, or None."""
        user = find(username) if username else None
        if user is None:
            make_password(password)  # as long as for a name that somebody has
            return None
        return user if user.check_password(password or "") and self.user_can_authenticate(user) else None


def _message(log_in_name: str) -> bytes:
    return b"name|" + log_in_name.strip().encode()
