"""Tests of what others than the person may see: a person whose identity is certain, records that are in force and open."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from openxin.accounts.readers import Reader
from openxin.disclosure.statement import ShownLine
from openxin.law.loading import catalogue
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.sample import Person
from tests.harness.visitor import id_of, reader_of

DAY = date(2026, 7, 1)  # the notice of what was received on `sample.TODAY` is over
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
FINAL = {"OX_SDRQ": "2026-04-12", "OX_JJGZ": "是", "OX_SXRQ": "2026-05-20"}


def verified(person: Person) -> Reader:
    """The person, after their own verified log-in: their identity is certain from now on."""
    from openxin.cases import own_log_in

    vouched = own_log_in.VouchedFor(person.document_type, person.number, person.name)
    before = AT - timedelta(hours=1)
    known = own_log_in.recognise(vouched, law=catalogue(), day=DAY, at=before, synthetic=True)
    assert known is not None, "nothing was admitted about this person"
    return reader_of(known)


def newest_line(person: Person) -> ShownLine:
    """What stands on top of the person's list, but for the reading by which they see it."""
    from openxin.disclosure import door

    who = id_of(person)
    return door.own(who, reader_of(who), today=DAY, at=AT + timedelta(hours=1)).lines[1]


def in_force(door: Door, *rows: Mapping[str, str], type_: str, uscc: str = sample.MARKET) -> None:
    """Hand in rows; what is adverse is final and its notice over on `DAY`."""
    from openxin.records import changes

    own = FINAL if type_ in ("penalty", "disqualification") else {}
    door.receives(*({**row, **own} for row in rows), type_=type_, uscc=uscc, name=f"{uuid4()}.csv")
    changes.expire(DAY, at=AT, reader=uuid4())


def official(body: str, *roles: str) -> Reader:
    """An official of a body of the catalogue."""
    return Reader(uuid4(), authority=body, roles=frozenset(roles))
