"""The Merkle tree of RFC 6962 section 2.1 and RFC 9162 section 2.1, with SHA-256.

Hashes come in *runs*: consecutive hashes of one height, 32 bytes each, in one bytes value. So a tile is hashed at
once and no list of small objects is kept. Proofs are told as *spans*, since every item of a proof is the root over
some leaves `[start, end)`; whoever holds the hashes (a list in memory, tiles in a table) turns spans into hashes.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from struct import Struct

HASH = 32
_PAIR = 2 * HASH
_PAIRS = Struct(f"{_PAIR}s")
Span = tuple[int, int]  # of leaves, the end not included


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one leaf; its prefix keeps a leaf from being passed off as an inner node (RFC 6962, 2.1)."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> bytes:
    """The run of the hashes of these leaves."""
    return b"".join([sha256(b"\x00" + entry).digest() for entry in entries])


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def parents(run: bytes) -> bytes:
    """The run one height up. The number of hashes must be even."""
    return b"".join([sha256(b"\x01" + pair).digest() for (pair,) in _PAIRS.iter_unpack(run)])


def root(run: bytes) -> bytes:
    """The root over a run of subtree hashes; the last subtree may be smaller than the others.

    RFC 6962 splits at the largest power of two; pairing from the left and carrying an odd last hash up gives the same
    tree.
    """
    if not run:
        return sha256(b"").digest()
    while len(run) > HASH:
        even = len(run) // _PAIR * _PAIR
        run = parents(run[:even]) + run[even:]
    return run


def inclusion_spans(index: int, size: int) -> list[Span]:
    """What proves that leaf `index` is in the tree of `size` leaves, from the leaf up (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, size: int) -> list[Span]:
    """What proves that the tree of `size` leaves begins with that of `old` leaves (RFC 9162, 2.1.4.1)."""
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {old} is not the beginning of one of {size}")
    if old in (0, size):
        return []
    spans: list[Span] = []
    start, end = 0, size
    known = True  # the old root itself is the subtree in hand: it need not be sent
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, known = middle, False
    if not known:
        spans.append((start, end))
    return spans[::-1]


def is_included(entry_hash: bytes, index: int, size: int, proof: Sequence[bytes], size_root: bytes) -> bool:
    """Whether `proof` shows that the leaf with this hash is leaf `index` of the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or any(len(item) != HASH for item in proof):
        return False
    spans = inclusion_spans(index, size)
    if len(spans) != len(proof):
        return False
    found = entry_hash
    for (start, _), item in zip(spans, proof, strict=True):
        found = node_hash(found, item) if start > index else node_hash(item, found)
    return found == size_root


def is_consistent(old: int, size: int, proof: Sequence[bytes], old_root: bytes, size_root: bytes) -> bool:
    """Whether `proof` shows that the tree `size_root` begins with the tree `old_root` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size or any(len(item) != HASH for item in proof):
        return False
    if old == size:
        return not proof and old_root == size_root
    if old == 0:
        return not proof and old_root == root(b"")
    spans = consistency_spans(old, size)
    if len(spans) != len(proof):
        return False
    items = list(zip(spans, proof, strict=True))
    # Begin with the subtree that ends where the old tree ended: the old tree itself where that is one whole subtree.
    if old & (old - 1):
        (start, _), first = items.pop(0)
        old_found = new_found = first
    else:
        start, old_found, new_found = 0, old_root, old_root
    for (item_start, _), item in items:
        if item_start < start:  # to the left: in both trees
            start, old_found, new_found = item_start, node_hash(item, old_found), node_hash(item, new_found)
        else:  # to the right: in the new tree only
            new_found = node_hash(new_found, item)
    return old_found == old_root and new_found == size_root


def _split(size: int) -> int:
    """The largest power of two below `size`: where RFC 6962 divides a tree."""
    return 1 << (size - 1).bit_length() - 1
