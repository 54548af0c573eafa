"""Machines of bodies and recipients: their public keys, and the access tokens that they are given for ten minutes.

A machine proves itself at the token endpoint by a signature of its own key (RFC 7523, `private_key_jwt`); there is no shared
secret that could be stolen here. Always true: an access token says nothing, and the register keeps its HMAC only; the tokens of
a machine end with it.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connections
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey, import_key

from openxin.accounts import spent
from openxin.accounts.readers import Reader
from openxin.vault import tokens
from openxin.vault.keyring import keys as keyring

GOOD_FOR = timedelta(minutes=10)
ASSERTION_AT_MOST = timedelta(minutes=5)  # from now to its end: for so long is remembered what was used
_ALGORITHMS = {ECKey: "ES256", OKPKey: "EdDSA", RSAKey: "PS256"}
ALGORITHMS = tuple(_ALGORITHMS.values())
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
_FEWEST_RSA_BITS = 2048
_TOKEN_BYTES = 32
_LONGEST_ID = 255


class KeyUnfit(Exception):
    """Not a public key of a kind that is accepted: EC P-256, Ed25519, or RSA of 2048 bits and more."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A registered machine, and for whom it acts."""

    reader: Reader  # who stands at the door when it asks
    keys: KeySet

    @property
    def id(self) -> UUID:
        """Its client id, which is its log-in too."""
        return self.reader.login


def register(
    authority: str | None,
    public_keys: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
    organisation: UUID | None = None,
    roles: Sequence[str] = ("clerk",),
) -> UUID:
    """Register a machine of `authority`, an id of the catalogue, or of an organisation, with its public keys (JWKs).

    Returns its client id. Raises KeyUnfit.
    """
    id_ = uuid4()
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """insert into accounts_client (id, authority, organisation, roles, keys, created_at)
               values (%s, %s, %s, %s, %s, %s)""",
            [id_, authority, organisation, sorted(roles), json.dumps(_fit(public_keys)), at],
        )
    return id_


def change_keys(client: UUID, public_keys: Sequence[Mapping[str, Any]]) -> None:
    """Accept these keys of a machine and no other. Raises KeyUnfit."""
    with connections["default"].cursor() as cursor:
        cursor.execute("update accounts_client set keys = %s where id = %s", [json.dumps(_fit(public_keys)), client])


def close(client: UUID, *, at: datetime) -> None:
    """Accept nothing of a machine any more: neither its keys nor the tokens that it holds."""
    with connections["default"].cursor() as cursor:
        cursor.execute("update accounts_client set closed_at = %s where id = %s and closed_at is null", [at, client])


def find(client_id: str) -> Machine | None:
    """The machine of this client id; None where there is none, or it was closed."""
    try:
        id_ = UUID(client_id)
    except ValueError:
        return None
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select id, authority, organisation, roles, keys from accounts_client where id = %s and closed_at is null",
            [id_],
        )
        row = cursor.fetchone()
    return Machine(_reader(*row[:4]), KeySet([import_key(key) for key in json.loads(row[4])])) if row else None


def is_new(client: UUID, assertion_id: str, *, at: datetime, until: datetime) -> bool:
    """Use the id of an assertion up; whether this machine had not used it before."""
    if not 0 < len(assertion_id) <= _LONGEST_ID:
        return False
    return spent.once(tokens.token("login", b"jti|" + client.bytes + assertion_id.encode()), at=at, until=until)


def issue(client: UUID, *, at: datetime) -> str:
    """Give a machine an access token."""
    secret = secrets.token_urlsafe(_TOKEN_BYTES)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "delete from accounts_access_token where token in"
            " (select token from accounts_access_token where expires_at < %s for update skip locked)",
            [at],
        )
        cursor.execute(
            "insert into accounts_access_token (token, client, expires_at) values (%s, %s, %s)",
            [tokens.token("login", b"access|" + secret.encode()), client, at + GOOD_FOR],
        )
    return secret


def reader_with(access_token: str, *, at: datetime) -> Reader | None:
    """Who shows this access token; None where it was never given out, has expired, or its machine was closed."""
    message = b"access|" + access_token.encode()
    tried = [tokens.token("login", message, number) for number in keyring().token_numbers("login")]
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select c.id, c.authority, c.organisation, c.roles
               from accounts_access_token t join accounts_client c on c.id = t.client
               where t.token = any(%s) and t.expires_at > %s and c.closed_at is null""",
            [tried, at],
        )
        row = cursor.fetchone()
    return _reader(*row) if row else None


def _reader(client: UUID, authority: str | None, organisation: UUID | None, roles: Sequence[str]) -> Reader:
    return Reader(client, None, authority, organisation, frozenset(roles))


def revoke(access_token: str) -> None:
    """Accept this access token no more."""
    message = b"access|" + access_token.encode()
    given = [tokens.token("login", message, number) for number in keyring().token_numbers("login")]
    with connections["default"].cursor() as cursor:
        cursor.execute("delete from accounts_access_token where token = any(%s)", [given])


def _fit(public_keys: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The keys as they are kept: public, named by their thumbprint (RFC 7638) where they have no name, each for one algorithm."""
    fit = [_one_fit(dict(key)) for key in public_keys]
    if not fit or len({key["kid"] for key in fit}) != len(fit):
        raise KeyUnfit
    return fit


def _one_fit(given: dict[str, Any]) -> dict[str, Any]:
    try:
        key = import_key(given)
        algorithm = _ALGORITHMS[type(key)]
        public: dict[str, Any] = dict(key.as_dict(private=False))
        thumbprint = key.thumbprint()
    except (JoseError, KeyError, ValueError, TypeError):
        raise KeyUnfit from None
    # A private half that was sent here is known to whoever saw it on the way: not to be used any more.
    if "d" in given or given.get("crv") != _CURVES.get(str(given.get("kty"))):
        raise KeyUnfit
    if isinstance(key, RSAKey) and key.raw_value.key_size < _FEWEST_RSA_BITS:
        raise KeyUnfit
    kid = given.get("kid") or thumbprint
    if not isinstance(kid, str):
        raise KeyUnfit
    return public | {"kid": kid, "alg": algorithm}
