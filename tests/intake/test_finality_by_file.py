"""A body supplies the dates by which a decision became final: by a file with the same decisions and nothing else changed."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from openxin.ledger.sequencing import sequence
from openxin.records.changes import expire
from tests.harness.door import Door, counts
from tests.harness.sample import LI_NA, TODAY, penalty

# Admitted on Monday 15 June; five working days of notice around the Dragon Boat holiday (19-21 June) end on 23 June.
NOTICE_OVER = date(2026, 6, 24)


def noted(receipt) -> set[tuple[str, str]]:  # type: ignore[no-untyped-def]
    return {(note["field"], note["code"]) for note in receipt.as_json()["notes"]}


def standing(door: Door) -> tuple[object, ...]:
    return door.register.rows("select state, final_on, opens, versions from records_record")[0]


@pytest.mark.parametrize(
    ("supplied", "final_on", "opens"),
    [
        ({"OX_SXRQ": "2026-06-01", "OX_SXQX": "期满未诉"}, date(2026, 6, 1), NOTICE_OVER),
        # Served on 20 April, remedies told: six months, to 20 October.
        ({"OX_SDRQ": "2026-04-20", "OX_JJGZ": "Y"}, date(2026, 10, 20), date(2026, 10, 20)),
        # Not told counts as one year; by then the year of display, counted from the decision of 11 April, is over.
        ({"OX_SDRQ": "2026-04-20", "OX_JJGZ": "N"}, date(2027, 4, 20), None),
        ({"OX_SDRQ": "2026-04-20"}, date(2027, 4, 20), None),
    ],
)
def test_finality_is_computed_from_what_is_supplied(door: Door, supplied, final_on, opens) -> None:  # type: ignore[no-untyped-def]
    door.receives(penalty(LI_NA))
    assert standing(door) == ("awaiting_finality", None, None, 1)
    receipt = door.receives(penalty(LI_NA, **supplied), name="dates.csv")
    assert counts(receipt) == (0, 1, 0, 0)
    assert noted(receipt) == {(column, "SUPPLIED") for column in supplied}
    assert standing(door)[1:] == (final_on, opens, 2)
    if opens is not None:
        assert expire(opens - timedelta(days=1), at=datetime.now(UTC), reader=uuid4()).opened == 0
        assert expire(opens, at=datetime.now(UTC), reader=uuid4()).opened == 1
        assert standing(door)[0] == "in_force"
    sequence()
    door.register.is_sound(records=1)


def test_service_now_and_performance_later_are_two_versions(door: Door) -> None:
    door.receives(penalty(LI_NA))
    door.receives(penalty(LI_NA, OX_SDRQ="2026-04-20", OX_JJGZ="Y"), name="served.csv")
    receipt = door.receives(penalty(LI_NA, OX_LXRQ="2026-06-01"), name="performed.csv")
    assert noted(receipt) == {("OX_LXRQ", "SUPPLIED")}
    assert standing(door)[1:] == (date(2026, 10, 20), date(2026, 10, 20), 3)
    assert door.register.rows("select cause from records_version order by number") == [
        ("admission",),
        ("supplied",),
        ("supplied",),
    ]
    door.register.is_sound(records=1)


def test_a_sound_date_beside_one_that_cannot_be_read_is_taken(door: Door) -> None:
    door.receives(penalty(LI_NA))
    receipt = door.receives(penalty(LI_NA, OX_SDRQ="2026-04-20", OX_SXRQ="someday"), name="dates.csv")
    assert noted(receipt) == {("OX_SDRQ", "SUPPLIED"), ("OX_SXRQ", "OX_DIFFERS")}
    assert standing(door)[1:] == (date(2027, 4, 20), None, 2)
    door.register.is_sound(records=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"OX_SXRQ": "2026-04-01"},  # before the decision of 11 April
        {"OX_SDRQ": "2026-05-20", "OX_SXRQ": "2026-05-02"},  # final before it was served
        {"OX_SXRQ": (TODAY + timedelta(days=1)).isoformat()},
        {"OX_SXRQ": "someday"},
    ],
)
def test_a_date_that_cannot_be_is_not_taken_and_the_receipt_says_so(door: Door, wrong) -> None:  # type: ignore[no-untyped-def]
    """The row is a duplicate all the same: what is held stays as it is."""
    door.receives(penalty(LI_NA))
    receipt = door.receives(penalty(LI_NA, **wrong), name="dates.csv")
    assert counts(receipt) == (0, 1, 0, 0)
    assert standing(door) == ("awaiting_finality", None, None, 1)
    assert ("OX_SXRQ", "OX_DIFFERS") in noted(receipt)
    door.register.is_sound(records=1)


def test_a_finality_before_the_service_that_is_held_is_not_taken(door: Door) -> None:
    door.receives(penalty(LI_NA, OX_SDRQ="2026-05-20", OX_JJGZ="Y"))
    receipt = door.receives(penalty(LI_NA, OX_SXRQ="2026-05-02"), name="dates.csv")
    assert noted(receipt) == {("OX_SXRQ", "OX_DIFFERS")}
    assert standing(door)[1:] == (date(2026, 11, 20), date(2026, 11, 20), 1)
    door.register.is_sound(records=1)


def test_dates_beside_another_content_supply_nothing(door: Door) -> None:
    door.receives(penalty(LI_NA))
    receipt = door.receives(penalty(LI_NA, CF_NR_FK="6", OX_SXRQ="2026-06-01"), name="dates.csv")
    assert counts(receipt) == (0, 0, 1, 0)
    assert standing(door) == ("awaiting_finality", None, None, 1)
    door.register.is_sound(records=1, quarantined=1)
