"""No wrong match: a record is bound to a person only where type, number and name agree; else it waits."""

from pathlib import Path

import pytest

from tests.harness.door import Door, counts
from tests.harness.register import Register
from tests.harness.sample import LI_NA, OTHER_LI_NA, WANG_WEI, Person, penalty


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


def test_a_known_number_under_another_name_waits(door: Door) -> None:
    """The number is Li Na's, the name is not: nobody's record, until a person decides."""
    door.receives(penalty(LI_NA))
    receipt = door.receives(penalty(Person("李那", LI_NA.number), "示市监罚〔2026〕2号"), name="second.csv")
    assert counts(receipt) == (0, 0, 1, 0)
    assert door.reasons(receipt) == {2: ("quarantined", {("CF_XDR_MC", "NAME_DISAGREES")})}
    door.register.is_sound(records=1, quarantined=1)


def test_whoever_named_a_number_under_another_name_stands_in_that_persons_list(door: Door) -> None:
    door.receives(penalty(LI_NA))
    door.receives(penalty(Person("李那", LI_NA.number), "示市监罚〔2026〕2号"), name="second.csv")
    door.checks(penalty(Person("李那", LI_NA.number), "示市监罚〔2026〕3号"))
    lines = door.register.rows(
        "select l.kind from records_line l join people_identity i using (person_id) where i.disputed"
    )
    assert lines == [("name_question",), ("name_question",)]
    door.register.is_sound(records=1, quarantined=1)


def test_rows_under_the_first_name_are_still_admitted_while_it_is_disputed(door: Door) -> None:
    door.receives(penalty(LI_NA))
    door.receives(penalty(Person("李那", LI_NA.number), "示市监罚〔2026〕2号"), name="second.csv")
    receipt = door.receives(penalty(LI_NA, "示市监罚〔2026〕3号"), name="third.csv")
    assert counts(receipt) == (1, 0, 0, 0)
    door.register.is_sound(records=2, quarantined=1)


def test_a_new_number_under_two_names_in_one_file_waits_under_both(door: Door) -> None:
    receipt = door.receives(
        penalty(LI_NA),
        penalty(Person("李那", LI_NA.number), "示市监罚〔2026〕2号"),
        penalty(WANG_WEI, "示市监罚〔2026〕3号"),
    )
    assert counts(receipt) == (1, 0, 2, 0)
    assert door.reasons(receipt) == {row: ("quarantined", {("CF_XDR_MC", "NAMES_IN_FILE_DISAGREE")}) for row in (2, 3)}
    door.register.is_sound(records=1, quarantined=2)


def test_a_number_that_fits_no_checksum_is_bound_to_nobody(door: Door) -> None:
    wrong = LI_NA.number[:-1] + ("0" if LI_NA.number[-1] != "0" else "1")
    receipt = door.receives(penalty(Person(LI_NA.name, wrong)))
    assert door.reasons(receipt) == {2: ("quarantined", {("CF_XDR_ZJHM", "ID_CHECKSUM")})}
    assert door.register.count("people_person") == 0
    door.register.is_sound(records=0, quarantined=1)


@pytest.mark.parametrize("name", ["李 娜", " 李娜 ", "李\u3000娜"])
def test_spaces_in_a_chinese_name_do_not_make_another_person(door: Door, name: str) -> None:
    """Inner spaces become one: they are kept apart from none, so the row waits rather than being guessed at."""
    door.receives(penalty(LI_NA))
    receipt = door.receives(penalty(Person(name, LI_NA.number), "示市监罚〔2026〕2号"), name="second.csv")
    assert counts(receipt) == ((1, 0, 0, 0) if name.strip() == LI_NA.name else (0, 0, 1, 0))
    assert door.register.count("people_person") == 1


def test_swapped_numbers_of_two_known_people_wait(door: Door) -> None:
    door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号"))
    receipt = door.receives(
        penalty(Person(LI_NA.name, WANG_WEI.number), "示市监罚〔2026〕3号"),
        penalty(Person(WANG_WEI.name, LI_NA.number), "示市监罚〔2026〕4号"),
        name="second.csv",
    )
    assert counts(receipt) == (0, 0, 2, 0)
    door.register.is_sound(records=2, quarantined=2)


def test_a_namesake_gets_a_record_of_their_own(door: Door) -> None:
    door.receives(penalty(LI_NA))
    door.receives(penalty(OTHER_LI_NA, "示市监罚〔2026〕2号"), name="second.csv")
    per_person = door.register.rows("select count(*) from records_record group by person_id")
    assert per_person == [(1,), (1,)]
    door.register.is_sound(records=2)
