"""Everybody: a register in which each kind of visitor is somebody, and what they may ask for is there, theirs and others'.

Read by the access matrix (`tests/web/test_access_matrix.py`): VISITORS by the name that its table gives them, OBJECTS by the name
of the parameter in the address.
"""

from base64 import b32decode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth import SESSION_KEY
from django.db import connections
from django.test import Client

from openxin.accounts import factors, links, machines, organisations, passkeys, sessions
from openxin.disclosure import assignments, checks, contests, grants
from openxin.disclosure.asking import NotPermitted
from openxin.disclosure.checks import Enquiry
from openxin.intake import upload_work
from openxin.intake.workers import forget_connection
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.notices import alerts
from openxin.people import guardians
from openxin.store.connection import open_plain
from openxin.store.session import reading_as
from tests.harness.door import Door
from tests.harness.key import HOST, Key
from tests.harness.machine import KEY
from tests.harness.others import in_force, verified
from tests.harness.others import official as official_reader
from tests.harness.register import Register
from tests.harness.sample import LI_NA, WANG_WEI, Person, honour, number, penalty, permit
from tests.harness.sample import person as somebody
from tests.harness.uploading import bring, worked
from tests.harness.visitor import id_of, reader_of

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

    def object(self, name: str, *, anew: bool = False) -> str:
        if anew or name not in self.objects:
            self.objects[name] = OBJECTS[name](self)
        return self.objects[name]

    def login(self, who: str) -> UUID:
        """The log-in of somebody who is in."""
        return UUID(self.client(who).session[SESSION_KEY])


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


def keyed(authority: str) -> Callable[[World], Client]:
    """An official who has set everything up, and came by it."""

    def made(_: World) -> Client:
        from openxin.accounts import officials  # needs Django set up

        name, now = uuid4().hex, datetime.now(UTC)
        enrolled = officials.enrol(authority, name, roles=("case-officer",))
        seed = factors.new_seed(enrolled.login)
        app = TOTP(b32decode(seed.typed), 6, SHA1(), 30)
        factors.set_up(enrolled.login, seed.sealed, app.generate(int(now.timestamp()) - 30).decode(), at=now)
        client = browser()
        client.post("/log-in/", {"name": name, "password": enrolled.password})
        code = app.generate(int(datetime.now(UTC).timestamp())).decode()
        assert client.post("/log-in/code/", {"code": code})["Location"] == "/desk/cases/"
        return client

    return made


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
    "keyed": keyed("credit"),
    "keyed-elsewhere": keyed("market"),
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
LOGGED_IN = set(VISITORS) - MACHINES - {"nobody"}
PERSONS = {"person", "other-person", "guardian"}


def submission(world: World) -> str:
    """One of the market supervision's, with a row that must be mended."""
    documents = [f"示市监罚〔2026〕{uuid4().int % 10**9}号" for _ in range(2)]
    rows = [penalty(LI_NA, documents[0]), penalty(WANG_WEI, documents[1], CF_JDRQ="不知道")]
    return str(world.door.receives(*rows, name=f"{uuid4()}.csv").submission)


def waiting_row(world: World) -> str:
    of = world.object("of_the_row", anew=True)
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
    officer, person = world.login("case-officer"), id_of(LI_NA)
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


def session(world: World, who: str = "person") -> str:
    """Another one than the one in which they ask."""
    return str(sessions.begin(world.login(who), way="link", at=datetime.now(UTC)))


def passkey(world: World, who: str = "keyed") -> str:
    login, key = world.login(who), Key()
    asked = passkeys.ask_for_new(login, host=HOST)
    passkeys.keep(login, asked.state, key.makes(asked), host=HOST, at=datetime.now(UTC))
    return str(passkeys.passkeys(login)[-1].id)


def body_of(world: World, who: str) -> str:
    ((body,),) = world.door.register.rows("select authority from accounts_user where id = %s", world.login(who))
    return str(body)


def alert(_: World, about: str = "market") -> str:
    with connections["default"].cursor() as cursor:
        return str(alerts.raise_alert(cursor, "budget", about, uuid4(), datetime.now(UTC)))


def contest(world: World, of: str = "market") -> str:
    """Of what this body asked about Li Na, whether it was answered or not."""
    now = datetime.now(UTC)
    asked = Enquiry("food-135", LI_NA.document_type, LI_NA.number, LI_NA.name, "示市监许受〔2026〕12号")
    with suppress(NotPermitted):
        checks.ask(asked, official_reader(of, "duty-holder"), today=now.date(), at=now)
    person = reader_of(id_of(LI_NA))
    mine = "select id from records_line where person_id = %s and kind in ('disclosure', 'refusal') order by at desc limit 1"
    ((told,),) = world.door.register.rows(mine, person.person_id)
    contests.contest(id_of(LI_NA), person, UUID(str(told)), at=now)
    ((id_, body),) = world.door.register.rows("select id, body from disclosure_contest where line_id = %s", told)
    assert body == of
    return str(id_)


def official_account(_: World) -> str:
    from openxin.accounts import officials  # needs Django set up

    return str(officials.enrol("market", uuid4().hex).login)


def registered_machine(_: World) -> str:
    return str(machines.register("market", [KEY.as_dict(private=False)], at=datetime.now(UTC)))


# What stands in an address, by the name of its parameter: of the person, or of the clerk.
OBJECTS: Mapping[str, Callable[[World], str]] = {
    "secret": lambda _: "spent",
    "session": session,
    "passkey": passkey,
    "submission": submission,
    "reference": waiting_row,
    "of_the_row": submission,
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
    "alert": alert,
    "contest": contest,
    "answer": lambda _: catalogue().lists[contests.ANSWERS].values[0].code,
    "warrant": warrant,
    "newest": lambda world: signed_size(world, "max"),
}
# The same, of whoever asks: where they are persons or log-ins their own, where they are auditors about their own body.
OWN: Mapping[str, Callable[[World, str], str]] = {
    "session": session,
    "passkey": passkey,
    "alert": lambda world, who: alert(world, body_of(world, who)),
    "contest": lambda world, who: contest(world, body_of(world, who)),
}


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
