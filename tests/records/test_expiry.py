"""What the calendar makes of records: opened, expired, erased; and a second run finds nothing to do."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from openxin.ledger.sequencing import sequence
from openxin.records.changes import Expired, expire
from openxin.vault import sealing
from tests.harness.door import Door
from tests.harness.register import Register
from tests.harness.sample import LI_NA, WANG_WEI, penalty, permit

NOTHING = Expired(0, 0, 0)


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


def _expire(today: date) -> Expired:
    moved = expire(today, at=datetime.now(UTC), reader=uuid4())
    sequence()
    return moved


def test_a_final_penalty_opens_when_the_notice_is_over(door: Door) -> None:
    door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01"))
    assert _expire(date(2026, 6, 23)) == NOTHING
    assert _expire(date(2026, 6, 24)) == Expired(1, 0, 0)
    assert _expire(date(2026, 6, 24)) == NOTHING
    assert door.register.rows("select state from records_record") == [("in_force",)]
    door.register.is_sound(records=1)


def test_a_penalty_that_never_became_final_expires_unseen(door: Door) -> None:
    door.receives(penalty(LI_NA))
    assert _expire(date(2027, 4, 10)) == NOTHING
    assert _expire(date(2027, 4, 11)) == Expired(0, 1, 0)
    assert _expire(date(2027, 4, 11)) == NOTHING
    door.register.is_sound(records=1)


def test_what_has_been_kept_long_enough_is_erased_with_its_key(door: Door) -> None:
    door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_JDRQ="2026-05-02"))
    # One forgotten run brings a record to where daily runs would have brought it.
    assert _expire(date(2029, 4, 11)) == Expired(0, 2, 1)
    assert _expire(date(2029, 4, 11)) == NOTHING
    kept = door.register.rows("select state, wrapped_key is null from records_record order by state")
    assert kept == [("erased", True), ("expired", False)]
    door.register.is_sound(records=2)


def test_every_move_is_history_and_has_its_entry(door: Door) -> None:
    door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01"))
    _expire(date(2026, 6, 24))
    _expire(date(2027, 4, 11))
    moves = door.register.rows("select verb, state from records_move order by at")
    assert moves == [("open", "in_force"), ("expire", "expired")]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        door.register.rows("delete from records_move returning verb")
    door.register.is_sound(records=1)


def test_a_permit_without_end_stays(door: Door) -> None:
    door.receives(permit(LI_NA, XK_YXQZI="长期"), type_="permit")
    assert _expire(date(2099, 1, 1)) == NOTHING
    door.register.is_sound(records=1)


@pytest.mark.parametrize("table", ["records_record", "people_person"])
def test_what_a_destroyed_key_sealed_is_unreadable_at_once(door: Door, table: str) -> None:
    """A record's key, or its person's: with either gone, no version of the record opens again."""
    door.receives(penalty(LI_NA))
    assert _readable(door.register) == [True]
    door.register.rows(f"update {table} set wrapped_key = null returning 1")
    assert _readable(door.register) == [False]


def _readable(register: Register) -> list[bool]:
    """For each version: does it open with the keys that are left?"""
    rows = register.rows(
        """select p.person_id, p.wrapped_key, p.key_epoch, r.id, r.wrapped_key, v.number, v.sealed
           from records_version v join records_record r on r.person_id = v.person_id and r.id = v.record_id
           join people_person p on p.person_id = v.person_id"""
    )
    return [_opens(*row) for row in rows]


def _opens(person, person_key, epoch, record, record_key, number, sealed) -> bool:  # type: ignore[no-untyped-def]
    try:
        key = sealing.unwrap(person_key, epoch, sealing.place("people_person", person))
        own = sealing.unseal(key, record_key or b"", sealing.place("records_record", person, record))
        sealing.unseal(own, sealed, sealing.place("records_version", person, record, number))
    except sealing.CannotOpen:
        return False
    return True
