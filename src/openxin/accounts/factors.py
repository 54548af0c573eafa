"""The second factor of officials: a code of an app (TOTP, RFC 6238), and recovery codes for the day the telephone is lost.

Always true: what is kept is sealed, bound to its log-in and its kind; a code counts once, in every process of the register
alike; five wrong ones lock (`attempts.py`). SHA-1, six digits and thirty seconds are what every app understands; RFC 4226
names no attack on HMAC-SHA-1 in this use.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import quote
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import connections, transaction

from openxin.accounts import spent
from openxin.vault import sealing, tokens

STEP_S = 30
_DIGITS = 6
_SEED_BYTES = 20
_DRIFT = (0, -1, 1)  # clocks of telephones: one step to either side
_CODES = 10
_RECOVERY_BYTES = 10
ISSUER = "OpenXin"


class CodeRefused(Exception):
    """The code does not fit, or was used already."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A new app's secret: as its owner types or scans it, and as it may wait in a session until the first code confirms it."""

    typed: str
    address: str
    sealed: str


def new_seed(login: UUID) -> Seed:
    """Make a secret for an app. Nothing is kept before `set_up`."""
    seed = secrets.token_bytes(_SEED_BYTES)
    wrapped = sealing.wrap(seed, _waiting(login))
    return _seed(seed, f"{wrapped.epoch}.{wrapped.wrapped.hex()}")


def waiting_seed(login: UUID, sealed: str) -> Seed:
    """The secret that waits in a session. Raises CannotOpen where it is another's."""
    return _seed(_opened(login, sealed), sealed)


def set_up(login: UUID, sealed: str, code: str, *, at: datetime) -> tuple[str, ...]:
    """Keep a new app whose first code this is. Returns the recovery codes, which are shown once. Raises CodeRefused."""
    seed = _opened(login, sealed)
    if not _counts(login, seed, code, at):
        raise CodeRefused
    codes = tuple(base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(_CODES))
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        # A lost telephone: whoever sets up anew gives the old one up.
        cursor.execute("delete from accounts_factor where login = %s and kind in ('code', 'recovery')", [login])
        for kind, secret in (("code", seed), *(("recovery", code.encode()) for code in codes)):
            wrapped = sealing.wrap(secret, _kept(login, kind))
            cursor.execute(
                "insert into accounts_factor (id, login, kind, sealed, key_epoch, created_at) values (%s, %s, %s, %s, %s, %s)",
                [uuid4(), login, kind, wrapped.wrapped, wrapped.epoch, at],
            )
    return codes


def is_set_up(login: UUID) -> bool:
    """Whether there is a second factor at all. Without one a log-in cannot become whole."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select exists (select from accounts_factor where login = %s and kind <> 'recovery')", [login])
        found: bool = cursor.fetchone()[0]
    return found


def prove(login: UUID, code: str, *, at: datetime) -> Literal["code", "recovery"]:
    """Which factor `code` is of; it is used up. Raises CodeRefused."""
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            "select id, kind, sealed, key_epoch from accounts_factor"
            " where login = %s and kind in ('code', 'recovery') and (kind = 'code' or used_at is null) order by kind for update",
            [login],
        )
        typed = "".join(code.split()).lower()
        for id_, kind, sealed, epoch in cursor.fetchall():
            secret = sealing.unwrap(sealed, epoch, _kept(login, kind))
            if _counts(login, secret, typed, at) if kind == "code" else hmac.compare_digest(secret, typed.encode()):
                cursor.execute("update accounts_factor set used_at = %s where id = %s", [at, id_])
                return "code" if kind == "code" else "recovery"
    raise CodeRefused


def give_all_up(login: UUID) -> None:
    """Forget every second factor of a log-in, passkeys too, in the caller's transaction."""
    with connections["default"].cursor() as cursor:
        cursor.execute("delete from accounts_factor where login = %s", [login])


def _counts(login: UUID, seed: bytes, code: str, at: datetime) -> bool:
    totp = TOTP(seed, _DIGITS, SHA1(), STEP_S)  # noqa: S303 -- see above
    typed, now = "".join(code.split()).encode(), int(at.timestamp())
    for drift in _DRIFT:
        moment = now + drift * STEP_S
        if hmac.compare_digest(totp.generate(moment), typed):
            used = tokens.token("login", b"code|" + login.bytes + (moment // STEP_S).to_bytes(8, "big") + typed)
            return spent.once(used, at=at, until=at + timedelta(seconds=STEP_S * (len(_DRIFT) + 1)))
    return False


def _seed(seed: bytes, sealed: str) -> Seed:
    typed = base64.b32encode(seed).decode()
    return Seed(typed, f"otpauth://totp/{quote(ISSUER)}?secret={typed}&issuer={quote(ISSUER)}", sealed)


def _opened(login: UUID, sealed: str) -> bytes:
    epoch, _, wrapped = sealed.partition(".")
    return sealing.unwrap(bytes.fromhex(wrapped), int(epoch), _waiting(login))


def _kept(login: UUID, kind: str) -> bytes:
    return sealing.place("accounts_factor", login, kind)


def _waiting(login: UUID) -> bytes:
    return sealing.place("session_factor", login)
