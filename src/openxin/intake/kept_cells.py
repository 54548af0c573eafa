"""Cells as they came, between the passes. Of nearly all rows nobody asks for them again.

In the spool are those of rows that have a problem of their own. Of the few others that must wait (the register or the rest of
the file speaks against them) they are read from the file again, where it is one in which a record can be found alone.
"""

import pickle

import numpy as np
import polars as pl

from openxin.intake import spool
from openxin.intake.reading.table import Layout, RawChunk, frame_of
from openxin.intake.waiting import IS_NUMBER


def kept(cells: pl.DataFrame, rows: pl.DataFrame, chunk: RawChunk) -> pl.DataFrame:
    """What goes into the spool of the `cells` of a chunk's `rows` (in the same order); `at`: of which row they are."""
    numbered = cells.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"))
    return numbered.filter(rows["fate"] != 0) if chunk.lies_in_file else numbered


def source_of(chunk: RawChunk, layout: Layout) -> bytes:
    """Where the cells of a chunk are found again; nothing where all of them are in the spool."""
    return pickle.dumps((chunk, layout)) if chunk.lies_in_file else b""


def cells_of(spooled: spool.Part, rows: pl.DataFrame) -> pl.DataFrame:
    """The cells of `rows` (`at`, `row`), in their order."""
    here = spooled.frame("cells")
    others = rows.join(here, on="at", how="anti", maintain_order="left")
    if others.height:
        here = pl.concat([here, _again(spooled, others.select("at", "row").sort("row")).select(here.columns)])
    found = rows.select("at").join(here, on="at", how="left", maintain_order="left").drop("at")
    # Chunks in which no cell of a column was a number have no column that says so.
    return found.with_columns(pl.col(f"^.*{IS_NUMBER}$").fill_null(value=False))


def _again(spooled: spool.Part, rows: pl.DataFrame) -> pl.DataFrame:
    """The cells of these rows, which are in the order of the file, from the file."""
    # Of our own writing: the seal of the spool was opened under a key that lives in this submission's processes only.
    sources: list[tuple[RawChunk, Layout]] = [
        pickle.loads(spool.source(spooled.folder, spooled.key, chunk))  # noqa: S301
        for chunk in spooled.chunks
    ]
    chunks, layouts = zip(*sources, strict=True)
    numbers = rows["row"].to_numpy()
    borders = np.searchsorted(numbers, [chunk.first_row for chunk in chunks[1:]]).tolist()
    asked = list(zip(chunks, np.split(numbers, borders), strict=True))
    return frame_of([(chunk, some.tolist()) for chunk, some in asked if len(some)], layouts[0]).with_columns(rows["at"])
