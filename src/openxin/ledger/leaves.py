"""What stands in a leaf: RFC 8785 JSON `{"c":…,"day":…,"kind":…,"v":1}` and nothing else, hence nothing personal.

`c` is the commitment, SHA-256(salt || canonical content), in lower-case hexadecimal: what `sha256sum` prints, and a
column of commitments becomes text in one call. `day` is the day in the register's calendar, `kind` one of KINDS. No
id of a person, a record or a document, no instant: they would tell more than the person's own proof needs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

VERSION: Final = 1
COMMITMENT: Final = 32

# docs/contract.md, last paragraph.
KINDS: Final = frozenset(
    {"catalogue", "admission", "supplied", "change", "check", "disclosure", "refusal", "grant", "revocation"}
)
_HEAD: Final = b'{"c":"'
_BODY: Final = len(_HEAD) + 2 * COMMITMENT  # the rest of a leaf is the same for all of one kind and day
_LEAF = re.compile(rb'\{"c":"([0-9a-f]{64})","day":"(\d{4}-\d\d-\d\d)","kind":"([a-z]{1,32})","v":1\}')


class NotALeaf(ValueError):
    """The bytes are not a leaf in its one canonical form."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf, read."""

    kind: str
    day: date
    commitment: bytes


def commitment(salt: bytes, content: bytes) -> bytes:
    """What is committed to: nobody can guess the content from it without the salt (32 random bytes)."""
    return sha256(salt + content).digest()


def written(kind: str, day: date, commitments: Sequence[bytes] | bytes) -> list[bytes]:
    """The leaves of entries of one kind and day, in order."""
    run = commitments if isinstance(commitments, bytes) else b"".join(commitments)
    return _between(_after(kind, day.isoformat()) + b"\n", run).split(b"\n")[:-1]


def bundled(kind: str, day: str, commitments: bytes) -> bytes:
    """`written`, each leaf after its length in two bytes, as a bundle of C2SP tlog-tiles has them.

    `kind` and `day` as somebody wrote them, sound or not: what comes of them is for a verifier to judge.
    """
    after = _after(kind, day)
    length = (_BODY + len(after) & 0xFFFF).to_bytes(2, "big")
    return _between(after, commitments, length)


def _after(kind: str, day: str) -> bytes:
    return f'","day":"{day}","kind":"{kind}","v":{VERSION}}}'.encode()


def _between(after: bytes, run: bytes, before: bytes = b"") -> bytes:
    """Columnar: the commitments become hexadecimal in one call, and one replacement puts the rest of every leaf between them."""
    if len(run) % COMMITMENT:
        raise ValueError("a commitment has 32 bytes")
    if not run:
        return b""
    before += _HEAD
    return before + run.hex("|", COMMITMENT).encode().replace(b"|", after + before) + after


def read(entry: bytes) -> Leaf:
    """The leaf that these bytes are. Raises NotALeaf."""
    found = _LEAF.fullmatch(entry)
    if found is None:
        raise NotALeaf("not {c, day, kind, v} in canonical form")
    kind = found[3].decode()
    if kind not in KINDS:
        raise NotALeaf("of a kind that docs/contract.md does not list")
    try:
        day = date.fromisoformat(found[2].decode())
    except ValueError as error:
        raise NotALeaf("dated on a day that does not exist") from error
    return Leaf(kind, day, bytes.fromhex(found[1].decode()))


def are_leaves(entries: Sequence[bytes]) -> bool:
    """Whether each of `entries` is a leaf, as `read` would say; in columns, since a verifier asks it of every entry."""
    alike: dict[bytes, list[bytes]] = {}
    for entry in entries:
        alike.setdefault(entry[_BODY:], []).append(entry)
    return all(_are_leaves_that_end(after, group) for after, group in alike.items())


def _are_leaves_that_end(after: bytes, entries: Sequence[bytes]) -> bool:
    """Made anew out of their commitments they must be the same: neither capitals nor the spaces that `fromhex` passes over."""
    try:
        read(_HEAD + b"0" * 2 * COMMITMENT + after)  # so each has more than `_BODY` bytes, and all have as many
        together = b"".join(entries)
        column = bytes.fromhex(together[len(_HEAD) : -len(after)].replace(after + _HEAD, b"").decode("ascii"))
        return len(column) == COMMITMENT * len(entries) and _between(after, column) == together
    except ValueError:
        return False
