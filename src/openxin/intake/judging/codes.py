"""Unified social credit codes (GB 32100-2015): 18 characters, the last one a check over the others.

And areas (GB/T 2260): six digits.
"""

from datetime import date

import numpy as np
import polars as pl

from openxin.intake.judging.reading import Answer, faulty
from openxin.intake.judging.rules import Rules
from openxin.law.catalogue import Column
from openxin.people.folding import narrow

_ALPHABET = b"0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z
_FORM = rf"^[{_ALPHABET.decode()}]{{18}}$"
_LENGTH = 18
_AREA = r"^[1-9][0-9]{5}$"
_WEIGHTS = np.array([3**place % 31 for place in range(17)], dtype=np.int32)
_VALUES = np.zeros(256, dtype=np.int32)
_VALUES[list(_ALPHABET)] = range(len(_ALPHABET))


def read(cells: pl.Series, _column: Column, _rules: Rules, _day: date) -> Answer:
    """Distinct cells of a body's credit code. The placeholder of 17 zeros is no body."""
    folded = narrow(cells).str.to_uppercase()
    shaped = folded.str.contains(_FORM) & ~folded.str.starts_with("0" * 17)
    candidates = folded.filter(shaped)
    run = "".join(candidates.to_list()).encode("ascii")
    values = _VALUES[np.frombuffer(run, dtype=np.uint8).reshape(-1, _LENGTH)]
    fits = (31 - values[:, :17] @ _WEIGHTS % 31) % 31 == values[:, 17]
    sound = shaped.fill_null(value=False).to_numpy().copy()
    sound[sound] = fits
    codes = folded.set(~pl.Series(sound, dtype=pl.Boolean), None)
    return Answer(codes, None, faulty(cells, codes, "USCC_CHECKSUM"))


def read_area(cells: pl.Series, _column: Column, _rules: Rules, _day: date) -> Answer:
    """Distinct cells of an area: six digits. Abolished codes live on, so none is looked up; anything else might be an address."""
    folded = narrow(cells)
    areas = folded.set(~folded.str.contains(_AREA), None)
    return Answer(areas, None, faulty(cells, areas, "NOT_IN_LIST"))
