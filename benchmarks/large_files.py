"""Does a large file cost more a row than a small one? Both into one register, in turn: small, large, small, small, large, small.

    .venv/bin/python benchmarks/large_files.py [--small ROWS] [--large ROWS] [--turns TURNS]

The register grows all the while, and what grows slows both; hence each large file between two small ones. Before every file there
is a checkpoint, as in `openxin bench ingest`, and before all of them a file that pays what only the first one pays.
"""

import argparse
import os
import statistics
import tempfile
from pathlib import Path


def main(small: int, large: int, turns: int) -> None:
    """Measure, and print what a large file takes in, a row of it beside a row of the small ones around it."""
    with tempfile.TemporaryDirectory(prefix="openxin-bench-") as folder:
        for name in [name for name in os.environ if name.startswith("OPENXIN_")]:
            del os.environ[name]
        os.environ |= {"OPENXIN_HOME": folder, "OPENXIN_SYNTHETIC": "1"}
        rates = measured(Path(folder), small, large, turns)
    means = {rows: statistics.mean(found) for rows, found in rates.items()}
    print(f"{small:,} rows: {means[small]:,.0f} a second; {large:,} rows: {means[large]:,.0f} a second")
    print(f"the large file: {(means[large] / means[small] - 1) * 100:+.1f} % rows a second")


def measured(folder: Path, small: int, large: int, turns: int) -> dict[int, list[float]]:
    """Rows a second of every file, by its rows."""
    from openxin.cli.bench import ingest
    from openxin.cli.bench.fresh import fresh_register

    rates: dict[int, list[float]] = {small: [], large: []}
    with fresh_register():
        ingest.admitted(ingest.file_of(folder / "first.csv", small, 999), small)
        for number, rows in enumerate([small, large, small] * turns):
            file = ingest.file_of(folder / f"{number}.csv", rows, number)
            ingest.settled()
            rates[rows].append(rows / ingest.admitted(file, rows))
            print(f"  {rows:,} rows: {rates[rows][-1]:,.0f} a second", flush=True)
    return rates


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--small", type=int, default=200_000)
    asked.add_argument("--large", type=int, default=1_000_000)
    asked.add_argument("--turns", type=int, default=2)
    said = asked.parse_args()
    main(said.small, said.large, said.turns)
