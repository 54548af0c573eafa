"""Tiles and entry bundles (C2SP tlog-tiles): how a tree is laid out in files, and how it grows.

A tile holds up to 256 consecutive hashes of one level; a hash of level n + 1 is the root of a full tile of level n. A
bundle holds the entries under a tile of level 0, each after its length (two bytes, the high one first).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from openxin.ledger import tree
from openxin.ledger.tree import HASH

WIDTH = 256
_TILE_BYTES = WIDTH * HASH
_LEVEL_BITS = 8
_LENGTH_BYTES = 2


class BundleUnsound(ValueError):
    """A bundle that ends in the midst of an entry; `entries` are those before it."""

    def __init__(self, entries: list[bytes]) -> None:
        super().__init__("the bundle ends in the midst of an entry")
        self.entries = entries


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile with its hashes, full or partial."""

    level: int
    index: int
    hashes: bytes

    @property
    def path(self) -> str:
        """Where it lies."""
        return tile_path(self.level, self.index, len(self.hashes) // HASH)


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Where a tile lies, below the prefix."""
    return f"tile/{level}/{_place(index, width)}"


def bundle_path(index: int, width: int = WIDTH) -> str:
    """Where a bundle lies, below the prefix."""
    return f"tile/entries/{_place(index, width)}"


def widths(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, index and width of every tile of a tree of `size` leaves; level 0 has the bundles too."""
    level, count = 0, size
    while count:
        full, rest = divmod(count, WIDTH)
        for index in range(full):
            yield level, index, WIDTH
        if rest:
            yield level, full, rest
        level, count = level + 1, full


def bundle(entries: Sequence[bytes]) -> bytes:
    """The bundle of these entries."""
    return b"".join([len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries])


def unbundle(packed: bytes) -> list[bytes]:
    """The entries of a bundle. Raises BundleUnsound."""
    step = _LENGTH_BYTES + int.from_bytes(packed[:_LENGTH_BYTES], "big")
    if packed[::step] + packed[1::step] == b"".join([packed[n : n + 1] * (len(packed) // step) for n in (0, 1)]):
        return [packed[at + _LENGTH_BYTES : at + step] for at in range(0, len(packed), step)]  # all of one length
    entries: list[bytes] = []
    at, end = 0, len(packed)
    while at < end:
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(packed[at:start], "big")
        if start > end or at > end:
            raise BundleUnsound(entries)
        entries.append(packed[start:at])
    return entries


@dataclass(slots=True)
class Edge:
    """The right edge of a growing tree: its size, and on each level the hashes of the tile that is not full.

    It is all one needs to add leaves and to know the root: the sequencer carries it over from the database, the
    verifier begins with none and lets the same code grow it over all entries.
    """

    size: int = 0
    partial: list[bytes] = field(default_factory=list)

    @property
    def root(self) -> bytes:
        """The root of the tree: the smaller part at the right is folded in level by level."""
        below = b""
        for hashes in self.partial:
            if hashes or below:
                below = tree.root(hashes + below)
        return below or tree.root(b"")

    def add(self, run: bytes) -> list[Tile]:
        """Add leaves by their hashes; returns every tile that is new or longer, as it now is, lower levels first."""
        changed: list[Tile] = []
        before, level = self.size, 0
        self.size += len(run) // HASH
        while run:
            if level == len(self.partial):
                self.partial.append(b"")
            held = self.partial[level] + run
            first = before >> _LEVEL_BITS * (level + 1)
            cut = len(held) // _TILE_BYTES * _TILE_BYTES
            changed += [
                Tile(level, first + at // _TILE_BYTES, held[at : at + _TILE_BYTES])
                for at in range(0, len(held), _TILE_BYTES)
            ]
            self.partial[level] = held[cut:]
            run = _roots_of_tiles(held[:cut])
            level += 1
        return changed


def _roots_of_tiles(full: bytes) -> bytes:
    """The run of the roots of full tiles that lie one after the other: all of them, one height at a time."""
    for _ in range(_LEVEL_BITS):
        full = tree.parents(full)
    return full


def _place(index: int, width: int) -> str:
    """`x001/x234/067`, and `.p/W` behind it for a partial tile."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    place = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return place if width == WIDTH else f"{place}.p/{width}"
