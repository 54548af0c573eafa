"""Row security on every way to read: in each transaction in which somebody is said to read, the tables are asked for everything
that they hold, without a filter. What comes back is the person's who is read, and whoever was joined with them.
"""

import re
from uuid import UUID

import psycopg
import pytest

from openxin.store import session
from tests.architecture.test_row_security import UNDER_ROW_SECURITY
from tests.harness.ways import WAYS, world_of

_SAID = re.compile(r"set local openxin\.(\w+) = '([^']*)'")
# Who presents a token (of a document, of a code, of the body for which they act) sees what it stands for, and no row but that.
_PRESENTED = "select grant_id from disclosure_way_in where token = decode('{token}', 'hex')"
_BY_TOKEN = {
    "people_identity": "token <> decode('{token}', 'hex')",
    "disclosure_way_in": "token <> decode('{token}', 'hex')",
    "disclosure_grant": f"id not in ({_PRESENTED})",
}
_PERSONS = "select coalesce(array_agg(distinct person_id), '{{}}')::text from {table} where {others}"


@pytest.fixture
def world(door):
    return world_of(door)


class Probe:
    """Asks for everything in the middle of other people's transactions. `others`: what was seen of whom it was not about."""

    def __init__(self, tables):
        self.tables = tables
        self.asked = 0
        self.seen = 0
        self.others = set()

    def ask(self, raw, text):
        said = dict(_SAID.findall(text))
        if "reader" not in said or said.get("task"):  # a named task goes over many, and reads nothing sealed
            return
        whose = {UUID(said["subject"]), *(UUID(one) for one in said.get("joined", "").strip("{}").split(",") if one)}
        token = said.get("token", "")
        for table in self.tables:
            others = _BY_TOKEN.get(table, "true").format(token=token)
            result = raw.pgconn.exec_(_PERSONS.format(table=table, others=others).encode())
            found = {UUID(one) for one in result.get_value(0, 0).decode().strip("{}").split(",") if one}
            self.asked += 1
            self.seen += len(found)
            self.others |= {(table, one) for one in found - whose}


@pytest.fixture
def probe(register, monkeypatch):
    # Of records and lines nothing is seen at all where a session does not say for what: that is asked elsewhere.
    probe = Probe([name for (name,) in register.rows(UNDER_ROW_SECURITY) if not name.startswith("records_")])
    reading = Probe([name for (name,) in register.rows(UNDER_ROW_SECURITY)])
    execute, answered = psycopg.Cursor.execute, session.answered

    def heard(cursor, query, *words, **named):
        done = execute(cursor, query, *words, **named)
        text = query if isinstance(query, str) else query.as_string(cursor)
        (reading if "openxin.asks" in text else probe).ask(cursor.connection, text)
        return done

    def heard_straight(raw, text):
        done = answered(raw, text)
        reading.ask(raw, text)
        return done

    monkeypatch.setattr(psycopg.Cursor, "execute", heard)
    monkeypatch.setattr(session, "answered", heard_straight)
    return probe, reading


def test_without_the_filters_of_the_application_every_way_sees_its_person_and_nobody_else(world, probe):
    looked_up, reading = probe
    silent = []
    for name, way in WAYS.items():
        before = looked_up.asked + reading.asked
        way.go(world)
        if looked_up.asked + reading.asked == before:
            silent.append(name)
    assert silent == []
    assert reading.seen > len(WAYS)
    assert looked_up.others | reading.others == set()


def test_what_row_security_would_let_through_is_found(world, probe):
    with psycopg.connect(**world.door.register.installation.address("owner")) as owner:
        owner.execute("alter table records_version disable row level security")
    _, reading = probe
    next(iter(WAYS.values())).go(world)
    assert {table for table, _ in reading.others} == {"records_version"}
