"""The keys of an installation: files in one folder, outside the database (`OPENXIN_KEYS`).

`master-N.key` wraps the keys of persons, waiting rows and lines; N is its epoch. When an epoch is destroyed,
what it wrapped is gone from the write-ahead log and the backups too. `token-KIND-N.key` makes look-up tokens.
Each file holds 32 random bytes.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

TokenKind = Literal["identity", "name", "natural", "content", "extras", "row", "file", "login", "grant"]
_KEY_BYTES = 32


class KeysMissing(Exception):
    """The folder of keys is absent or incomplete: `openxin init` makes it; a lost key cannot be made again."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys of an installation, in memory."""

    masters: dict[int, bytes]  # by epoch
    tokens: dict[TokenKind, dict[int, bytes]]  # by number

    @property
    def epoch(self) -> int:
        """The epoch under which new keys are wrapped."""
        return max(self.masters)

    def current(self, kind: TokenKind) -> int:
        """The number of the key under which new tokens are made."""
        return max(self.tokens[kind])

    def token_numbers(self, kind: TokenKind) -> tuple[int, ...]:
        """Key numbers to look under: the current one first, then the one before it."""
        return tuple(sorted(self.tokens[kind], reverse=True)[:2])


_in_use: KeyRing | None = None


def use(folder: Path) -> None:
    """Load the keys of `folder` for this process. Raises KeysMissing."""
    global _in_use
    _in_use = _read(folder)


def keys() -> KeyRing:
    """The keys in use. Raises KeysMissing where `use` was not called."""
    if _in_use is None:
        raise KeysMissing("no keys are loaded; run `openxin init`")
    return _in_use


def make_keys(folder: Path) -> None:
    """Make whatever key is missing in `folder`; never touches one that is there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not list(folder.glob("master-*.key")):
        _write_key(folder / "master-1.key")
    for kind in get_args(TokenKind):
        if not list(folder.glob(f"token-{kind}-*.key")):
            _write_key(folder / f"token-{kind}-1.key")


def _read(folder: Path) -> KeyRing:
    masters = _numbered(folder, "master")
    tokens = {kind: _numbered(folder, f"token-{kind}") for kind in get_args(TokenKind)}
    if not masters or not all(tokens.values()):
        raise KeysMissing(f"keys are missing in {folder.name}/; run `openxin init`")
    return KeyRing(masters, tokens)


def _numbered(folder: Path, stem: str) -> dict[int, bytes]:
    found = {int(file.stem.rsplit("-", 1)[1]): file.read_bytes() for file in folder.glob(f"{stem}-*.key")}
    if any(len(key) != _KEY_BYTES for key in found.values()):
        raise KeysMissing(f"a key of {stem} is damaged")
    return found


def _write_key(file: Path) -> None:
    # Written whole or not at all: a half-written key would be taken for damage at the next start.
    fresh = file.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(secrets.token_bytes(_KEY_BYTES))
        out.flush()
        os.fsync(out.fileno())
    fresh.rename(file)
