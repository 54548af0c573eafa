"""The door says of every row what the answers say: zero wrong matches, zero lost rows."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from openxin.law.loading import catalogue
from openxin.synth import city
from tests.harness.door import Door
from tests.harness.register import Register

DAY = date(2026, 11, 24)
# Of these docs/contract.md names no field; the answers say one, the door may say another.
ANY_FIELD = {"CONFLICT", "DATE_ORDER", "MINOR_AT_THE_TIME", "PAST_ITS_TIME"}
Said = dict[int, tuple[str, frozenset[tuple[str, str]]]]


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path)


def _named(problems: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset(("", code) if code in ANY_FIELD else (field, code) for field, code in problems)


def _expected(file: Path) -> tuple[Said, set[int], int]:
    """Waiting and refused rows with their problems; rows that are duplicates; how many are admitted."""
    with city.answers_of(file).open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    said: Said = {}
    for row in rows:
        if row["codes"]:
            pairs = (problem.partition(":") for problem in row["problems"].split(";"))
            said[int(row["row"])] = row["fate"], _named((field, code) for field, _, code in pairs)
    duplicates = {int(row["row"]) for row in rows if row["fate"] == "duplicate"}
    return said, duplicates, sum(row["fate"] == "admitted" for row in rows)


def _agrees(door: Door, file: Path, record_type: str, body: str = "market") -> None:
    receipt = door.receives_file(file, type_=record_type, today=DAY, uscc=catalogue().authorities[body].uscc)
    said, duplicates, admitted = _expected(file)
    heard = {row: (fate, _named(problems)) for row, (fate, problems) in door.reasons(receipt).items()}
    assert heard == said
    assert {row for _, row in receipt.tally.duplicate_rows} == duplicates
    tally = receipt.tally
    assert (tally.admitted, tally.duplicates) == (admitted, len(duplicates))
    assert tally.rows == tally.admitted + tally.duplicates + tally.quarantined + tally.refused


@pytest.mark.parametrize(
    ("record_type", "name", "how"),
    [
        ("penalty", "a.csv", {"encoding": "gb18030"}),
        ("penalty", "a.csv", {"edition": "sgs-2018", "extension": False, "titles": True, "dressed": True}),
        ("penalty", "a.xlsx", {"titles": True, "authority": "health"}),
        ("permit", "a.csv", {"encoding": "utf-16", "separator": "tab"}),
        ("permit", "a.xlsx", {"edition": "sgs-2018", "authority": "transport"}),
    ],
)
def test_every_row_has_the_fate_and_the_codes_of_its_answer(
    door: Door, tmp_path: Path, record_type: str, name: str, how: dict[str, Any]
) -> None:
    file = tmp_path / name
    city.write(file, type=record_type, persons=300, rows=900, seed=21, rate=0.5, day=DAY, **how)
    _agrees(door, file, record_type, how.get("authority", "market"))
    door.register.is_sound()


def test_people_who_come_again_under_another_name_wait(door: Door, tmp_path: Path) -> None:
    """The second file's answers hold once the first was ingested."""
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    city.write(first, type="penalty", persons=120, rows=300, seed=21, rate=0.2, day=DAY)
    city.write(second, type="penalty", persons=120, rows=300, seed=21, rate=0.5, day=DAY, renamed_from=first)
    _agrees(door, first, "penalty")
    _agrees(door, second, "penalty")
    door.register.is_sound()
