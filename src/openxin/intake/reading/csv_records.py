"""A few records of a CSV slice, found again without parsing the others."""

from collections.abc import Sequence

import numpy as np

from openxin.intake.reading.layout import CsvDialect

_QUOTE = 34
_UNITS = {"utf-8": "u1", "gb18030": "u1", "utf-16-le": "<u2", "utf-16-be": ">u2"}


def picked(raw: bytes, dialect: CsvDialect, places: Sequence[int]) -> bytes:
    """The bytes of the records at these places of the slice, counted from 0, one after another, each with its line end.

    For dialects that are not loose: there a line end ends a record where the quotes before it are even in number (`csv_scan`).
    """
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
