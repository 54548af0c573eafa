"""Does a register with ten million records slow the door? The same files, into an empty register and into a full one.

    .venv/bin/python benchmarks/ten_million.py [RECORDS] [--rows ROWS] [--rounds ROUNDS]

The full one is filled by SQL with made-up tokens, one person for every two records: rows as wide, and indexes as deep, as those
of the door, while what is sealed is noise of the usual length. Nobody can be found by it and nothing in it opens. Before each
measured file there is a `vacuum analyze`, so that neither register pays for how it was filled. Told in seconds of the door and in
processor time; on a busy machine only the second counts.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

SLICE = 500_000  # records a transaction

# Noise of any length out of SHA-256: nothing here has to be hard to guess.
FILL = (
    """
    insert into people_person (person_id, wrapped_key, key_epoch, created_on)
    select md5('p' || n)::uuid, substr(sha256(int8send(n)) || sha256(int8send(-n)), 1, 61), 1, date '2026-01-01'
    from generate_series(%(first)s / 2, (%(last)s - 1) / 2) n
    """,
    """
    insert into people_identity (token, person_id, name_token, document_type, sealed, created_on)
    select '\\x01'::bytea || sha256(int8send(n)), md5('p' || n)::uuid, '\\x01'::bytea || sha256(int8send(-n)), '01',
           noise, date '2026-01-01'
    from generate_series(%(first)s / 2, (%(last)s - 1) / 2) n,
    lateral (select sha256(int8send(n)) || sha256(int8send(n + 1)) || sha256(int8send(n + 2)) as noise) made
    """,
    """
    insert into records_record (person_id, id, type, authority, state, decided_on, admitted_on, notice_until, closes, erase_on,
                                natural_token, content_token, extras_token, wrapped_key, key_epoch, submission_id, sheet, row)
    select md5('p' || n / 2)::uuid, md5('r' || n)::uuid, 'penalty', 'market', 'awaiting_finality', date '2026-01-01',
           date '2026-01-02', date '2026-01-09', date '2027-01-01', date '2030-01-01', '\\x01'::bytea || sha256(int8send(n)),
           '\\x01'::bytea || sha256(int8send(n + 1)), '\\x01'::bytea || sha256(int8send(0)),
           substr(sha256(int8send(n)) || sha256(int8send(-n)), 1, 61), 1, md5('s' || n / 200000)::uuid, 1, n %% 200000
    from generate_series(%(first)s, %(last)s - 1) n
    """,
    """
    insert into records_version (person_id, record_id, number, cause, at, entry_id, sealed)
    select md5('p' || n / 2)::uuid, md5('r' || n)::uuid, 1, 'admission', now(), md5('e' || n)::uuid, noise
    from generate_series(%(first)s, %(last)s - 1) n,
    lateral (select decode(repeat(encode(sha256(int8send(n)), 'hex'), 24), 'hex') as noise) made
    """,
)


def main(records: int, rows: int, rounds: int) -> None:
    """Measure both registers, one after the other, and print what the full one costs more."""
    with tempfile.TemporaryDirectory(prefix="openxin-bench-") as folder:
        for name in [name for name in os.environ if name.startswith("OPENXIN_")]:
            del os.environ[name]
        os.environ |= {"OPENXIN_HOME": folder, "OPENXIN_SYNTHETIC": "1"}
        empty, full = measured(Path(folder), records, rows, rounds)
    for name, register in (("empty", empty), ("full", full)):
        print(f"{name}: wall {register['wall']:.2f} s, processor {register['processor']:.2f} s, median of {rounds}")
    for what in ("wall", "processor"):
        print(f"{what}: {(full[what] / empty[what] - 1) * 100:+.1f} %")


def measured(folder: Path, records: int, rows: int, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Median seconds of the door with an empty and with a full register."""
    from openxin.cli.bench import ingest
    from openxin.cli.ingest import today
    from openxin.cli.session import register_open, server_up
    from openxin.operations.setup import initialise

    with server_up() as chosen:
        initialise(chosen, today=today(), told=lambda _zh, _en: None)
    with register_open():
        door(ingest.file_of(folder / "warm.csv", rows, 999), rows)  # what only the first file pays
        empty = [door(ingest.file_of(folder / f"empty-{n}.csv", rows, n), rows) for n in range(rounds)]
        fill(records)
        full = [door(ingest.file_of(folder / f"full-{n}.csv", rows, 100 + n), rows) for n in range(rounds)]
    return middle(empty), middle(full)


def middle(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure."""
    return {what: statistics.median(one[what] for one in rounds) for what in rounds[0]}


def door(file: Path, rows: int) -> dict[str, float]:
    """The whole door for one file, in a register that has settled."""
    from openxin.cli.bench import ingest
    from openxin.store.connection import open_plain

    with open_plain("owner") as owner:
        owner.execute("vacuum (analyze)")
    time.sleep(1)
    before = processor_seconds()
    wall = ingest.admitted(file, rows)
    return {"wall": wall, "processor": processor_seconds() - before}


def processor_seconds() -> float:
    """Of this command, its workers, and the server's backends (those that have ended counted with their parent)."""
    import psutil

    total = 0.0
    own = psutil.Process()
    server = [one for one in psutil.process_iter(["name", "ppid"]) if "postgres" in (one.info["name"] or "")]
    for process in [own, *own.children(recursive=True), *server]:
        try:
            times: Any = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def fill(records: int) -> None:
    """Ten million records, slice by slice."""
    from openxin.store.connection import open_plain

    with open_plain("owner") as owner:
        owner.execute("set synchronous_commit = off")
        # The owner is under forced row security like everybody: it is lifted for the filling, and set again.
        tables = ("people_person", "people_identity", "records_record", "records_version")
        for table in tables:
            owner.execute(f"alter table {table} no force row level security")
        for first in range(0, records, SLICE):
            with owner.transaction():
                for statement in FILL:
                    owner.execute(statement, {"first": first, "last": min(first + SLICE, records)})
            print(f"  {min(first + SLICE, records):,} records", flush=True)
        for table in tables:
            owner.execute(f"alter table {table} force row level security")
        owner.execute("checkpoint")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("records", nargs="?", type=int, default=10_000_000)
    asked.add_argument("--rows", type=int, default=200_000)
    asked.add_argument("--rounds", type=int, default=3)
    said = asked.parse_args()
    main(said.records, said.rows, said.rounds)
