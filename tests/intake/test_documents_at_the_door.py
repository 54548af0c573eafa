"""Every kind of document leads to its person, in at one door and out at the other."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.door import Door, counts
from tests.harness.register import Register
from tests.harness.sample import Person, number, penalty, permit

HK = Person("陳大文", "H99123456", "03")
TAIWAN = Person("林美玲", "99123456", "04")
TRAVELLER = Person("赵行远", "EZ9912345", "02")
VISITOR = Person("Anna Example", "TEST12345", "02")
RESIDENT = Person("Anna Example", number("19800101", 5), "05")
OLD_RESIDENT = Person("Anna Example", "ZZZ999980010101", "05")
EVERYBODY = (HK, TAIWAN, TRAVELLER, VISITOR, RESIDENT, OLD_RESIDENT)


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path)


def rows() -> list[dict[str, str]]:
    return [
        permit(one, f"示市监许〔2026〕{at}号", OX_ZJGJ="AUS" if one is VISITOR else "")
        for at, one in enumerate(EVERYBODY)
    ]


def shown(of: Person, *more: str) -> list[str]:
    """The documents of the decisions that `openxin show` prints for this person."""
    command = [
        sys.executable,
        "-m",
        "openxin.cli.main",
        "show",
        "--as-self",
        "--json",
        "--document-type",
        of.document_type,
    ]
    told = subprocess.run(
        [*command, "--person-number", of.number, "--name", of.name, *more], capture_output=True, check=False, text=True
    )
    assert told.returncode in (0, 4), told.stderr
    return [one["document"] for one in json.loads(told.stdout)["records"]]


def test_a_person_sees_what_was_admitted_under_any_kind_of_document(door: Door) -> None:
    """Equal names and lookalike numbers are nobody's way in; the issuing state belongs to a foreign passport's number."""
    receipt = door.receives(*rows(), type_="permit")
    assert counts(receipt) == (6, 0, 0, 0)
    for at, one in enumerate(EVERYBODY):
        state = ("--issuing-state", "aus") if one is VISITOR else ()
        assert shown(one, *state) == [f"示市监许〔2026〕{at}号"]
    assert shown(VISITOR) == shown(VISITOR, "--issuing-state", "USA") == []
    assert shown(Person("陳大文", "H9912345602", "03")) == ["示市监许〔2026〕0号"]
    door.register.is_sound(records=6, quarantined=0, secrets=[one.number for one in EVERYBODY])


def test_a_renewed_permit_is_the_same_person(door: Door) -> None:
    door.receives(permit(HK, "示市监许〔2026〕1号"), permit(TAIWAN, "示市监许〔2026〕2号"), type_="permit")
    renewed = Person(HK.name, "H9912345602", "03"), Person(TAIWAN.name, "9912345603(T)", "04")
    again = door.receives(
        permit(renewed[0], "示市监许〔2026〕1号"),
        permit(renewed[1], "示市监许〔2026〕9号"),
        type_="permit",
        name="b.csv",
    )
    assert counts(again) == (1, 1, 0, 0)
    assert door.register.count("people_person") == 2
    door.register.is_sound(records=3)


def test_the_same_characters_as_another_document_are_another_person(door: Door) -> None:
    """A made-up resident ID and a made-up card look alike: only the declared type tells them apart."""
    as_resident = Person("安娜", RESIDENT.number, "01")
    door.receives(permit(RESIDENT, "示市监许〔2026〕1号"), permit(as_resident, "示市监许〔2026〕2号"), type_="permit")
    assert door.register.count("people_person") == 2
    door.register.is_sound(records=2)


def test_the_renewed_permit_of_somebody_else_is_not_opened(door: Door) -> None:
    """The name must agree with the number here as with a resident ID."""
    door.receives(permit(HK, "示市监许〔2026〕1号"), type_="permit")
    receipt = door.receives(penalty(Person("陳小文", "H9912345603", "03"), OX_CN="Y"), name="b.csv")
    assert door.reasons(receipt) == {2: ("quarantined", frozenset({("CF_XDR_MC", "NAME_DISAGREES")}))}
    door.register.is_sound(records=1, quarantined=1)
