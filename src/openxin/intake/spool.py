"""The spool: judged chunks between the passes, on disk but never in clear.

One file for each chunk, in which the rows of each shard lie together: a *piece*. Each frame of a piece is Arrow IPC sealed under
the submission's spool key, which lives in memory only, and so is where the chunk came from. Whatever a crash leaves behind is
noise; whoever comes next removes it (`spool_folders`), and the next run judges again. What passes 2 and 3 take at once is a
*part*: one shard of consecutive chunks.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow
import pyarrow.ipc

from openxin.vault import sealing

FRAMES = ("rows", "problems", "notes", "wording", "cells")
_FIGURE = np.dtype("<i8")
_OF_CHUNK = 2  # where the sealed source begins and ends
_OF_PIECE = 2 + len(FRAMES)  # how many rows, where each sealed frame begins, and where the last one ends


@dataclass(frozen=True, slots=True)
class Sorted:
    """A frame in which the lines of each shard lie together. `ends`: where those of each end."""

    lines: pl.DataFrame
    ends: list[int]

    def pieces(self) -> list[pl.DataFrame]:
        """The lines of each shard."""
        return [self.lines[begins:ends] for begins, ends in pairwise([0, *self.ends])]


def write(folder: Path, key: bytes, chunk: int, source: bytes, frames: Mapping[str, Sorted]) -> None:
    """Seal a chunk: the frames called `FRAMES`; `source`: where its cells are again."""
    of_shards = list(zip(*(frames[name].pieces() for name in FRAMES), strict=True))
    figures = np.zeros(_OF_CHUNK + _OF_PIECE * len(of_shards), _FIGURE)
    with _file(folder, chunk).open("wb") as out:
        figures[0] = out.seek(figures.nbytes)
        out.write(sealing.seal(key, source, sealing.place("spool", chunk, "source")))
        figures[1] = out.tell()
        for shard, (piece, found) in enumerate(zip(figures[_OF_CHUNK:].reshape(-1, _OF_PIECE), of_shards, strict=True)):
            rows = found[0].height
            piece[0], piece[1] = rows, out.tell()
            for at, (name, frame) in enumerate(zip(FRAMES, found, strict=True), start=2):
                out.writelines(sealing.seal_in_two(key, _packed(frame), _place(chunk, shard, name, rows)))
                piece[at] = out.tell()
        out.seek(0)
        out.write(figures.tobytes())


def source(folder: Path, key: bytes, chunk: int) -> bytes:
    """What `write` was told of the chunk: where its cells are found again."""
    with _file(folder, chunk).open("rb") as file:
        sealed = _between(file, *_figures(file, 0, _OF_CHUNK))
    return sealing.unseal(key, sealed, sealing.place("spool", chunk, "source"))


@dataclass(frozen=True, slots=True)
class Part:
    """One shard of some chunks, which follow one another. Frames are unsealed one by one: most parts need only the first.

    `lines`: where only some rows are looked at, which. `opened`: where frames are asked for again, those that were.
    """

    folder: Path
    key: bytes
    chunks: tuple[int, ...]
    shard: int
    lines: npt.NDArray[np.intp] | None = None
    opened: dict[str, pl.DataFrame] | None = None

    def among(self, places: Collection[tuple[int, int]]) -> "Part":
        """The rows that stand at these places (sheet, row), as a part of its own."""
        wanted = np.array([*places], np.int64).reshape(-1, 2)
        there = self._whole("rows").select(pl.col("sheet", "row").cast(pl.Int64)).to_numpy()
        return replace(self, lines=np.flatnonzero(np.isin(_number(there), _number(wanted))))

    def frame(self, name: str) -> pl.DataFrame:
        """The frame called `name`, one of `FRAMES`, of all chunks; `at` counts the rows of the whole part."""
        whole = self._whole(name)
        if self.lines is None:
            return whole
        if "at" not in whole.columns:
            return whole[self.lines]
        at = whole["at"].to_numpy()
        chosen = np.flatnonzero(np.isin(at, self.lines))
        return whole[chosen].with_columns(pl.Series("at", np.searchsorted(self.lines, at[chosen]), pl.UInt32))

    def _whole(self, name: str) -> pl.DataFrame:
        if self.opened is None:
            return self._together(name)
        if name not in self.opened:
            self.opened[name] = self._together(name)
        return self.opened[name]

    def _together(self, name: str) -> pl.DataFrame:
        held, tables = zip(*(self._piece(chunk, name) for chunk in self.chunks), strict=True)
        # Of workbooks a chunk has a column for numbers among the cells only where it has one.
        frame = pl.DataFrame(pyarrow.concat_tables(tables, promote_options="default"))
        if "at" not in frame.columns or len(tables) == 1:
            return frame
        before = np.repeat(np.cumsum(held) - held, [table.num_rows for table in tables])
        return frame.with_columns(pl.col("at") + pl.Series(before, dtype=pl.UInt32))

    def few(self, name: str, at: pl.Series, columns: Callable[[str], bool]) -> pl.DataFrame:
        """Some columns of the frame called `name` of a part of one chunk, of the lines `at`: the others are not looked at."""
        (chunk,) = self.chunks
        table = self._piece(chunk, name)[1]
        return pl.DataFrame(table.select([one for one in table.column_names if columns(one)]).take(at.to_arrow()))

    def _piece(self, chunk: int, name: str) -> tuple[int, pyarrow.Table]:
        at = FRAMES.index(name)
        with _file(self.folder, chunk).open("rb") as file:
            rows, *borders = _figures(file, _OF_CHUNK + _OF_PIECE * self.shard, _OF_PIECE)
            sealed = _between(file, borders[at], borders[at + 1])
        # The number of rows is part of the place: were it another, the frame would not open.
        opened = sealing.unseal(self.key, sealed, _place(chunk, self.shard, name, rows))
        # By way of Arrow, which takes the columns as they lie there.
        return rows, pyarrow.ipc.open_stream(pyarrow.py_buffer(opened)).read_all()


def _packed(frame: pl.DataFrame) -> memoryview:
    """Arrow IPC with offsets, which holds the bytes of these lines alone; with views it would hold those of the whole chunk."""
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    packed = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(packed, table.schema) as writer:
        writer.write_table(table)
    return memoryview(packed.getvalue()).cast("B")


def _number(places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """One number for each place (sheet, row)."""
    return places[:, 0] << 32 | places[:, 1]


def _file(folder: Path, chunk: int) -> Path:
    return folder / str(chunk)


def _between(file: BinaryIO, begins: int, ends: int) -> bytes:
    file.seek(begins)
    return file.read(ends - begins)


def _figures(file: BinaryIO, first: int, count: int) -> list[int]:
    file.seek(first * _FIGURE.itemsize)
    figures: list[int] = np.frombuffer(file.read(count * _FIGURE.itemsize), _FIGURE).tolist()
    return figures


def _place(chunk: int, shard: int, name: str, rows: int) -> bytes:
    return sealing.place("spool", chunk, shard, name, rows)
