"""`openxin show`: a name that is not the number's is a refused reading, and so a line in the list of whose number it is."""

import json
import subprocess
import sys

import pytest

from openxin.disclosure import door as the_door
from tests.harness import sample
from tests.harness.others import DAY
from tests.harness.sample import LI_NA, WANG_WEI, Person, penalty
from tests.harness.visitor import id_of, reader_of


def show(of: Person) -> tuple[int, dict[str, list[object]]]:
    command = [sys.executable, "-m", "openxin.cli.main", "show", "--as-self", "--json"]
    told = subprocess.run(
        [*command, "--person-number", of.number, "--name", of.name], capture_output=True, check=False, text=True
    )
    return told.returncode, json.loads(told.stdout)


def test_whoever_tries_a_number_under_another_name_is_in_that_persons_list(door):
    door.receives(penalty(LI_NA))
    assert show(Person("李那", LI_NA.number)) == (4, {"records": [], "readings": []})
    who = id_of(LI_NA)
    (refused,) = (one for one in the_door.own(who, reader_of(who), today=DAY).lines if not one.is_this)
    assert (refused.kind, refused.who.zh, refused.records, refused.is_own) == ("refusal", "另一个人的登录", 0, False)
    assert refused.rule is not None
    door.register.is_sound(records=1, secrets=[LI_NA.name, "李那"])


@pytest.mark.parametrize("of", [WANG_WEI, Person(WANG_WEI.name, "123")], ids=["unknown", "unsound"])
def test_a_number_that_nobody_has_leaves_no_line(door, of):
    door.receives(penalty(LI_NA), today=sample.TODAY)
    lines = door.register.count("records_line")
    assert show(of) == (4, {"records": [], "readings": []})
    assert door.register.count("records_line") == lines
    door.register.is_sound(records=1)
