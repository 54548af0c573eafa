"""Exports made in memory, for what needs no database."""

from datetime import date
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openxin.ledger import folders, leaves, tiles, tree
from openxin.ledger.heads import TreeHead
from openxin.ledger.notes import Signer

DAY = date(2026, 11, 24)
SIGNER = Signer("openxin.local/ledger", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def some_leaves(count: int) -> list[bytes]:
    """`count` leaves, all different, of two kinds."""
    run = b"".join(sha256(str(n).encode()).digest() for n in range(count))
    half = count // 2 * 32
    return leaves.written("admission", DAY, run[:half]) + leaves.written("disclosure", DAY, run[half:])


class Memory(folders.Log):
    """A ledger in memory: another form of `folders.Log`."""

    def __init__(self, entries: list[bytes]) -> None:
        self.all = entries
        self.edge = tiles.Edge()
        self.held = {(tile.level, tile.index): tile.hashes for tile in self.edge.add(tree.leaf_hashes(entries))}

    def tile(self, level: int, index: int, width: int) -> bytes | None:
        return self.held.get((level, index), b"")[: width * tree.HASH] or None

    def bundle(self, index: int, width: int) -> bytes | None:
        return tiles.bundle(self.all[index * tiles.WIDTH :][:width])

    def surplus(self, size: int) -> str | None:
        return None

    @property
    def head(self) -> TreeHead:
        return TreeHead(SIGNER.name, self.edge.size, self.edge.root)


def write(out: Path, entries: list[bytes], signer: Signer = SIGNER) -> str:
    """Write an export of these entries; returns its checkpoint."""
    log = Memory(entries)
    note = signer.sign(log.head.text)
    folders.write(out, log, key=signer.key, note=note, head=log.head)
    return note
