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

from django.db import connections, transaction
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey, import_key

from openxin.accounts import acts, spent
from openxin.accounts import roles as allowed
from openxin.accounts.acts import PAGE
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


@dataclass(frozen=True, slots=True)
class Listed:
    """A machine as the administrator sees it. `keys`: the names of its public keys."""

    id: UUID
    authority: str | None
    organisation: UUID | None
    roles: tuple[str, ...]
    keys: tuple[str, ...]
    created_at: datetime
    closed_at: datetime | None


def register(
    authority: str | None,
    public_keys: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
    organisation: UUID | None = None,
    roles: Sequence[str] = ("clerk",),
    by: UUID | None = None,
) -> UUID:
    """Register a machine of `authority`, an id of the catalogue, or of an organisation, with its public keys (JWKs).

    `by`: the administrator's log-in; None: a command of the operator's. Returns its client id. Raises KeyUnfit, RolesRefused.
    """
    id_, fit, kept = uuid4(), allowed.fit(roles, organisation=organisation, machine=True), _fit(public_keys)
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            """insert into accounts_client (id, authority, organisation, roles, keys, created_at)
               values (%s, %s, %s, %s, %s, %s)""",
            [id_, authority, organisation, fit, json.dumps(kept), at],
        )
        acts.write("machine", id_, "make", by=by, at=at, said=fit)
    return id_


def change_keys(
    client: UUID, public_keys: Sequence[Mapping[str, Any]], *, at: datetime, by: UUID | None = None
) -> None:
    """Accept these keys of a machine and no other. Raises KeyUnfit."""
    kept = json.dumps(_fit(public_keys))
    _change("keys = %s", [kept], client, "change_keys", by, at)


def change_roles(client: UUID, roles: Sequence[str], *, at: datetime, by: UUID | None = None) -> None:
    """A machine has these roles now, and no other. Raises RolesRefused."""
    known = listed(client)
    if known is not None:
        fit = allowed.fit(roles, organisation=known.organisation, machine=True)
        _change("roles = %s", [fit], client, "change_roles", by, at, fit)


def close(client: UUID, *, at: datetime, by: UUID | None = None) -> None:
    """Accept nothing of a machine any more: neither its keys nor the tokens that it holds."""
    _change("closed_at = %s", [at], client, "close", by, at)


def _change(
    what: str,
    values: Sequence[Any],
    client: UUID,
    verb: acts.Verb,
    by: UUID | None,
    at: datetime,
    said: Sequence[str] = (),
) -> None:
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(f"update accounts_client set {what} where id = %s and closed_at is null", [*values, client])
        if cursor.rowcount:
            acts.write("machine", client, verb, by=by, at=at, said=said)


def all_listed(*, page: int = 1) -> tuple[Listed, ...]:
    """Every machine, open ones first, a page at a time; one more than a page where there are more."""
    return _listed("true", [], page)


def listed(client: UUID) -> Listed | None:
    """One of them, open or closed."""
    found = _listed("id = %s", [client], 1)
    return found[0] if found else None


def _listed(condition: str, values: Sequence[Any], page: int) -> tuple[Listed, ...]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"""select id, authority, organisation, roles, keys, created_at, closed_at from accounts_client where {condition}
                order by closed_at is not null, created_at, id limit {PAGE + 1} offset %s""",
            [*values, (page - 1) * PAGE],
        )
        return tuple(
            Listed(id_, authority, organisation, tuple(roles), _names(keys), created_at, closed_at)
            for id_, authority, organisation, roles, keys, created_at, closed_at in cursor.fetchall()
        )


def _names(keys: str) -> tuple[str, ...]:
    return tuple(key["kid"] for key in json.loads(keys))


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
