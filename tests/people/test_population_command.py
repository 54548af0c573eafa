"""`openxin population load` as it is installed: exit codes, one JSON object, no value; killed, it leaves what was there."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.harness.register import Register
from tests.harness.sample import LI_NA, WANG_WEI, number

LOAD = [sys.executable, "-m", "openxin.cli.main", "population", "load"]
HEADER = "证件类型,证件号码,姓名\n"


def written(folder: Path, *lines: str) -> Path:
    file = folder / "extract.csv"
    file.write_text(HEADER + "".join(f"{line}\n" for line in lines), "utf-8")
    return file


def loads(file: Path, *words: str) -> tuple[int, str, str]:
    done = subprocess.run([*LOAD, str(file), *words], capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def test_what_the_command_says(register: Register, tmp_path: Path) -> None:
    sound = f"01,{LI_NA.number},{LI_NA.name}"
    code, out, _ = loads(written(tmp_path, sound), "--json")
    assert (code, json.loads(out)["pairs"]) == (0, 1)
    code, out, _ = loads(written(tmp_path, sound, f"01,{WANG_WEI.number},王3"), "--json")
    told = json.loads(out)
    assert (code, told["pairs"], told["bad"], told["bad_rows"]) == (
        3,
        1,
        {"NAME_FORMAT": 1},
        [{"row": 3, "code": "NAME_FORMAT"}],
    )
    code, out, err = loads(written(tmp_path, f"01,{WANG_WEI.number},王3"))
    assert (code, out) == (1, "")
    assert "EMPTY" in err
    assert WANG_WEI.number not in err
    assert register.count("people_population") == 1
    register.is_sound(secrets=[LI_NA.number, WANG_WEI.number])


def test_killed_in_the_middle_it_leaves_the_extract_that_was_there(register: Register, tmp_path: Path) -> None:
    """The next load begins anew."""
    assert loads(written(tmp_path, f"01,{LI_NA.number},{LI_NA.name}"))[0] == 0
    lines = [
        f"01,{number(f'19{60 + n % 40}0{1 + n // 40 % 9}{10 + n // 360 % 18}', n // 6480)},李娜" for n in range(200_000)
    ]
    large = written(tmp_path, *lines)
    running = subprocess.Popen([*LOAD, str(large)], env=os.environ, stdout=subprocess.DEVNULL)
    while register.count("people_population_staging") == 0:
        assert running.poll() is None, "it was over before it could be killed"
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert register.rows("select count(*) from people_population") == [(1,)]
    assert register.count("people_extract") == 1
    assert loads(written(tmp_path, f"01,{WANG_WEI.number},{WANG_WEI.name}"))[0] == 0
    assert register.count("people_population_staging") == 0
    assert register.count("people_population") == 1
    register.is_sound()
