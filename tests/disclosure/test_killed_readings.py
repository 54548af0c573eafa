"""SIGKILL between any two statements of a reading, in every way that there is, a thousand times: never content without its line.

What the dead were able to say that it got out of the door must stand in the person's list, and in the ledger at the end.
"""

import random
from collections.abc import Sequence
from itertools import islice

import psycopg
from django.db import connections

from openxin.ledger.sequencing import sequence
from tests.harness.door import Door
from tests.harness.killing import Kill, dead
from tests.harness.ways import RECORDS, WAYS, World, world_of

KILLS = 1000
TOLD = "kind in ('disclosure', 'refusal')"


def test_a_thousand_kills_leave_no_content_without_its_line(door: Door) -> None:
    world = world_of(door)
    for way in WAYS.values():
        way.go(world)  # whoever is in it is logged in from here on
    connections.close_all()
    lines, more_uses = door.register.count("records_line", TOLD), uses_that_were_no_readings(door)

    whole = killed([Kill(name, 0) for name in WAYS], world)
    statements = {one.way: one.statements for one in whole}
    assert {one.way: len(one.told) for one in whole} == {name: way.lines for name, way in WAYS.items()}
    every = [(name, n) for name, last in statements.items() for n in range(1, last + 1)]
    rest = max(KILLS - len(whole) - len(every), 2 * len(WAYS))
    # Before every statement; and the rest as soon as one has been answered, or whenever.
    between = [Kill(name, n) for name, n in every]
    answered = [Kill(name, n, after=True) for name, n in random.Random(20260716).sample(every, rest // 2)]
    whenever = [Kill(name, None) for name in islice([*WAYS] * rest, rest - rest // 2)]
    ended = [*whole, *killed([*between, *answered, *whenever], world)]

    assert len(ended) >= KILLS
    told = sum(len(one.told) for one in ended)
    # At most what one reading writes was written for each and could not be told any more: a commit whose answer was lost.
    assert told <= door.register.count("records_line", TOLD) - lines <= told + sum(WAYS[one.way].lines for one in ended)
    assert uses_that_were_no_readings(door) == more_uses, "a grant is used as often as it was read"
    sequence()
    door.register.is_sound(records=RECORDS)


def killed(kills: Sequence[Kill], world: World) -> list[Kill]:
    """All of them; as soon as one is dead, whatever got out has its line."""
    done = []
    with psycopg.connect(**world.door.register.installation.address("owner"), autocommit=True) as owner:
        for kill in dead(kills, world):
            ((there,),) = owner.execute("select count(*) from records_line where id = any(%s)", [kill.told]).fetchall()
            assert there == len(kill.told) == len(set(kill.told)), f"{kill}: content got out without its line"
            # What the dead had taken of the budgets is no question here.
            owner.execute("delete from disclosure_lease where whose <> %s", [str(world.out_of_budget.login)])
            done.append(kill)
    return done


def uses_that_were_no_readings(door: Door) -> int:
    ((used,),) = door.register.rows("select sum(uses - uses_left) from disclosure_grant")
    return int(str(used)) - door.register.count("records_line", "kind = 'disclosure' and purpose = 'report'")
