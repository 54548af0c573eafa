"""Every row has one of four fates, and they add up."""

from datetime import date

from tests.harness.door import Door, counts, fates_of
from tests.harness.sample import LI_NA, OTHER_LI_NA, RARE, WANG_WEI, penalty, permit


def test_a_sound_row_becomes_one_sealed_record(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA))
    assert counts(receipt) == (1, 0, 0, 0)
    assert door.register.count("records_inbox") == 1
    door.register.is_sound(records=1, secrets=[LI_NA.name, LI_NA.number, "过期食品", "示市监罚〔2026〕1号"])


def test_two_decisions_about_one_person_are_two_records_of_that_person(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA), penalty(LI_NA, "示市监罚〔2026〕2号"))
    assert counts(receipt) == (2, 0, 0, 0)
    assert door.register.count("people_person") == 1
    door.register.is_sound(records=2)


def test_namesakes_with_unlike_numbers_are_two_persons(door: Door) -> None:
    door.receives(penalty(LI_NA), penalty(OTHER_LI_NA, "示市监罚〔2026〕2号"))
    assert door.register.count("people_person") == 2
    door.register.is_sound(records=2)


def test_a_row_that_was_admitted_before_is_a_duplicate(door: Door) -> None:
    door.receives(penalty(LI_NA))
    receipt = door.receives(penalty(WANG_WEI, "示市监罚〔2026〕2号"), penalty(LI_NA), name="second.csv")
    assert counts(receipt) == (1, 1, 0, 0)
    assert receipt.as_json()["duplicate_rows"] == [{"sheet": None, "row": 3}]
    door.register.is_sound(records=2)


def test_a_duplicate_in_other_brackets_and_spaces_is_still_a_duplicate(door: Door) -> None:
    door.receives(penalty(LI_NA))
    receipt = door.receives(penalty(LI_NA, "示市监罚[2026]1号", CF_SY=penalty(LI_NA)["CF_SY"]), name="second.csv")
    assert counts(receipt) == (0, 1, 0, 0)
    door.register.is_sound(records=1)


def test_of_two_equal_rows_one_is_admitted_and_one_is_a_duplicate(door: Door) -> None:
    assert counts(door.receives(penalty(LI_NA), penalty(LI_NA))) == (1, 1, 0, 0)
    door.register.is_sound(records=1)


def test_of_two_equal_rows_that_must_wait_both_wait(door: Door) -> None:
    broken = penalty(LI_NA, CF_JDRQ="2026-02-30")
    receipt = door.receives(broken, broken)
    assert counts(receipt) == (0, 0, 2, 0)
    assert door.reasons(receipt) == {
        2: ("quarantined", {("CF_JDRQ", "BAD_DATE")}),
        3: ("quarantined", {("CF_JDRQ", "BAD_DATE")}),
    }
    door.register.is_sound(records=0, quarantined=2)


def test_one_decision_told_in_two_ways_waits_as_a_whole(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA), penalty(LI_NA, CF_NR="罚款人民币六千元整", CF_NR_FK="0.6"))
    assert counts(receipt) == (0, 0, 2, 0)
    assert {codes for _, codes in door.reasons(receipt).values()} == {frozenset({("CF_WSH", "CONFLICT")})}
    door.register.is_sound(records=0, quarantined=2)


def test_a_record_that_is_there_stays_and_the_row_that_contradicts_it_waits(door: Door) -> None:
    door.receives(penalty(LI_NA))
    receipt = door.receives(penalty(LI_NA, CF_NR="罚款人民币六千元整", CF_NR_FK="0.6"), name="second.csv")
    assert door.reasons(receipt) == {2: ("quarantined", {("CF_WSH", "CONFLICT")})}
    door.register.is_sound(records=1, quarantined=1)


def test_a_refused_row_leaves_its_place_and_its_codes_only(door: Door) -> None:
    sealed = penalty(LI_NA, CF_YJ="《中华人民共和国治安管理处罚法》第四十三条")
    receipt = door.receives(sealed)
    assert counts(receipt) == (0, 0, 0, 1)
    assert door.reasons(receipt) == {2: ("refused", {("CF_YJ", "SEALED_BY_LAW")})}
    assert door.register.count("people_identity") == 0
    door.register.is_sound(records=0, quarantined=0, secrets=[LI_NA.name, LI_NA.number])


def test_what_can_no_longer_be_shown_is_not_collected(door: Door) -> None:
    receipt = door.receives(penalty(LI_NA), today=date(2027, 4, 11))
    assert counts(receipt) == (0, 0, 0, 1)
    door.register.is_sound(records=0)


def test_a_decision_that_is_held_is_a_duplicate_even_past_its_time(door: Door) -> None:
    door.receives(penalty(LI_NA))
    receipt = door.receives(
        penalty(LI_NA), penalty(LI_NA, "示市监罚〔2026〕2号"), today=date(2027, 4, 11), name="second.csv"
    )
    assert counts(receipt) == (0, 1, 0, 1)
    door.register.is_sound(records=1)


def test_rare_characters_come_through_unchanged(door: Door) -> None:
    receipt = door.receives(penalty(RARE), permit(RARE) and penalty(RARE, "示市监罚〔2026〕2号"))
    assert counts(receipt) == (2, 0, 0, 0)
    assert door.register.count("people_person") == 1
    door.register.is_sound(records=2, secrets=[RARE.name])


def test_permits_come_in_by_the_same_door(door: Door) -> None:
    assert counts(door.receives(permit(LI_NA), type_="permit")) == (1, 0, 0, 0)
    assert door.register.count("records_inbox") == 0
    assert door.register.rows("select state, opens from records_record") == [("in_force", date(2026, 3, 2))]
    door.register.is_sound(records=1)


def test_a_check_says_what_would_happen_and_keeps_nothing(door: Door) -> None:
    door.receives(penalty(LI_NA), name="before.csv")
    rows = [
        penalty(LI_NA),
        penalty(WANG_WEI, "示市监罚〔2026〕2号"),
        penalty(WANG_WEI, "示市监罚〔2026〕2号"),
        penalty(WANG_WEI, "示市监罚〔2026〕3号", CF_XDR_ZJHM="999999198505050130"),
        penalty(WANG_WEI, "示市监罚〔2026〕4号", CF_YJ="刑法"),
    ]
    checked = door.checks(*rows)
    assert counts(checked.receipt) == (1, 2, 1, 1)
    assert fates_of(checked.problem_rows) == {
        5: ("quarantined", {("CF_XDR_ZJHM", "ID_CHECKSUM")}),
        6: ("refused", {("CF_YJ", "SEALED_BY_LAW")}),
    }
    assert door.register.count("intake_submission") == 1
    door.register.is_sound(records=1, quarantined=0, secrets=[WANG_WEI.name])
    assert counts(door.receives(*rows)) == counts(checked.receipt)
