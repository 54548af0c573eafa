"""What a sound number of an identity document is, by the form of the document. Columnar: a file at a time, no cell alone.

`resident_id` (GB 11643-1999): six digits of area, eight of birth, three of sequence, a check character by ISO 7064 MOD 11-2. A
number of 15 digits, issued before 1999, lacks the century and the check character and is upgraded. `residence_permit` of people
from Hong Kong, Macau and Taiwan: the same, under three areas of its own. A real number is never refused for an area that is
unknown: abolished areas live on in old numbers. Area 999999 is assigned to nobody and stands for made-up people only.

The birth date is looked at, since an impossible one is a wrong number and since minors are protected; it is kept nowhere. Sex is
never derived.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from openxin.people.folding import narrow

RESIDENT_ID: Final = "resident_id"
RESIDENCE_PERMIT: Final = "residence_permit"
FORMS: Final = frozenset({RESIDENT_ID, RESIDENCE_PERMIT})

_LENGTH = 18
_WHOLE = r"^[0-9]{17}[0-9X]$"
_SHORT = r"^[0-9]{15}$"
# Sequences of centenarians when the 15-digit numbers were issued: they were born in the century before.
_CENTENARIAN = r"99[6-9]$"
_SCIENTIFIC = r"^[0-9](?:\.[0-9]+)?E\+?[0-9]{1,2}$"
# What a spreadsheet's number can hold whole: an old 15-digit number, and travel permits of 8 digits.
_LENGTHS_KEPT_WHOLE = [15, 8]

_WEIGHTS = np.array([2 ** (17 - place) % 11 for place in range(17)], dtype=np.int32)
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
_ZERO = ord("0")
_FIRST_BIRTH_YEAR = 1800  # nobody in a register of living memory was born before
_SYNTHETIC_AREA = 999999
_PERMIT_AREAS = (810000, 820000, 830000)
_FIRST_DIGITS = range(1, 9)
_MONTHS = 12
_MASKED_FROM = 9  # shorter ones would be half shown
_EPOCH = date(1970, 1, 1)

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers, judged. `faults`: by problem code, the rows that have it; every row at most one.

    `canonical`: the number that identifies; null where the cell is empty or not sound. `born`: null likewise.
    """

    canonical: pl.Series
    born: pl.Series
    upgraded: pl.Series
    faults: Mapping[str, pl.Series]


def judged(cells: pl.Series, forms: pl.Series, *, was_number: pl.Series | None, day: date, synthetic: bool) -> Numbers:
    """Judge a column of numbers by the form of document that each row names (null: not known, and the number not judged).

    `was_number`: rows whose cell was a number to the spreadsheet program, which keeps 15 digits and makes zeros of the rest.
    """
    folded = _folded(cells)
    known = forms.is_in(list(FORMS)).fill_null(value=False)
    lost = _digits_lost(folded, known, was_number)
    readable = folded.is_not_null() & known & ~lost
    is_permit = (forms == RESIDENCE_PERMIT).fill_null(value=False)
    whole, upgraded = _upgraded(folded, readable, ~is_permit)
    at = whole.is_not_null().to_numpy()
    parts = _parts(whole.drop_nulls(), day)
    permit = is_permit.to_numpy()[at]
    well_formed = parts.possible & np.where(permit, np.isin(parts.area, _PERMIT_AREAS), _is_area(parts.area, synthetic))
    shaped, fits = np.zeros(len(cells), np.bool_), np.zeros(len(cells), np.bool_)
    shaped[at], fits[at] = well_formed, well_formed & parts.checks
    sound = pl.Series(fits)
    return Numbers(
        canonical=whole if fits[at].all() else whole.set(~sound, None),
        born=_born(parts.born, at, fits),
        upgraded=upgraded & sound,
        faults={
            "ID_DIGITS_LOST": lost,
            "ID_FORMAT": readable & ~pl.Series(shaped),
            "ID_CHECKSUM": readable & pl.Series(shaped & ~fits),
        },
    )


def canonical(number: str, form: str, *, day: date, synthetic: bool) -> str | None:
    """One number as the register knows it, or None where it is not sound."""
    alone = judged(
        pl.Series([number.strip()]), pl.Series([form]), was_number=None, day=day, synthetic=synthetic
    ).canonical
    return alone.item() or None


def fitting(candidates: pl.Series, day: date) -> pl.Series:
    """Which of these runs of 18 characters are identity numbers: a possible birth date and a fitting check character."""
    folded = candidates.str.to_uppercase()
    shaped = folded.str.contains(_WHOLE).to_numpy()
    fits = np.zeros(len(candidates), np.bool_)
    parts = _parts(folded.filter(pl.Series(shaped)), day)
    fits[shaped] = parts.possible & parts.checks
    return pl.Series(fits)


def mask(number: str) -> str:
    """A number in a message: enough to find it in the file, too little to know it."""
    return f"{number[:2]}******{number[-2:]}" if len(number) >= _MASKED_FROM else "***"


def _folded(cells: pl.Series) -> pl.Series:
    """Full-width characters made narrow, spaces gone, x as X. Only what is not yet a whole number is touched."""
    odd = ~cells.str.contains(_WHOLE).fill_null(value=True)
    if not odd.any():
        return cells
    at = odd.arg_true()
    return cells.clone().scatter(at, narrow(cells.gather(at)).str.to_uppercase())


def _digits_lost(folded: pl.Series, known: pl.Series, was_number: pl.Series | None) -> pl.Series:
    lost = folded.str.contains(_SCIENTIFIC).fill_null(value=False)
    if was_number is not None:
        cut = ~folded.str.len_chars().is_in(_LENGTHS_KEPT_WHOLE)
        lost = lost | (was_number.fill_null(value=False) & cut.fill_null(value=False) & known)
    return lost


def _upgraded(folded: pl.Series, readable: pl.Series, may_be_old: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The 18-character number of each row (null: none), and which were upgraded from 15 digits."""
    whole = folded.str.contains(_WHOLE).fill_null(value=False) & readable
    short = readable & ~whole & may_be_old
    if short.any():
        short = short & folded.str.contains(_SHORT).fill_null(value=False)
        short = short & ~folded.str.contains(_CENTENARIAN).fill_null(value=False)
    numbers = folded if whole.all() else folded.set(~(whole | short), None)
    if short.any():
        at = short.arg_true()
        old = folded.gather(at)
        body = old.str.slice(0, 6) + "19" + old.str.slice(6)
        check = _check_characters(_digits(body + "0"))
        numbers = numbers.clone().scatter(at, body + pl.Series([chr(one) for one in check]))
    return numbers, short


@dataclass(frozen=True, slots=True)
class _Parts:
    area: npt.NDArray[np.int32]
    born: npt.NDArray[np.int64]  # days since 1970
    possible: Mask  # the birth date exists and is not in the future
    checks: Mask


def _parts(numbers: pl.Series, day: date) -> _Parts:
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
    return _Parts(area, born, possible, _check_characters(characters) == characters[:, 17])


def _check_characters(characters: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """ISO 7064 MOD 11-2 over the first 17 digits."""
    sums = (characters[:, :17].astype(np.int32) - _ZERO) @ _WEIGHTS
    return np.asarray(_CHECKS[sums % 11])


def _digits(numbers: pl.Series) -> npt.NDArray[np.uint8]:
    """One row of 18 bytes for each number; the whole column becomes bytes in one call."""
    run = numbers.str.join("").item() or "" if len(numbers) else ""
    return np.frombuffer(run.encode("ascii"), dtype=np.uint8).reshape(-1, _LENGTH)


def _is_area(area: npt.NDArray[np.int32], synthetic: bool) -> Mask:
    """Real numbers begin with 1 to 8, and not with an area of residence permits; made-up people only where they are let in."""
    real = np.isin(area // 100000, list(_FIRST_DIGITS)) & ~np.isin(area, _PERMIT_AREAS)
    return np.asarray(real | ((area == _SYNTHETIC_AREA) & synthetic))


def _born(days: npt.NDArray[np.int64], at: Mask, fits: Mask) -> pl.Series:
    whole = np.zeros(len(at), np.int32)
    whole[at] = days
    born = pl.Series(whole).cast(pl.Date)
    return born if fits.all() else born.set(~pl.Series(fits), None)
