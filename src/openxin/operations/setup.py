"""`openxin init`: keys, roles, database, schema, and the law's hash in the ledger. Safe to run again, and by two at once.

What is there is never replaced: a key made anew would lock everything that the old one sealed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import psycopg
from django.core.management import call_command
from django.db import connections, transaction
from psycopg import sql

from openxin.law.loading import catalogue
from openxin.ledger import signing, stored
from openxin.ledger.append import Entries, append, commitment
from openxin.operations.installation import Installation, Role, make_passwords
from openxin.operations.secrets import make_web_secret
from openxin.vault import keyring

_LOCK = 0x0E41  # an advisory lock of the server: two set-ups take turns
_NO_SALT = bytes(32)  # the law is public: its commitment hides nothing, and anybody can make it again

# Where the server grants nobody BYPASSRLS, intake is under row security and this lets the door in pass; where it bypasses, it
# says nothing. One for every table of persons, whichever room has it.
_DOOR_IN = """
    do $do$ declare person_table text; begin
      for person_table in
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity and not relispartition
          and not exists (select from pg_policies where tablename = relname and policyname = 'door_in')
      loop
        execute format($policy$
          create policy door_in on %I to {intake} using (
            current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'intake')
          $policy$, person_table);
      end loop;
    end $do$
"""

# Tables that Django itself brings. The rest of the grants stand in the schema files of the rooms.
_GRANTS_FOR_DJANGO = """
    grant select on django_migrations, django_content_type, auth_permission, auth_group, auth_group_permissions to {app};
    grant select, insert, update, delete on django_session to {app}
"""


class ServerUnfit(Exception):
    """The server cannot hold a register as it stands; the message says what to change."""


def make_all_keys(installation: Installation) -> None:
    """Step 1: everything that lies in the folder of keys. Raises nothing: what is there stays."""
    keyring.make_keys(installation.keys)
    signing.make_key(installation.keys)
    make_passwords(installation.keys)
    make_web_secret(installation.keys)


def initialise(installation: Installation, *, today: date, told: Callable[[str, str], None]) -> None:
    """Make the installation whole. The server is up and Django is set up; `told` hears each step, Chinese and English."""
    told("密钥", "keys")
    make_all_keys(installation)
    keyring.use(installation.keys)
    told("数据库与角色", "database and roles")
    make_database(installation)
    told("数据表", "schema")
    with _alone(installation):
        make_roles(installation)
        migrate(installation)
    told("法规目录", "catalogue")
    note_catalogue(today)


def make_database(installation: Installation) -> None:
    """Step 2: the database, where the owner's address names one that does not exist."""
    address = installation.address("owner")
    if _exists(address):
        return
    name = sql.Identifier(address["dbname"])
    with _connected(address | {"dbname": "postgres"}) as server:
        # Bytewise order, whatever the machine's language is: the same on every server, and no index breaks with a new libc.
        locale = (
            sql.SQL("locale_provider builtin builtin_locale 'C.UTF-8'")
            if server.info.server_version >= 170000  # noqa: PLR2004 -- PostgreSQL 17
            else sql.SQL("lc_collate 'C' lc_ctype 'C.UTF-8'")
        )
        try:
            server.execute(sql.SQL("create database {} template template0 encoding 'UTF8' {}").format(name, locale))
        except psycopg.errors.DuplicateDatabase:
            return  # another set-up was faster


def make_roles(installation: Installation) -> None:
    """Step 3: the two lesser roles, and who may come into the database at all."""
    app, intake = (sql.Identifier(installation.role_name(role)) for role in ("app", "intake"))
    database = sql.Identifier(installation.address("owner")["dbname"])
    with _connected(installation.address("owner")) as server:
        _make_role(server, installation, "app", sql.SQL("login nosuperuser nocreatedb nocreaterole nobypassrls"))
        # COPY FROM is refused under row security; so intake is not under it, and reads no sealed column instead.
        try:
            _make_role(server, installation, "intake", sql.SQL("login nosuperuser nocreatedb nocreaterole bypassrls"))
        except ServerUnfit:
            # A server that denies it: then `store.copying` copies into a temporary table first, and a policy lets intake pass.
            _make_role(server, installation, "intake", sql.SQL("login nosuperuser nocreatedb nocreaterole"))
        server.execute(sql.SQL("alter role {} set plan_cache_mode = force_generic_plan").format(app))
        for statement in (
            "revoke all on database {database} from public",
            "grant connect on database {database} to {app}, {intake}",
            "grant temporary on database {database} to {intake}",
            "revoke all on schema public from public",
            "grant usage on schema public to {app}, {intake}",
        ):
            server.execute(sql.SQL(statement).format(database=database, app=app, intake=intake))


def migrate(installation: Installation) -> None:
    """Step 4: the schema, as the owner."""
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute(_GRANTS_FOR_DJANGO.format(app=installation.role_name("app")))
        cursor.execute(_DOOR_IN.replace("{intake}", installation.role_name("intake")))


def note_catalogue(today: date) -> None:
    """Step 5: the hash of the law in force here becomes a leaf of the ledger, once for each hash."""
    law = catalogue()
    entry_id = law.hash[:16]
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("select from ledger_outbox where kind = 'catalogue' and entries = %s", [entry_id])
        waits = cursor.fetchone() is not None
        if not waits and stored.entered(cursor, UUID(bytes=entry_id)) is None:
            append(cursor, Entries("catalogue", today, [entry_id], [commitment(_NO_SALT, law.hash)]))


def _make_role(server: psycopg.Connection, installation: Installation, role: Role, attributes: sql.SQL) -> None:
    name = installation.role_name(role)
    known = server.execute("select rolbypassrls, rolsuper from pg_roles where rolname = %s", [name]).fetchone()
    password = installation.address(role).get("password", "")
    words = sql.SQL(" ").join([sql.Identifier(name), attributes, *_password_words(server, name, password)])
    try:
        if known is None:
            server.execute(sql.SQL("create role {}").format(words))
        elif _owns_role(server):
            server.execute(sql.SQL("alter role {}").format(words))
    except psycopg.errors.InsufficientPrivilege as denied:
        raise ServerUnfit(
            f"请由管理员建立角色 {name}({attributes.as_string()})。 / "
            f"Let an administrator make the role {name} ({attributes.as_string()})."
        ) from denied


def _password_words(server: psycopg.Connection, name: str, password: str) -> list[sql.Composable]:
    if not password:
        return []
    # The verifier and not the password goes over the wire, and so into whatever log the server keeps.
    verifier = server.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    return [sql.SQL("password"), sql.Literal(verifier.decode())]


def _owns_role(server: psycopg.Connection) -> bool:
    row = server.execute("select rolsuper or rolcreaterole from pg_roles where rolname = current_user").fetchone()
    return bool(row and row[0])


def _exists(address: dict[str, str]) -> bool:
    try:
        with _connected(address) as server:
            row = server.execute(
                "select pg_encoding_to_char(encoding) from pg_database where datname = current_database()"
            )
            if row.fetchone() != ("UTF8",):
                raise ServerUnfit("数据库编码须为 UTF8。 / The database must be encoded in UTF8.")
    except psycopg.OperationalError as failed:
        if f'database "{address["dbname"]}" does not exist' in str(failed):
            return False
        raise
    return True


@contextmanager
def _alone(installation: Installation) -> Iterator[None]:
    with _connected(installation.address("owner")) as server:
        server.execute("select pg_advisory_lock(%s)", [_LOCK])
        yield


@contextmanager
def _connected(address: dict[str, str]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(**address, autocommit=True) as connection:  # type: ignore[arg-type]
        yield connection
