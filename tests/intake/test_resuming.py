"""All or resumable: whatever happens in the middle, the same command again ends in the same state."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from openxin.intake import admission
from openxin.intake.reading import csv_scan
from openxin.intake.reading.refusal import FileRefused
from openxin.law.loading import catalogue, folder_in_use
from openxin.synth import city
from tests.harness import sample
from tests.harness.answers import agrees
from tests.harness.door import Door, counts
from tests.harness.faults import AnswerLost, breaking_at
from tests.harness.sample import LI_NA, WANG_WEI, Person, penalty, person

COMMITS = 12  # more than one small file has: opening, verdicts, parts, supplements, receipt


def _messy() -> list[dict[str, str]]:
    """Every kind of outcome, the rows that wait for a leader and a supplement included."""
    return [
        penalty(LI_NA),
        penalty(LI_NA),
        penalty(LI_NA, OX_SXRQ="2026-06-01"),
        penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_JDRQ="someday"),
        penalty(WANG_WEI, "示市监罚〔2026〕3号", CF_YJ="刑法"),
        penalty(person(1), "示市监罚〔2026〕4号"),
        penalty(Person("别人", person(1).number), "示市监罚〔2026〕5号"),
        *(penalty(person(n), f"示市监罚〔2026〕{n}号") for n in range(10, 40)),
    ]


EXPECTED = (31, 2, 3, 1)


@pytest.mark.parametrize("stored", [False, True], ids=["lost", "stored though it failed"])
@pytest.mark.parametrize("commit", range(1, COMMITS))
def test_a_commit_that_fails_is_made_good_by_the_same_command(door: Door, commit: int, stored: bool) -> None:
    file = sample.written(door.folder, _messy())
    law = catalogue()
    with breaking_at(commit, stored=stored) as connection:
        try:
            admission.admit(
                file,
                type_id="penalty",
                authority=admission.competent(law, sample.MARKET, "penalty", synthetic=True),
                law=law,
                today=sample.TODAY,
                place=door.place(),
            )
        except AnswerLost:
            assert connection.commits == commit
    assert not list((door.register.home / "spool").glob("*")), "the spool is empty whatever happened"
    receipt = door.receives_file(file)
    assert counts(receipt) == EXPECTED
    assert door.register.count("intake_submission") == 1
    door.register.is_sound(records=31, quarantined=3)


def test_the_table_of_commits_reaches_past_the_last_one(door: Door) -> None:
    """Were a commit added, the table above would have to grow: it must not silently stop short."""
    file = sample.written(door.folder, _messy())
    law = catalogue()
    body = admission.competent(law, sample.MARKET, "penalty", synthetic=True)
    with breaking_at(COMMITS, stored=True) as connection:
        admission.admit(file, type_id="penalty", authority=body, law=law, today=sample.TODAY, place=door.place())
        assert 0 < connection.commits < COMMITS


def test_a_run_that_was_killed_at_any_moment_is_finished_by_the_same_command(door: Door) -> None:
    """SIGKILL, at twenty moments of a large file's run in several processes."""
    file = door.folder / "city.csv"
    door.folder.mkdir()
    city.write(
        file, type="penalty", persons=3000, rows=12_000, seed=7, encoding="utf-8", rate=0.05, authority=sample.MARKET,
        day=sample.TODAY,
    )  # fmt: skip
    whole = _seconds(_command(file, door))
    chance = random.Random(20260615)
    started = sorted(chance.uniform(0.2, whole) for _ in range(20))
    for moment in started:
        killed = subprocess.Popen(_command(file, door), start_new_session=True)
        time.sleep(moment)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert not _orphans(door), "no worker outlives its command"
    # As if nothing had happened: every row's fate and codes, one record and one leaf for each admitted row.
    agrees(door, file, "penalty", day=sample.TODAY)
    agrees(door, file, "penalty", day=sample.TODAY)
    door.register.is_sound()


def _orphans(door: Door) -> list[int]:
    """Processes that still work in this register's home, a moment after their command was killed."""
    time.sleep(1)
    home = f"OPENXIN_HOME={door.register.home}".encode()
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if home in environment.read_bytes().split(b"\0") and int(environment.parent.name) != os.getpid():
                found.append(int(environment.parent.name))
    return found


def _command(file: Path, door: Door) -> list[str]:
    return [
        sys.executable, "-m", "tests.harness.hand_in", str(file), sample.TODAY.isoformat(), str(door.register.home / "spool"),
    ]  # fmt: skip


def _seconds(command: Sequence[str]) -> float:
    began = time.monotonic()
    subprocess.run(command, check=True, env=os.environ | {"HAND_IN_NOTHING": "1"})
    return time.monotonic() - began + 3


def test_two_processes_on_one_file_double_nothing(door: Door) -> None:
    file = sample.written(door.folder, _messy())
    runs = [subprocess.Popen(_command(file, door)) for _ in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    assert counts(door.receives_file(file)) == EXPECTED
    assert door.register.count("intake_submission") == 1
    door.register.is_sound(records=31, quarantined=3)


def test_two_files_at_once_that_share_new_persons_make_each_person_once(door: Door) -> None:
    shared = [person(n) for n in range(300)]
    files = [
        sample.written(
            door.folder, [penalty(one, f"示市监罚〔2026〕{half}-{n}号") for n, one in enumerate(shared)], f"{half}.csv"
        )
        for half in (1, 2)
    ]
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda file: subprocess.run(_command(file, door), check=False).returncode, files))
    assert codes == [0, 0]
    assert door.register.count("people_person") == 300
    door.register.is_sound(records=600, quarantined=0)


def test_two_files_at_once_that_name_new_numbers_unlike_never_mix_them(door: Door) -> None:
    """The later of the two sees the earlier one's name, whichever it was: every number has one name, the other rows wait."""
    numbers = [person(n).number for n in range(300)]
    files = [
        sample.written(
            door.folder,
            [penalty(Person(name, number), f"示市监罚〔2026〕{name}{n}号") for n, number in enumerate(numbers)],
            f"{name}.csv",
        )
        for name in ("张三", "李四")
    ]
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda file: subprocess.run(_command(file, door), check=False).returncode, files))
    assert codes == [0, 0]
    door.register.is_sound(records=300, quarantined=300)


def test_what_was_begun_under_one_law_is_finished_under_it(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meanwhile the city admits no ordinary breach any more: the run that resumes does not know that yet."""
    file = sample.written(door.folder, [penalty(LI_NA)])
    old = catalogue()
    with breaking_at(3, stored=False), pytest.raises(AnswerLost):
        admission.admit(
            file,
            type_id="penalty",
            authority=admission.competent(old, sample.MARKET, "penalty", synthetic=True),
            law=old,
            today=sample.TODAY,
            place=door.place(),
        )
    stricter = tmp_path / "catalogue"
    shutil.copytree(folder_in_use(), stricter)
    classes = stricter / "classes.toml"
    classes.write_text(classes.read_text("utf-8").replace("admitted = true", "admitted = false", 1), "utf-8")
    monkeypatch.setenv("OPENXIN_CATALOGUE", str(stricter))
    assert catalogue().hash != old.hash
    assert counts(door.receives_file(file)) == (1, 0, 0, 0)
    stored = door.register.rows("select catalogue_hash from intake_submission")
    assert stored == [(old.hash,)]


def test_a_file_that_cannot_be_read_again_loses_nothing_of_what_was_done(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of it was admitted; then a limit was lowered. The file is refused, and the submission waits to be finished."""
    file = sample.written(door.folder, _messy())
    with breaking_at(4, stored=True), pytest.raises(AnswerLost):
        door_admits(door, file)
    assert door.register.count("records_record") > 0
    with monkeypatch.context() as lowered:
        lowered.setattr(csv_scan, "ROWS", -1000)
        with pytest.raises(FileRefused):
            door.receives_file(file)
    assert door.register.count("intake_submission") == 1
    assert counts(door.receives_file(file)) == EXPECTED
    door.register.is_sound(records=31, quarantined=3)


def door_admits(door: Door, file: Path) -> None:
    """Hand in, with whatever connection the door has now."""
    law = catalogue()
    body = admission.competent(law, sample.MARKET, "penalty", synthetic=True)
    admission.admit(file, type_id="penalty", authority=body, law=law, today=sample.TODAY, place=door.place())
