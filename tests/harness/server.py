"""One embedded server for a whole run of pytest (all its worker processes), and a migrated database to copy registers from.

The supervisor under test is also what carries the tests: every worker joins the one server, the last one stops it.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg
from psycopg import sql

from openxin.operations import embedded, setup
from openxin.operations.databases import point_django_at
from openxin.operations.installation import Installation

TEMPLATE = "openxin"  # where `Installation.address` points; nobody stays connected to it
FOUNDED_ON = date(2026, 1, 5)

# No test of ours needs the data to survive a power cut: the ones that do start a server of their own.
_FAST = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB", "max_connections": "100"}


@contextmanager
def shared_server(installation: Installation) -> Iterator[None]:
    """Run the body with the server up and the template made."""
    with embedded.running(installation, _FAST):
        point_django_at(installation)
        with _one_at_a_time(installation.home):
            if not (installation.home / "template.made").exists():
                _make_template(installation)
                (installation.home / "template.made").touch()
        yield


@contextmanager
def server_of_its_own(installation: Installation) -> Iterator[None]:
    """Run the body with a server of this installation alone up, and a register on it; the same one, where it was there before."""
    with embedded.running(installation, _FAST):
        _make_template(installation)
        yield


def _make_template(installation: Installation) -> None:
    from django.db import connections

    setup.make_all_keys(installation)
    setup.make_database(installation)
    setup.make_roles(installation)
    setup.migrate(installation)
    setup.note_catalogue(FOUNDED_ON)
    connections.close_all()


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    with (home / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def copied_database(installation: Installation, name: str) -> Iterator[Installation]:
    """A database of its own, as the owner's copy of the template; gone afterwards."""
    with psycopg.connect(**installation.address("owner") | {"dbname": "postgres"}, autocommit=True) as server:
        server.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
        try:
            yield replace(
                installation,
                database_url=_elsewhere(installation.url("app"), name),
                owner_database_url=_elsewhere(installation.url("owner"), name),
                intake_database_url=_elsewhere(installation.url("intake"), name),
            )
        finally:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def _elsewhere(url: str, name: str) -> str:
    return url.replace(f"@/{TEMPLATE}?", f"@/{name}?")


def clean_environment(home: Path) -> None:
    """No setting of whoever runs the tests reaches them."""
    for name in [name for name in os.environ if name.startswith("OPENXIN_")]:
        del os.environ[name]
    os.environ |= {
        "OPENXIN_HOME": str(home),
        "OPENXIN_SYNTHETIC": "1",
        "DJANGO_SETTINGS_MODULE": "openxin.config.settings",
    }


def copy_keys(source: Path, target: Path) -> None:
    """The run's keys: making new ones for every test would write twenty files to the disk."""
    shutil.copytree(source, target)
