"""A command that is killed leaves its sealed folder in the spool; whoever comes next clears it away, and nobody else's."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from openxin.intake import spool_folders
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.sample import LI_NA, WANG_WEI, penalty
from tests.harness.serving import is_alive, serving, until

NOBODY = ["show", "--as-self", "--person-number", WANG_WEI.number, "--name", WANG_WEI.name]
COMMANDS = {"doctor": ["doctor"], "any other": NOBODY}


def folders(door: Door) -> list[Path]:
    return sorted((door.register.home / "spool").glob("*"))


def run(*words: str) -> int:
    command = [sys.executable, "-m", "openxin.cli.main", *words]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode


@contextmanager
def judging(door: Door, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real `openxin ingest` with its spool full: it waits for a table that somebody else holds."""
    file = sample.written(door.folder, [penalty(LI_NA)])
    command = [
        sys.executable, "-m", "openxin.cli.main", "ingest", str(file), "--type", "penalty", "--authority", sample.MARKET, *words
    ]  # fmt: skip
    with psycopg.connect(**door.register.installation.address("owner")) as holds:
        holds.execute("lock table intake_check, intake_chunk in access exclusive mode")
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ) as running:
            until(lambda: any(list(folder.glob("*")) for folder in folders(door)))
            try:
                yield running
            finally:
                running.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_what_a_killed_check_left_is_cleared_away_by_the_next_command(door: Door, words: list[str]) -> None:
    with judging(door, "--check") as check:
        (folder,) = folders(door)
        run(*words)
        assert folders(door) == [folder] and list(folder.glob("*")), "it belongs to a living process"
        assert is_alive(check.pid)
    assert folders(door) == [folder], "killed, it could not tidy up"
    run(*words)
    assert folders(door) == []
    door.register.is_sound(records=0, secrets=[LI_NA.name, LI_NA.number])


def test_serve_clears_away_what_was_left_before_it_and_what_is_left_while_it_runs(door: Door) -> None:
    with judging(door, "--check"):
        (before,) = folders(door)
    with serving() as server:
        server.answers()
        assert not before.exists()
        with judging(door, "--check"):
            assert len(folders(door)) == 1
        until(lambda: folders(door) == [])
    door.register.is_sound(records=0)


def test_a_killed_submission_is_cleared_away_and_finished_by_the_same_command(door: Door) -> None:
    with judging(door):
        (folder,) = folders(door)
    assert run("doctor") == 0
    assert folders(door) == []
    assert run("ingest", str(door.folder / "file.csv"), "--type", "penalty", "--authority", sample.MARKET) == 0
    assert not folder.exists()
    door.register.is_sound(records=1, quarantined=0)


def test_a_folder_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "left").write_bytes(b"noise")
    with spool_folders.owned(folder):
        assert list(folder.iterdir()) == []
        spool_folders.sweep(tmp_path)
        assert folder.exists()
    assert not folder.exists()


def test_a_folder_that_is_swept_away_while_somebody_waits_for_it_is_made_again(tmp_path: Path) -> None:
    """Between making a folder and locking it a sweep may come: then what was locked is no longer the folder."""
    folder = tmp_path / "one"
    folder.mkdir()
    sweeping = os.open(folder, os.O_RDONLY)
    fcntl.flock(sweeping, fcntl.LOCK_EX)
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(_written, folder)
        until(lambda: any("->" in line and str(os.getpid()) in line for line in _locks()))
        folder.rmdir()
        os.close(sweeping)
        assert written.result() == b"sealed"
    assert not folder.exists()


def _written(folder: Path) -> bytes:
    with spool_folders.owned(folder):
        (folder / "0").write_bytes(b"sealed")
        return (folder / "0").read_bytes()


def _locks() -> list[str]:
    return Path("/proc/locks").read_text().splitlines()
