"""The spool: judged chunks between the two passes, on disk but never in clear.

One file for each chunk and shard, each frame as Arrow IPC sealed under the submission's spool key, which lives in memory
only. Whatever a crash leaves behind is noise; the next run removes it and judges again.
"""

import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow
import pyarrow.ipc

from openxin.vault import sealing

_LENGTH_BYTES = 8
FRAMES = ("rows", "problems", "notes", "wording", "cells", "source")


def clear(folder: Path) -> None:
    """Remove what an earlier run left, and begin anew."""
    remove(folder)
    folder.mkdir(parents=True, mode=0o700)


def remove(folder: Path) -> None:
    """Leave nothing behind."""
    shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Part:
    """One chunk's rows of one shard, in the spool. Frames are unsealed one by one: most parts need only the first."""

    folder: Path
    key: bytes
    chunk: int
    shard: int

    def write(self, frames: Mapping[str, pl.DataFrame]) -> None:
        """Seal the named frames, one after another, so that each can be read by itself."""
        with self._file.open("wb") as out:
            for name, frame in frames.items():
                packed = io.BytesIO()
                frame.write_ipc(packed)
                head, body = sealing.seal_in_two(self.key, packed.getbuffer(), self._place(name))
                out.write((len(head) + len(body)).to_bytes(_LENGTH_BYTES, "big"))
                out.write(head)
                out.write(body)

    def frame(self, name: str) -> pl.DataFrame:
        """The frame called `name`, which must be one of `FRAMES`."""
        with self._file.open("rb") as file:
            for _ in range(FRAMES.index(name)):
                file.seek(int.from_bytes(file.read(_LENGTH_BYTES), "big"), io.SEEK_CUR)
            sealed = file.read(int.from_bytes(file.read(_LENGTH_BYTES), "big"))
        opened = sealing.unseal(self.key, sealed, self._place(name))
        # By way of Arrow, which takes the columns as they lie there.
        return pl.DataFrame(pyarrow.ipc.open_file(pyarrow.py_buffer(opened)).read_all())

    @property
    def _file(self) -> Path:
        return self.folder / f"{self.chunk}-{self.shard}"

    def _place(self, name: str) -> bytes:
        return sealing.place("spool", self.chunk, self.shard, name)
