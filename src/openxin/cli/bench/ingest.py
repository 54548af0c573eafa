"""`bench ingest`: the whole door in against a bare `COPY` of the same bytes, interleaved in one run; medians.

The door: the CSV is read, judged, matched, sealed, and stored with versions, receipt and ledger entries, committed. The baseline:
the same bytes go through `COPY ... FROM STDIN` into a table of text columns on the same server, and are committed. Each round has
a file of its own, so that no round meets duplicates of another; the register grows meanwhile.

Memory is looked at in a round before those, which is not timed: walking through the pages of every process takes from the two
cores what the door would have had of them. It also pays what only the first file of an installation pays. Before each round there
is a checkpoint, so that neither of the two makes the files of the server's log.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from psycopg import sql

from openxin.cli.bench.fresh import fresh_register

_BLOCK = 1 << 20
_MIB = 1 << 20
_ROWS_A_PERSON = 2
_SAMPLE_SECONDS = 0.05
_GROWTH = 8 * _MIB
_XLSX_SHARE = 10
_TYPE = "penalty"


@dataclass(slots=True)
class _Rounds:
    door: list[float] = field(default_factory=list)
    copy: list[float] = field(default_factory=list)
    sequencing: list[float] = field(default_factory=list)


def measure(rows: int, rounds: int) -> dict[str, Any]:
    """Measure, in an installation that was just made for it. Keys as docs/contract.md names them, and a few more."""
    with fresh_register() as installation:
        folder = installation.home
        seconds = _Rounds()
        watched = file_of(folder / "watched.csv", rows, rounds)
        _copied(watched)
        with _memory() as used:
            admitted(watched, rows)
        _sequenced()
        for number in range(rounds):
            file = file_of(folder / f"round-{number}.csv", rows, number)
            settled()
            seconds.copy.append(_copied(file))
            seconds.door.append(admitted(file, rows))
            seconds.sequencing.append(_sequenced())
        xlsx_rows = max(1000, rows // _XLSX_SHARE)
        xlsx = admitted(file_of(folder / "round.xlsx", xlsx_rows, rounds + 1), xlsx_rows)
    door, copy = statistics.median(seconds.door), statistics.median(seconds.copy)
    return {
        "rows": rows,
        "rows_per_s": round(rows / door),
        "copy_rows_per_s": round(rows / copy),
        "ratio_copy": round(copy / door, 4),
        "ratio_copy_with_sequencing": round(copy / (door + statistics.median(seconds.sequencing)), 4),
        "peak_mib": round(used.peak),
        "xlsx_rows_per_s": round(xlsx_rows / xlsx),
        "door_s": [round(one, 3) for one in seconds.door],
        "copy_s": [round(one, 3) for one in seconds.copy],
        "sequencing_s": [round(one, 3) for one in seconds.sequencing],
        "cores": os.cpu_count(),
    }


def file_of(path: Path, rows: int, seed: int) -> Path:
    """Write the file of one round: about two rows a person, one in a hundred faulty, the national columns alone."""
    # Elsewhere: what making it takes of memory is not the door's.
    maker = multiprocessing.get_context("spawn").Process(target=_make, args=(path, rows, seed))
    maker.start()
    maker.join()
    if maker.exitcode:
        raise RuntimeError("the file of the round could not be made")
    return path


def _make(path: Path, rows: int, seed: int) -> None:
    from openxin.cli.ingest import today
    from openxin.law.loading import catalogue
    from openxin.synth import city

    city.write(
        path,
        type=_TYPE,
        persons=max(1, rows // _ROWS_A_PERSON),
        rows=rows,
        seed=seed,
        encoding="utf-8",
        rate=0.01,
        extension=False,  # the national columns alone: what bodies really send
        authority=catalogue().authorities["market"].uscc,
        day=today(),
    )


def _copied(file: Path) -> float:
    """Seconds of a bare `COPY` of the file into a fresh table of text columns, commit included."""
    from openxin.store.connection import open_plain

    with file.open(encoding="utf-8-sig", newline="") as text:
        width = len(next(csv.reader(text)))
    columns = sql.SQL(", ").join(sql.Identifier(f"c{n}") + sql.SQL(" text") for n in range(width))
    with open_plain("owner") as connection, file.open("rb") as source:
        connection.execute(sql.SQL("create table bare ({})").format(columns))
        began = time.monotonic()
        with (
            connection.transaction(),
            connection.cursor() as cursor,
            cursor.copy("copy bare from stdin (format csv, header)") as copy,
        ):
            while block := source.read(_BLOCK):
                copy.write(block)
        seconds = time.monotonic() - began
        connection.execute("drop table bare")
    return seconds


def admitted(file: Path, rows: int) -> float:
    """Seconds of the whole door for the file."""
    from openxin.cli.ingest import place, today
    from openxin.intake import admission
    from openxin.law.loading import catalogue

    law = catalogue()
    began = time.monotonic()
    receipt = admission.admit(
        file, type_id=_TYPE, authority=law.authorities["market"], law=law, today=today(), place=place()
    )
    seconds = time.monotonic() - began
    tally = receipt.tally
    if not tally.rows == rows == tally.admitted + tally.duplicates + tally.quarantined + tally.refused:
        raise RuntimeError(f"rows were lost: {receipt.as_json()}")
    return seconds


def settled() -> None:
    """A checkpoint: files of the log that were written before lie ready, as in a register that has been used for a while.

    Without it each file of the log is made anew; that took a bare `COPY` half as long again, and the door a tenth.
    """
    from openxin.store.connection import open_plain

    with open_plain("owner") as owner:
        owner.execute("checkpoint")


def _sequenced() -> float:
    from openxin.ledger.sequencing import sequence

    began = time.monotonic()
    sequence()
    return time.monotonic() - began


@dataclass(slots=True)
class _Used:
    peak: float = 0.0  # MiB of the command and its workers together, the database apart


@contextmanager
def _memory() -> Iterator[_Used]:
    used, over = _Used(), threading.Event()

    def watch() -> None:
        highest = 0
        while not over.wait(_SAMPLE_SECONDS):
            # The cheap figure is looked at always; the exact one, which walks through every page and would slow what is measured,
            # only where the cheap one has grown.
            if (resident := _resident()) > highest + _GROWTH:
                highest = resident
                used.peak = max(used.peak, _resident(shared_once=True) / _MIB)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield used
    finally:
        over.set()
        watcher.join()


def _resident(*, shared_once: bool = False) -> int:
    """Bytes of the command and its workers. `shared_once`: a page that several share (of a library) counts once."""
    own = psutil.Process()
    total = 0
    for process in (own, *own.children(recursive=True)):
        try:
            if "postgres" not in process.name():
                total += process.memory_full_info().pss if shared_once else process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
