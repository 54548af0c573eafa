"""What auditors count of readings, each number checked against readings of which every one is known."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from openxin.accounts.readers import Reader
from openxin.disclosure import door as out
from openxin.disclosure import figures, grants
from openxin.disclosure.asking import NotPermitted as Refused
from openxin.disclosure.asking import Question, Right
from openxin.disclosure.figures import Grants, NotPermitted, Readings
from openxin.disclosure.grants import Terms
from openxin.ledger.sequencing import sequence
from tests.harness.door import Door
from tests.harness.register import Register
from tests.harness.sample import LI_NA, TODAY, WANG_WEI, penalty
from tests.harness.visitor import id_of, reader_of

AUDITOR = Reader(uuid4(), authority="credit", roles=frozenset({"auditor"}))
JUNE, MAY = date(2026, 6, 1), date(2026, 5, 1)
NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
# The last hour of May in the register's calendar is still the 31st elsewhere.
END_OF_MAY = datetime(2026, 5, 31, 15, 59, tzinfo=UTC)


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


def test_readings_and_refusals_are_counted_by_purpose_body_and_month(door: Door) -> None:
    door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号"))
    li_na, wang_wei = id_of(LI_NA), id_of(WANG_WEI)
    for at in (END_OF_MAY, END_OF_MAY + timedelta(minutes=1), NOON, NOON):
        out.own(li_na, reader_of(li_na), today=TODAY, at=at)
    food = Reader(uuid4(), authority="market", roles=frozenset({"clerk"}))
    for _ in range(3):
        with pytest.raises(Refused):
            out.disclose(Question("self", wang_wei, Right("own")), food, today=TODAY, at=NOON)
    sequence()
    found = figures.figures(AUDITOR, months=2, today=TODAY)
    assert [one for one in found.readings if one.month in (JUNE, MAY)] == [
        Readings(JUNE, "self", "", 3, 0),
        Readings(JUNE, "self", "market", 0, 3),
        Readings(MAY, "self", "", 1, 0),
    ]
    assert [(one.month, one.times) for one in found.refusals if one.month == JUNE] == [(JUNE, 3)]
    assert [one.month for one in figures.figures(AUDITOR, months=1, today=TODAY).readings if one.month == MAY] == []
    door.register.is_sound(records=2)


def test_whoever_names_a_number_with_another_name_is_counted_as_asking_in_vain(door: Door) -> None:
    door.receives(penalty(LI_NA))
    door.receives(penalty(LI_NA, "示市监罚〔2026〕2号", CF_XDR_MC="李某某"), name="other.csv")
    today = datetime.now(UTC).date()
    found = figures.figures(AUDITOR, months=1, today=today)
    assert [(one.purpose, one.body, one.answered, one.refused) for one in found.readings] == [
        ("name-question", "market", 0, 1)
    ]
    assert [(one.rule, one.times) for one in found.refusals] == [("", 1)]


def test_grants_given_and_revoked_are_counted_and_no_reading(door: Door) -> None:
    door.receives(penalty(LI_NA))
    li_na = id_of(LI_NA)
    terms = Terms("market", ("penalty",), None, "statement", NOON, NOON + timedelta(days=3), 2, "bidding")
    first = grants.give(li_na, reader_of(li_na), terms, at=NOON)
    grants.give(li_na, reader_of(li_na), terms, at=NOON)
    grants.revoke(li_na, reader_of(li_na), first.grant_id, at=NOON)
    sequence()
    found = figures.figures(AUDITOR, months=1, today=TODAY)
    assert found.grants == (Grants(JUNE, 2, 1),)
    assert found.readings == ()
    assert found.refusals == ()
    door.register.is_sound(records=1)


@pytest.mark.parametrize("role", ["person", "clerk", "case-officer", "recipient", "duty-holder", "administrator", ""])
def test_nobody_else_sees_the_figures(role: str) -> None:
    with pytest.raises(NotPermitted):
        figures.figures(Reader(uuid4(), authority="market", roles=frozenset({role})), months=1, today=TODAY)


def test_a_body_sees_how_often_it_asked_and_nobody_elses(door: Door) -> None:
    door.receives(penalty(LI_NA))
    li_na = id_of(LI_NA)
    for body in ("market", "market", "drug"):
        with pytest.raises(Refused):
            out.disclose(
                Question("self", li_na, Right("own")),
                Reader(uuid4(), authority=body, roles=frozenset({"recipient"})),
                today=TODAY,
                at=NOON,
            )
    mine = figures.of_holder(Reader(uuid4(), authority="market"), months=1, today=TODAY)
    assert [(one.body, one.refused) for one in mine if one.month == JUNE] == [("market", 2)]
    with pytest.raises(NotPermitted):
        figures.of_holder(reader_of(li_na), months=1, today=TODAY)
