"""Tiles lie where C2SP tlog-tiles says, and a tree that grows by tiles is the tree of its leaves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openxin.ledger import tiles, tree


def test_tiles_lie_where_the_specification_says() -> None:
    """Its examples: index 1234067; a tree of 70,000; a tree of 256."""
    assert tiles.tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tiles.tile_path(2, 0, 1) == "tile/2/000.p/1"
    assert tiles.bundle_path(1000, 255) == "tile/entries/x001/000.p/255"
    big = list(tiles.widths(70_000))
    assert [(sum(1 for at in big if at[0] == level and at[2] == 256)) for level in range(3)] == [273, 1, 0]
    assert [at for at in big if at[2] < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert list(tiles.widths(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(tiles.widths(0)) == []


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_back_its_entries_and_a_torn_one_those_before_the_tear(entries: list[bytes]) -> None:
    packed = tiles.bundle(entries)
    assert tiles.unbundle(packed) == entries
    if packed:
        with pytest.raises(tiles.BundleUnsound) as torn:
            tiles.unbundle(packed[:-1])
        assert torn.value.entries == entries[:-1]


@given(st.binary(max_size=40), st.lists(st.binary(min_size=1, max_size=1), max_size=3))
def test_a_bundle_is_read_as_its_definition_says_whatever_it_holds(begin: bytes, entries: list[bytes]) -> None:
    """A length of two bytes, then as many bytes; entries of one length are read in one go, and must not be read otherwise."""
    packed = begin + tiles.bundle(entries)
    expected, at = list[bytes](), 0
    while at + 2 <= len(packed) and (end := at + 2 + int.from_bytes(packed[at : at + 2], "big")) <= len(packed):
        expected.append(packed[at + 2 : end])
        at = end
    if at == len(packed):
        assert tiles.unbundle(packed) == expected
    else:
        with pytest.raises(tiles.BundleUnsound) as torn:
            tiles.unbundle(packed)
        assert torn.value.entries == expected


@settings(deadline=None, max_examples=15)
@given(st.lists(st.one_of(st.integers(0, 5), st.integers(200, 600)), max_size=8), st.sampled_from([0, 65_280]))
def test_a_tree_grown_in_any_steps_is_the_tree_of_its_leaves(steps: list[int], start: int) -> None:
    """65,280 leaves first: then the second level fills up too."""
    run = b"".join(n.to_bytes(32, "big") for n in range(start + sum(steps)))
    edge, stored = tiles.Edge(), dict[tuple[int, int], bytes]()
    at = 0
    for step in [start, *steps]:
        for tile in edge.add(run[at * 32 : (at + step) * 32]):
            assert tile.hashes.startswith(stored.get((tile.level, tile.index), b""))  # a tile only grows
            stored[tile.level, tile.index] = tile.hashes
        at += step
        assert edge.root == tree.root(run[: at * 32])
    assert sorted(stored) == sorted((level, index) for level, index, _ in tiles.widths(at))
    for level, index, width in tiles.widths(at):
        span = 256**level
        first = index * 256
        assert stored[level, index] == b"".join(
            tree.root(run[(first + n) * span * 32 : (first + n + 1) * span * 32]) for n in range(width)
        )
