"""SIGKILL between any two statements of a reading, and whenever, a thousand times: never content without its line.

Every kill is of a process of its own, forked with nothing open. It says over a pipe which line told of what it has just shown;
what it was able to say must stand in the person's list and in the ledger.
"""

import os
import random
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import psycopg
from django.db import connections

from openxin.disclosure import door as the_door
from openxin.disclosure import grants, redeeming
from openxin.disclosure.asking import NotPermitted
from openxin.disclosure.grants import Terms
from openxin.ledger.sequencing import sequence
from openxin.store import session
from tests.harness import sample
from tests.harness.others import AT, DAY, in_force, official, verified
from tests.harness.sample import LI_NA

KILLS = 1000
AT_ONCE = 4
STATEMENTS = 8  # of about two readings: a kill falls before or after any of them
ID = 16
HOLDER = official("market", "recipient")
STRANGER = official("civil", "recipient")

Way = Callable[[], UUID]


def _kill_at(statement: int, *, after: bool) -> None:
    """From now on this process ends itself before, or after, its n-th statement."""
    count = iter(range(1, 1_000_000))

    def counted(sends: Callable[..., object]) -> Callable[..., object]:
        def counting(*words: object, **named: object) -> object:
            this = next(count)
            if this == statement and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            done = sends(*words, **named)
            if this == statement:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return counting

    # Whatever sends a statement, in the forked process alone: the driver's cursor, and what a reading sends without one.
    psycopg.Cursor.execute = counted(psycopg.Cursor.execute)
    session.answered = counted(session.answered)


def _forked(way: Way, statement: int, *, after: bool) -> tuple[int, int]:
    """A process that reads again and again and says what it showed. Its id, and where it says so."""
    said, says = os.pipe()
    if child := os.fork():
        os.close(says)
        return child, said
    try:
        if statement:
            _kill_at(statement, after=after)
        os.write(says, b"\0" * ID)  # begins
        for _ in range(1000):
            os.write(says, way().bytes)
    finally:
        os._exit(1)


def _begun(way: Way, chance: random.Random) -> tuple[int, int, bool]:
    """One that kills itself at a statement, or one that waits for us to do it."""
    if itself := chance.random() < 0.5:
        child, said = _forked(way, chance.randint(1, STATEMENTS), after=chance.random() < 0.5)
    else:
        child, said = _forked(way, 0, after=False)
    return child, said, itself


def _shown(ways: list[Way], kills: int) -> Iterator[UUID]:
    """The lines of everything that was shown by processes that were killed."""
    chance, running = random.Random(20260715), {}
    begun = 0
    while begun < kills or running:
        while begun < kills and len(running) < AT_ONCE:
            child, said, itself = _begun(ways[begun % len(ways)], chance)
            running[said] = [child, b"", itself, float("inf")]
            begun += 1
        for said in select.select(list(running), [], [], 0.002)[0]:
            one = running[said]
            if text := os.read(said, 1 << 16):
                one[1] += text
                if not one[2] and len(one[1]) > ID:  # a few thousandths of a second after it first showed something
                    one[3] = min(one[3], time.monotonic() + chance.uniform(0, 0.006))
                continue
            del running[said]
            os.close(said)
            _, status = os.waitpid(one[0], 0)
            assert os.WIFSIGNALED(status), "it ended by itself"
            assert os.WTERMSIG(status) == signal.SIGKILL
            yield from (UUID(bytes=one[1][at : at + ID]) for at in range(ID, len(one[1]), ID))
        for child, _, _, until in running.values():
            if time.monotonic() > until:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)


def test_a_thousand_kills_leave_no_content_without_its_line(door):
    in_force(door, sample.penalty(LI_NA), type_="penalty")
    in_force(door, sample.permit(LI_NA), type_="permit")
    li_na = verified(LI_NA)
    terms = Terms("market", ("penalty", "permit"), None, "extract", AT, AT + timedelta(days=7), 1, "remedy")
    gave = grants.give(li_na.person_id, li_na, terms, at=AT - timedelta(minutes=1))
    with psycopg.connect(**door.register.installation.address("owner"), autocommit=True) as owner:
        owner.execute(
            "update disclosure_grant set uses = 30000, uses_left = 30000"
        )  # more than the law lets anybody give

    def own() -> UUID:
        return the_door.own(li_na.person_id, li_na, today=DAY, at=AT).line

    def under_a_grant() -> UUID:
        return redeeming.read(gave.grant_id, HOLDER, at=AT).line

    def refused() -> UUID:
        try:
            return redeeming.read(gave.grant_id, STRANGER, at=AT).line
        except NotPermitted as told:
            return told.line or UUID(int=0)

    for way in (own, under_a_grant, refused):
        way()  # what is read once and remembered is remembered by every process
    before = door.register.count("records_line")
    connections.close_all()

    shown = list(_shown([own, under_a_grant, refused], KILLS))

    assert len(shown) > KILLS // 2
    assert len(set(shown)) == len(shown)
    lines = {id_ for (id_,) in door.register.rows("select id from records_line")}
    assert set(shown) <= lines, "content was shown without its line"
    # At most one for each kill was written and could not be told any more: a commit whose answer was lost.
    assert len(lines) - before <= len(shown) + KILLS
    (used,) = door.register.rows("select uses - uses_left from disclosure_grant")
    read = door.register.count("records_line", "kind = 'disclosure' and purpose = 'report'")
    assert used == (read,), "a grant is used as often as it was read"
    sequence()
    door.register.is_sound(records=2)
