"""Who looked is complete: a thousand readings, in every way that there is, leave a line for each person read, each with its leaf.

A new way to read belongs into `tests/harness/ways.py`; refused ones are ways too.
"""

from itertools import cycle, islice

import pytest

from openxin.disclosure import door as the_door
from openxin.ledger.sequencing import sequence
from tests.harness import callers
from tests.harness.others import AT, DAY
from tests.harness.sample import LI_NA
from tests.harness.visitor import id_of
from tests.harness.ways import MATTER, RECORDS, WAYS, world_of

READINGS = 1000
TOLD = "kind in ('disclosure', 'refusal')"
# What shows records, and what writes down that none were shown: whoever reads comes by one of these.
SHOWN = ("openxin.disclosure.calling", "shown")
REFUSED = ("openxin.disclosure.refusing", "write")


@pytest.fixture
def world(door):
    return world_of(door)


def test_every_reading_of_a_thousand_leaves_its_lines_and_their_leaves(door, world):
    before = door.register.count("records_line", TOLD)
    gone = list(islice(cycle(WAYS.values()), READINGS))
    for way in gone:
        way.go(world)
    assert door.register.count("records_line", TOLD) - before == sum(way.lines for way in gone)
    sequence()
    door.register.is_sound(records=RECORDS, secrets=[LI_NA.number, LI_NA.name, "过期食品", MATTER])


def test_every_caller_of_the_door_is_on_one_of_the_ways_and_each_way_leaves_its_own_lines(door, world):
    """A function that leads to a reading, and that none of the ways goes through, has no row in the table."""
    seen = set()
    for name, way in WAYS.items():
        before = door.register.count("records_line", TOLD)
        seen |= callers.seen_while(lambda way=way: way.go(world))
        assert (name, door.register.count("records_line", TOLD) - before) == (name, way.lines)
    assert callers.leading_to(SHOWN, REFUSED) - seen == set()
    sequence()
    door.register.is_sound(records=RECORDS)


def test_a_caller_is_found_however_it_comes_by_the_door():
    leading = callers.leading_to(SHOWN, REFUSED)
    assert {
        ("openxin.disclosure.door", "own"),  # by a module's name
        ("openxin.web.portal", "records"),  # by a name of its own
        ("openxin.cli.show", "_disclosed"),  # imported where it is used
        ("openxin.web.enquiries.ask", "check.<locals>.ask"),  # in a function inside a function
        ("openxin.web.api.checks", "ask_check.<locals>.<lambda>"),
        ("openxin.web.own_grants", "give"),  # by way of others
    } <= leading
    assert ("openxin.web.passkeys", "own") not in leading  # of the same name, and no reading


def test_who_was_refused_is_told_to_the_person_with_the_rule(door, world):
    before = {line.id for line in the_door.own(world.person, world.li_na, today=DAY, at=AT).lines}
    WAYS["an administrator"].go(world)
    lines = the_door.own(world.person, world.li_na, today=DAY, at=AT).lines
    (told,) = [one for one in lines if one.kind == "refusal" and one.id not in before]
    assert told.rule is not None and "系统管理员" in told.rule.zh
    assert id_of(LI_NA) == world.person
