"""The key that signs checkpoints: one file, `ledger.key`, in the folder of keys.

The file holds the secret key in the text form of signed notes, and so also the name of the log, which is the origin
line of its checkpoints. Losing it ends this log's line of checkpoints; whoever has it can sign in the register's
name.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openxin.ledger.notes import NotAKey, Signer, read_signer

FILE = "ledger.key"
NAME = "openxin.local/ledger"


class SigningKeyMissing(Exception):
    """The ledger's key is absent or damaged: `openxin init` makes it; a lost key cannot be made again."""


def make_key(folder: Path, name: str = NAME) -> None:
    """Make the key where `folder` has none; never touches one that is there."""
    if (folder / FILE).exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written whole or not at all: half a key would be taken for damage at the next start.
    fresh = folder / f"{FILE}.new"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(Signer(name, Ed25519PrivateKey.generate()).secret_text() + "\n")
        out.flush()
        os.fsync(out.fileno())
    fresh.rename(folder / FILE)


def signer(folder: Path) -> Signer:
    """The signer of this installation. Raises SigningKeyMissing."""
    try:
        return read_signer((folder / FILE).read_text("utf-8").removesuffix("\n"))
    except (OSError, NotAKey, UnicodeDecodeError) as error:
        raise SigningKeyMissing(f"no sound {FILE} in {folder.name}/; run `openxin init`") from error
