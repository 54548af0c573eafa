"""`samples/` is what its README says: these commands make these files, here and now."""

import csv
import re
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from openxin.cli.main import build

SAMPLES = Path(__file__).parents[2] / "samples"
COMMANDS = re.findall(r"^openxin (synth .+)$", (SAMPLES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def _made(command: str, folder: Path) -> str:
    words = command.replace("--out samples/", f"--out {folder}/").split()
    result = CliRunner().invoke(build(), words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return Path(words[words.index("--out") + 1]).name


def _cells(file: Path) -> object:
    """The content of a workbook: how it is packed is the packer's affair."""
    if file.suffix != ".xlsx":
        return file.read_bytes()
    return [list(row) for row in openpyxl.load_workbook(file).active.iter_rows(values_only=True)]  # type: ignore[union-attr]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.rsplit("/", 1)[-1])
def test_a_sample_is_made_by_its_command(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLES.parent)
    name = _made(command, tmp_path)
    assert _cells(tmp_path / name) == _cells(SAMPLES / name)
    assert (tmp_path / f"{name}.answers.csv").read_bytes() == (SAMPLES / f"{name}.answers.csv").read_bytes()


def test_every_sample_is_named_and_together_they_are_small() -> None:
    files = {file.name for file in SAMPLES.iterdir()} - {"README.md"}
    made = {command.rsplit("/", 1)[-1] for command in COMMANDS}
    assert files == made | {f"{name}.answers.csv" for name in made}
    assert sum(file.stat().st_size for file in SAMPLES.iterdir()) <= 300_000


def test_the_samples_together_show_every_fate() -> None:
    fates = set()
    for file in SAMPLES.glob("*.answers.csv"):
        with file.open(encoding="utf-8", newline="") as text:
            fates |= {row["fate"] for row in csv.DictReader(text)}
    assert fates == {"admitted", "duplicate", "quarantined", "refused"}
