"""Whatever crashes, and whoever works at the same time: each entry becomes exactly one leaf, and the leaves have no gap."""

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connections, transaction

from openxin.ledger import checkpoints, leaves, notes, signing, stored
from openxin.ledger.append import Entries, append
from openxin.ledger.export import export
from openxin.ledger.reconciling import reconcile
from openxin.ledger.sequencing import sequence
from openxin.ledger.verification import verify
from tests.harness.register import Register

DAY, NEXT = date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
def ledger(register: Register) -> Register:
    """A register whose outbox is empty: the leaf of its catalogue is in the tree."""
    sequence()
    return register


def some(count: int, day: date = DAY) -> Entries:
    """Of the kind that no table accounts for."""
    ids = [uuid4().bytes for _ in range(count)]
    return Entries("catalogue", day, ids, [sha256(one).digest() for one in ids])


def enter(*several: Entries) -> None:
    """Each in a transaction of its own, as the application."""
    for entries in several:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            append(cursor, entries)


def in_tree(register: Register) -> dict[bytes, bytes]:
    """The leaves by entry id."""
    rows = register.rows("select entry_id, body from ledger_leaf")
    return {entry_id.bytes: bytes(body) for entry_id, body in rows}  # type: ignore[attr-defined, call-overload]


def assert_all_entered(register: Register, tmp_path: Path, *several: Entries) -> None:
    """Every entry has its leaf, which says what was entered; the export of it all is sound."""
    there = in_tree(register)
    for entries in several:
        for entry_id, commitment in zip(entries.entry_ids, entries.commitments, strict=True):
            assert leaves.read(there[entry_id]) == leaves.Leaf(entries.kind, entries.day, commitment)
    assert register.count("ledger_outbox") == 0
    assert reconcile(()).agrees  # every entry is found by its id
    export(tmp_path / "export")
    verified = verify(tmp_path / "export")
    assert verified.is_sound, verified
    assert verified.entries == register.count("ledger_leaf")
    register.is_sound()


def test_what_is_entered_and_committed_becomes_leaves_in_order(ledger: Register, tmp_path: Path) -> None:
    first, second, third = some(3), some(300, NEXT), some(1)
    enter(first, second, third)
    assert sequence() == 304
    ids = [row[0].bytes for row in ledger.rows("select entry_id from ledger_leaf order by seq")]  # type: ignore[attr-defined]
    assert ids[-304:] == [*first.entry_ids, *second.entry_ids, *third.entry_ids]
    assert_all_entered(ledger, tmp_path, first, second, third)


def test_what_is_rolled_back_was_never_entered(ledger: Register) -> None:
    before = ledger.count("ledger_leaf")
    with transaction.atomic(), connections["default"].cursor() as cursor:
        append(cursor, some(5))
        transaction.set_rollback(True)
    assert sequence() == 0
    assert ledger.count("ledger_leaf") == before


def test_intake_enters_through_a_cursor_of_its_own_and_may_do_no_more(ledger: Register, tmp_path: Path) -> None:
    entries = some(2)
    with psycopg.connect(**ledger.installation.address("intake")) as intake:
        append(intake.cursor(), entries)
    with psycopg.connect(**ledger.installation.address("intake"), autocommit=True) as intake:
        for forbidden in ("select * from ledger_outbox", "delete from ledger_outbox", "select * from ledger_position"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                intake.execute(forbidden)
    sequence()
    assert_all_entered(ledger, tmp_path, entries)


def test_a_second_run_adds_nothing_and_signs_nothing_new(ledger: Register) -> None:
    enter(some(5))
    sequence()
    note = checkpoints.latest()
    assert sequence() == 0
    assert checkpoints.latest() == note
    assert ledger.rows("select note from ledger_checkpoint order by size desc limit 1") == [(note,)]


def test_batches_are_a_matter_of_speed_only(ledger: Register, tmp_path: Path) -> None:
    several = [some(n % 5 + 1, DAY if n % 3 else NEXT) for n in range(120)]
    enter(*several)
    assert sequence(batch=7) == sum(n % 5 + 1 for n in range(120))
    assert_all_entered(ledger, tmp_path, *several)


def test_a_lower_number_that_commits_later_is_not_lost(ledger: Register, tmp_path: Path) -> None:
    slow, fast = some(2), some(2)
    with psycopg.connect(**ledger.installation.address("app")) as other:
        append(other.cursor(), slow)  # has the lower id, and is not committed
        enter(fast)
        assert sequence() == 2
        other.commit()
    assert sequence() == 2
    assert_all_entered(ledger, tmp_path, slow, fast)


@pytest.mark.parametrize(
    "wrong",
    [
        Entries("gossip", DAY, [bytes(16)], [bytes(32)]),
        Entries("grant", DAY, [bytes(15)], [bytes(32)]),
        Entries("grant", DAY, [bytes(16), bytes(16)], [bytes(32)]),
        Entries("grant", DAY, [bytes(16)], [bytes(31)]),
    ],
)
def test_an_entry_of_another_form_is_refused_before_anything_is_written(ledger: Register, wrong: Entries) -> None:
    with pytest.raises(ValueError, match=r"leaves|16 bytes"):
        enter(wrong)
    enter(some(0))
    assert ledger.count("ledger_outbox") == 0


LOST = OperationalError  # as Django says it: whoever sequences in a loop waits for that, and goes on


@contextmanager
def broken(when: Callable[[list[str]], bool], *, done: bool) -> Iterator[list[str]]:
    """The application's connection breaks once `when` says so of what was asked; `done`: what was asked last is done.

    Gives the list of what was asked: each time that the server's answer is waited for, and commits. The connection is a real
    one, and truly closed.
    """
    wrapper = connections["default"]
    wrapper.close()
    wrapper.ensure_connection()
    raw = wrapper.connection
    asked: list[str] = []
    commits = False

    def interfere(what: str, run: Callable[[], Any]) -> Any:
        asked.append(what)
        if not when(asked):
            return run()
        answer = run() if done else None
        raw.close()
        if done and what != "commit":
            return answer  # it was done, and whatever comes next is not
        raise psycopg.OperationalError(f"the connection broke at: {what}")

    def commit() -> None:
        nonlocal commits
        commits = True
        try:
            interfere("commit", once_committed)
        finally:
            commits = False

    wait, once_committed = raw.wait, raw.commit
    raw.wait = lambda *each, **named: (
        wait(*each, **named) if commits else interfere("answer", lambda: wait(*each, **named))
    )
    raw.commit = commit
    try:
        yield asked
    finally:
        wrapper.close()


@pytest.mark.parametrize("done", [False, True], ids=["failed", "done, answer lost"])
def test_a_crash_at_any_step_leaves_nothing_half_done(ledger: Register, tmp_path: Path, done: bool) -> None:
    """Each answer of the server in turn, to a statement, to a piece of COPY, to the commit, until a run comes through."""
    everything: list[Entries] = []
    for step in itertools.count(1):
        everything.append(some(200))
        enter(everything[-1])
        with broken(lambda asked, step=step: len(asked) == step, done=done) as asked:
            try:
                sequence()
            except LOST:
                pass
            else:
                break
        ledger.is_sound()  # each entry waits or is a leaf, and no leaf is missing
    assert asked.count("commit") == 1  # leaves, look-up, tiles and checkpoint are one
    assert_all_entered(ledger, tmp_path, *everything)


def test_a_crash_between_batches_leaves_whole_batches(ledger: Register, tmp_path: Path) -> None:
    several = [some(10) for _ in range(10)]
    before = ledger.count("ledger_leaf")
    enter(*several)
    with broken(lambda asked: asked.count("commit") == 3, done=False), pytest.raises(LOST):
        sequence(batch=20)
    assert ledger.count("ledger_leaf") - before == 40
    ledger.is_sound()
    sequence(batch=20)
    assert_all_entered(ledger, tmp_path, *several)


_KILLED = """
import django, sys
django.setup()
from openxin.ledger.sequencing import sequence
print("begins", flush=True)
sequence(batch=500)
"""


def test_a_sequencer_that_is_killed_is_continued_by_the_next(ledger: Register, tmp_path: Path) -> None:
    chance = random.Random(7)
    everything: list[Entries] = []
    for _ in range(6):
        several = [some(100) for _ in range(100)]
        enter(*several)
        everything += several
        with subprocess.Popen([sys.executable, "-c", _KILLED], env=os.environ, stdout=subprocess.PIPE) as program:
            assert program.stdout is not None
            assert program.stdout.readline() == b"begins\n"
            time.sleep(chance.random() * 0.25)
            program.send_signal(signal.SIGKILL)
        ledger.is_sound()
    sequence()
    assert_all_entered(ledger, tmp_path, *everything)


def test_several_sequencers_and_writers_at_once_lose_and_double_nothing(ledger: Register, tmp_path: Path) -> None:
    written: list[Entries] = []
    faults: list[BaseException] = []

    def alone(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    def write() -> None:
        for _ in range(40):
            entries = some(7)
            enter(entries)
            written.append(entries)

    def run() -> None:
        for _ in range(15):
            sequence(batch=10)

    threads = [threading.Thread(target=alone, args=(work,)) for work in (write, write, run, run, run)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    sequence()
    assert_all_entered(ledger, tmp_path, *written)


def test_a_sequencer_never_works_inside_the_transaction_of_another(ledger: Register) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        sequence()


def test_history_can_be_changed_by_nobody(ledger: Register) -> None:
    """Neither the application nor the owner, short of taking the triggers away."""
    enter(some(1))
    sequence()
    for role in ("app", "owner"):
        with psycopg.connect(**ledger.installation.address(role), autocommit=True) as server:  # type: ignore[arg-type]
            for statement in (
                "update ledger_run set commitments = ''",
                "delete from ledger_run",
                "update ledger_position set first = 0",
                "delete from ledger_position",
                "update ledger_checkpoint set note = ''",
                "delete from ledger_tile",
                "update ledger_tile set hashes = sha256(hashes)",
                "truncate ledger_run",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    server.execute(statement)


@pytest.mark.parametrize(
    "tamper",
    [
        "update ledger_tile set hashes = sha256(hashes) || substr(hashes, 33) where level = 0",
        "delete from ledger_tile where level = 1",
        "delete from ledger_run where first >= 1",
        "update ledger_checkpoint set note = replace(note, E'\\n3', E'\\n2')",
    ],
)
def test_nothing_more_is_signed_once_the_tables_contradict_what_was_signed(ledger: Register, tamper: str) -> None:
    enter(some(300))
    sequence()
    signed = ledger.count("ledger_checkpoint")
    with psycopg.connect(**ledger.installation.address("owner")) as owner:
        for table in ("ledger_tile", "ledger_run", "ledger_checkpoint"):
            owner.execute(f"alter table {table} disable trigger all")  # type: ignore[arg-type]
        owner.execute(tamper)  # type: ignore[arg-type]
    enter(some(3))
    with pytest.raises(stored.LedgerUnsound):
        sequence()
    assert ledger.count("ledger_checkpoint") == signed


def test_a_key_that_did_not_sign_the_last_checkpoint_signs_no_other(ledger: Register, tmp_path: Path) -> None:
    signing.make_key(tmp_path / "other")
    enter(some(1))
    with pytest.raises(stored.LedgerUnsound, match="not one that"):
        sequence(signer=signing.signer(tmp_path / "other"))


def test_without_its_key_the_ledger_moves_nothing(ledger: Register) -> None:
    enter(some(1))
    (ledger.installation.keys / signing.FILE).unlink()
    with pytest.raises(signing.SigningKeyMissing):
        sequence()
    assert ledger.count("ledger_outbox") == 1


def test_the_checkpoint_is_a_note_signed_by_the_installations_key(ledger: Register) -> None:
    key = signing.signer(ledger.installation.keys).key
    text = notes.open_note(checkpoints.latest(), key)
    assert text.split("\n")[:2] == [signing.NAME, str(ledger.count("ledger_leaf"))]


def test_before_anything_is_signed_there_is_no_checkpoint(register: Register, tmp_path: Path) -> None:
    with pytest.raises(checkpoints.NothingSigned):
        checkpoints.latest()
    with pytest.raises(checkpoints.NothingSigned):
        export(tmp_path / "export")


def test_the_checkpoints_of_a_growing_ledger_are_all_consistent_with_its_export(
    ledger: Register, tmp_path: Path
) -> None:
    kept = []
    for count in (1, 254, 1, 300, 65_536):
        kept.append(checkpoints.latest())
        enter(some(count))
        sequence()
    export(tmp_path / "export")
    for note in kept:
        (tmp_path / "kept").write_text(note, "utf-8")
        assert verify(tmp_path / "export", tmp_path / "kept").is_sound


def test_a_run_begins_where_the_last_one_ended(ledger: Register) -> None:
    """Whoever writes: a gap, an overlap or another beginning is refused by the table itself."""
    enter(some(300))
    sequence()
    ends = ledger.count("ledger_leaf")
    for role in ("app", "owner"):
        with psycopg.connect(**ledger.installation.address(role), autocommit=True) as server:  # type: ignore[arg-type]
            for first in (ends + 1, ends - 1, 0, -1):
                with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                    server.execute(
                        "insert into ledger_run values (%s, 'grant', '2026-11-24', %s, %s)",
                        (first, bytes(16), bytes(32)),
                    )
    ledger.is_sound()


def test_what_waits_is_counted_with_the_age_of_the_oldest(ledger: Register) -> None:
    with connections["default"].cursor() as cursor:
        assert stored.backlog(cursor) == stored.Backlog(0, None)
        enter(some(3), some(4))
        (oldest,) = ledger.rows("select min(at) from ledger_outbox")[0]
        assert stored.backlog(cursor) == stored.Backlog(7, oldest)  # type: ignore[arg-type]
        sequence()
        assert stored.backlog(cursor) == stored.Backlog(0, None)
    ledger.is_sound()
