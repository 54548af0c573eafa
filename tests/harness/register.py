"""A register for one test: a database, a home, keys; in this process and, by the environment, in every command that it starts."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from openxin.config import logs
from openxin.operations.databases import point_django_at
from openxin.operations.installation import Installation
from openxin.vault import keyring
from tests.harness import soundness
from tests.harness.server import copied_database, copy_keys


@dataclass(frozen=True, slots=True)
class Register:
    """A founded, empty register (`init` is done, its leaf for the catalogue waits in the outbox)."""

    installation: Installation

    @property
    def home(self) -> Path:
        """`OPENXIN_HOME`."""
        return self.installation.home

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What the owner sees: for statements about what is stored, never about what somebody may see."""
        with psycopg.connect(**self.installation.address("owner"), autocommit=True) as server:
            return server.execute(query, values).fetchall()

    def count(self, table: str, where: str = "true") -> int:
        """How many rows `table` has."""
        return int(str(self.rows(f"select count(*) from {table} where {where}")[0][0]))

    def is_sound(
        self, *, records: int | None = None, quarantined: int | None = None, secrets: Sequence[str] = ()
    ) -> None:
        """The check that knows everything; it closes every test that writes.

        `secrets`: names, numbers and facts that were put in; none may stand anywhere in clear.
        """
        faults = [*soundness.faults(self), *soundness.clear_text(self, secrets)]
        if records is not None and (found := self.count("records_record")) != records:
            faults.append(f"{found} records, not {records}")
        if quarantined is not None and (found := self.count("intake_waiting", "closed_by is null")) != quarantined:
            faults.append(f"{found} rows wait, not {quarantined}")
        assert not faults, "the register is unsound:\n" + "\n".join(faults)


@contextmanager
def founded_register(shared: Installation, home: Path, name: str) -> Iterator[Register]:
    """A register in a copied database, with this process pointed at it."""
    with copied_database(shared, name) as copied:
        copy_keys(shared.keys, home / "keys")
        installation = replace(copied, home=home, keys=home / "keys")
        with pointed_at(installation):
            keyring.use(installation.keys)
            yield Register(installation)


@contextmanager
def pointed_at(installation: Installation) -> Iterator[None]:
    from django.conf import settings
    from django.db import connections

    before, environment = settings.OPENXIN_INSTALLATION, dict(os.environ)
    try:
        _point(installation)
        yield
    finally:
        connections.close_all()
        _point(before)
        os.environ.clear()
        os.environ.update(environment)


def _point(installation: Installation) -> None:
    from django.conf import settings

    point_django_at(installation)
    settings.OPENXIN_INSTALLATION = installation
    settings.OPENXIN_HOME, settings.OPENXIN_KEYS = installation.home, installation.keys
    logs.configure(settings.LOGGING | {"folder": installation.home / "logs"})
    os.environ |= {"OPENXIN_HOME": str(installation.home), "OPENXIN_KEYS": str(installation.keys)}
    os.environ |= {
        "OPENXIN_DATABASE_URL": installation.database_url,
        "OPENXIN_OWNER_DATABASE_URL": installation.owner_database_url,
        "OPENXIN_INTAKE_DATABASE_URL": installation.intake_database_url,
    }
