"""The command as it is installed: exit codes, one JSON object, and no weight that a command does not need."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

OPENXIN = [sys.executable, "-m", "openxin.cli.main"]


def call(*words, **environment):
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("OPENXIN_") or name in environment
    }
    done = subprocess.run(
        [*OPENXIN, *words], env=clean | environment, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_words_that_are_off_exit_with_2():
    assert call("no-such-command")[0] == 2
    assert call("init", "--no-such-option")[0] == 2


def test_help_is_in_both_languages_and_imports_neither_django_nor_polars():
    program = "import sys; from openxin.cli.main import build; build(); print(sorted({'django', 'polars'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
    code, out, _ = call("--help")
    assert code == 0
    assert "以人为本" in out
    assert "register" in out


def test_before_init_every_command_names_the_remedy(tmp_path):
    code, out, told = call("doctor", "--json", OPENXIN_HOME=str(tmp_path / "home"))
    assert (code, out) == (1, "")
    assert "openxin init" in told
    assert not (tmp_path / "home" / "postgres").exists(), "a command that fails leaves nothing behind"


def test_init_twice_then_the_doctor(tmp_path):
    """On an embedded server of its own, which is gone when the last command ends."""
    home = {"OPENXIN_HOME": str(tmp_path / "home"), "OPENXIN_SYNTHETIC": "1"}
    assert call("init", **home)[0] == 0
    assert call("init", **home)[0] == 0
    code, out, told = call("doctor", "--json", **home)
    assert code == 0, told
    report = json.loads(out)
    assert report["ok"]
    assert report.keys() == {"ok", "database_url", "person_tables", "history_tables", "checks", "ledger_lag"}
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(report["database_url"])


def test_a_fault_of_our_own_is_a_number_and_no_value(tmp_path):
    """What nobody foresaw: types and places go into the log, the message nowhere, since it may name a person."""
    program = """
import typer
from openxin.cli import main
def build():
    app = typer.Typer()
    @app.command()
    def one(): raise ValueError("999999199001010016") from KeyError("999999199001010016")
    return app
main.build = build
main.run()
"""
    environment = os.environ | {"OPENXIN_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    log = Path(tmp_path / "logs" / "faults.log").read_text()
    assert done.returncode == 70
    assert "builtins.ValueError < builtins.KeyError" in log
    assert "999999199001010016" not in done.stdout + done.stderr + log


def test_an_unsound_environment_is_told_whole():
    code, _, told = call("init", OPENXIN_HOEM="x", OPENXIN_PARTITIONS="x")
    assert code == 1
    assert "OPENXIN_HOEM" in told
    assert "OPENXIN_PARTITIONS" in told


def test_the_pages_are_not_served_once_whoever_started_them_is_gone():
    """Killed between starting them and being asked for its end, `serve` would leave them behind, and its port with them."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    orphan = subprocess.run(
        [sys.executable, "-m", "openxin.cli.serve", "0", str(gone.pid)], env=os.environ, timeout=60, check=False
    )
    assert orphan.returncode == 0
