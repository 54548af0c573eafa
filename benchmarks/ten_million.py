"""Does a register with ten million records slow the door? Files go in turn into an empty register and into a full one.

    .venv/bin/python benchmarks/ten_million.py [RECORDS] [--rows ROWS] [--rounds ROUNDS] [--keep FOLDER]

Two registers stand side by side, each with a server of its own, and each round brings the same files to both in turn: whatever
mood the machine is in, both meet it. The full one is filled by SQL with made-up tokens, one person for every two records: rows as
wide, and indexes as deep and as loosely packed, as those that the door leaves, while what is sealed is noise of the usual length.
Nobody can be found by it and nothing in it opens. Before each file there is a `vacuum analyze`, so that neither pays for how it
was filled. Every other file comes right after a checkpoint, when each page that it changes is logged whole; the ones between do
not. Told in seconds of the door and in processor time, with what the server logged and read; on a busy machine only the processor
time counts.
`--keep` keeps the filled register, and measures a copy of it; a later run takes it from there.
"""

import argparse
import multiprocessing
import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass, fields
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

SLICE = 500_000  # records a transaction
_FILLED = "filled"

# As the door makes them (docs/decisions/0021, 0030): the persons of one part of a file, ten thousand, have ids that begin alike,
# and their rows are written in the order of these ids. Tokens come in no order.
_PART = 10_000
_PERSON = "(substr(md5('part' || {person} / 10000), 1, 8) || substr(md5('p' || {person}), 9))::uuid"
_OF_PERSON, _OF_RECORD = _PERSON.format(person="n"), _PERSON.format(person="(n / 2)")
_PERSONS = "generate_series(%(first)s / 2, (%(last)s - 1) / 2) n"
_RECORDS = "generate_series(%(first)s, %(last)s - 1) n"

# Noise of any length out of SHA-256: nothing here has to be hard to guess.
FILL = (
    f"""
    insert into people_identity (token, person_id, name_token, document_type, sealed, created_on)
    select '\\x01'::bytea || sha256(int8send(n)), {_OF_PERSON}, '\\x01'::bytea || sha256(int8send(-n)), '01',
           noise, date '2026-01-01'
    from {_PERSONS},
    lateral (select sha256(int8send(n)) || sha256(int8send(n + 1)) || sha256(int8send(n + 2)) as noise) made
    order by n / {_PART}, 2
    """,
    f"""
    insert into people_person (person_id, wrapped_key, key_epoch, created_on)
    select {_OF_PERSON}, substr(sha256(int8send(n)) || sha256(int8send(-n)), 1, 61), 1, date '2026-01-01'
    from {_PERSONS} order by n / {_PART}, 1
    """,
    f"""
    insert into records_record (person_id, id, type, authority, state, decided_on, admitted_on, notice_until, closes, erase_on,
                                natural_token, content_token, extras_token, wrapped_key, key_epoch, submission_id, sheet, row)
    select {_OF_RECORD}, md5('r' || n)::uuid, 'penalty', 'market', 'awaiting_finality', date '2026-01-01',
           date '2026-01-02', date '2026-01-09', date '2027-01-01', date '2030-01-01', '\\x01'::bytea || sha256(int8send(n)),
           '\\x01'::bytea || sha256(int8send(n + 1)), '\\x01'::bytea || sha256(int8send(0)),
           substr(sha256(int8send(n)) || sha256(int8send(-n)), 1, 61), 1, md5('s' || n / 200000)::uuid, 1, n %% 200000
    from {_RECORDS} order by n / 2 / {_PART}, 1
    """,
    f"""
    insert into records_version (person_id, record_id, number, cause, at, entry_id, sealed)
    select {_OF_RECORD}, md5('r' || n)::uuid, 1, 'admission', now(), md5('e' || n)::uuid, noise
    from {_RECORDS},
    lateral (select decode(repeat(encode(sha256(int8send(n)), 'hex'), 24), 'hex') as noise) made
    order by n / 2 / {_PART}, 1
    """,
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one file cost: seconds of the door, processor seconds, and what the server did meanwhile."""

    wall_s: float
    client_s: float  # processor, of the command and its workers
    server_s: float  # processor, of PostgreSQL, checkpoints and writers included
    log_mb: float  # of write-ahead log
    images: float  # pages logged whole: changed for the first time after a checkpoint
    reads: float  # pages that were not in PostgreSQL's buffers
    checkpoints: float  # begun meanwhile

    @property
    def processor_s(self) -> float:
        """All processor time."""
        return self.client_s + self.server_s


def main(records: int, rows: int, rounds: int, kept: Path | None) -> None:
    """Measure both registers in turn, and print what the full one costs more."""
    with tempfile.TemporaryDirectory(prefix="openxin-bench-") as folder:
        home = Path(folder) / "full"
        if kept is not None:
            if not (kept / _FILLED).exists():
                Register(kept, records).close()
            # A copy is measured. Made-up numbers are so few that a register which took earlier files in meets them again.
            subprocess.run(["cp", "-a", "--reflink=auto", kept, home], check=True)
            os.sync()
        empty, full = Register(Path(folder) / "empty", 0), Register(home, records)
        costs: dict[tuple[Register, bool], list[Cost]] = {}
        files = count()
        first = file_of(Path(folder), rows, next(files))
        for register in (empty, full):
            register.take(first, rows, after_checkpoint=False)  # what only the first file pays
        for number in range(rounds):
            for after_checkpoint in (True, False):
                file = file_of(Path(folder), rows, next(files))
                # Who is first takes turns too.
                for register in (empty, full) if number % 2 == 0 else (full, empty):
                    cost = register.take(file, rows, after_checkpoint=after_checkpoint)
                    costs.setdefault((register, after_checkpoint), []).append(cost)
                    when = "checkpoint" if after_checkpoint else "later"
                    told = [f"{name} {figure:,.2f}" for name, figure in asdict(cost).items()]
                    print(register.name, when, *told, flush=True)
        empty.close()
        full.close()
    for after_checkpoint in (True, False):
        print("the first file after a checkpoint" if after_checkpoint else "the file after that", f"(mean of {rounds})")
        for what in ("wall_s", "processor_s", *[field.name for field in fields(Cost)][1:]):
            small, large = (
                statistics.mean(getattr(one, what) for one in costs[register, after_checkpoint])
                for register in (empty, full)
            )
            more = f", {(large / small - 1) * 100:+.1f} %" if small else ""
            print(f"  {what}: empty {small:,.2f}, full {large:,.2f}{more}")


class Register:
    """A register in a process of its own, since one process knows one register."""

    def __init__(self, home: Path, records: int) -> None:
        self.name = "full" if records else "empty"
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(home, records, theirs))
        self._process.start()
        theirs.close()
        self._answer()

    def take(self, file: Path, rows: int, *, after_checkpoint: bool) -> Cost:
        """Take a file in, right after a checkpoint or when one may come by itself."""
        self._ours.send((file, rows, after_checkpoint))
        return self._answer()

    def close(self) -> None:
        """Stop the server."""
        self._ours.send(None)
        self._process.join()

    def _answer(self) -> Any:
        try:
            return self._ours.recv()
        except EOFError:
            raise SystemExit(f"the {self.name} register failed") from None


def serve(home: Path, records: int, orders: Connection) -> None:
    """The process of one register: made, filled, and then a file for every order, until there is none."""
    for name in [name for name in os.environ if name.startswith("OPENXIN_")]:
        del os.environ[name]
    os.environ |= {"OPENXIN_HOME": str(home), "OPENXIN_SYNTHETIC": "1"}
    from openxin.cli.bench.fresh import fresh_register

    with fresh_register() as opened:
        if records and not (home / _FILLED).exists():
            fill(records)
            (home / _FILLED).touch()
        orders.send(None)
        while order := orders.recv():
            file, rows, after_checkpoint = order
            orders.send(cost_of(file, rows, opened.data / "postmaster.pid", after_checkpoint=after_checkpoint))


def file_of(folder: Path, rows: int, seed: int) -> Path:
    """A new file: the same for both registers."""
    os.environ |= {"OPENXIN_SYNTHETIC": "1", "DJANGO_SETTINGS_MODULE": "openxin.config.settings"}
    from openxin.cli.bench import ingest

    return ingest.file_of(folder / "file.csv", rows, seed)


def cost_of(file: Path, rows: int, server: Path, *, after_checkpoint: bool) -> Cost:
    """The whole door for one file, in a register that has settled."""
    from openxin.cli.bench import ingest
    from openxin.store.connection import open_plain

    with open_plain("owner") as owner:
        owner.execute("vacuum (analyze)")
        if after_checkpoint:
            owner.execute("checkpoint")
        time.sleep(1)
        before = [*processor_seconds(server), *counters(owner)]
        wall = ingest.admitted(file, rows)
        after = [*processor_seconds(server), *counters(owner)]
    return Cost(wall, *(float(now - then) for then, now in zip(before, after, strict=True)))


def counters(owner: Any) -> tuple[float, ...]:
    """Of the server, since it began: log, pages logged whole, pages read, checkpoints."""
    owner.execute("select pg_stat_force_next_flush()")
    row: tuple[float, ...] = owner.execute(
        "select wal_bytes::float8 / 1e6, wal_fpi, (select sum(reads)::int8 from pg_stat_io where object = 'relation'),"
        " (select num_timed + num_requested from pg_stat_checkpointer) from pg_stat_wal"
    ).fetchone()
    return row


def processor_seconds(server: Path) -> tuple[float, float]:
    """Of this command and its workers, and of its server; processes that have ended are counted with their parents."""
    import psutil

    postmaster = psutil.Process(int(server.read_text().split("\n", 1)[0]))
    backends = [postmaster, *postmaster.children(recursive=True)]
    own = psutil.Process()
    clients = [one for one in [own, *own.children(recursive=True)] if one not in backends]
    return _seconds(clients), _seconds(backends)


def _seconds(processes: list[Any]) -> float:
    import psutil

    total = 0.0
    for process in processes:
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
        owner.execute("set work_mem = '512MB'")  # to sort a slice
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
    asked.add_argument("--keep", type=Path)
    said = asked.parse_args()
    main(said.records, said.rows, said.rounds, said.keep)
