"""Runs: a column of byte strings of one width as one array, no Python object for each. What ids and tokens are in bulk."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Run = npt.NDArray[np.void]  # of items of one width


def run_of(column: pl.Series, width: int) -> Run:
    """The items of a binary column. Raises ValueError where one is null or not `width` bytes long."""
    packed = column.to_arrow()
    if packed.null_count:
        raise ValueError("a run has no nulls")
    _, offsets, content = packed.buffers()
    starts = np.frombuffer(offsets, dtype=np.int64)[packed.offset : packed.offset + len(packed) + 1]
    if (np.diff(starts) != width).any():
        raise ValueError(f"an item is not {width} bytes long")
    return (
        np.frombuffer(content, dtype=f"V{width}", count=len(packed), offset=int(starts[0]))
        if len(packed)
        else empty(width)
    )


def run(items: Sequence[bytes], width: int) -> Run:
    """A list as a run. Raises ValueError where the items are not `width` bytes long together."""
    joined = b"".join(items)
    if len(joined) != len(items) * width:
        raise ValueError(f"items are not {width} bytes long")
    return np.frombuffer(joined, dtype=f"V{width}")


def empty(width: int) -> Run:
    """No item."""
    return np.zeros(0, dtype=f"V{width}")


def side_by_side(*columns: Run | bytes) -> list[bytes]:
    """The items of equally long runs put together row by row, with constant bytes between them."""
    rows = next(len(column) for column in columns if not isinstance(column, bytes))
    if not rows:
        return []
    parts = [
        np.broadcast_to(np.frombuffer(column, np.uint8), (rows, len(column)))
        if isinstance(column, bytes)
        else np.ascontiguousarray(column).view(np.uint8).reshape(rows, column.itemsize)
        for column in columns
    ]
    together = np.concatenate(parts, axis=1)
    return list(together.view(f"V{together.shape[1]}").reshape(-1).tolist())
