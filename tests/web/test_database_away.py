"""Where the database is away altogether, whoever asks is told so in both languages, is shown nothing, and nothing is written.

The server is one of PostgreSQL of its own, and it is stopped: what reads the session, logs somebody in or knows a machine cannot
ask it either.
"""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from joserfc import jwt

from openxin.accounts import links
from openxin.operations.installation import Installation
from openxin.vault import keyring
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.machine import KEY, Machine, machine
from tests.harness.no_line import Fault, done
from tests.harness.register import Register, pointed_at
from tests.harness.sample import LI_NA
from tests.harness.server import copy_keys, server_of_its_own
from tests.harness.visitor import Visitor, desk_of, id_of, visitor

NAME, PASSWORD = "zhang.wei", "correct horse battery staple"
SECRETS = (LI_NA.number, LI_NA.name, "示市监罚", "过期食品", NAME, PASSWORD)
CANNOT_BE_KEPT = Fault(
    """create function away() returns trigger language plpgsql as
         $$ begin raise exception 'shutting down' using errcode = 'admin_shutdown'; end $$;
       create trigger away before update on django_session for each row execute function away()""",
    "drop trigger away on django_session; drop function away()",
)
WRITTEN = ("records_line", "ledger_outbox", "accounts_attempt", "accounts_log_in", "accounts_session", "accounts_spent")


@dataclass
class Town:
    """A register on a server of its own; who has something to do with it. `down`: stop the server. `up`: start it again."""

    door: Door
    person: Visitor
    clerk: Client
    machine: Machine
    link: str
    _server: ExitStack

    def down(self) -> None:
        self._server.close()

    def up(self) -> None:
        connections.close_all()  # as the server does between two requests
        self._server.enter_context(server_of_its_own(self.door.register.installation))

    def pages(self) -> dict[str, HttpResponse]:
        """What people ask: each with a session that has to be read, or none."""
        nobody = visitor().client
        nobody.raise_request_exception = False
        return {
            "the first page, logged in": self.person.client.get("/"),
            "one's own records": self.person.client.get("/records/"),
            "a grant": self.person.client.post("/grants/give/", {"step": "preview"}),
            "a file": self.clerk.post("/desk/hand-in/", {"type": "penalty"}),
            "leaving": self.person.client.post("/leave/"),
            "a log-in with a password": nobody.post("/log-in/", {"name": NAME, "password": PASSWORD}),
            "a log-in with a link": nobody.get(self.link),
            "the ledger": nobody.get("/ledger/checkpoint"),
        }

    def api(self) -> dict[str, HttpResponse]:
        """What machines ask."""
        return {
            "grants": self.machine.get("/grants"),
            "a check": self.machine.post("/checks", {"check": "food-135"}),
            "the ledger": self.machine.get("/ledger/checkpoint"),
            "a token": self._asks_for_a_token(),
        }

    def _asks_for_a_token(self) -> HttpResponse:
        now = datetime.now(UTC).timestamp()
        says = {"iss": str(self.machine.id), "sub": str(self.machine.id), "aud": "http://localhost/oauth/token"}
        assertion = jwt.encode({"alg": "ES256", "kid": "1"}, says | {"exp": now + 60, "iat": now, "jti": "1"}, KEY)
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        form = {"grant_type": "client_credentials", "client_assertion_type": kind, "client_assertion": assertion}
        return Client(SERVER_NAME="localhost", raise_request_exception=False).post("/oauth/token", form)


@pytest.fixture
def town(shared_installation: Installation, tmp_path: Path) -> Iterator[Town]:
    home = tmp_path / "home"
    copy_keys(shared_installation.keys, home / "keys")
    own = replace(shared_installation, home=home, keys=home / "keys")
    with pointed_at(own), ExitStack() as server:
        keyring.use(own.keys)
        server.enter_context(server_of_its_own(own))
        door = Door(Register(own), tmp_path / "files")
        door.receives(sample.penalty(LI_NA))
        person, clerk = visitor(), desk_of("market", "clerk")
        person.logs_in(LI_NA)
        person.client.raise_request_exception = clerk.raise_request_exception = False
        link = links.issue(id_of(LI_NA))
        yield Town(door, person, clerk, machine("market", ("recipient", "duty-holder")), link, server)


def test_every_page_and_operation_says_so_and_it_goes_on_once_the_database_is_back(town: Town) -> None:
    before = written(town)
    town.down()
    pages, api = town.pages(), town.api()
    town.person.client.cookies["django_language"] = "en"
    english = town.person.client.get("/records/")
    log = logged(town)
    assert len(log) == len(pages) + len(api) + 1, "each is written down once"
    for asked, answer in pages.items():
        page = answer.content.decode()
        assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store"), asked
        assert "数据库现在用不了，所以什么也没有显示" in page and "稍后再试" in page, asked
        assert log[number_to_quote(page)] == "OperationalError", asked
        assert shows_nothing(page), asked
    for asked, answer in api.items():
        told = answer.json()
        assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json"), asked
        assert (told["code"], told["status"]) == ("away", 503), asked
        assert (told["detail"], told["detail_en"]) == ("稍后再试", "Try again in a while"), asked
        assert log[told["instance"].removeprefix("urn:uuid:")] == "OperationalError", asked
        assert shows_nothing(json.dumps(told, ensure_ascii=False)), asked
    assert english.status_code == 503
    assert "The database cannot be used now, so nothing was shown" in english.content.decode()
    assert shows_nothing((town.door.register.home / "logs" / "openxin.log").read_text("utf-8"))

    town.up()
    assert written(town) == before
    assert {asked: answer.status_code for asked, answer in town.pages().items()} == {
        "the first page, logged in": 200,
        "one's own records": 200,
        "a grant": 422,
        "a file": 422,
        "leaving": 303,
        "a log-in with a password": 422,
        "a log-in with a link": 303,  # it was not used up
        "the ledger": 200,
    }
    assert {asked: answer.status_code for asked, answer in town.api().items()} == {
        "grants": 200,
        "a check": 422,
        "the ledger": 200,
        "a token": 200,  # nor was what proves the machine
    }
    town.door.register.is_sound(records=1, secrets=[LI_NA.number, LI_NA.name])


def test_a_page_whose_session_cannot_be_kept_is_not_shown(door: Door) -> None:
    door.receives(sample.penalty(LI_NA))
    person = visitor()
    person.logs_in(LI_NA)
    person.client.cookies["django_language"] = "en"
    person.client.raise_request_exception = False
    done(door, CANNOT_BE_KEPT.breaks)
    page = person.client.get("/records/")
    done(door, CANNOT_BE_KEPT.mends)
    assert page.status_code == 503
    assert "The database cannot be used now, so nothing was shown" in page.content.decode()
    assert shows_nothing(page.content.decode())
    assert person.client.get("/records/").status_code == 200
    door.register.is_sound(records=1)


def written(town: Town) -> list[int]:
    return [town.door.register.count(table) for table in WRITTEN]


def logged(town: Town) -> dict[str, str]:
    """What the log has under each number: the kind of error."""
    lines = (town.door.register.home / "logs" / "openxin.log").read_text("utf-8").splitlines()
    return {one["instance"]: one["exception"] for one in map(json.loads, lines) if "instance" in one}


def shows_nothing(text: str) -> bool:
    return not [secret for secret in SECRETS if secret in text]


def number_to_quote(page: str) -> str:
    (number,) = re.findall(r'<code id="number">([0-9a-f-]{36})</code>', page)
    return number
