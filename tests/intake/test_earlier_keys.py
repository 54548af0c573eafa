"""A new key of look-up tokens: whatever was written under the one before is found again."""

import os
from pathlib import Path
from typing import get_args

import pytest

from openxin.intake import admission
from openxin.intake.receipts import Receipt
from openxin.intake.workers import forget_connection
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.vault import keyring
from openxin.vault.keyring import TokenKind
from tests.harness import sample
from tests.harness.door import Door, counts
from tests.harness.faults import AnswerLost, breaking_at
from tests.harness.register import Register
from tests.harness.sample import LI_NA, WANG_WEI, Person, penalty, person
from tests.harness.visitor import id_of

KINDS = get_args(TokenKind)


class InFour(admission.Place):
    """Divides a file into four shards, however small it is."""

    def shards_for(self, path: Path) -> int:
        return 4


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


def new_keys(register: Register, *kinds: str) -> None:
    for kind in kinds:
        (register.installation.keys / f"token-{kind}-2.key").write_bytes(os.urandom(32))
    keyring.use(register.installation.keys)


@pytest.mark.parametrize("kinds", [KINDS, ("identity",), ("name", "content"), ("natural",)], ids="-".join)
def test_what_is_sent_again_after_a_new_key_is_a_duplicate(door: Door, kinds: tuple[str, ...]) -> None:
    """In another file, so that it is not the same submission."""
    rows = [penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号")]
    door.receives(*rows)
    new_keys(door.register, *kinds)
    receipt = door.receives(*rows, penalty(LI_NA, "示市监罚〔2026〕3号"), name="second.csv")
    assert counts(receipt) == (1, 2, 0, 0)
    assert door.register.count("people_person") == 2
    assert door.register.count("people_identity") == 2
    assert id_of(LI_NA) != id_of(WANG_WEI), "the door out finds them too"
    door.register.is_sound(records=3, quarantined=0)


def test_the_same_file_after_new_keys_is_the_same_submission(door: Door) -> None:
    first = door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_NR=""))
    new_keys(door.register, *KINDS)
    again = door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_NR=""))
    assert again.submission == first.submission
    assert counts(again) == counts(first) == (1, 0, 1, 0)
    door.register.is_sound(records=1, quarantined=1)


def test_another_name_and_another_content_are_seen_under_the_key_before(door: Door) -> None:
    door.receives(penalty(LI_NA))
    new_keys(door.register, *KINDS)
    receipt = door.receives(
        penalty(Person("李那", LI_NA.number), "示市监罚〔2026〕2号"),
        penalty(LI_NA, CF_NR="另一种内容"),
        name="second.csv",
    )
    assert {row: {code for _, code in why} for row, (_, why) in door.reasons(receipt).items()} == {
        2: {"NAME_DISAGREES"},
        3: {"CONFLICT"},
    }
    assert door.register.rows("select disputed from people_identity") == [(True,)]
    door.register.is_sound(records=1, quarantined=2)


def test_a_row_that_waits_since_before_the_new_key_is_replaced_and_closed(door: Door) -> None:
    faulty = penalty(WANG_WEI, CF_NR="")
    door.receives(faulty)
    new_keys(door.register, *KINDS)
    door.receives(faulty, penalty(LI_NA, "示市监罚〔2026〕2号"), name="second.csv")
    assert door.register.rows("select count(*) from intake_waiting where closed_by = 'replaced'") == [(1,)]
    door.register.is_sound(records=1, quarantined=1)


def test_a_supplement_goes_to_the_record_that_was_written_under_the_key_before(door: Door) -> None:
    door.receives(penalty(LI_NA))
    new_keys(door.register, *KINDS)
    receipt = door.receives(penalty(LI_NA, OX_SXRQ="2026-06-10"), name="second.csv")
    assert counts(receipt) == (0, 1, 0, 0)
    assert [code for _, _, _, code in receipt.tally.notes] == ["SUPPLIED"]
    assert door.register.rows("select versions from records_record") == [(2,)]
    door.register.is_sound(records=1)


def admitted_in_four(door: Door, file: Path) -> Receipt:
    law, place = catalogue(), door.place()
    body = admission.competent(law, sample.MARKET, "penalty", synthetic=True)
    place = InFour(place.spools, place.laws, synthetic=True, start_worker=place.start_worker, workers=0)
    receipt = admission.admit(file, type_id="penalty", authority=body, law=law, today=sample.TODAY, place=place)
    sequence()
    return receipt


@pytest.fixture
def interrupted(door: Door) -> Path:
    """A file of which two of four shards were admitted before the connection broke."""
    rows = [penalty(person(n), f"示市监罚〔2026〕{n}号", CF_NR="" if n % 10 == 0 else "罚款") for n in range(60)]
    file = sample.written(door.folder, rows)
    # Three commits before the first shard, and two of each: what it admits, and what it settles then.
    with breaking_at(6, stored=True), pytest.raises(AnswerLost):
        admitted_in_four(door, file)
    assert door.register.count("intake_chunk") == 2
    forget_connection()
    return file


def test_an_interrupted_submission_is_finished_as_it_was_divided_before_the_new_keys(
    door: Door, interrupted: Path
) -> None:
    """Parts are ranges of tokens: divided anew under another key, rows would be left out, and others taken twice."""
    new_keys(door.register, *KINDS)
    assert counts(admitted_in_four(door, interrupted)) == (54, 0, 6, 0)
    assert counts(admitted_in_four(door, interrupted)) == (54, 0, 6, 0)
    assert door.register.count("people_person") == 54
    door.register.is_sound(records=54, quarantined=6)


def test_without_the_key_that_divided_it_an_interrupted_submission_waits(door: Door, interrupted: Path) -> None:
    new_keys(door.register, *KINDS)
    key = door.register.installation.keys / "token-identity-1.key"
    lost = key.rename(door.folder / key.name)
    keyring.use(door.register.installation.keys)
    admitted = door.register.count("records_record")
    with pytest.raises(admission.KeyGone, match=r"token-identity-1\.key"):
        admitted_in_four(door, interrupted)
    assert door.register.count("records_record") == admitted
    lost.rename(key)
    keyring.use(door.register.installation.keys)
    assert counts(admitted_in_four(door, interrupted)) == (54, 0, 6, 0)
    door.register.is_sound(records=54, quarantined=6)
