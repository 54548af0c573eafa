"""An installation: where its folder and keys are, which roles it has, and how each of them reaches the database.

Three roles (docs/decisions): the *owner* migrates; the *application* reads and changes under row security; *intake* copies in.
Where an address is not given whole, it is the address of the nearest role that is, with this role's name and kept password.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict

from openxin.operations.secrets import write_secret
from openxin.operations.sockets import socket_folder

Role = Literal["owner", "app", "intake"]
EMBEDDED_OWNER = "openxin_owner"
DATABASE = "openxin"
PORT = "5432"


@dataclass(frozen=True, slots=True)
class Installation:
    """What the environment says, typed. The field `x_y` is the variable `OPENXIN_X_Y`."""

    home: Path  # data folder: embedded database, spool, logs
    keys: Path  # keys; outside the database, and in production outside `home`
    synthetic: bool  # accept the area code 999999, which is assigned to nobody
    partitions: int  # hash partitions of every table that `person_id` leads; 0: plain tables
    catalogue: Path | None  # None: the catalogue that is shipped
    database_url: str  # application role; empty: derived, or the embedded server
    owner_database_url: str  # owner of the schema, for init and migrations
    intake_database_url: str  # intake role
    app_role: str
    intake_role: str
    identity_verifier_url: str = ""  # a service that knows which name stands under which number; empty: none is asked
    identity_verifier_token_file: Path | None = None  # its bearer token
    identity_verifier_timeout_s: float = 10.0  # for one answer
    public_url: str = (
        ""  # where people reach the pages, over TLS that a proxy on this machine ends; empty: this machine only
    )
    oidc_issuer: str = ""  # the identity provider by which persons log in; empty: there is none
    oidc_client_id: str = ""
    oidc_client_secret_file: Path | None = None
    oidc_scopes: str = "openid profile"
    oidc_number_claim: str = "document_number"  # names of claims; a dot steps into a claim that is an object
    oidc_name_claim: str = "name"
    oidc_type_claim: str = ""  # code of CL_ZJLX; empty: every number is of a resident identity card
    oidc_state_claim: str = ""  # issuing state of a foreign passport
    oidc_verified_claim: str = ""  # must be true; empty: the provider vouches for every number that it gives out
    witnesses: tuple[str, ...] = ()  # public keys of the witnesses whose cosignatures count
    witnesses_needed: int = 0  # how many of them make a checkpoint published

    @property
    def is_embedded(self) -> bool:
        """Whether the server that comes with the package holds the database."""
        return not (self.database_url or self.owner_database_url)

    @property
    def data(self) -> Path:
        """Folder of the embedded database."""
        return self.home / "postgres"

    def address(self, role: Role) -> dict[str, str]:
        """How `role` reaches the database: parameters of libpq."""
        own = {"owner": self.owner_database_url, "app": self.database_url, "intake": self.intake_database_url}[role]
        if own:
            return _parsed(own)
        if self.is_embedded:
            base = {"host": str(socket_folder(self.home)), "port": PORT, "dbname": DATABASE}
        else:
            base = _parsed(self.owner_database_url or self.database_url)
        return base | {"user": self.role_name(role), "password": password(self.keys, role)}

    def role_name(self, role: Role) -> str:
        """The role's name on the server."""
        own = {"owner": self.owner_database_url, "app": self.database_url, "intake": self.intake_database_url}[role]
        named = _parsed(own).get("user", "") if own else ""
        return named or {"owner": EMBEDDED_OWNER, "app": self.app_role, "intake": self.intake_role}[role]

    def url(self, role: Role) -> str:
        """The address as one URL, complete for libpq."""
        return as_url(self.address(role))


def as_url(address: dict[str, str]) -> str:
    """Parameters of libpq as one URL; a host that is a folder goes into the query, where it needs no escaping rules."""
    rest = {key: value for key, value in address.items() if key not in ("user", "password", "dbname")}
    who = quote(address["user"], safe="")
    if address.get("password"):
        who += ":" + quote(address["password"], safe="")
    return f"postgresql://{who}@/{quote(address['dbname'], safe='')}?{urlencode(rest, safe='/')}"


def _parsed(url: str) -> dict[str, str]:
    return {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}


def password(keys: Path, role: Role) -> str:
    """The kept password of `role`, empty where none was made yet."""
    file = _password_file(keys, role)
    return file.read_text("ascii").strip() if file.exists() else ""


def make_passwords(keys: Path) -> None:
    """Make whatever password is missing; never touches one that is there."""
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    for role in get_args(Role):
        file = _password_file(keys, role)
        if not file.exists():
            write_secret(file, secrets.token_urlsafe(32).encode())


def _password_file(keys: Path, role: Role) -> Path:
    return keys / f"role-{role}.password"
