"""A ledger as a folder of files (C2SP tlog-tiles): `checkpoint`, `vkey`, `tile/…` and `tile/entries/…`.

Written whole or not at all: into a new folder beside, which then takes the name. A reader never sees half an export.
"""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from openxin.ledger import tiles
from openxin.ledger.heads import TreeHead
from openxin.ledger.notes import VerifierKey

CHECKPOINT = "checkpoint"
KEY = "vkey"

Place = tuple[int, int, int]  # of a tile: level, index, width


class Log(Protocol):
    """Whatever holds a ledger: a folder, or the tables of the database. It is asked in order, and judged by others."""

    def tile(self, level: int, index: int, width: int) -> bytes | None:
        """The hashes of a tile; None where it is missing."""

    def tiles(self, places: Sequence[Place]) -> list[bytes | None]:
        """Several tiles; whoever can get them at once does so."""
        return [self.tile(*place) for place in places]

    def bundle(self, index: int, width: int) -> bytes | None:
        """The bundle of the entries under a tile of level 0; None where it is missing."""

    def surplus(self, size: int) -> str | None:
        """The place of something that a tree of `size` leaves does not need; None where there is nothing."""


class FolderInUse(Exception):
    """There is something at that place that is not an export: it is left alone."""


class Folder(Log):
    """An export that lies in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def tile(self, level: int, index: int, width: int) -> bytes | None:
        """The hashes of a tile."""
        return self._bytes(tiles.tile_path(level, index, width))

    def bundle(self, index: int, width: int) -> bytes | None:
        """The bundle under a tile of level 0."""
        return self._bytes(tiles.bundle_path(index, width))

    def surplus(self, size: int) -> str | None:
        """The first file, by name, that the checkpoint does not call for."""
        needed = {CHECKPOINT, KEY}
        for level, index, width in tiles.widths(size):
            needed.add(tiles.tile_path(level, index, width))
            if level == 0:
                needed.add(tiles.bundle_path(index, width))
        there = {file.relative_to(self.folder).as_posix() for file in self.folder.rglob("*") if not file.is_dir()}
        return min(there - needed, default=None)

    def _bytes(self, path: str) -> bytes | None:
        try:
            return (self.folder / path).read_bytes()
        except OSError:
            return None


def write(out: Path, log: Log, *, key: VerifierKey, note: str, head: TreeHead) -> None:
    """Write what `note` signs to `out`; an export that lies there is replaced. Raises FolderInUse.

    It does not judge what `log` gives: what is missing there is missing in the export, for `verify` to find.
    """
    if out.exists() and not _is_empty(out) and not (out / CHECKPOINT).is_file():
        raise FolderInUse(f"{out} holds something that is not an export of the ledger")
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        fresh.chmod(0o755)  # an export is for everybody
        for level, index, width in tiles.widths(head.size):
            if level == 0:
                _put(fresh / tiles.bundle_path(index, width), log.bundle(index, width))
            _put(fresh / tiles.tile_path(level, index, width), log.tile(level, index, width))
        (fresh / KEY).write_text(f"{key}\n", "utf-8")
        (fresh / CHECKPOINT).write_text(note, "utf-8")
        _take_the_name(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _take_the_name(fresh: Path, out: Path) -> None:
    if not out.exists() or _is_empty(out):
        fresh.rename(out)
        return
    # A folder cannot be renamed onto a full one. If we die between the two renames, both exports lie beside `out`,
    # whole, under names that begin with a dot, and nothing is at `out`: it is missing, never mixed.
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent))
    out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old)


def _put(file: Path, content: bytes | None) -> None:
    if content:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and next(folder.iterdir(), None) is None
