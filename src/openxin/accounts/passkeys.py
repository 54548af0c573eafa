"""Passkeys (WebAuthn Level 2, FIDO2): a second factor that cannot be typed into a false page, since it is bound to our address.

Always true: a challenge counts once, and for the log-in that asked for it; what is kept is the public half, sealed like every
other factor. Attestation is not asked for: which maker's key an official has is nobody's business here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connections
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from openxin.vault import sealing

_KIND = "passkey"
_MOST = 5


class PasskeyRefused(Exception):
    """The answer is not of a passkey of this log-in, not to this challenge, or not at this address."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is asked (JSON), and what the session remembers of it until the answer comes."""

    options: dict[str, Any]
    state: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Passkey:
    """One that is kept, as its owner sees it."""

    id: UUID
    created_at: datetime
    used_at: datetime | None


def ask_for_new(login: UUID, *, host: str) -> Asked:
    """Ask the browser for a new passkey at `host`, the name in our address. The user is a random id: no name leaves here."""
    user = PublicKeyCredentialUserEntity(id=login.bytes, name="OpenXin", display_name="OpenXin")
    options, state = _server(host).register_begin(
        user, list(_credentials(login).values()), user_verification=UserVerificationRequirement.PREFERRED
    )
    return Asked(dict(options), dict(state))


def keep(login: UUID, asked: dict[str, Any], answer: Any, *, host: str, at: datetime) -> None:
    """Keep the passkey that the browser made. Raises PasskeyRefused, also where there are five already."""
    try:
        credential = _server(host).register_complete(asked, answer).credential_data
    except Exception as fault:
        # A stranger's bytes: the library raises what it happens upon while it takes them apart, and nothing of ours runs here.
        raise PasskeyRefused from fault
    if credential is None or len(_credentials(login)) >= _MOST:
        raise PasskeyRefused
    wrapped = sealing.wrap(bytes(credential), _place(login))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "insert into accounts_factor (id, login, kind, sealed, key_epoch, created_at) values (%s, %s, %s, %s, %s, %s)",
            [uuid4(), login, _KIND, wrapped.wrapped, wrapped.epoch, at],
        )


def ask_for_proof(login: UUID, *, host: str) -> Asked | None:
    """Ask the browser to prove that it has one of the passkeys; None where the log-in has none."""
    credentials = _credentials(login)
    if not credentials:
        return None
    options, state = _server(host).authenticate_begin(
        list(credentials.values()), user_verification=UserVerificationRequirement.PREFERRED
    )
    return Asked(dict(options), dict(state))


def prove(login: UUID, asked: dict[str, Any], answer: Any, *, host: str, at: datetime) -> None:
    """Whoever sent this answer has a passkey of this log-in. Raises PasskeyRefused. The caller asks for each answer anew."""
    credentials = _credentials(login)
    try:
        used = _server(host).authenticate_complete(asked, list(credentials.values()), answer)
    except Exception as fault:  # as above
        raise PasskeyRefused from fault
    (id_,) = (id_ for id_, one in credentials.items() if one.credential_id == used.credential_id)
    with connections["default"].cursor() as cursor:
        cursor.execute("update accounts_factor set used_at = %s where id = %s", [at, id_])


def passkeys(login: UUID) -> tuple[Passkey, ...]:
    """Those of a log-in, oldest first."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select id, created_at, used_at from accounts_factor where login = %s and kind = %s order by created_at",
            [login, _KIND],
        )
        return tuple(Passkey(*row) for row in cursor.fetchall())


def give_up(login: UUID, passkey: UUID) -> bool:
    """Forget one of one's own. False where it is not theirs, or not there any more: another's stays."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "delete from accounts_factor where id = %s and login = %s and kind = %s", [passkey, login, _KIND]
        )
        return bool(cursor.rowcount)


def _credentials(login: UUID) -> dict[UUID, AttestedCredentialData]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select id, sealed, key_epoch from accounts_factor where login = %s and kind = %s order by created_at",
            [login, _KIND],
        )
        rows = cursor.fetchall()
    return {id_: AttestedCredentialData(sealing.unwrap(sealed, epoch, _place(login))) for id_, sealed, epoch in rows}


def _server(host: str) -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name="OpenXin"))


def _place(login: UUID) -> bytes:
    return sealing.place("accounts_factor", login, _KIND)
