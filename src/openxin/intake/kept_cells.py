"""Cells as they came, between the passes. Of nearly all rows nobody asks for them again.

In the spool are those of rows that have a problem of their own. Of the few others that must wait (the register or the rest of
the file speaks against them) they are read from the file again, where it is one in which a record can be found alone.
"""

import pickle

import polars as pl

from openxin.intake.reading.table import Layout, RawChunk, frame_of
from openxin.intake.spool import Part


def kept(cells: pl.DataFrame, rows: pl.DataFrame, chunk: RawChunk, layout: Layout) -> dict[str, pl.DataFrame]:
    """What goes into the spool: `cells` of a part's `rows` (in the same order), and where the others are found again."""
    numbered = cells.with_columns(rows["at"])
    if not chunk.lies_in_file:
        return {"cells": numbered, "source": pl.DataFrame()}
    source = pl.DataFrame({"source": [pickle.dumps((chunk, layout))]})
    return {"cells": numbered.filter(rows["fate"] != 0), "source": source}


def cells_of(spooled: Part, rows: pl.DataFrame) -> pl.DataFrame:
    """The cells of `rows` (`at`, `row`), in their order."""
    here = spooled.frame("cells")
    others = rows.join(here, on="at", how="anti", maintain_order="left")
    if others.height:
        # Of our own writing: the seal of the spool was opened under a key that lives in this submission's processes only.
        chunk, layout = pickle.loads(spooled.frame("source").item())  # noqa: S301
        again = frame_of(chunk, layout, others["row"].to_list()).with_columns(others["at"])
        here = pl.concat([here, again.select(here.columns)])
    return rows.select("at").join(here, on="at", how="left", maintain_order="left").drop("at")
