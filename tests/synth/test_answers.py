"""What the answers say: every code, the right fate for it, and nothing that the door was asked."""

import ast
import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import openxin.synth
from openxin.law.loading import catalogue
from openxin.synth import city
from openxin.synth.faults import FAULTS
from openxin.synth.templates import code_of, template

DAY = date(2026, 11, 24)
AGAINST_A_REGISTER = {"NAME_DISAGREES"}
# Codes that no row of a type can have, by hand from docs/contract.md: what its template has no column for.
_ORGANISATIONS = {"FREE_TEXT_NOT_ALLOWED", "NOT_ORDINARY_FIELD", "SUBJECT_NOT_A_PERSON"}
_CLASSES = {"PROCEDURE_NEEDED", "REMEDIED_MINOR_BREACH", "SUMMARY_PROCEDURE", "TRIVIAL_CLASS"}
_ADULTS = {"CONDUCT_DATE_NEEDED", "MINOR_AT_THE_TIME", "SEALED_BY_LAW"}
NEVER = {
    "penalty": set[str](),
    "permit": _CLASSES | _ADULTS | {"BAD_AMOUNT"},
    "qualification": _ORGANISATIONS | _CLASSES | _ADULTS | {"BAD_AMOUNT"},
    "disqualification": _ORGANISATIONS | _CLASSES | {"BAD_AMOUNT"},
    "honour": _ORGANISATIONS | _CLASSES | _ADULTS | {"BAD_AMOUNT"},
    "service": _ORGANISATIONS | _CLASSES | _ADULTS | {"PAST_ITS_TIME"},  # it never ends
}


def answers(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module", params=city.TYPES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[dict[str, str]]]:
    file = tmp_path_factory.mktemp("city") / "file.csv"
    told = city.write(file, type=request.param, persons=500, rows=4000, seed=11, rate=0.4, day=DAY)
    return request.param, answers(told)


def _codes(row: dict[str, str]) -> set[str]:
    return set(filter(None, row["codes"].split(";")))


def test_every_code_of_the_contract_that_a_row_can_have_occurs(made: tuple[str, list[dict[str, str]]]) -> None:
    """The catalogue lists the codes; the answers were written without it."""
    record_type, rows = made
    codes = {code for code, problem in catalogue().problems.items() if problem.fate in {"quarantined", "refused"}}
    wanted = codes - AGAINST_A_REGISTER - NEVER[record_type]
    assert {code for row in rows for code in _codes(row)} == wanted


def test_a_code_has_one_fate_and_the_catalogue_agrees(made: tuple[str, list[dict[str, str]]]) -> None:
    for row in made[1]:
        for code in _codes(row):
            assert catalogue().problems[code].fate == row["fate"], code


def test_admitted_and_duplicate_rows_have_no_code_and_others_have_one(made: tuple[str, list[dict[str, str]]]) -> None:
    for row in made[1]:
        assert bool(row["codes"]) == (row["fate"] in {"quarantined", "refused"})
        assert sorted({problem.partition(":")[2] for problem in row["problems"].split(";")} - {""}) == sorted(
            _codes(row)
        )


def test_about_the_stated_share_of_rows_is_faulty(tmp_path: Path) -> None:
    told = city.write(tmp_path / "a.csv", type="penalty", persons=500, rows=5000, seed=3, rate=0.1, day=DAY)
    fates = Counter(row["fate"] for row in answers(told))
    assert fates.total() == 5000
    assert 0.09 <= 1 - fates["admitted"] / 5000 <= 0.115


def test_without_a_rate_of_faults_every_row_is_admitted(tmp_path: Path) -> None:
    told = city.write(tmp_path / "a.csv", type="permit", persons=50, rows=300, seed=3, rate=0, day=DAY)
    assert {row["fate"] for row in answers(told)} == {"admitted"}


def test_a_row_with_two_faults_is_told_both_unless_one_refuses_it(made: tuple[str, list[dict[str, str]]]) -> None:
    several = [row for row in made[1] if len(row["problems"].split(";")) > 1]
    assert any(row["fate"] == "quarantined" for row in several)
    refusing = {"SUMMARY_PROCEDURE", "TRIVIAL_CLASS"}
    assert all(_codes(row) <= refusing for row in several if row["fate"] == "refused")


def test_the_same_call_makes_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        city.write(tmp_path / f"{name}.csv", type="penalty", persons=50, rows=300, seed=3, rate=0.3, day=DAY)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.csv.answers.csv").read_bytes() == (tmp_path / "b.csv.answers.csv").read_bytes()


def test_known_people_come_again_under_another_name(tmp_path: Path) -> None:
    """Only people whom the earlier file got admitted; their right names occur beside the wrong ones."""
    earlier = tmp_path / "a.csv"
    first = city.write(earlier, type="penalty", persons=80, rows=200, seed=3, rate=0.2, day=DAY)
    admitted = {row["number"] for row in answers(first) if row["fate"] == "admitted"}
    again = answers(
        city.write(
            tmp_path / "b.csv", type="penalty", persons=80, rows=200, seed=3, rate=0.3, day=DAY, renamed_from=earlier
        )
    )
    disagreeing = {row["number"] for row in again if "NAME_DISAGREES" in _codes(row)}
    assert len(disagreeing) >= 10
    assert disagreeing <= admitted
    assert disagreeing & {row["number"] for row in again if row["fate"] == "admitted"}


def test_every_fault_can_occur_and_names_a_column_that_its_type_has() -> None:
    for fault in FAULTS:
        for record_type in fault.types:
            for part, code in fault.problems:
                assert code_of(record_type, part) in template(record_type, "sgs-2019", extension=True).codes.values()
                assert catalogue().problems[code].fate == fault.fate, fault.name


def test_the_answers_never_ask_the_door() -> None:
    """This room imports the catalogue's types and its loading, and nothing else of ours: no door, no judge, no people."""
    allowed = ("openxin.synth", "openxin.law.loading", "openxin.law.catalogue")
    files = list(Path(openxin.synth.__path__[0]).glob("*.py"))
    assert len(files) > 10
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("openxin") or name.startswith(allowed), f"{file.name} imports {name}"


@pytest.mark.parametrize(
    "off",
    [
        {"type": "mediation"}, {"type": "honour", "authority": "market"},
        {"encoding": "big5"}, {"rows": 0}, {"persons": 0}, {"rate": 1.5}, {"authority": "credit"},
        {"separator": "pipe"}, {"edition": "sgs-2031"},
    ],
)  # fmt: skip
def test_a_call_that_makes_no_sense_says_so_in_both_languages(off: dict[str, object], tmp_path: Path) -> None:
    call = {"type": "penalty", "persons": 10, "rows": 10, "seed": 1, "day": DAY} | off
    with pytest.raises(city.CallUnsound) as told:
        city.write(tmp_path / "a.csv", **call)  # type: ignore[arg-type]
    assert told.value.zh
    assert told.value.en
    assert not list(tmp_path.iterdir())
