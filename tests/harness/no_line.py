"""Faults that keep the line of a reading from being written, in the real server, and what a reading would have left there."""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from django.db import connections

from tests.harness.door import Door


@dataclass(frozen=True)
class Fault:
    """What keeps the outbox from taking a line, and what mends it. `{app}`: the application's role; `{name}`: the database."""

    breaks: str
    mends: str


FAULTS: Mapping[str, Fault] = {
    "the outbox takes nothing from the application": Fault(
        "revoke insert on ledger_outbox from {app}", "grant insert on ledger_outbox to {app}"
    ),
    "the outbox refuses": Fault(
        """create function full_up() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$;
           create trigger full_up before insert on ledger_outbox for each row execute function full_up()""",
        "drop trigger full_up on ledger_outbox; drop function full_up()",
    ),
}


def done(door: Door, statement: str) -> None:
    """Do this to the server, as its owner; whoever had a connection begins a new one."""
    installation = door.register.installation
    role, name = installation.role_name("app"), installation.address("app")["dbname"]
    with psycopg.connect(**installation.address("owner"), autocommit=True) as server:
        server.execute(statement.format(app=f'"{role}"', name=f'"{name}"'))
    connections.close_all()


def left(door: Door) -> tuple[object, ...]:
    """What readings leave behind: lines, what tells of them, and uses of grants."""
    tables = ("records_line", "records_line_key", "ledger_outbox")
    return (
        *(door.register.count(one) for one in tables),
        *door.register.rows("select uses_left from disclosure_grant"),
    )
