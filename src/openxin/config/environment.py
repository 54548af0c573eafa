"""Every `OPENXIN_*` variable, read in one place, once, with all faults at once. An unknown `OPENXIN_*` name is a fault:
a mistyped setting that is silently ignored is a setting that nobody has.
"""

import os
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from environs import Env, EnvError, validate
from marshmallow import ValidationError
from psycopg.conninfo import conninfo_to_dict

from openxin.ledger import cosigning
from openxin.ledger.notes import NotAKey
from openxin.operations.installation import Installation

_PREFIX = "OPENXIN_"
_ROLE = validate.Regexp(
    r"^[a-z][a-z0-9_]{0,62}$", error="只能用小写字母、数字和下划线 / lower-case letters, digits, underscore"
)
_MOST_PARTITIONS = 1024
_LONGEST_WAIT_S = 60.0
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class EnvironmentUnsound(Exception):
    """The environment cannot be used as it stands; the message lists everything that is wrong with it, a line each."""


def read() -> Installation:
    """Read and check the environment. Raises EnvironmentUnsound with every fault."""
    env = Env(eager=False, prefix=_PREFIX)
    home = Path(env.str("HOME", "var")).expanduser().absolute()
    keys = env.str("KEYS", "")
    catalogue = env.str("CATALOGUE", "")
    verifier_token = env.str("IDENTITY_VERIFIER_TOKEN_FILE", "")
    oidc_secret = env.str("OIDC_CLIENT_SECRET_FILE", "")
    installation = Installation(
        home=home,
        keys=Path(keys).expanduser().absolute() if keys else home / "keys",
        synthetic=env.bool("SYNTHETIC", False),
        partitions=env.int("PARTITIONS", 0, validate=validate.Range(0, _MOST_PARTITIONS)),
        catalogue=Path(catalogue).expanduser().absolute() if catalogue else None,
        database_url=env.str("DATABASE_URL", "", validate=_database_url),
        owner_database_url=env.str("OWNER_DATABASE_URL", "", validate=_database_url),
        intake_database_url=env.str("INTAKE_DATABASE_URL", "", validate=_database_url),
        app_role=env.str("APP_ROLE", "openxin_app", validate=_ROLE),
        intake_role=env.str("INTAKE_ROLE", "openxin_intake", validate=_ROLE),
        identity_verifier_url=env.str("IDENTITY_VERIFIER_URL", "", validate=_service_url),
        identity_verifier_token_file=Path(verifier_token).expanduser().absolute() if verifier_token else None,
        identity_verifier_timeout_s=env.float(
            "IDENTITY_VERIFIER_TIMEOUT_S", 10.0, validate=validate.Range(0.1, _LONGEST_WAIT_S)
        ),
        public_url=_bare(env.str("PUBLIC_URL", "", validate=_public_url)),
        oidc_issuer=_bare(env.str("OIDC_ISSUER", "", validate=_service_url)),
        oidc_client_id=env.str("OIDC_CLIENT_ID", ""),
        oidc_client_secret_file=Path(oidc_secret).expanduser().absolute() if oidc_secret else None,
        oidc_scopes=env.str("OIDC_SCOPES", "openid profile"),
        oidc_number_claim=env.str("OIDC_NUMBER_CLAIM", "document_number", validate=validate.Length(1)),
        oidc_name_claim=env.str("OIDC_NAME_CLAIM", "name", validate=validate.Length(1)),
        oidc_type_claim=env.str("OIDC_TYPE_CLAIM", ""),
        oidc_state_claim=env.str("OIDC_STATE_CLAIM", ""),
        oidc_verified_claim=env.str("OIDC_VERIFIED_CLAIM", ""),
        witnesses=tuple(env.list("WITNESSES", [], validate=_witnesses)),
        witnesses_needed=env.int("WITNESSES_NEEDED", 0, validate=validate.Range(0)),
    )
    faults = [*_unknown(), *_invalid(env), *_too_few(installation), *_provider_half_named(installation)]
    if faults:
        raise EnvironmentUnsound("\n".join(faults))
    return installation


def _bare(address: str | None) -> str:
    """Without a last slash. None: it was refused, and the fault is told with the others."""
    return (address or "").rstrip("/")


def _unknown() -> Iterator[str]:
    known = {_PREFIX + field.name.upper() for field in fields(Installation)}
    for name in sorted(os.environ):
        if name.startswith(_PREFIX) and name not in known:
            yield f"{name}: 没有这个设置 / there is no such setting; {', '.join(sorted(known))}"


def _invalid(env: Env) -> Iterator[str]:
    try:
        env.seal()
    except EnvError as failed:
        messages: dict[str, list[str]] = getattr(failed, "error_messages", {})
        for name, causes in messages.items():
            yield f"{name}: {'; '.join(causes)}"


def _too_few(installation: Installation) -> Iterator[str]:
    if isinstance(installation.witnesses_needed, int) and installation.witnesses_needed > len(installation.witnesses):
        yield (
            f"{_PREFIX}WITNESSES_NEEDED: 多于 {_PREFIX}WITNESSES 所列的见证人，检查点永远不会公布"
            f" / more than {_PREFIX}WITNESSES lists: no checkpoint would ever be published"
        )


def _provider_half_named(installation: Installation) -> Iterator[str]:
    if installation.oidc_issuer and not (installation.oidc_client_id and installation.oidc_client_secret_file):
        yield (
            f"{_PREFIX}OIDC_ISSUER: 还须给出 {_PREFIX}OIDC_CLIENT_ID 和 {_PREFIX}OIDC_CLIENT_SECRET_FILE"
            " / both of these are needed with it"
        )


def _public_url(value: str) -> None:
    parts = urlsplit(value)
    if value and (parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query):
        raise ValidationError("须为 https://主机 / must be https://host")


def _witnesses(keys: list[str]) -> None:
    try:
        found = [cosigning.read_witness_key(key) for key in keys]
    except NotAKey as error:
        raise ValidationError(
            f"须为见证人公钥，以逗号分隔（openxin ledger witness 会打印） / public keys of witnesses, with commas: {error}"
        ) from error
    if len({key.public for key in found}) != len(found):
        raise ValidationError("同一公钥出现两次 / one key is given twice")


def _database_url(value: str) -> None:
    if not value:
        return
    try:
        parsed = conninfo_to_dict(value)
    except psycopg.ProgrammingError:
        parsed = {}
    # The message never repeats the address: it may carry a password.
    if not value.startswith(("postgresql://", "postgres://")) or not {"user", "dbname"} <= parsed.keys():
        raise ValidationError(
            "须为 postgresql://用户:口令@主机/数据库 / must be postgresql://user:password@host/database"
        )


def _service_url(value: str) -> None:
    """Names and numbers go there in clear, so only over TLS, or to this machine."""
    parts = urlsplit(value)
    if value and not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)):
        raise ValidationError("须为 https://…，本机可用 http:// / must be https://..., or http:// on this machine")
