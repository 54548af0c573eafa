"""Who may reach what: every address and method of the application × everybody, as `access_matrix.toml` states it.

Nothing is left out silently: an address of the URLconf that the table does not have fails, and so does one that only the table
has. Requests go through the whole application (middleware, log-in, door, database); who is who is said in VISITORS, what stands
in an address in OBJECTS. How to add a row is told at the top of the table.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from openxin.accounts import links, machines, organisations
from openxin.disclosure import assignments, grants
from openxin.intake import upload_work
from openxin.intake.workers import forget_connection
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.operations.installation import Installation
from openxin.people import guardians
from openxin.store.connection import open_plain
from openxin.store.session import reading_as
from tests.harness.door import Door
from tests.harness.machine import KEY
from tests.harness.others import in_force, verified
from tests.harness.register import Register, founded_register
from tests.harness.sample import LI_NA, WANG_WEI, Person, honour, number, penalty, permit
from tests.harness.sample import person as somebody
from tests.harness.uploading import bring, worked
from tests.harness.visitor import id_of, reader_of

TABLE: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("access_matrix.toml").read_text("utf-8"))
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
API = "/api/v1/"
LET_IN = {200, 201, 202, 204, 206, 302, 303, 304, 400, 409, 415, 422, 428}
REFUSED = {401, 403, 404, 405}
TO_LOG_IN = {"/", "/log-in/"}

MINOR = Person("李小明", number("20120615", 3))
FATHER = somebody(7)
FIRM = "31999999MD0000010A"


@dataclass
class World:
    """A register in which everybody of the table is somebody, and what they may ask for is there."""

    door: Door
    firm: UUID
    clients: dict[str, Client] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        """The browser or the machine of `who`, logged in."""
        if who not in self.clients:
            self.clients[who] = VISITORS[who](self)
        return self.clients[who]

    def object(self, name: str, *, anew: bool) -> str:
        if anew or name not in self.objects:
            self.objects[name] = OBJECTS[name](self)
        return self.objects[name]


def browser(path: str | None = None, **headers: str) -> Client:
    client = Client(SERVER_NAME="localhost", raise_request_exception=False, headers=headers or None)
    if path is not None:
        assert client.get(path).status_code == 303
    return client


def person(who: Person) -> Callable[[World], Client]:
    return lambda _: browser(links.issue(id_of(who)))


def official(authority: str, *roles: str) -> Callable[[World], Client]:
    return lambda _: browser(links.issue_to_official(authority, roles=roles))


def of_firm(*roles: str) -> Callable[[World], Client]:
    return lambda world: browser(links.issue_to_organisation(world.firm, roles=roles))


def machine(authority: str | None, *roles: str) -> Callable[[World], Client]:
    def made(world: World) -> Client:
        now = datetime.now(UTC)
        key = [KEY.as_dict(private=False)]
        firm = None if authority else world.firm
        id_ = machines.register(authority, key, at=now, organisation=firm, roles=roles)
        return browser(Authorization=f"Bearer {machines.issue(id_, at=now)}")

    return made


VISITORS: Mapping[str, Callable[[World], Client]] = {
    "nobody": lambda _: browser(),
    "person": person(LI_NA),
    "other-person": person(WANG_WEI),
    "guardian": person(FATHER),
    "clerk": official("market", "clerk"),
    "clerk-elsewhere": official("transport", "clerk"),
    "identity-officer": official("credit", "identity-officer"),
    "case-officer": official("credit", "case-officer"),
    "case-officer-elsewhere": official("market", "case-officer"),
    "recipient": of_firm("recipient"),
    "recipient-elsewhere": official("civil", "recipient"),
    "duty-holder": official("education", "duty-holder"),
    "auditor": official("credit", "auditor"),
    "auditor-elsewhere": official("education", "auditor"),
    "administrator": official("credit", "administrator"),
    "machine": machine("market", "clerk"),
    "machine-elsewhere": machine("transport", "clerk"),
    "machine-recipient": machine(None, "recipient"),
    "machine-recipient-elsewhere": machine("civil", "recipient"),
    "machine-duty-holder": machine("education", "duty-holder"),
}
MACHINES = {who for who in VISITORS if who.startswith("machine")}
GROUPS = {"everybody": set(VISITORS), "machines": MACHINES, "logged-in": set(VISITORS) - MACHINES - {"nobody"}}


def submission(world: World) -> str:
    """One of the market supervision's, with a row that must be mended."""
    documents = [f"示市监罚〔2026〕{uuid4().int % 10**9}号" for _ in range(2)]
    rows = [penalty(LI_NA, documents[0]), penalty(WANG_WEI, documents[1], CF_JDRQ="不知道")]
    return str(world.door.receives(*rows, name=f"{uuid4()}.csv").submission)


def waiting_row(world: World) -> str:
    of = UUID(submission(world))
    return str(world.door.register.rows("select id from intake_waiting where submission_id = %s", of)[0][0])


def checked_upload(world: World) -> str:
    """One of the market supervision's, checked, so that it can be confirmed or discarded."""
    upload = bring(world.door, penalty(LI_NA, f"示市监罚〔2026〕{uuid4().int % 10**9}号"))
    forget_connection()
    with open_plain("intake") as connection, upload_work.lease(connection):
        worked(world.door, connection)
    forget_connection()
    return str(upload)


def line(world: World) -> str:
    """One of Li Na's."""
    world.client("person").get("/records/")
    sequence()
    return str(world.door.register.rows("select id from records_line where person_id = %s", id_of(LI_NA))[0][0])


def own_honour(world: World) -> str:
    """One of Li Na's."""
    world.door.receives(honour(LI_NA), type_="honour", uscc="119999990000160022", name=f"{uuid4()}.csv")
    mine = "select id from records_record where person_id = %s and type = 'honour'"
    return str(world.door.register.rows(mine, id_of(LI_NA))[0][0])


def given(world: World, **changes: Any) -> grants.Given:
    """A grant of Li Na's, of everything that can be granted, to the firm."""
    now, person = datetime.now(UTC), reader_of(id_of(LI_NA))
    assert person.person_id is not None
    purpose = catalogue().purposes["report"]
    terms = {
        "to": f"organisation:{world.firm}", "types": ("penalty",), "records": None, "form": "extract", "from_": now,
        "until": now + timedelta(days=1), "uses": purpose.most_uses, "said_purpose": next(iter(catalogue().grant_purposes)),
    }  # fmt: skip
    return grants.give(person.person_id, person, grants.Terms(**(terms | changes)), at=now)


def looked(world: World) -> str:
    """A line of Li Na's about a body that gave another name for her number."""
    another = penalty(LI_NA, f"示市监罚〔2026〕{uuid4().int % 10**9}号") | {"CF_XDR_MC": "李娜娜"}
    world.door.receives(another, name=f"{uuid4()}.csv")
    mine = "select id from records_line where person_id = %s and kind = 'name_question' order by at desc limit 1"
    return str(world.door.register.rows(mine, id_of(LI_NA))[0][0])


def assignment(world: World) -> str:
    """The one record of Li Na's that the case officer of the credit office has."""
    officer, person = UUID(world.client("case-officer").session[SESSION_KEY]), id_of(LI_NA)
    hers = "select id from records_record where person_id = %s and type = 'penalty' order by id limit 1"
    ((record,),) = world.door.register.rows(hers, person)
    with reading_as(officer, person):
        assignments.open_(person, record, "A-2026-1", officer, at=datetime.now(UTC))
    (mine,) = assignments.of_officer(officer)
    return str(mine.id)


def warrant(world: World) -> str:
    """A sample that the auditor of the credit office has drawn."""
    drawn = world.client("auditor").post("/audit/warrants/", {"reason": "yearly", "size": "1"})
    assert drawn.status_code == 303
    return str(world.door.register.rows("select id from disclosure_warrant order by drawn_at desc limit 1")[0][0])


def signed_size(world: World, which: str = "min") -> str:
    return str(world.door.register.rows(f"select {which}(size) from ledger_checkpoint")[0][0])


def official_account(_: World) -> str:
    from openxin.accounts import officials  # needs Django set up

    return str(officials.enrol("market", uuid4().hex).login)


def registered_machine(_: World) -> str:
    return str(machines.register("market", [KEY.as_dict(private=False)], at=datetime.now(UTC)))


# What stands in an address, by the name of its parameter: of the person, or of the clerk.
OBJECTS: Mapping[str, Callable[[World], str]] = {
    "secret": lambda _: "spent",
    "session": lambda _: str(uuid4()),
    "passkey": lambda _: str(uuid4()),
    "submission": submission,
    "reference": waiting_row,
    "upload_id": checked_upload,
    "upload": checked_upload,
    "line": line,
    "own_honour": own_honour,
    "looked": looked,
    "size": signed_size,
    "grant": lambda world: str(given(world).grant_id),
    "own_grant": lambda world: str(given(world, to=None).grant_id),
    "code": lambda world: str(given(world, to=None).code),
    "number": lambda _: LI_NA.number,
    "login": official_account,
    "client": registered_machine,
    "id_": lambda world: str(world.firm),
    "assignment": assignment,
    "alert": lambda _: str(uuid4()),
    "contest": lambda _: str(uuid4()),
    "warrant": warrant,
    "newest": lambda world: signed_size(world, "max"),
}


@pytest.fixture(scope="module")
def world(shared_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("matrix")
    with founded_register(shared_installation, home / "home", f"matrix_{uuid4().hex[:8]}") as register:
        yield settled(register, home / "files")


def settled(register: Register, files: Path) -> World:
    """The people of the table, each with a record; a father and his child; a firm."""
    now = datetime.now(UTC)
    door = Door(register, files)
    door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号"), penalty(FATHER, "示市监罚〔2026〕3号"))
    in_force(door, permit(WANG_WEI), type_="permit")
    verified(WANG_WEI)
    door.receives(honour(MINOR), type_="honour", uscc="119999990000160022", name="honour.csv")
    child, father = (guardians.Named(id_of(one), one.name) for one in (MINOR, FATHER))
    with reading_as(uuid4(), child.person_id, joined=[father.person_id]):
        guardians.begin(child, father, until=date(2030, 6, 15), at=now)
    firm = organisations.register(FIRM, Words("示例律师事务所", "Sample Law Firm"), ["law-firm"], at=now)
    return World(door, firm.id)


def routes(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here


def test_every_address_of_the_application_is_in_the_table_and_no_other() -> None:
    import django

    django.setup()
    there = set(routes(get_resolver().url_patterns))
    assert there - set(TABLE) == set(), "state in access_matrix.toml who may reach these"
    assert set(TABLE) - there == set(), "stated, and not there"


def test_the_table_says_only_what_is_read() -> None:
    for route, stated in TABLE.items():
        assert set(stated) <= {*METHODS, "at", "send", "anew", "again"}, route
        assert set(METHODS) & set(stated), f"{route}: no method"
        for method in set(METHODS) & set(stated):
            named = [who for words in stated[method].values() for who in people(words)]
            assert len(named) == len(set(named)), f"{route} {method}: somebody meets two outcomes"


@pytest.mark.parametrize("route", TABLE)
def test_everybody_meets_what_is_stated(world: World, route: str) -> None:
    stated = TABLE[route]
    wrong = []
    for method in METHODS:
        expected = outcomes(route, stated[method]) if method in stated else not_taken(route)
        # Whoever may comes last: before, what is in the address is there for the others to be refused.
        for who, outcome in sorted(expected.items(), key=lambda one: one[1] == "ok"):
            met = asked(world, route, method, who, fresh=stated.get("anew", False) and outcome == "ok")
            if not fits(met, outcome):
                wrong.append(f"{method} {who}: {outcome} is stated, {met.status_code} {met.get('Location', '')}")
            if stated.get("again") and method in stated:
                world.clients.pop(who, None)
    assert not wrong, f"{route}\n" + "\n".join(wrong)


def people(words: str) -> set[str]:
    """Whom the words of a list name."""
    found = [GROUPS.get(word, {word}) for word in words.split()]
    named = set().union(*found)
    assert named <= set(VISITORS), f"nobody is called {named - set(VISITORS)}"
    return named


def outcomes(route: str, stated: Mapping[str, str]) -> dict[str, str]:
    """What each of the visitors meets."""
    usual = {
        who: ("403" if who in MACHINES else "401")
        if route.startswith(API)
        else ("log-in" if who in MACHINES | {"nobody"} else "403")
        for who in VISITORS
    }
    return usual | {who: outcome for outcome, words in stated.items() for who in people(words)}


def not_taken(route: str) -> dict[str, str]:
    """A method that the address does not take: of those who are let in by another method one is told so, and nobody is let in."""
    stated = TABLE[route]
    let_in = [who for method in METHODS for who in people(stated.get(method, {}).get("ok", ""))]
    return {"nobody": "not let in"} | dict.fromkeys(let_in[:1], "405")


def asked(world: World, route: str, method: str, who: str, *, fresh: bool) -> HttpResponse:
    stated = TABLE[route]
    given = {name: str(value) for name, value in stated.get("at", {}).items()}
    address = re.sub(
        r"<(?:\w+:)?(\w+)>", lambda found: given.get(found[1]) or world.object(found[1], anew=fresh), route
    )
    send = stated.get("send", {})
    filled = {
        name: re.sub(
            r"\{(\w+)\}", lambda found: uuid4().hex if found[1] == "any" else world.object(found[1], anew=False), text
        )
        for name, text in send.items()
    }
    kind = "application/json" if route.startswith(API) else "application/x-www-form-urlencoded"
    form = {"content_type": filled.get("type", kind), "data": filled.get("body", "")}
    return world.client(who).generic(
        method,
        f"{address}?{filled['query']}" if "query" in filled else address,
        headers={"Idempotency-Key": str(uuid4())} if route.startswith(API) else {},
        **({} if method == "GET" else form),
    )


def fits(met: HttpResponse, outcome: str) -> bool:
    to_log_in = met.status_code in (302, 303) and met.get("Location", "") in TO_LOG_IN
    if outcome == "log-in":
        return to_log_in
    if outcome == "not let in":
        return to_log_in or met.status_code in REFUSED
    if outcome == "ok":
        return met.status_code in LET_IN and not to_log_in
    return met.status_code == int(outcome)
