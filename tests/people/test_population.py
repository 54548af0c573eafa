"""The extract of a population register: it verifies, it contradicts, it is replaced whole or not at all."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.people import population
from openxin.people.extract_file import ExtractRefused
from openxin.people.population import BadRow, Loaded
from openxin.vault import keyring
from tests.harness.door import Door, counts
from tests.harness.register import Register
from tests.harness.sample import FROM_HONG_KONG, LI_NA, OTHER_LI_NA, RARE, TODAY, WANG_WEI, Person, penalty

WRONG_LI_NA = Person("李那", LI_NA.number)
WRONG_OTHER = Person("李那", OTHER_LI_NA.number)


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


def alone(task: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
    return (task(*call) for call in calls)


def load(door: Door, *people: Person, share: Callable[..., Any] = alone, **written: Any) -> Loaded:
    file = door.folder / "extract.csv"
    door.folder.mkdir(exist_ok=True)
    separator, encoding = written.get("separator", ","), written.get("encoding", "utf-8")
    lines = [written.get("header", separator.join(("证件类型", "证件号码", "姓名")))]
    lines += [separator.join((one.document_type, one.number, one.name)) for one in people]
    file.write_bytes(("\n".join(lines) + written.get("end", "\n")).encode(encoding))
    loaded = population.load(
        file, types=catalogue().lists["CL_ZJLX"], day=TODAY, at=datetime.now(UTC), synthetic=True, share=share
    )
    sequence()
    return loaded


def standings(register: Register) -> list[tuple[object, ...]]:
    return register.rows("select standing, disputed from people_identity order by standing, disputed")


def test_a_load_verifies_whom_the_register_knows_already(door: Door) -> None:
    door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号"))
    loaded = load(door, LI_NA, RARE, OTHER_LI_NA, FROM_HONG_KONG)
    assert (loaded.rows, loaded.pairs, loaded.bad, loaded.verified, loaded.disputed) == (4, 4, {}, 1, 0)
    assert standings(door.register) == [("claimed", False), ("verified", False)]
    door.register.is_sound(records=2, secrets=[RARE.number, RARE.name])


def test_a_disputed_identity_is_not_verified_by_a_load(door: Door) -> None:
    door.receives(penalty(LI_NA))
    door.receives(penalty(WRONG_LI_NA, "示市监罚〔2026〕2号"), name="second.csv")
    assert load(door, LI_NA).verified == 0
    assert standings(door.register) == [("claimed", True)]
    door.register.is_sound(records=1, quarantined=1)


def test_a_load_disputes_what_it_contradicts(door: Door) -> None:
    door.receives(penalty(WRONG_LI_NA))
    loaded = load(door, LI_NA)
    assert (loaded.verified, loaded.disputed) == (0, 1)
    assert standings(door.register) == [("claimed", True)]
    door.register.is_sound(records=1)


def test_a_newcomer_in_the_extract_is_verified_at_the_door_and_another_is_claimed(door: Door) -> None:
    load(door, LI_NA)
    receipt = door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号"))
    assert counts(receipt) == (2, 0, 0, 0)
    assert standings(door.register) == [("claimed", False), ("verified", False)]
    door.register.is_sound(records=2)


def test_a_number_that_the_extract_holds_under_another_name_waits(door: Door) -> None:
    """Nobody is enrolled, so nobody's list gets a line: what is left is the row that waits."""
    load(door, LI_NA)
    checked = door.checks(penalty(WRONG_LI_NA))
    assert counts(checked.receipt) == (0, 0, 1, 0)
    receipt = door.receives(penalty(WRONG_LI_NA))
    assert door.reasons(receipt) == {2: ("quarantined", {("CF_XDR_MC", "NAME_DISAGREES")})}
    assert door.register.count("people_person") == 0
    assert door.register.count("records_line") == 0
    door.register.is_sound(records=0, quarantined=1)


def test_a_claimed_identity_that_the_extract_contradicts_gets_no_more_rows_and_its_person_a_line(door: Door) -> None:
    door.receives(penalty(WRONG_LI_NA))
    load(door, LI_NA)
    receipt = door.receives(penalty(WRONG_LI_NA, "示市监罚〔2026〕2号"), name="second.csv")
    assert door.reasons(receipt) == {2: ("quarantined", {("CF_XDR_MC", "NAME_DISAGREES")})}
    assert door.register.rows("select kind from records_line") == [("name_question",)]
    door.register.is_sound(records=1, quarantined=1)


def test_a_newer_extract_replaces_the_older(door: Door) -> None:
    load(door, LI_NA, WANG_WEI)
    assert load(door, Person("李娜娜", LI_NA.number), OTHER_LI_NA).pairs == 2
    receipt = door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号"))
    assert counts(receipt) == (1, 0, 1, 0)
    assert standings(door.register) == [("claimed", False)]
    assert door.register.count("people_extract") == 2
    door.register.is_sound(records=1, quarantined=1)


@pytest.mark.parametrize("after", [0, 1])
def test_a_load_that_dies_leaves_the_extract_that_was_there(door: Door, after: int) -> None:
    load(door, LI_NA)

    def dies(task: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        for done, call in enumerate(calls):
            if done == after:
                break
            yield task(*call)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(door, WANG_WEI, share=dies)
    assert door.register.count("people_population") == 1
    assert counts(door.receives(penalty(WRONG_LI_NA))) == (0, 0, 1, 0)
    assert load(door, WANG_WEI, OTHER_LI_NA).pairs == 2
    door.register.is_sound(records=0, quarantined=1)


def test_bad_rows_are_told_by_number_and_code_and_the_rest_is_taken(door: Door) -> None:
    checksum = LI_NA.number[:-1] + ("0" if LI_NA.number[-1] != "0" else "1")
    bad = [
        Person("李娜", checksum),
        Person("李3娜", LI_NA.number),
        Person("", LI_NA.number),
        Person("李娜", LI_NA.number, "77"),
        Person("李娜", "12"),
        Person("陈一", OTHER_LI_NA.number),
        Person("陈二", OTHER_LI_NA.number),
    ]
    loaded = load(door, WANG_WEI, *bad, WANG_WEI)
    codes = ["ID_CHECKSUM", "NAME_FORMAT", "MISSING", "NOT_IN_LIST", "ID_FORMAT", *["NAMES_IN_FILE_DISAGREE"] * 2]
    assert loaded.bad_rows == tuple(BadRow(row, code) for row, code in enumerate(codes, 3))
    assert (loaded.rows, loaded.pairs, sum(loaded.bad.values())) == (9, 1, 7)
    assert "李" not in json.dumps([str(loaded)], ensure_ascii=False)
    door.register.is_sound(records=0)


@pytest.mark.parametrize(
    "written",
    [
        {"encoding": "gb18030"},
        {"encoding": "utf-8-sig"},
        {"separator": "\t"},
        {"separator": ";", "header": "document_type;number;name"},
        {"header": "CF_XDR_ZJLX,CF_XDR_ZJHM,CF_XDR_MC", "end": "\n\n\n"},
        {"header": '"证件类型","证件号码","姓名"', "end": ""},
    ],
    ids=str,
)
def test_an_extract_may_be_written_so(door: Door, written: dict[str, str]) -> None:
    """The name is one that GB18030 needs four bytes for."""
    assert load(door, LI_NA, RARE, **written).pairs == 2
    door.receives(penalty(RARE))
    assert standings(door.register) == [("verified", False)]
    door.register.is_sound(records=1)


@pytest.mark.parametrize(
    ("header", "people", "code"),
    [
        ("", (), "EMPTY"),
        ("证件类型,证件号码,姓名", (), "EMPTY"),
        ("证件类型,证件号码", (LI_NA,), "HEADER_UNKNOWN"),
        ("证件类型,证件号码,姓名", (Person("李3", "1"),), "EMPTY"),
    ],
)
def test_a_file_that_says_nothing_replaces_nothing(
    door: Door, header: str, people: tuple[Person, ...], code: str
) -> None:
    load(door, LI_NA)
    with pytest.raises(ExtractRefused, match=code):
        load(door, *people, header=header)
    assert door.register.count("people_population") == 1
    assert door.register.count("people_extract") == 1
    door.register.is_sound(records=0)


def test_an_extract_says_nothing_in_clear_and_only_intake_may_read_it(door: Door) -> None:
    load(door, LI_NA)
    application = psycopg.connect(**door.register.installation.address("app"))
    with application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("select * from people_population")
    door.register.is_sound(secrets=[LI_NA.number, LI_NA.name])


def test_a_load_is_history(door: Door) -> None:
    load(door, LI_NA)
    for role in ("app", "intake", "owner"):
        connection = psycopg.connect(**door.register.installation.address(role))
        with connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("delete from people_extract")
    door.register.is_sound()


@pytest.mark.parametrize("kinds", [("name",), ("identity",), ("identity", "name")], ids="-".join)
def test_an_extract_finds_whom_the_register_knew_before_the_new_keys(door: Door, kinds: tuple[str, ...]) -> None:
    """It verifies and contradicts as before, and what the old extract said under the old keys is replaced."""
    load(door, WANG_WEI, RARE)
    door.receives(penalty(LI_NA), penalty(WRONG_OTHER, "示市监罚〔2026〕2号"))
    for kind in kinds:
        (door.register.installation.keys / f"token-{kind}-2.key").write_bytes(os.urandom(32))
    keyring.use(door.register.installation.keys)
    loaded = load(door, LI_NA, OTHER_LI_NA, RARE, Person("李娜", WANG_WEI.number), WANG_WEI)
    assert (loaded.pairs, loaded.verified, loaded.disputed) == (3, 1, 1)
    assert loaded.bad == {"NAMES_IN_FILE_DISAGREE": 2}
    assert standings(door.register) == [("claimed", True), ("verified", False)]
    receipt = door.receives(
        penalty(RARE, "示市监罚〔2026〕3号"), penalty(WANG_WEI, "示市监罚〔2026〕4号"), name="b.csv"
    )
    assert counts(receipt) == (2, 0, 0, 0)
    assert standings(door.register) == [("claimed", False), ("claimed", True), ("verified", False), ("verified", False)]
    door.register.is_sound(records=4)
