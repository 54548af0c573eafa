"""Every row of a large messy file beside its answer, through the real command line: zero wrong matches, zero lost rows.

    .venv/bin/python benchmarks/every_row.py [ROWS] [--type T]...      all types where none is named

Too long for `make test`, which does the same with small files (`tests/synth/test_through_the_door.py`).
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TYPES = ("penalty", "permit", "qualification", "disqualification", "honour", "service")
# Who hands it in; the market regulator where nobody is named.
MARKET = "119999990000010039"
BODY = {"honour": "119999990000160022", "service": "51999999000017005E"}
# Of these docs/contract.md names no field; the answers say one, the door may say another.
ANY_FIELD = {"CONFLICT", "DATE_ORDER", "MINOR_AT_THE_TIME", "PAST_ITS_TIME"}


def main(rows: int, types: tuple[str, ...]) -> None:
    """Hand in a file of each type and compare."""
    for type_ in types:
        # A register for each: two files may give one made-up number to two people, and the second waits then, as it should.
        with tempfile.TemporaryDirectory(prefix="openxin-every-row-") as home:
            openxin(home, "init")
            file = Path(home) / f"{type_}.csv"
            openxin(
                home, "synth", "--persons", str(rows * 2 // 5), "--rows", str(rows), "--type", type_,
                "--encoding", "utf-8", "--seed", "11", "--rate", "0.1", "--authority", BODY.get(type_, MARKET),
                "--out", str(file),
            )  # fmt: skip
            receipt = json.loads(
                openxin(home, "ingest", str(file), "--type", type_, "--authority", BODY.get(type_, MARKET), "--json")
            )
            waiting = json.loads(openxin(home, "quarantine", receipt["submission"], "--json"))["rows"]
            wrong = differences(Path(f"{file}.answers.csv"), receipt, waiting)
            fates = {fate: receipt[fate] for fate in ("admitted", "duplicates", "quarantined", "refused")}
            print(
                f"{type_}: {receipt['rows']} rows, {fates}, {receipt['seconds']} s, {len(wrong)} unlike their answers"
            )
            if wrong or sum(fates.values()) != rows:
                raise SystemExit(f"first unlike rows: {wrong[:10]}")


def openxin(home: str, *words: str) -> str:
    """Run the command in a register of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OPENXIN_")}
    done = subprocess.run(
        [sys.executable, "-m", "openxin.cli.main", *words],
        env=clean | {"OPENXIN_HOME": home, "OPENXIN_SYNTHETIC": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 3):
        raise SystemExit(done.returncode)
    return done.stdout


def differences(answers: Path, receipt: dict[str, Any], waiting: list[dict[str, Any]]) -> list[int]:
    """Rows of which the door said something else than their answer."""
    said = {row["row"]: (row["fate"], named((one["field"], one["code"]) for one in row["problems"])) for row in waiting}
    said |= {row["row"]: ("duplicate", frozenset()) for row in receipt["duplicate_rows"]}
    with answers.open(encoding="utf-8", newline="") as text:
        return [
            int(row["row"])
            for row in csv.DictReader(text)
            if said.get(int(row["row"]), ("admitted", frozenset())) != (row["fate"], named(pairs(row["problems"])))
        ]


def pairs(problems: str) -> list[tuple[str, str]]:
    """FIELD:CODE pairs of an answer."""
    return [(field, code) for field, _, code in (one.partition(":") for one in problems.split(";") if one)]


def named(problems: Any) -> frozenset[tuple[str, str]]:
    """Problems as they can be compared."""
    return frozenset(("", code) if code in ANY_FIELD else (field, code) for field, code in problems)


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("rows", nargs="?", type=int, default=200_000)
    words.add_argument("--type", dest="types", action="append", choices=TYPES)
    asked = words.parse_args()
    main(asked.rows, tuple(asked.types or TYPES))
