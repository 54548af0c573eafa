"""Random identifiers (RFC 9562 version 4), in bulk and as 16 bytes."""

import os

import numpy as np
import numpy.typing as npt

ID_BYTES = 16
_SHARED_BYTES = 4

Ids = npt.NDArray[np.void]  # of 16 bytes each


def random_ids(count: int) -> list[bytes]:
    """`count` random UUIDs, each as its 16 bytes."""
    return list(random_run(count).tolist())


def random_run(count: int) -> Ids:
    """`random_ids` as one run of bytes, no object for each."""
    return _as_version_four(_random(count))


def neighbouring_run(count: int) -> Ids:
    """Random UUIDs, in order, that begin with the same four random bytes: rows that come together lie together in every index.

    They tell that they were made together, and nothing of when (docs/decisions/0021).
    """
    pool = _random(count)
    pool[:, :_SHARED_BYTES] = np.frombuffer(os.urandom(_SHARED_BYTES), dtype=np.uint8)
    ids = _as_version_four(pool).tolist()
    ids.sort()
    return np.frombuffer(b"".join(ids), dtype=f"V{ID_BYTES}")


def _random(count: int) -> npt.NDArray[np.uint8]:
    return np.frombuffer(os.urandom(ID_BYTES * count), dtype=np.uint8).reshape(count, ID_BYTES).copy()


def _as_version_four(pool: npt.NDArray[np.uint8]) -> Ids:
    pool[:, 6] = (pool[:, 6] & 0x0F) | 0x40  # version 4
    pool[:, 8] = (pool[:, 8] & 0x3F) | 0x80  # variant of RFC 9562
    return pool.view(f"V{ID_BYTES}").reshape(-1)
