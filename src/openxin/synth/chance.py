"""Chance that can be asked for one person at a time: a hash of (seed, stream, index), not a sequence.

So `people(seed, 100)` are the first hundred of `people(seed, 1_000_000)`, whatever else is drawn, and no two indices of
one pool ever share a number: `spread` walks a whole range once before it comes back.
"""

from math import gcd

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Objects = NDArray[np.object_]
Bools = NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_MASK = (1 << 64) - 1


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64, whose increments and shifts are the published ones."""
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


def key(seed: int, *stream: str) -> int:
    """One number for a seed and the name of a stream; stable across processes, which `hash()` is not."""
    number = seed & _MASK
    for letter in "/".join(stream):
        number = (number * 1_099_511_628_211 + ord(letter)) & _MASK
    return number


def uniform(seed: int, stream: str, index: Ints) -> NDArray[np.float64]:
    """A number in [0, 1) for each index."""
    start = np.uint64(key(seed, stream))
    mixed = _mixed(_mixed(index.astype(np.uint64) * _GOLDEN + start) + _GOLDEN)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def pick(seed: int, stream: str, index: Ints, count: int) -> Ints:
    """A number below `count` for each index."""
    return (uniform(seed, stream, index) * count).astype(np.int64)


def spread(seed: int, stream: str, index: Ints, size: int) -> Ints:
    """A different place in range(size) for each index below `size`, jumping all over it."""
    start = key(seed, stream)
    step = int(size * 0.6180339887) + start % 1009
    while gcd(step, size) != 1:
        step += 1
    return (index * step + start % size) % size
