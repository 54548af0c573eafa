"""The door beside the answers of the synthetic city: of every row the same fate, for the same reasons."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from openxin.law.loading import catalogue
from openxin.synth import city
from tests.harness.door import Door

# Of these docs/contract.md names no field; the answers say one, the door may say another.
ANY_FIELD = {"CONFLICT", "DATE_ORDER", "MINOR_AT_THE_TIME", "PAST_ITS_TIME"}
Said = dict[int, tuple[str, frozenset[tuple[str, str]]]]


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


def agrees(door: Door, file: Path, record_type: str, *, day: date, body: str = "market") -> None:
    """Hand the file in; every row has the fate and the codes of its answer, and none is lost."""
    receipt = door.receives_file(file, type_=record_type, today=day, uscc=catalogue().authorities[body].uscc)
    said, duplicates, admitted = _expected(file)
    heard = {row: (fate, _named(problems)) for row, (fate, problems) in door.reasons(receipt).items()}
    assert heard == said
    assert {row for _, row in receipt.tally.duplicate_rows} == duplicates
    tally = receipt.tally
    assert (tally.admitted, tally.duplicates) == (admitted, len(duplicates))
    assert tally.rows == tally.admitted + tally.duplicates + tally.quarantined + tally.refused
