"""Does this ledger hold together? Answered from an export alone: neither Django nor a database is needed.

The model is tessera's fsck: nothing is trusted but the key; every hash is computed anew from the entries, by the code
that the sequencer itself uses. The steps:

1. the key can be read;
2. the checkpoint carries its signature and names its log;
3. each entry has the form of a leaf, and the hash that its tile gives for it; the first that has not is named;
4. every tile above holds the roots of the tiles below it;
5. the root of all entries is the one that was signed;
6. every earlier checkpoint that one holds is the beginning of this tree;
7. the export holds nothing beside what its checkpoint signs.

What an export cannot show: that a record exists without an entry, or an entry without its record (`reconciling.py`).
And a key that comes with the export proves nothing about who signed: compare it with the one that was published, or
keep a checkpoint.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from openxin.ledger import heads, leaves, notes, tiles, tree
from openxin.ledger.folders import CHECKPOINT, KEY, Folder, Log
from openxin.ledger.heads import TreeHead
from openxin.ledger.notes import VerifierKey
from openxin.ledger.tree import HASH


class Reason(StrEnum):
    """Why something does not fit. Stable: scripts read them."""

    KEY = "KEY"
    CHECKPOINT = "CHECKPOINT"
    EARLIER_CHECKPOINT = "EARLIER_CHECKPOINT"
    MISSING = "MISSING"
    NOT_A_LEAF = "NOT_A_LEAF"
    HASH = "HASH"
    EXTRA = "EXTRA"
    TILE = "TILE"
    ROOT = "ROOT"
    EARLIER_ROOT = "EARLIER_ROOT"
    SURPLUS = "SURPLUS"


# Chinese first, English beside it; the place is said by whoever prints.
WORDS: dict[Reason, tuple[str, str]] = {
    Reason.KEY: ("公钥文件（vkey）缺失或无法识读", "the key (vkey) is missing or cannot be read"),
    Reason.CHECKPOINT: (
        "检查点缺失、格式有误或签名不符",
        "the checkpoint is missing, malformed, or not signed by this key",
    ),
    Reason.EARLIER_CHECKPOINT: (
        "先前的检查点无法识读、并非同一密钥签发，或比现有台账更长",
        "the earlier checkpoint cannot be read, is not signed by this key, or is of a longer ledger",
    ),
    Reason.MISSING: ("条目缺失", "the entry is missing"),
    Reason.NOT_A_LEAF: ("条目不符合规定格式", "the entry does not have the form of a leaf"),
    Reason.HASH: (
        "条目与其哈希不符：被改动、移除、插入或调换",
        "the entry does not fit its hash: altered, removed, inserted or moved",
    ),
    Reason.EXTRA: ("条目多于检查点所签署的数量", "there are more entries than the checkpoint signs"),
    Reason.TILE: ("哈希瓦片缺失或与其下的条目不符", "a tile of hashes is missing or does not fit the entries below it"),
    Reason.ROOT: ("全部条目算出的根与检查点签署的根不同", "the root over all entries is not the one that was signed"),
    Reason.EARLIER_ROOT: (
        "台账的开头与先前的检查点不一致：历史被改写",
        "the ledger does not begin as the earlier checkpoint says: history was rewritten",
    ),
    Reason.SURPLUS: ("导出文件夹中有检查点未签署的文件", "the export holds a file that its checkpoint does not sign"),
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """The first thing that does not fit. It lies at one of the entries `first`..`last`; both None: not at an entry."""

    reason: Reason
    first: int | None = None
    last: int | None = None
    place: str = ""  # the file, where one can be named


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. Sound where `misfit` is None; `head` is what the checkpoint says, None where it does not
    count.
    """

    key: VerifierKey | None
    head: TreeHead | None
    entries: int  # that were read and fit
    misfit: Misfit | None

    @property
    def is_sound(self) -> bool:
        """Everything fits."""
        return self.misfit is None


def verify(folder: Path, from_: Path | None = None) -> Verified:
    """Verify an export; `from_`: an earlier checkpoint, kept elsewhere, that it must be consistent with."""
    try:  # 1 the key
        key = notes.read_key(_text(folder / KEY).removesuffix("\n"))
    except (OSError, ValueError):
        return Verified(None, None, 0, Misfit(Reason.KEY, place=KEY))
    try:  # 2 the checkpoint
        head = signed_head(_text(folder / CHECKPOINT), key)
    except (OSError, ValueError):
        return Verified(key, None, 0, Misfit(Reason.CHECKPOINT, place=CHECKPOINT))
    earlier: list[TreeHead] = []
    if from_ is not None:
        try:
            earlier.append(signed_head(_text(from_), key))
        except (OSError, ValueError):
            return Verified(key, head, 0, Misfit(Reason.EARLIER_CHECKPOINT, place=from_.name))
    return check(Folder(folder), key, head, earlier)


def signed_head(note: str, key: VerifierKey) -> TreeHead:
    """What a checkpoint signed by `key` says. Raises NoteUnsound or NotAHead, both of them ValueError."""
    head = heads.read_head(notes.open_note(note, key))
    if head.origin != key.name:
        raise notes.NoteUnsound("signed, but for another log")
    return head


def check(log: Log, key: VerifierKey, head: TreeHead, earlier: Sequence[TreeHead] = ()) -> Verified:
    """Compute everything anew from the entries of `log`, and compare."""
    if any(old.size > head.size for old in earlier):
        return Verified(key, head, 0, Misfit(Reason.EARLIER_CHECKPOINT))
    run = _Run(log, head, sorted(earlier, key=lambda old: old.size))
    misfit = next(run.misfits(), None)
    return Verified(key, head, run.edge.size, misfit)


class _Run:
    """One verification on its way over the entries."""

    def __init__(self, log: Log, head: TreeHead, earlier: list[TreeHead]) -> None:
        self.log, self.head, self.earlier = log, head, earlier
        self.edge = tiles.Edge()
        self.vouched = 0  # entries that an earlier checkpoint vouches for

    def misfits(self) -> Iterator[Misfit]:
        """The misfits in order; only the first is asked for, what follows from it is not told."""
        yield from self._old_roots(b"")
        for index in range(-(-self.head.size // tiles.WIDTH)):
            start = index * tiles.WIDTH
            width = min(tiles.WIDTH, self.head.size - start)
            entries = _entries(self.log.bundle(index, width))
            stored = self.log.tile(0, index, width)
            run = tree.leaf_hashes(entries)
            yield from self._misfit_in_bundle(start, width, entries, run, stored)  # 3
            yield from self._old_roots(run)  # 6
            for tile in self.edge.add(run):
                if tile.level and len(tile.hashes) == tiles.WIDTH * HASH:
                    yield from self._misfit_in_tile(tile)  # 4
        for level, hashes in enumerate(self.edge.partial):
            if level and hashes:
                last = self.head.size >> 8 * (level + 1)
                yield from self._misfit_in_tile(tiles.Tile(level, last, hashes))  # 4, the tiles that are not full
        if self.edge.root != self.head.root:  # 5
            yield Misfit(Reason.ROOT, self.vouched, max(self.head.size - 1, self.vouched), CHECKPOINT)
        surplus = self.log.surplus(self.head.size)  # 7
        if surplus is not None:
            yield Misfit(Reason.SURPLUS, place=surplus)

    def _misfit_in_bundle(
        self, start: int, width: int, entries: list[bytes], run: bytes, stored: bytes | None
    ) -> Iterator[Misfit]:
        if stored == run and len(entries) == width and leaves.are_leaves(entries):
            return  # as almost always: the look at each single one is only for naming the first
        place = tiles.bundle_path(start // tiles.WIDTH, width)
        for offset, entry in enumerate(entries[:width]):
            at = slice(offset * HASH, (offset + 1) * HASH)
            if stored is not None and run[at] != stored[at]:
                yield Misfit(Reason.HASH, start + offset, start + offset, place)
            if not leaves.are_leaves([entry]):
                yield Misfit(Reason.NOT_A_LEAF, start + offset, start + offset, place)
        if len(entries) < width:
            yield Misfit(Reason.MISSING, start + len(entries), start + len(entries), place)
        if len(entries) > width:
            yield Misfit(Reason.EXTRA, start + width, start + width, place)
        if stored != run:  # absent, or longer than it may be: each single hash has been compared
            yield Misfit(Reason.TILE, start, start + width - 1, tiles.tile_path(0, start // tiles.WIDTH, width))

    def _misfit_in_tile(self, tile: tiles.Tile) -> Iterator[Misfit]:
        width = len(tile.hashes) // HASH
        stored = self.log.tile(tile.level, tile.index, width) or b""
        if stored == tile.hashes:
            return
        pairs = ((stored[at : at + HASH], tile.hashes[at : at + HASH]) for at in range(0, width * HASH, HASH))
        offset = next((n for n, (one, other) in enumerate(pairs) if one != other), 0)
        leaves_each = tiles.WIDTH**tile.level
        first = (tile.index * tiles.WIDTH + offset) * leaves_each
        yield Misfit(Reason.TILE, first, first + leaves_each - 1, tile.path)

    def _old_roots(self, run: bytes) -> Iterator[Misfit]:
        """Compare the earlier checkpoints whose trees end within `run`, the hashes that are to be added next."""
        while self.earlier and self.earlier[0].size <= self.edge.size + len(run) // HASH:
            old = self.earlier.pop(0)
            edge = tiles.Edge(self.edge.size, list(self.edge.partial))
            edge.add(run[: (old.size - edge.size) * HASH])
            if edge.root != old.root:
                yield Misfit(Reason.EARLIER_ROOT, self.vouched, max(old.size - 1, self.vouched), CHECKPOINT)
            self.vouched = old.size


def _entries(bundle: bytes | None) -> list[bytes]:
    """The entries of a bundle; of a torn one those before the tear."""
    try:
        return tiles.unbundle(bundle or b"")
    except tiles.BundleUnsound as torn:
        return torn.entries


def _text(file: Path) -> str:
    """The text of a file; what is not UTF-8 raises a ValueError, and line ends stay as they are."""
    return file.read_bytes().decode()
