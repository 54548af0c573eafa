"""The person's inbox tells of an admission from the moment that the record is there, and of nothing twice."""

from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections

from openxin.store.session import BY_OWN_RIGHT, reading_as
from tests.harness.door import Door
from tests.harness.sample import LI_NA, WANG_WEI, penalty, permit
from tests.harness.visitor import id_of

TOLD = "select kind, record_id, at from records_inbox order by at"


def told(person: UUID) -> list[tuple[object, ...]]:
    with reading_as(person, person, reading=BY_OWN_RIGHT), connections["default"].cursor() as cursor:
        cursor.execute(TOLD)
        return list(cursor.fetchall())


def test_a_penalty_is_told_with_its_record_and_a_permit_is_not(door: Door) -> None:
    """The record, its first version and the entry in the inbox have one instant, since they are one thing."""
    door.receives(penalty(LI_NA))
    door.receives(permit(LI_NA), type_="permit")
    ((record, at),) = door.register.rows(
        "select r.id, v.at from records_record r join records_version v on v.record_id = r.id where r.type = 'penalty'"
    )
    assert told(id_of(LI_NA)) == [("admitted", record, at)]
    door.register.is_sound(records=2)


def test_what_is_supplied_later_is_not_a_second_admission(door: Door) -> None:
    door.receives(penalty(LI_NA))
    (before,) = told(id_of(LI_NA))
    door.receives(penalty(LI_NA, OX_SDRQ="2026-05-20"))
    assert door.register.count("records_version") == 2
    assert told(id_of(LI_NA)) == [before]
    door.register.is_sound(records=1)


def test_nobody_reads_another_persons_inbox(door: Door) -> None:
    door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号"))
    assert len(told(id_of(LI_NA))) == len(told(id_of(WANG_WEI))) == 1
    assert told(uuid4()) == []
    door.register.is_sound(records=2)


@pytest.mark.parametrize(
    ("role", "error"), [("app", psycopg.errors.UndefinedObject), ("intake", psycopg.errors.InsufficientPrivilege)]
)
def test_the_inbox_is_as_loud_as_what_it_is_read_from(door: Door, role: str, error: type[psycopg.Error]) -> None:
    """A view reads with the rights of whoever asks: without a reader it raises, and the door in may not ask at all."""
    door.receives(penalty(LI_NA))
    with psycopg.connect(**door.register.installation.address(role)) as connection, pytest.raises(error):
        connection.execute(TOLD)
    door.register.is_sound(records=1)
