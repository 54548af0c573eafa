"""What a checkpoint says: whose tree, how many leaves, which root (C2SP tlog-checkpoint)."""

from base64 import b64decode, b64encode
from dataclasses import dataclass

from openxin.ledger.tree import HASH

_LINES = 3


class NotAHead(ValueError):
    """The text is not what a checkpoint says."""


@dataclass(frozen=True, slots=True)
class TreeHead:
    """A tree of `size` leaves with this root, of the log named `origin`. Signed, it is a checkpoint."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def read_head(text: str) -> TreeHead:
    """The head that `text` states. Extension lines are not ours and are refused. Raises NotAHead."""
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or lines[-1] or not lines[0]:
        raise NotAHead("a checkpoint has three lines: origin, size, root")
    try:
        head = TreeHead(lines[0], int(lines[1]), b64decode(lines[2], validate=True))
    except ValueError as error:
        raise NotAHead("the size is not a number, or the root not base64") from error
    # Written again it must be the same: no sign, no leading zero, no other digits, no loose base64.
    if len(head.root) != HASH or head.size < 0 or head.text != text:
        raise NotAHead("not in its one canonical form")
    return head
