"""Readings that are killed: each in a process of its own, between any two of its statements, or whenever.

They are forked by a process that has nothing open and in which Polars has not worked yet (`python -m tests.harness.killing`):
its threads would be waited for in vain. Each says over a pipe which line tells of what has just got out of the door, shown or
refused.
"""

import ctypes
import os
import pickle
import random
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

if TYPE_CHECKING:
    from tests.harness.ways import World

AT_ONCE = 4
_ID = 16
_BEGUN, _ALL = UUID(int=0), 0
_FROM_OUTSIDE_S = 0.03  # within about as long as a reading takes
_PR_SET_PDEATHSIG = 1  # prctl(2)
# What is read once and remembered is remembered by whatever is forked afterwards: these are gone before. No Polars in them.
_BEFOREHAND = (
    "their own records", "their own page", "that look, on the page", "under a grant, on the page", "under a grant, by machine",
    "a case of one's own", "a warrant, on the page", "a grant that was revoked",
)  # fmt: skip


@dataclass
class Kill:
    """Of a process that goes one way.

    `at`: before (`after`: after) its n-th statement; 0: when it has gone its way; None: from outside, whenever.
    Afterwards: `told`: the lines of what got out. `statements`: how many it needs, where it was let to the end.
    """

    way: str
    at: int | None
    after: bool = False
    told: list[UUID] = field(default_factory=list)
    statements: int = 0


def dead(kills: Sequence[Kill], world: "World") -> Iterator[Kill]:
    """Each of them, as soon as it has been killed. Nothing of this process is in them but who is logged in."""
    from django.conf import settings

    there = replace(world, _browsers={})
    there.__dict__.update({name: value for name, value in world.__dict__.items() if name not in there.__dict__})
    sessions = {who: browser.cookies["sessionid"].value for who, browser in world._browsers.items()}
    command = [sys.executable, "-m", "tests.harness.killing"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ) as forking:
        try:
            pickle.dump((there, sessions, settings.SECRET_KEY, list(kills)), forking.stdin)
            forking.stdin.close()
            for _ in kills:
                yield pickle.load(forking.stdout)
        finally:
            forking.kill()


@dataclass
class _Process:
    """One that is to be killed, and where it says what got out. `until`: when it is killed from outside."""

    kill: Kill
    id: int
    pipe: int
    text: bytes = b""
    until: float = float("inf")

    def is_heard(self) -> bool:
        """Hear what it says. False when it is dead."""
        if text := os.read(self.pipe, 1 << 16):
            self.text += text
            return True
        os.close(self.pipe)
        _, status = os.waitpid(self.id, 0)
        assert os.WIFSIGNALED(status), f"{self.kill}: it ended by itself"
        assert os.WTERMSIG(status) == signal.SIGKILL, f"{self.kill}: {status}"
        begun, *self.kill.told = (UUID(bytes=self.text[at : at + _ID]) for at in range(0, len(self.text), _ID))
        assert begun == _BEGUN
        if self.kill.at == _ALL:
            self.kill.statements = self.kill.told.pop().int
        return False


def _killed(kills: list[Kill], world: "World") -> Iterator[Kill]:
    """Of one way there is one at a time: they have one browser, and one newest warrant."""
    chance, running = random.Random(20260715), dict[int, _Process]()
    while kills or running:
        while len(running) < AT_ONCE:
            busy = {one.kill.way for one in running.values()}
            kill = next((one for one in kills if one.way not in busy), None)
            if kill is None:
                break
            kills.remove(kill)
            process = _forked(kill, world)
            running[process.pipe] = process
        for pipe in select.select(list(running), [], [], 0.002)[0]:
            process = running[pipe]
            if not process.is_heard():
                yield running.pop(pipe).kill
            elif process.kill.at is None:
                process.until = min(process.until, time.monotonic() + chance.uniform(0, _FROM_OUTSIDE_S))
        for process in running.values():
            if time.monotonic() > process.until:
                with suppress(ProcessLookupError):
                    os.kill(process.id, signal.SIGKILL)


def _forked(kill: Kill, world: "World") -> _Process:
    from tests.harness.ways import WAYS

    said, says = os.pipe()
    if child := os.fork():
        os.close(says)
        return _Process(kill, child, said)
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        _say_what_gets_out(says)
        statements = _counted(kill)
        os.write(says, _BEGUN.bytes)
        WAYS[kill.way].go(world)
        if kill.at == _ALL:
            os.write(says, UUID(int=next(statements) - 1).bytes)
            os.kill(os.getpid(), signal.SIGKILL)
        while True:  # until its statement comes, or somebody kills it
            WAYS[kill.way].go(world)
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        os._exit(1)


def _counted(kill: Kill) -> Iterator[int]:
    """From now on this process counts its statements, and ends itself at the one that `kill` names."""
    from openxin.store import session

    count = iter(range(1, 1_000_000))

    def counted(sends: Callable[..., object]) -> Callable[..., object]:
        def counting(*words: object, **named: object) -> object:
            this = next(count)
            if this == kill.at and not kill.after:
                os.kill(os.getpid(), signal.SIGKILL)
            done = sends(*words, **named)
            if this == kill.at:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return counting

    # Whatever sends a statement: the driver's cursor, commits, and what a reading sends without one.
    psycopg.Cursor.execute = counted(psycopg.Cursor.execute)
    psycopg.Connection.commit = counted(psycopg.Connection.commit)
    session.answered = counted(session.answered)
    return count


def _say_what_gets_out(says: int) -> None:
    """From now on this process says the line of everything that comes out of the door, as soon as it does.

    Whoever reads comes by one of these two (`tests/disclosure/test_who_looked_is_complete.py`).
    """
    from openxin.disclosure import calling, refusing

    show, write = calling.shown, refusing.write

    def shown(call: calling.Call, use: Callable[..., Any]) -> Any:
        told: list[UUID] = []

        def used(held: Any, lines: Sequence[UUID]) -> Any:
            told.extend(lines)
            return use(held, lines)

        made = show(call, used)
        os.write(says, b"".join(line.bytes for line in told))
        return made

    def written(*words: Any, **named: Any) -> UUID:
        line = write(*words, **named)
        os.write(says, line.bytes)
        return line

    calling.shown, refusing.write = shown, written


def _main() -> None:
    """Read who and what from the standard input, write each that is dead to the standard output."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections
    from django.test import Client

    from openxin.disclosure.reach import reach
    from openxin.law.loading import catalogue
    from openxin.vault import keyring
    from tests.harness.ways import WAYS

    keyring.use(settings.OPENXIN_KEYS)
    world, sessions, settings.SECRET_KEY, kills = pickle.load(sys.stdin.buffer)
    for who, session_key in sessions.items():
        world._browsers[who] = Client(SERVER_NAME="localhost")
        world._browsers[who].cookies["sessionid"] = session_key
    for name in _BEFOREHAND:
        WAYS[name].go(world)
    for purpose, form, of_minor in product(
        catalogue().purposes.values(), (None, "statement", "extract"), (False, True)
    ):
        for role, right in purpose.rights.items():
            reach(catalogue(), role=role, purpose=purpose.id, right=right, form=form, of_minor=of_minor)
    connections.close_all()
    threads = [(one / "comm").read_text() for one in Path("/proc/self/task").iterdir()]
    assert not [one for one in threads if re.match(r"polars-\d", one)], (
        "threads of Polars do not live on in what is forked"
    )
    for kill in _killed(kills, world):
        pickle.dump(kill, sys.stdout.buffer)
        sys.stdout.flush()


if __name__ == "__main__":
    # What is pickled is known under this module's name, not as that of a program.
    from tests.harness import killing

    killing._main()
