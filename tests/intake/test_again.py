"""The same file again, mended rows, and what a body supplies later."""

import json
from datetime import date

from tests.harness.door import Door, counts
from tests.harness.sample import LI_NA, WANG_WEI, Person, penalty, permit


def test_the_same_file_again_is_the_same_submission(door: Door) -> None:
    rows = [penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_JDRQ="someday")]
    first, second = door.receives(*rows), door.receives(*rows)
    assert first.submission == second.submission
    assert counts(first) == counts(second) == (1, 0, 1, 0)
    door.register.is_sound(records=1, quarantined=1)


def test_a_row_that_waited_for_its_day_is_admitted_when_the_file_comes_again(door: Door) -> None:
    row = penalty(LI_NA, CF_JDRQ="2026-07-01")
    first = door.receives(row)
    assert door.reasons(first) == {2: ("quarantined", {("CF_JDRQ", "FUTURE_DATE")})}
    again = door.receives(row, today=date(2026, 7, 2))
    assert counts(again) == (1, 0, 0, 0)
    assert counts(door.receives(row, today=date(2026, 7, 3))) == (1, 0, 0, 0)
    door.register.is_sound(records=1, quarantined=0)


def test_a_mended_row_closes_the_one_that_waited(door: Door) -> None:
    first = door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    ((reference,),) = door.register.rows("select id from intake_waiting")
    mended = door.receives(penalty(LI_NA, OX_HH=str(reference)), name="mended.csv")
    assert counts(mended) == (1, 0, 0, 0)
    assert door.register.rows("select closed_by from intake_waiting") == [("mended",)]
    assert counts(first) == (0, 0, 1, 0)
    door.register.is_sound(records=1, quarantined=0, secrets=[LI_NA.name])


def test_a_mended_row_that_only_supplies_something_closes_its_predecessor_too(door: Door) -> None:
    door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    door.receives(penalty(LI_NA), name="second.csv")
    ((reference,),) = door.register.rows("select id from intake_waiting")
    receipt = door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01", OX_HH=str(reference)), name="mended.csv")
    assert [note["code"] for note in receipt.as_json()["notes"]] == ["SUPPLIED"]
    assert door.register.rows("select closed_by from intake_waiting") == [("mended",)]
    door.register.is_sound(records=1, quarantined=0)


def test_a_waiting_row_that_became_a_duplicate_supplies_what_is_new_in_it(door: Door) -> None:
    """Its day came, and meanwhile another file told the same decision without the day of service."""
    told = {"CF_JDRQ": "2026-07-01", "CF_GSJZQ": ""}
    waits = penalty(LI_NA, OX_SDRQ="2026-07-03", **told)
    assert counts(door.receives(waits)) == (0, 0, 1, 0)
    assert counts(door.receives(penalty(LI_NA, **told), name="second.csv", today=date(2026, 7, 6))) == (1, 0, 0, 0)
    for _ in range(2):
        receipt = door.receives(waits, today=date(2026, 7, 6))
        assert counts(receipt) == (0, 1, 0, 0)
        assert [(note["field"], note["code"]) for note in receipt.as_json()["notes"]] == [("OX_SDRQ", "SUPPLIED")]
    assert door.register.rows("select versions from records_record") == [(2,)]
    door.register.is_sound(records=1, quarantined=0, secrets=[LI_NA.name])


def test_a_row_that_is_judged_anew_and_still_waits_keeps_its_reference(door: Door) -> None:
    """A workbook that was fetched before still finds the row that it mends."""
    waits = penalty(LI_NA, CF_JDRQ="someday")
    door.receives(waits)
    before = door.register.rows("select id from intake_waiting")
    assert counts(door.receives(waits, today=date(2026, 7, 2))) == (0, 0, 1, 0)
    assert door.register.rows("select id from intake_waiting") == before
    door.register.is_sound(records=0, quarantined=1)


def test_a_reference_to_another_bodys_row_closes_nothing(door: Door) -> None:
    door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    ((reference,),) = door.register.rows("select id from intake_waiting")
    door.receives(permit(LI_NA, OX_HH=str(reference)), type_="permit", name="other.csv")
    door.register.is_sound(records=1, quarantined=1)


def test_an_equal_row_replaces_the_one_that_waits_from_another_file(door: Door) -> None:
    waiting = penalty(LI_NA, CF_JDRQ="someday")
    door.receives(waiting)
    door.receives(waiting, penalty(WANG_WEI, "示市监罚〔2026〕2号"), name="second.csv")
    assert door.register.rows("select closed_by from intake_waiting order by closed_by nulls last") == [
        ("replaced",),
        (None,),
    ]
    door.register.is_sound(records=1, quarantined=1)


def test_a_finality_date_supplied_later_adds_a_version(door: Door) -> None:
    door.receives(penalty(LI_NA))
    assert door.register.rows("select state, opens from records_record") == [("awaiting_finality", None)]
    receipt = door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01"), name="second.csv")
    assert counts(receipt) == (0, 1, 0, 0)
    assert receipt.as_json()["notes"] == [{"sheet": None, "row": 2, "field": "OX_SXRQ", "code": "SUPPLIED"}]
    # Admitted on Monday 15 June; five working days of notice around the Dragon Boat holiday (19-21 June) end on 23 June.
    assert door.register.rows("select state, final_on, opens, versions from records_record") == [
        ("notice_running", date(2026, 6, 1), date(2026, 6, 24), 2)
    ]
    door.register.is_sound(records=1)


def test_supplying_the_same_thing_twice_adds_one_version(door: Door) -> None:
    row = penalty(LI_NA, OX_SXRQ="2026-06-01")
    door.receives(penalty(LI_NA))
    door.receives(row, name="second.csv")
    receipt = door.receives(row, penalty(WANG_WEI, "示市监罚〔2026〕2号"), name="third.csv")
    assert receipt.as_json()["notes"] == []
    assert door.register.count("records_version") == 3
    door.register.is_sound(records=2)


def test_another_date_where_one_is_held_is_only_noted(door: Door) -> None:
    door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01"))
    receipt = door.receives(penalty(LI_NA, OX_SXRQ="2026-06-02"), name="second.csv")
    assert [note["code"] for note in receipt.as_json()["notes"]] == ["OX_DIFFERS"]
    assert door.register.rows("select final_on, versions from records_record") == [(date(2026, 6, 1), 1)]
    door.register.is_sound(records=1)


def test_a_permit_that_has_ended_is_told_by_its_status(door: Door) -> None:
    door.receives(permit(LI_NA), type_="permit")
    receipt = door.receives(permit(LI_NA, XK_ZT="2"), type_="permit", name="second.csv")
    assert counts(receipt) == (0, 1, 0, 0)
    assert [note["code"] for note in receipt.as_json()["notes"]] == ["SUPPLIED"]
    assert door.register.rows("select state, versions from records_record") == [("expired", 2)]
    door.register.is_sound(records=1)


def test_a_row_and_its_supplement_in_one_file_are_taken_in_order(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA), penalty(LI_NA, OX_SXRQ="2026-06-01"))
    assert counts(receipt) == (1, 1, 0, 0)
    assert door.register.rows("select final_on, versions from records_record") == [(date(2026, 6, 1), 2)]
    door.register.is_sound(records=1)


def test_a_waiting_row_is_gone_when_its_period_ends(door: Door) -> None:
    from openxin.intake.waiting import expire_waiting
    from openxin.intake.workers import connection

    door.receives(penalty(LI_NA, CF_JDRQ="someday"))
    with connection().cursor() as cursor:
        assert expire_waiting(cursor, date(2026, 7, 15)) == 0
        assert expire_waiting(cursor, date(2026, 7, 16)) == 1
        assert expire_waiting(cursor, date(2026, 7, 16)) == 0
    door.register.is_sound(records=0, quarantined=0)


def test_a_receipt_can_be_told_as_json(door: Door) -> None:
    told = door.receives(penalty(LI_NA), penalty(Person("李", LI_NA.number), "示市监罚〔2026〕2号")).as_json()
    assert json.loads(json.dumps(told)) == told
    assert {"submission", "rows", "admitted", "duplicates", "quarantined", "refused", "seconds"} <= told.keys()
