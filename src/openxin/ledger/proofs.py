"""Proofs: this entry is in the tree that this checkpoint signs; this tree begins with that one (C2SP tlog-proof, RFC 9162).

A proof stands on its own: with the log's key (and those of the witnesses one trusts) it is checked without our server, by this
module, which knows neither Django nor a database, or by the page `verify.html`, which needs a browser and no network.

What a person proves is a line or a record of theirs. Its text and salt travel in the proof's `extra` line, as the entry's
*content*: nothing there is believed; the leaf is made anew from it, and the leaf must be in the tree.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import rfc8785

from openxin.ledger import cosigning, leaves, tiles, tree, verification
from openxin.ledger.cosigning import WitnessKey
from openxin.ledger.folders import Log, Place
from openxin.ledger.notes import VerifierKey
from openxin.ledger.tree import HASH, Span

FIRST_LINE = "c2sp.org/tlog-proof@v1"
_HASHES_AT_MOST = 63
_LEVEL_BITS = 8
_LARGE = 16 * HASH


class NotAProof(ValueError):
    """The text is not a proof in its one form."""


class ProofFails(ValueError):
    """The proof does not show what it is for; the message says which step fails."""


class MissingTile(LookupError):
    """The log lacks the hashes that a proof is made of."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry is about, as only its person has it: with the salt, and what the leaf says openly."""

    kind: str
    day: date
    salt: bytes
    text: str  # RFC 8785 JSON

    @property
    def leaf(self) -> bytes:
        """The leaf of this content."""
        made = leaves.commitment(self.salt, self.text.encode())
        return leaves.written(self.kind, self.day, [made])[0]

    @property
    def written(self) -> bytes:
        """As it travels in the line `extra`."""
        return rfc8785.dumps(
            {"day": self.day.isoformat(), "kind": self.kind, "salt": self.salt.hex(), "text": self.text, "v": 1}
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """Leaf `index` is in the tree of `note`, a checkpoint with its signatures. `extra`: whatever is told with it."""

    index: int
    hashes: tuple[bytes, ...]
    note: str
    extra: bytes = b""

    @property
    def written(self) -> str:
        """The text of a `.tlog-proof` file."""
        extra = [f"extra {b64encode(self.extra).decode()}"] if self.extra else []
        lines = [FIRST_LINE, *extra, f"index {self.index}", *(b64encode(item).decode() for item in self.hashes)]
        return "\n".join(lines) + f"\n\n{self.note}"


def prove(log: Log, index: int, note: str, size: int, *, extra: bytes = b"") -> Proof:
    """The proof that leaf `index` is in the tree of `size` leaves that `note` signs. Raises ValueError, MissingTile."""
    return Proof(index, tuple(span_hashes(log, tree.inclusion_spans(index, size), size)), note, extra)


def span_hashes(log: Log, spans: Sequence[Span], size: int) -> list[bytes]:
    """The hashes of a proof, out of the tiles of a tree of `size` leaves, asked for all at once. Raises MissingTile."""
    found = [_parts(*span, size) for span in spans]
    places = list(dict.fromkeys([part.place for parts in found for part in parts]))
    held = dict(zip(places, log.tiles(places), strict=True))
    return [_root_over(held, parts) for parts in found]


def read(text: str) -> Proof:
    """The proof written in `text`. Raises NotAProof."""
    head, empty_line, note = text.partition("\n\n")
    lines = head.split("\n")
    if not empty_line or lines.pop(0) != FIRST_LINE:
        raise NotAProof("not a proof: the first line names the format")
    try:
        extra = (
            b64decode(lines.pop(0)[len("extra ") :], validate=True) if head.startswith(f"{FIRST_LINE}\nextra ") else b""
        )
        word, _, number = lines.pop(0).partition(" ")
        found = Proof(int(number), tuple(b64decode(line, validate=True) for line in lines), note, extra)
    except (ValueError, IndexError) as error:
        raise NotAProof("not a proof: a number or a hash cannot be read") from error
    # Written again it must be the same: no sign, no leading zero, no loose base64.
    if word != "index" or found.index < 0 or len(lines) > _HASHES_AT_MOST or found.written != text:
        raise NotAProof("not a proof in its one canonical form")
    if any(len(item) != HASH for item in found.hashes):
        raise NotAProof("not a proof: a hash has 32 bytes")
    return found


def content_of(proof: Proof) -> Content:
    """What the proof says it is about. Nothing of it is true before `check` has said so. Raises NotAProof."""
    try:
        told: Any = json.loads(proof.extra)
        content = Content(told["kind"], date.fromisoformat(told["day"]), bytes.fromhex(told["salt"]), told["text"])
        again = content.written
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAProof("the proof carries no content") from error
    if again != proof.extra:
        raise NotAProof("the content is not in its one canonical form")
    return content


def check(
    proof: Proof, entry: bytes, key: VerifierKey, *, witnesses: Sequence[WitnessKey] = (), needed: int = 0
) -> None:
    """Find that `entry` is leaf `proof.index` of a tree that `key` signed and `needed` of `witnesses` saw. Raises ProofFails.

    1 the checkpoint is signed by the log; 2 enough witnesses cosigned it; 3 the entry is a leaf; 4 its hash leads to the root.
    """
    try:
        head = verification.signed_head(proof.note, key)  # 1
        seen = cosigning.cosignatures(proof.note, witnesses)  # 2
    except ValueError as error:
        raise ProofFails(f"the checkpoint: {error}") from error
    if len(seen) < needed:
        raise ProofFails(f"{len(seen)} witnesses saw this checkpoint, {needed} are needed")
    if not leaves.are_leaves([entry]):  # 3
        raise ProofFails("the entry does not have the form of a leaf")
    if not tree.is_included(tree.leaf_hash(entry), proof.index, head.size, proof.hashes, head.root):  # 4
        raise ProofFails("the entry is not where the proof says that it is, in the tree that was signed")


class _Part(NamedTuple):
    """A whole subtree: its hashes lie side by side in a tile, bytes `start` to `end` of it."""

    place: Place
    start: int
    end: int


def _parts(start: int, end: int, size: int) -> list[_Part]:
    """The subtree of RFC 6962 over these leaves as whole ones: itself, or at the right edge the largest and the rest."""
    parts = []
    while start < end:
        height = (end - start).bit_length() - 1
        level = height // _LEVEL_BITS
        bits = level * _LEVEL_BITS
        index, offset = divmod(start >> bits, tiles.WIDTH)
        width = min(tiles.WIDTH, (size >> bits) - index * tiles.WIDTH)
        parts.append(_Part((level, index, width), offset * HASH, (offset + (1 << height - bits)) * HASH))
        start += 1 << height
    return parts


def _root_over(held: Mapping[Place, bytes | None], parts: Sequence[_Part]) -> bytes:
    below = b""
    for place, start, end in reversed(parts):  # the smaller ones at the right are folded in
        hashes = (held[place] or b"")[start:end]
        if len(hashes) != end - start:
            raise MissingTile(tiles.tile_path(*place))
        level, _, width = place
        is_shared = len(hashes) >= _LARGE and (level > 0 or width < tiles.WIDTH)
        root = _shared_root(hashes) if is_shared else tree.root(hashes)
        below = tree.node_hash(root, below) if below else root
    return below


@lru_cache(maxsize=1024)
def _shared_root(hashes: bytes) -> bytes:
    """`tree.root`, remembered: what lies above the lowest tile, or at the right edge, stands in thousands of proofs."""
    return tree.root(hashes)
