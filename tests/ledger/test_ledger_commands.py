"""`openxin ledger` keeps docs/contract.md: what it prints, and how it ends."""

import json
import os
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import ledger_exports as exports
import psycopg
import pytest
from django.db import connections, transaction

from openxin.cli.ledger import sources
from openxin.ledger import notes, signing
from openxin.ledger.append import Entries, append
from tests.harness.register import Register


def openxin(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "openxin.cli.main", "ledger", *words],
        env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


# `openxin ledger` alone, where neither Django nor a driver can be imported and no installation exists.
_ALONE = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"django", "psycopg", "psycopg_pool", "polars"}:
            raise ImportError(f"{name} is blocked")
sys.meta_path.insert(0, Blocked())
import typer
from openxin.cli import ledger
app = typer.Typer()
ledger.register(app)
app()
"""


def alone(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", _ALONE, "ledger", *words],
        env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def enter(count: int) -> None:
    ids = [uuid4().bytes for _ in range(count)]
    with transaction.atomic(), connections["default"].cursor() as cursor:
        append(cursor, Entries("grant", date(2026, 11, 24), ids, [sha256(one).digest() for one in ids]))


def test_checkpoint_sequences_what_waits_and_prints_the_note_alone(register: Register) -> None:
    enter(300)
    done = openxin("checkpoint")
    assert done.returncode == 0, done.stderr
    key = signing.signer(register.installation.keys).key
    size = register.count("ledger_leaf")
    assert notes.open_note(done.stdout, key).split("\n")[:2] == [key.name, str(size)]
    assert register.count("ledger_outbox") == 0
    told = json.loads(openxin("checkpoint", "--json").stdout)
    assert told["note"] == done.stdout
    assert (told["size"], told["added"]) == (size, 0)


def test_what_was_exported_is_verified_without_an_installation(register: Register, tmp_path: Path) -> None:
    assert openxin("export", str(tmp_path / "out")).returncode == 1  # nothing has been signed
    (tmp_path / "kept").write_text(openxin("checkpoint").stdout, "utf-8")
    enter(300)
    openxin("checkpoint")
    exported = openxin("export", str(tmp_path / "out"), "--json")
    assert exported.returncode == 0, exported.stderr
    size = register.count("ledger_leaf")
    assert json.loads(exported.stdout)["size"] == size
    verified = alone("verify", str(tmp_path / "out"), "--from", str(tmp_path / "kept"), "--json")
    assert verified.returncode == 0, verified.stderr
    told = json.loads(verified.stdout)
    assert (told["sound"], told["size"], told["entries"], told["misfit"]) == (True, size, size, None)
    assert told["key"] == str(signing.signer(register.installation.keys).key)


def test_export_leaves_a_folder_alone_that_is_not_its_own(register: Register, tmp_path: Path) -> None:
    openxin("checkpoint")
    (tmp_path / "letter").write_text("…", "utf-8")
    done = openxin("export", str(tmp_path))
    assert done.returncode == 1
    assert "未作改动" in done.stderr
    assert (tmp_path / "letter").exists()


@pytest.mark.parametrize("as_json", [False, True])
def test_verify_names_the_first_entry_that_does_not_fit(tmp_path: Path, as_json: bool) -> None:
    entries = exports.some_leaves(600)
    exports.write(tmp_path / "out", entries)
    bundle = tmp_path / "out" / "tile" / "entries" / "001"
    bundle.write_bytes(bundle.read_bytes().replace(b"-24", b"-25", 1))
    done = alone("verify", str(tmp_path / "out"), *(["--json"] if as_json else []))
    assert done.returncode == 1
    if as_json:
        misfit = json.loads(done.stdout)["misfit"]
        assert (misfit["reason"], misfit["first"], misfit["last"]) == ("HASH", 256, 256)
        assert "256" in misfit["message"]["zh"]
    else:
        assert done.stdout == ""
        assert "第 256 条不符" in done.stderr
        assert "entry 256 does not fit" in done.stderr


@pytest.mark.parametrize("what", ["a missing folder", "a kept checkpoint that is missing"])
def test_verify_of_what_is_not_there_fails(tmp_path: Path, what: str) -> None:
    exports.write(tmp_path / "out", exports.some_leaves(3))
    words = ["nowhere"] if what == "a missing folder" else ["out", "--from", str(tmp_path / "nowhere")]
    assert alone("verify", str(tmp_path / words[0]), *words[1:]).returncode == 1


def test_reconcile_tells_whether_database_and_tree_agree(register: Register) -> None:
    openxin("checkpoint")
    agreed = openxin("reconcile", "--json")
    assert agreed.returncode == 0, agreed.stderr
    told = json.loads(agreed.stdout)
    assert (told["agrees"], told["disagreements"], told["verified"]["sound"]) == (True, [], True)
    ids = [uuid4().bytes]
    with transaction.atomic(), connections["default"].cursor() as cursor:  # a version that was deleted
        append(cursor, Entries("supplied", date(2026, 11, 24), ids, [bytes(32)]))
    disagreed = openxin("reconcile", "--json")
    assert disagreed.returncode == 1
    (found,) = json.loads(disagreed.stdout)["disagreements"]
    assert (found["code"], found["count"]) == ("NOT_TOLD", 1)


def test_reconcile_names_the_tables_that_it_cannot_see(register: Register) -> None:
    """Nothing there is not the same as not allowed to look."""
    with psycopg.connect(**register.installation.address("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        owner.execute("drop policy reconcile on records_version")
    hidden = openxin("reconcile")
    assert hidden.returncode == 1
    assert "records_version" in hidden.stderr


def test_sources_name_the_tables_that_they_read() -> None:
    assert all(source.tables and all(table in source.sql for table in source.tables) for source in sources())
