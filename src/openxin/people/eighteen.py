"""Numbers of eighteen characters: six digits, eight of birth, three of sequence, a check character. Columnar.

Resident IDs (GB 11643-1999), residence permits of people from Hong Kong, Macau and Taiwan, and the residence cards of
foreigners since 2023-12-01 are laid out alike: the birth date stands in the same places (of the cards the first six digits are
a 9, two of place and three of country), and the check character is that of ISO 7064 MOD 11-2. Which of the three a number is,
nothing in it says with certainty: the declared document type does.

The birth date is looked at, since an impossible one is a wrong number and since minors are protected; it is kept nowhere. Sex
is never derived.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

WHOLE: Final = r"^[0-9]{17}[0-9X]$"

_LENGTH = 18
_WEIGHTS = np.array([2 ** (17 - place) % 11 for place in range(17)], dtype=np.int32)
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
_ZERO = ord("0")
_FIRST_BIRTH_YEAR = 1800  # nobody in a register of living memory was born before
_SYNTHETIC_AREA = 999999
_PERMIT_AREAS = (810000, 820000, 830000)
_FIRST_DIGITS = range(1, 9)
_CARD_FIRST_DIGIT = 9
_MONTHS = 12
_EPOCH = date(1970, 1, 1)

Mask = npt.NDArray[np.bool_]
Area = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Parts:
    """What numbers of eighteen characters say, one line for each."""

    area: Area  # the first six digits
    born: npt.NDArray[np.int64]  # days since 1970
    possible: Mask  # the birth date exists and is not in the future
    checks: Mask  # the check character fits


def parts(numbers: pl.Series, day: date) -> Parts:
    """Take numbers apart; every one of them matches `WHOLE`."""
    characters = _digits(numbers)
    digits = characters[:, :17].astype(np.int32) - _ZERO
    area = digits[:, :6] @ np.array([100000, 10000, 1000, 100, 10, 1], dtype=np.int32)
    year = digits[:, 6:10] @ np.array([1000, 100, 10, 1], dtype=np.int32)
    month = digits[:, 10] * 10 + digits[:, 11]
    of_month = digits[:, 12] * 10 + digits[:, 13]
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[D]").astype(np.int64) - first
    born = first + of_month - 1
    possible = (year >= _FIRST_BIRTH_YEAR) & (month >= 1) & (month <= _MONTHS) & (of_month >= 1) & (of_month <= length)
    possible &= born <= (day - _EPOCH).days
    return Parts(area, born, possible, _check_characters(characters) == characters[:, 17])


def fitting(candidates: pl.Series, day: date) -> pl.Series:
    """Which of these runs of 18 characters are somebody's number: a possible birth date and a fitting check character."""
    folded = candidates.str.to_uppercase()
    shaped = folded.str.contains(WHOLE).to_numpy()
    fits = np.zeros(len(candidates), np.bool_)
    of = parts(folded.filter(pl.Series(shaped)), day)
    fits[shaped] = of.possible & of.checks
    return pl.Series(fits)


def completed(seventeen: pl.Series) -> pl.Series:
    """Seventeen digits and their check character."""
    return seventeen + pl.Series([chr(one) for one in _check_characters(_digits(seventeen + "0"))])


def is_resident_area(area: Area, *, synthetic: bool) -> Mask:
    """Real numbers begin with 1 to 8, and not with an area of residence permits; made-up people only where they are let in.

    A real number is never refused for an area that is unknown: abolished areas live on in old numbers.
    """
    real = np.isin(area // 100000, list(_FIRST_DIGITS)) & ~np.isin(area, _PERMIT_AREAS)
    return np.asarray(real | ((area == _SYNTHETIC_AREA) & synthetic))


def is_permit_area(area: Area) -> Mask:
    """Hong Kong, Macau, Taiwan."""
    return np.asarray(np.isin(area, _PERMIT_AREAS))


def is_card_area(area: Area, *, synthetic: bool) -> Mask:
    """Cards of foreigners begin with 9; no country has the number 999, so that six nines are a made-up person here too."""
    return np.asarray((area // 100000 == _CARD_FIRST_DIGIT) & ((area != _SYNTHETIC_AREA) | synthetic))


def _check_characters(characters: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """ISO 7064 MOD 11-2 over the first 17 digits."""
    sums = (characters[:, :17].astype(np.int32) - _ZERO) @ _WEIGHTS
    return np.asarray(_CHECKS[sums % 11])


def _digits(numbers: pl.Series) -> npt.NDArray[np.uint8]:
    """One row of 18 bytes for each number; the whole column becomes bytes in one call."""
    run = numbers.str.join("").item() or "" if len(numbers) else ""
    return np.frombuffer(run.encode("ascii"), dtype=np.uint8).reshape(-1, _LENGTH)
