"""A few records of a CSV slice, found again without reading the others."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from openxin.intake.reading.csv_scan import RECORDS_BETWEEN_POSTS
from openxin.intake.reading.layout import CsvDialect, Slice

_QUOTE = 34
_UNITS = {"utf-8": "u1", "gb18030": "u1", "utf-16-le": "<u2", "utf-16-be": ">u2"}


def first(slice_: Slice, records: int) -> bytes:
    """The bytes of so many records from the beginning of the slice, and some more; all of it, where it has not as many."""
    post = -(-records // RECORDS_BETWEEN_POSTS)
    return slice_.stretches([(0, slice_.posts[post] if post < len(slice_.posts) else slice_.length)])[0]


def picked(slice_: Slice, dialect: CsvDialect, places: Sequence[int]) -> bytes:
    """The bytes of the records at these places of the slice, counted from 0 and in order, each with its line end.

    For dialects that are not loose: there a line end ends a record where the quotes before it are even in number (`csv_scan`).
    """
    at_post = {
        post: [place - post * RECORDS_BETWEEN_POSTS for place in some]
        for post, some in groupby(places, lambda place: place // RECORDS_BETWEEN_POSTS)
    }
    borders = [*slice_.posts, slice_.length]
    stretches = slice_.stretches([(borders[post], borders[post + 1]) for post in at_post])
    return b"".join(_picked(raw, dialect, some) for raw, some in zip(stretches, at_post.values(), strict=True))


def _picked(raw: bytes, dialect: CsvDialect, places: Sequence[int]) -> bytes:
    units = np.frombuffer(raw, _UNITS[dialect.encoding])
    ends = np.flatnonzero(units == ord(dialect.eol))
    quotes = np.flatnonzero(units == _QUOTE)
    if len(quotes):
        ends = ends[np.searchsorted(quotes, ends) & 1 == 0]
    borders = np.concatenate(([0], ends + 1)) * units.itemsize
    if borders[-1] < len(raw):
        borders = np.append(borders, len(raw))
    eol = dialect.eol.encode(dialect.encoding)
    records = [raw[borders[place] : borders[place + 1]] for place in places]
    return b"".join(record if record.endswith(eol) else record + eol for record in records)
