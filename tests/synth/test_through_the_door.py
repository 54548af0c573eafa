"""The door says of every row what the answers say: zero wrong matches, zero lost rows."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from openxin.synth import city
from tests.harness.answers import agrees
from tests.harness.door import Door
from tests.harness.register import Register

DAY = date(2026, 11, 24)
BODY = {"honour": "civil", "service": "volunteers"}


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path)


@pytest.mark.parametrize(
    ("record_type", "name", "how"),
    [
        ("penalty", "a.csv", {"encoding": "gb18030"}),
        ("penalty", "a.csv", {"edition": "sgs-2018", "extension": False, "titles": True, "dressed": True}),
        ("penalty", "a.xlsx", {"titles": True, "authority": "health"}),
        ("permit", "a.csv", {"encoding": "utf-16", "separator": "tab"}),
        ("permit", "a.xlsx", {"edition": "sgs-2018", "authority": "transport"}),
        ("qualification", "a.csv", {"encoding": "gb18030"}),
        ("qualification", "a.xlsx", {"titles": True, "authority": "health"}),
        ("disqualification", "a.csv", {"dressed": True}),
        ("disqualification", "a.csv", {"extension": False, "titles": True, "authority": "drug"}),
        ("honour", "a.xlsx", {}),
        ("service", "a.csv", {"encoding": "utf-16", "separator": "tab"}),
        ("service", "a.xlsx", {"titles": True}),
        ("penalty", "a.xls", {"titles": True, "authority": "drug"}),
        ("disqualification", "a.xls", {"authority": "drug"}),
        ("qualification", "a.xls", {}),
        ("honour", "a.xls", {"titles": True}),
        ("service", "a.xls", {}),
        ("permit", "a.csv", {"encoding": "utf-8-sig", "separator": "semicolon", "dressed": True, "extension": False}),
    ],
)
def test_every_row_has_the_fate_and_the_codes_of_its_answer(
    door: Door, tmp_path: Path, record_type: str, name: str, how: dict[str, Any]
) -> None:
    file = tmp_path / name
    city.write(file, type=record_type, persons=250, rows=700, seed=21, rate=0.5, day=DAY, **how)
    agrees(door, file, record_type, day=DAY, body=how.get("authority", BODY.get(record_type, "market")))
    door.register.is_sound()


def test_people_who_come_again_under_another_name_wait(door: Door, tmp_path: Path) -> None:
    """The second file's answers hold once the first was ingested."""
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    city.write(first, type="penalty", persons=120, rows=300, seed=21, rate=0.2, day=DAY)
    city.write(second, type="penalty", persons=120, rows=300, seed=21, rate=0.5, day=DAY, renamed_from=first)
    agrees(door, first, "penalty", day=DAY)
    agrees(door, second, "penalty", day=DAY)
    door.register.is_sound()
