"""The spool: judged chunks between the two passes, on disk but never in clear.

One file a chunk, each frame as Arrow IPC sealed under the submission's spool key, which lives in memory only. Whatever a crash
leaves behind is noise; the next run removes it and judges again.
"""

import io
import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from openxin.vault import sealing

_LENGTH_BYTES = 8


def clear(folder: Path) -> None:
    """Remove what an earlier run left, and begin anew."""
    remove(folder)
    folder.mkdir(parents=True, mode=0o700)


def remove(folder: Path) -> None:
    """Leave nothing behind."""
    shutil.rmtree(folder, ignore_errors=True)


def write(folder: Path, chunk: int, key: bytes, frames: Mapping[str, pl.DataFrame]) -> None:
    """Seal the named frames of one chunk, one after another, so that each can be read by itself."""
    with (folder / str(chunk)).open("wb") as out:
        for name, frame in frames.items():
            sealed = sealing.seal(key, _packed(frame), _place(chunk, name))
            out.write(len(sealed).to_bytes(_LENGTH_BYTES, "big"))
            out.write(sealed)


def read(folder: Path, chunk: int, key: bytes, names: tuple[str, ...]) -> "Spooled":
    """Open a chunk. `names` are those it was written with, in that order; each frame is unsealed when it is asked for."""
    return Spooled(folder / str(chunk), chunk, key, names)


class Spooled:
    """One chunk of the spool; frames are unsealed one by one, since most chunks need only the first."""

    def __init__(self, file: Path, chunk: int, key: bytes, names: tuple[str, ...]) -> None:
        self._file, self._chunk, self._key, self._names = file, chunk, key, names

    def frame(self, name: str) -> pl.DataFrame:
        """The frame called `name`."""
        with self._file.open("rb") as file:
            for _ in range(self._names.index(name)):
                file.seek(int.from_bytes(file.read(_LENGTH_BYTES), "big"), io.SEEK_CUR)
            sealed = file.read(int.from_bytes(file.read(_LENGTH_BYTES), "big"))
        return pl.read_ipc(io.BytesIO(sealing.unseal(self._key, sealed, _place(self._chunk, name))))


def _packed(frame: pl.DataFrame) -> bytes:
    packed = io.BytesIO()
    frame.write_ipc(packed)
    return packed.getvalue()


def _place(chunk: int, name: str) -> bytes:
    return sealing.place("spool", chunk, name)
