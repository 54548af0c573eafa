"""Quality is measured of bodies, never of a person: what oversight counts has no person in it, and is no score.

It asks tables that know no person, of these no sealed column and no token, and hands over numbers, days and codes.
"""

import re
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import openxin
from openxin.intake import counts
from openxin.law.loading import catalogue
from openxin.oversight import quality
from tests.harness.door import Door
from tests.harness.keeping import DECLARED
from tests.harness.sample import LI_NA, TODAY, penalty

SOURCE = Path(openxin.__file__).parent


def _asked(door: Door) -> tuple[str, Any]:
    door.receives(penalty(LI_NA), penalty(LI_NA, "示市监罚〔2026〕2号", CF_JDRQ="someday"))
    with CaptureQueriesContext(connection) as queries:
        found = quality.of_all(asked_by="credit", months=1, today=TODAY, law=catalogue())
    return " ".join(query["sql"] for query in queries), found


@pytest.fixture
def door(register, tmp_path):  # type: ignore[no-untyped-def]
    return Door(register, tmp_path / "files")


def test_no_table_is_asked_that_knows_a_person(door: Door) -> None:
    words = set(re.findall(r"\w+", _asked(door)[0]))
    with_person = {table for table, column in DECLARED if column == "person_id"}
    assert len(with_person) > 5
    assert words & with_person == set()
    assert "person_id" not in words


def test_no_sealed_column_and_no_token_is_asked(door: Door) -> None:
    words = set(re.findall(r"\w+", _asked(door)[0]))
    kept_back = {
        column for (table, column), how in DECLARED.items() if how != "harmless" and table.startswith("intake_")
    }
    assert {"sealed", "identity_token", "row_token"} <= kept_back
    assert words & kept_back == set()


def test_what_is_handed_over_are_numbers_days_and_codes_of_bodies(door: Door) -> None:
    known = set(catalogue().authorities) | set(catalogue().types) | set(catalogue().problems)
    for value in _values(_asked(door)[1]):
        assert isinstance(value, int | date) or value in known | {"quarantined", "refused"}, value


def _values(of: Any) -> list[Any]:
    if is_dataclass(of) and not isinstance(of, type):
        return [value for field in fields(of) for value in _values(getattr(of, field.name))]
    if isinstance(of, tuple):
        return [value for one in of for value in _values(one)]
    return [] if of is None else [of]


@pytest.mark.parametrize("module", [counts, quality])
def test_no_figure_is_a_score_a_rank_or_a_grade(module) -> None:  # type: ignore[no-untyped-def]
    named = {
        field.name
        for one in vars(module).values()
        if is_dataclass(one) and isinstance(one, type)
        for field in fields(one)
    }
    assert named
    assert not [name for name in named if re.search("score|rank|grade|points|level|stars|person|identity", name)]


def test_oversight_reaches_records_and_people_by_no_import() -> None:
    text = "".join(
        path.read_text("utf-8") for path in [*(SOURCE / "oversight").glob("*.py"), SOURCE / "intake/counts.py"]
    )
    assert not re.search(r"openxin\.(records|people|vault|disclosure)", text)
