"""Secrets that are no keys of the vault: files that only their owner reads, in the folder of keys."""

import os
import secrets
import tempfile
from pathlib import Path

_WEB = "web.key"


def web_secret(keys: Path) -> str:
    """What sessions and forms are signed with; empty where none was made yet."""
    file = keys / _WEB
    return file.read_text("ascii").strip() if file.exists() else ""


def make_web_secret(keys: Path) -> None:
    """Make it where it is missing."""
    if not (keys / _WEB).exists():
        write_secret(keys / _WEB, secrets.token_urlsafe(50).encode())


def write_secret(file: Path, content: bytes) -> None:
    """Write a file that only its owner reads: whole and on the disk, or not at all."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # mkstemp: mode 0600
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    Path(name).rename(file)
