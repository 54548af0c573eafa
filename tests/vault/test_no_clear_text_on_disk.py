"""Every byte on the disk is read after a checkpoint: nothing that was put in stands there in clear.

Tables, indexes, the write-ahead log, spool, logs, temporary files: everything below the home of a register with a server of its
own, after a file of the city went through the real door and another was killed half-way.
"""

import csv
import mmap
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from openxin.synth import city

DAY = date(2026, 11, 24)
MARKET = "119999990000010039"
_ENCODINGS = ("utf-8", "utf-16-le", "gb18030")
_SHORTEST = 3  # two characters of a name may occur by chance in megabytes of noise


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with a server of its own, in a folder of its own."""
    home = tmp_path_factory.mktemp("whole") / "home"
    _run(home, "init")
    return home


def _environment(home: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OPENXIN_")}
    return clean | {"OPENXIN_HOME": str(home), "OPENXIN_SYNTHETIC": "1"}


def _run(home: Path, *words: str, expected: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "openxin.cli.main", *words],
        env=_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in expected, done.stdout + done.stderr
    return done.stdout


def test_nothing_that_was_put_in_stands_on_the_disk(home: Path, tmp_path: Path) -> None:
    file, big = tmp_path / "city.csv", tmp_path / "big.csv"
    city.write(file, type="penalty", persons=30, rows=60, seed=5, encoding="utf-8", rate=0.2, authority=MARKET, day=DAY)
    city.write(
        big, type="penalty", persons=8000, rows=16_000, seed=5, encoding="utf-8", rate=0.1, authority=MARKET, day=DAY
    )
    _run(home, "ingest", str(file), "--type", "penalty", "--authority", MARKET, "--json", expected=(0, 3))
    _run(home, "ingest", str(file), "--type", "penalty", "--authority", MARKET, "--check", expected=(0, 3))
    _kill_half_way(home, big)
    _checkpoint(home)
    secrets = _secrets(file) | set(sorted(_secrets(big))[:60])
    assert len(secrets) > 200
    found = _found(home, secrets)
    assert not found, f"values stand in clear in {found}"


def _kill_half_way(home: Path, file: Path) -> None:
    """The spool is at its fullest when the command is killed."""
    command = subprocess.Popen(
        [sys.executable, "-m", "openxin.cli.main", "ingest", str(file), "--type", "penalty", "--authority", MARKET],
        env=_environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(200):
        time.sleep(0.05)
        if list((home / "spool").glob("*/*")):
            break
    command.send_signal(signal.SIGKILL)
    command.wait()
    assert list((home / "spool").glob("*/*")), "the spool was not caught in use"


def _checkpoint(home: Path) -> None:
    """Everything that the server holds in memory goes to its files, while it runs and before it ends."""
    code = (
        "from openxin.cli.session import register_open\n"
        "from openxin.store.connection import open_plain\n"
        "with register_open(), open_plain('owner') as owner:\n"
        "    owner.execute('checkpoint')\n"
    )
    subprocess.run([sys.executable, "-c", code], env=_environment(home), check=True)


def _secrets(file: Path) -> set[str]:
    """Names, numbers, document numbers and facts of the file, but for words too short to be told from noise."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    columns = ("CF_XDR_MC", "CF_XDR_ZJHM", "CF_WSH", "CF_SY", "CF_NR")
    cells = {row[column].strip() for row in rows for column in columns}
    return {cell for cell in cells if len(cell) > _SHORTEST}


def _found(folder: Path, secrets: set[str]) -> set[str]:
    """The files below `folder` in which one of `secrets` stands, in any of the encodings that it may have come in."""
    words = {secret.encode(encoding, "ignore") for secret in secrets for encoding in _ENCODINGS}
    wanted = re.compile(b"|".join(map(re.escape, sorted(words))))
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file() and _holds(file, wanted)}


def _holds(file: Path, wanted: re.Pattern[bytes]) -> bool:
    if not file.stat().st_size:
        return False
    with file.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return wanted.search(data) is not None


def test_the_search_finds_what_is_there(home: Path) -> None:
    """A search that finds nothing anywhere would prove nothing: a public word of the register is found in many files."""
    assert len(_found(home, {"records_record"})) > 1
