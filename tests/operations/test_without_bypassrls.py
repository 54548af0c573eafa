"""A server that grants nobody BYPASSRLS: the door in copies into a table beside, under row security, and all is the same."""

import os
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from django.test import override_settings
from psycopg import sql

from openxin.intake.workers import forget_connection
from openxin.operations import doctor, setup
from openxin.operations.databases import point_django_at
from openxin.operations.installation import as_url
from openxin.vault import keyring
from tests.harness import sample
from tests.harness.door import Door, counts
from tests.harness.register import Register, pointed_at
from tests.harness.server import FOUNDED_ON


@pytest.fixture
def register(shared_installation, tmp_path) -> Iterator[Register]:
    """Founded by an owner who may make databases and roles, and is no superuser."""
    super_ = shared_installation.address("owner")
    mark = f"{os.getpid()}"
    owner, name = f"plain_owner_{mark}", f"plain_{mark}"
    with psycopg.connect(**super_ | {"dbname": "postgres"}, autocommit=True) as server:
        server.execute(
            sql.SQL("create role {} login createdb createrole password 'plain'").format(sql.Identifier(owner))
        )
    chosen = replace(
        shared_installation, home=tmp_path, keys=tmp_path / "keys", database_url="", intake_database_url="",
        owner_database_url=as_url(super_ | {"dbname": name, "user": owner, "password": "plain"}),
        app_role=f"plain_app_{mark}", intake_role=f"plain_intake_{mark}",
    )  # fmt: skip
    try:
        setup.make_all_keys(chosen)
        with (
            pointed_at(chosen),
            override_settings(OPENXIN_APP_ROLE=chosen.app_role, OPENXIN_INTAKE_ROLE=chosen.intake_role),
        ):
            keyring.use(chosen.keys)
            setup.initialise(chosen, today=FOUNDED_ON, told=lambda _zh, _en: None)
            # Statements about what is stored are a superuser's: this owner is under row security too.
            yield Register(
                replace(
                    chosen, database_url=chosen.url("app"), intake_database_url=chosen.url("intake"),
                    owner_database_url=as_url(super_ | {"dbname": name}),
                )
            )  # fmt: skip
            forget_connection()
    finally:
        point_django_at(shared_installation)
        keyring.use(shared_installation.keys)
        with psycopg.connect(**super_ | {"dbname": "postgres"}, autocommit=True) as server:
            server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
            for role in (chosen.app_role, chosen.intake_role, owner):
                server.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(role)))


def test_the_door_works_under_row_security(register, tmp_path):
    assert register.rows("select rolbypassrls from pg_roles where rolname = %s", register.installation.intake_role) == [
        (False,)
    ]
    door = Door(register, tmp_path / "files")
    rows = [sample.penalty(sample.person(n), f"示市监罚〔2026〕{n}号") for n in range(20)]
    assert counts(door.receives(*rows, sample.penalty(sample.WANG_WEI, CF_NR=""))) == (20, 0, 1, 0)
    assert counts(door.receives(*rows, name="again.csv", type_="penalty")) == (0, 20, 0, 0)
    impostor = sample.Person("李四", sample.person(3).number)
    assert counts(door.receives(sample.penalty(impostor, "示市监罚〔2026〕99号"), name="other.csv")) == (0, 0, 1, 0)
    register.is_sound(records=20, quarantined=2)
    report = doctor.examine(register.installation)
    assert [check.name for check in report.checks if not check.ok and check.name != "spool_empty"] == []


def test_without_saying_so_intake_sees_nobody(register):
    """The policy is the door's alone, and loud: a connection of this role that does not say what it is for raises."""
    with (
        psycopg.connect(**register.installation.address("intake")) as connection,
        pytest.raises(psycopg.errors.UndefinedObject, match="openxin"),
    ):
        connection.execute("select person_id from records_record")
