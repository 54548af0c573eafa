"""The tree is that of RFC 6962 and RFC 9162.

The known answers are the ones that certificate-transparency code carries everywhere: eight leaves, their roots and
proofs, from transparency-dev/merkle `proof/verify_test.go` (its `leaves`, `roots`, `inclusionProofs`,
`consistencyProofs`), which has them from google/certificate-transparency.
"""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openxin.ledger import tree

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",  # of the empty tree
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
INCLUSION = [  # leaf (counted from 1, as published), size, proof
    (1, 1, ()),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        6,
        8,
        (
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (3, 3, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
    (
        2,
        5,
        (
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
]
CONSISTENCY = [  # old size, size, proof
    (1, 1, ()),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        6,
        8,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (
        2,
        5,
        (
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
    (
        6,
        7,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
]


def proof_of(run: bytes, spans: list[tree.Span]) -> list[bytes]:
    return [tree.root(run[start * tree.HASH : end * tree.HASH]) for start, end in spans]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_are_ours(size: int) -> None:
    assert tree.root(tree.leaf_hashes(LEAVES[:size])) == ROOTS[size]


@pytest.mark.parametrize(("leaf", "size", "proof"), INCLUSION)
def test_the_published_inclusion_proofs_are_ours_and_are_accepted(leaf: int, size: int, proof: tuple[str, ...]) -> None:
    published = [bytes.fromhex(item) for item in proof]
    assert proof_of(tree.leaf_hashes(LEAVES[:size]), tree.inclusion_spans(leaf - 1, size)) == published
    assert tree.is_included(tree.leaf_hash(LEAVES[leaf - 1]), leaf - 1, size, published, ROOTS[size])


@pytest.mark.parametrize(("old", "size", "proof"), CONSISTENCY)
def test_the_published_consistency_proofs_are_ours_and_are_accepted(
    old: int, size: int, proof: tuple[str, ...]
) -> None:
    published = [bytes.fromhex(item) for item in proof]
    assert proof_of(tree.leaf_hashes(LEAVES[:size]), tree.consistency_spans(old, size)) == published
    assert tree.is_consistent(old, size, published, ROOTS[old], ROOTS[size])


# The definitions of RFC 6962, section 2.1, word for word: slow, recursive, and obviously right.


def naive_root(entries: list[bytes]) -> bytes:
    if not entries:
        return sha256().digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = largest_power_below(len(entries))
    return sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def naive_path(m: int, entries: list[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    k = largest_power_below(len(entries))
    if m < k:
        return [*naive_path(m, entries[:k]), naive_root(entries[k:])]
    return [*naive_path(m - k, entries[k:]), naive_root(entries[:k])]


def naive_subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    if m == len(entries):
        return [] if whole else [naive_root(entries)]
    k = largest_power_below(len(entries))
    if m <= k:
        return [*naive_subproof(m, entries[:k], whole), naive_root(entries[k:])]
    return [*naive_subproof(m - k, entries[k:], False), naive_root(entries[:k])]


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


@given(st.lists(st.binary(max_size=20), max_size=300))
def test_any_tree_has_the_root_that_the_definition_gives(entries: list[bytes]) -> None:
    assert tree.root(tree.leaf_hashes(entries)) == naive_root(entries)


@given(st.data(), st.integers(1, 140))
def test_any_inclusion_proof_is_the_defined_one_and_proves_only_its_leaf(data: st.DataObject, size: int) -> None:
    entries = [bytes([n]) for n in range(size)]
    index = data.draw(st.integers(0, size - 1))
    proof = proof_of(tree.leaf_hashes(entries), tree.inclusion_spans(index, size))
    assert proof == naive_path(index, entries)
    root = naive_root(entries)
    assert tree.is_included(tree.leaf_hash(entries[index]), index, size, proof, root)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not tree.is_included(tree.leaf_hash(entries[other]), index, size, proof, root)
        assert not tree.is_included(tree.leaf_hash(entries[index]), other, size, proof, root)
    for spoiled in spoil(data, proof):
        assert not tree.is_included(tree.leaf_hash(entries[index]), index, size, spoiled, root)


@given(st.data(), st.integers(1, 140))
def test_any_consistency_proof_is_the_defined_one_and_fits_only_its_trees(data: st.DataObject, size: int) -> None:
    entries = [bytes([n]) for n in range(size)]
    old = data.draw(st.integers(1, size))
    proof = proof_of(tree.leaf_hashes(entries), tree.consistency_spans(old, size))
    assert proof == naive_subproof(old, entries, True)
    old_root, root = naive_root(entries[:old]), naive_root(entries)
    assert tree.is_consistent(old, size, proof, old_root, root)
    rewritten = naive_root([b"other", *entries[1:old]])
    assert not tree.is_consistent(old, size, proof, rewritten, root)
    assert not tree.is_consistent(old, size, proof, old_root, naive_root([b"other", *entries[1:]]))
    for spoiled in spoil(data, proof):
        assert not tree.is_consistent(old, size, spoiled, old_root, root)


def spoil(data: st.DataObject, proof: list[bytes]) -> list[list[bytes]]:
    """Too long at either end, too short, one bit off."""
    spoiled = [[*proof, bytes(32)], [bytes(32), *proof], [*proof, b""]]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        flipped = bytes([proof[at][0] ^ 8]) + proof[at][1:]
        spoiled += [proof[:-1], proof[1:], [*proof[:at], flipped, *proof[at + 1 :]]]
    return spoiled


def test_every_tree_begins_with_the_empty_one_and_with_itself() -> None:
    assert tree.is_consistent(0, 8, [], ROOTS[0], ROOTS[8])
    assert not tree.is_consistent(0, 8, [], ROOTS[1], ROOTS[8])
    assert tree.is_consistent(8, 8, [], ROOTS[8], ROOTS[8])
    assert not tree.is_consistent(8, 8, [], ROOTS[7], ROOTS[8])
    assert not tree.is_consistent(8, 7, [], ROOTS[8], ROOTS[7])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4), (5, 4)])
def test_a_leaf_outside_the_tree_is_never_included(index: int, size: int) -> None:
    assert not tree.is_included(ROOTS[1], index, size, [], ROOTS[1])
    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion_spans(index, size)


def test_a_tree_does_not_begin_with_a_longer_one() -> None:
    with pytest.raises(ValueError, match="not the beginning"):
        tree.consistency_spans(9, 8)
