"""`init` makes an installation whole, and never replaces what is there; on whatever server it is pointed at."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.test import override_settings

from openxin.operations import setup
from openxin.operations.account import as_user, make_account
from openxin.operations.databases import point_django_at
from openxin.operations.installation import Installation, as_url
from openxin.vault import keyring

TODAY = date(2026, 11, 24)


def quietly(_: str, __: str) -> None:
    """Steps are told to people; here nobody listens."""


@pytest.fixture
def as_it_was(shared_installation: Installation) -> Iterator[None]:
    """Django is pointed back afterwards."""
    yield
    point_django_at(shared_installation)
    keyring.use(shared_installation.keys)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_second_init_changes_nothing(register):
    """Keys, roles' passwords, rows, leaves: all as they were."""
    before = contents(register.installation.keys)
    setup.initialise(register.installation, today=TODAY, told=quietly)
    setup.initialise(register.installation, today=TODAY, told=quietly)
    assert contents(register.installation.keys) == before
    register.is_sound(records=0)
    assert register.count("ledger_outbox", "kind = 'catalogue'") == 1


def test_every_secret_is_its_owners_alone(register):
    for file in register.installation.keys.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_the_catalogue_is_a_leaf_once_for_each_hash(register):
    """Also when its leaf has already been sequenced."""
    from openxin.ledger.sequencing import sequence

    sequence()
    setup.note_catalogue(TODAY)
    assert register.count("ledger_outbox") == 0
    assert register.count("ledger_leaf") == 1


def test_the_roles_are_what_they_must_be(register):
    installation = register.installation
    roles = {
        name: rest for name, *rest in register.rows("select rolname, rolsuper, rolbypassrls, rolconfig from pg_roles")
    }
    assert roles[installation.app_role] == [False, False, ["plan_cache_mode=force_generic_plan"]]
    assert roles[installation.intake_role] == [False, True, None]


def test_given_only_the_owner_init_makes_the_other_roles(shared_installation, tmp_path, as_it_was):
    """Roles belong to the server, not to a database: so these have names of their own."""
    owner = shared_installation.address("owner")
    name = f"by_owner_only_{os.getpid()}"
    chosen = replace(
        shared_installation, home=tmp_path, keys=tmp_path / "keys", owner_database_url=as_url(owner | {"dbname": name}),
        app_role="other_app", intake_role="other_intake", partitions=4,
    )  # fmt: skip
    try:
        initialised(chosen)
        with psycopg.connect(chosen.url("app")) as connection:
            assert connection.execute("select current_user, count(*) from intake_submission").fetchone() == (
                "other_app",
                0,
            )
            assert connection.execute(
                "select count(*) from pg_class where relkind = 'r' and relname ~ '^records_record_p'"
            ).fetchone() == (4,)
    finally:
        with psycopg.connect(**owner | {"dbname": "postgres"}, autocommit=True) as server:
            server.execute(f"drop database {name} with (force)")


def initialised(chosen: Installation) -> None:
    setup.make_all_keys(chosen)
    point_django_at(chosen)
    with override_settings(
        OPENXIN_APP_ROLE=chosen.app_role, OPENXIN_INTAKE_ROLE=chosen.intake_role, OPENXIN_PARTITIONS=chosen.partitions
    ):
        setup.initialise(chosen, today=TODAY, told=quietly)


DEBIAN = Path("/usr/lib/postgresql/15/bin")


def test_debians_postgresql_works_by_url(shared_installation, tmp_path, as_it_was):
    """Where PostgreSQL 15 is installed. Elsewhere the statement is about nothing, and true."""
    if not DEBIAN.exists():
        return
    with debians_server(tmp_path) as url:
        blank = replace(
            shared_installation, home=tmp_path, keys=tmp_path / "keys", database_url="", intake_database_url="",
            owner_database_url=url,
        )  # fmt: skip
        initialised(blank)
        setup.initialise(blank, today=TODAY, told=quietly)
        with psycopg.connect(blank.url("app")) as connection:
            assert connection.execute("select count(*) from ledger_outbox").fetchone() == (1,)
            with pytest.raises(psycopg.errors.UndefinedObject, match="openxin"):
                connection.execute("select * from records_record")


class debians_server:  # noqa: N801 -- read as a word in a `with`
    """A cluster of Debian's PostgreSQL 15, made for one test."""

    def __init__(self, folder: Path) -> None:
        self.data = Path("/tmp") / f"pg15-{os.getpid()}"
        self.who = make_account(self.data)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [DEBIAN / program, "-D", str(self.data), *words], check=True, stdout=subprocess.DEVNULL, **as_user(self.who)
        )

    def __enter__(self) -> str:
        self._run("initdb", "--username=someone", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8")
        options = f"-c listen_addresses= -c unix_socket_directories={self.data}"
        self._run("pg_ctl", "start", "-w", "-l", str(self.data / "log"), "-o", options)
        return as_url({"host": str(self.data), "port": "5432", "dbname": "city", "user": "someone", "password": "any"})

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")
        shutil.rmtree(self.data)
