"""Random identifiers (RFC 9562 version 4), in bulk and as 16 bytes."""

import os

import numpy as np

_ID_BYTES = 16


def random_ids(count: int) -> list[bytes]:
    """`count` random UUIDs, each as its 16 bytes."""
    pool = np.frombuffer(os.urandom(_ID_BYTES * count), dtype=np.uint8).reshape(count, _ID_BYTES).copy()
    pool[:, 6] = (pool[:, 6] & 0x0F) | 0x40  # version 4
    pool[:, 8] = (pool[:, 8] & 0x3F) | 0x80  # variant of RFC 9562
    run = pool.tobytes()
    return [run[at : at + _ID_BYTES] for at in range(0, len(run), _ID_BYTES)]
