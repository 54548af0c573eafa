"""Does the tree of a later checkpoint begin with that of an earlier one? The consistency proof of RFC 9162, 2.1.4, as a file.

The earlier checkpoint may be one that somebody kept: it is believed only as far as the log's key signed it. The file has the form
of the request `add-checkpoint` of C2SP tlog-witness: the old size, the hashes, an empty line, the newer checkpoint; so whoever
holds the older one can check it without our server.
"""

from base64 import b64encode
from dataclasses import dataclass

from openxin.ledger import proofs, stored, tree, verification
from openxin.ledger.heads import TreeHead
from openxin.ledger.notes import VerifierKey


class NotOurs(ValueError):
    """The text is no checkpoint that this log's key signed."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """What was found. `holds`: the tree of `new` begins with that of `old`; `hashes` show it to anybody."""

    old: TreeHead
    new: TreeHead
    note: str
    hashes: tuple[bytes, ...]
    holds: bool

    @property
    def written(self) -> str:
        """As a file."""
        lines = [f"old {self.old.size}", *(b64encode(one).decode() for one in self.hashes)]
        return "\n".join(lines) + f"\n\n{self.note}"


def head_of(note: str, key: VerifierKey) -> TreeHead:
    """What a checkpoint says that somebody kept. Raises NotOurs."""
    try:
        return verification.signed_head(note, key)
    except ValueError as error:
        raise NotOurs(str(error)) from error


def continuation(cursor: stored.Cursor, old: TreeHead, note: str, key: VerifierKey) -> Continuation:
    """Whether the tree that `note` signs begins with `old`. Raises NotOurs; MissingTile where hashes are gone from the database.

    An `old` that is larger than what `note` signs is not continued: leaves that were signed are gone.
    """
    new = head_of(note, key)
    if old.size > new.size:
        return Continuation(old, new, note, (), holds=False)
    hashes = proofs.span_hashes(stored.StoredLog(cursor), tree.consistency_spans(old.size, new.size), new.size)
    holds = tree.is_consistent(old.size, new.size, hashes, old.root, new.root)
    return Continuation(old, new, note, tuple(hashes), holds)
