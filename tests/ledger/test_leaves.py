"""A leaf says kind, day and commitment, in one form, and nothing that could be anyone's."""

from datetime import date
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from openxin.ledger import append, leaves, tiles

DAY = date(2026, 11, 24)


@given(st.sampled_from(sorted(leaves.KINDS)), st.dates(), st.lists(st.binary(min_size=32, max_size=32), max_size=9))
def test_leaves_are_rfc_8785_and_are_read_again(kind: str, day: date, commitments: list[bytes]) -> None:
    written = leaves.written(kind, day, commitments)
    assert written == [
        rfc8785.dumps({"v": 1, "kind": kind, "day": day.isoformat(), "c": one.hex()}) for one in commitments
    ]
    assert [leaves.read(entry) for entry in written] == [leaves.Leaf(kind, day, one) for one in commitments]
    assert leaves.bundled(kind, day.isoformat(), b"".join(commitments)) == tiles.bundle(written)


@given(st.lists(st.one_of(st.binary(max_size=130), st.just(leaves.written("grant", DAY, bytes(32))[0])), max_size=5))
def test_asked_in_columns_the_answer_is_the_same(entries: list[bytes]) -> None:
    def is_leaf(entry: bytes) -> bool:
        try:
            return bool(leaves.read(entry))
        except leaves.NotALeaf:
            return False

    assert leaves.are_leaves(entries) == all(is_leaf(entry) for entry in entries)


@given(st.data())
def test_a_byte_changed_in_one_of_several_leaves_is_noticed_in_columns_as_by_itself(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(sorted(leaves.KINDS)), min_size=1, max_size=6))
    entries = [leaves.written(kind, DAY, [sha256(kind.encode()).digest()])[0] for kind in kinds]
    at = data.draw(st.integers(0, len(entries) - 1))
    place = data.draw(st.integers(0, len(entries[at]) - 1))
    entries[at] = entries[at][:place] + data.draw(st.binary(min_size=1, max_size=1)) + entries[at][place + 1 :]
    try:
        leaves.read(entries[at])
    except leaves.NotALeaf:
        assert not leaves.are_leaves(entries)
    else:
        assert leaves.are_leaves(entries)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"v":1', '"v":2'),
        ('"v":1', '"v":1,"x":1'),
        ('"kind":"grant"', '"kind":"Grant"'),
        ('"kind":"grant"', '"kind":"gossip"'),
        ('"day":"2026-11-24"', '"day":"2026-02-30"'),
        ('"c":"ab', '"c":"AB'),
        ('"c":"ab', '"c":"'),
        ("{", "{ "),
        ("}", "}\n"),
        ("}", "}{}"),
    ],
)
def test_whatever_else_is_put_into_a_leaf_it_is_none(old: str, new: str) -> None:
    (entry,) = leaves.written("grant", DAY, b"\xab" * 32)
    with pytest.raises(leaves.NotALeaf):
        leaves.read(entry.replace(old.encode(), new.encode()))
    assert leaves.are_leaves([entry, entry])
    assert not leaves.are_leaves([entry, entry.replace(old.encode(), new.encode())])


def test_a_commitment_is_the_hash_of_salt_and_content() -> None:
    assert append.commitment(b"s" * 32, b"{}") == sha256(b"s" * 32 + b"{}").digest()


def test_a_commitment_of_another_length_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        leaves.written("grant", DAY, [b"short"])
