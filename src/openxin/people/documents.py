"""Identity documents: canonical numbers, and what is wrong with one that is none.

Resident identity card: GB 11643-1999, check character ISO 7064 MOD 11-2. Residence permit of Hong Kong, Macao and Taiwan
residents: the same form with area 81, 82 or 83 0000. Sex stands in the number and is never read.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

SYNTHETIC_AREA = "999999"
_PERMIT_AREAS = ("810000", "820000", "830000")
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.int64)
_CHECK = np.frombuffer(b"10X98765432", np.uint8)
_ZERO, _X = ord("0"), ord("X")
_DIGITS, _OLD_DIGITS = 18, 15
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SPACES = r"[\s\x{00A0}\x{200B}\x{3000}\x{FEFF}]"
_EARLIEST = np.datetime64("1850-01-01")
_CENTENARIANS = r"99[6-9]$"

FORMS = ("resident_id", "residence_permit")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Canonical numbers with what is wrong: `code` is null where nothing is. `born`: null where the number does not say."""

    number: pl.Series
    code: pl.Series
    born: pl.Series
    upgraded: pl.Series


def written_alike(cells: pl.Series) -> pl.Series:
    """Numbers without spaces, in plain upper-case letters and digits."""
    if not cells.str.contains(r"^[0-9A-Z]*$").fill_null(True).all():
        cells = cells.str.replace_many(list(_FULL_WIDTH), list(_FULL_WIDTH.values()))
        cells = cells.str.replace_all(_SPACES, "").str.to_uppercase()
    return cells


def digits_lost(cells: pl.Series, number_cells: pl.Series | None) -> pl.Series:
    """True where a spreadsheet has rounded the number: text like 4.1E+17, or a number cell too long for a number."""
    lost = cells.str.contains(r"^[0-9](?:\.[0-9]+)?E\+?[0-9]+$")
    if number_cells is not None:
        kept = cells.str.len_bytes().is_in([_OLD_DIGITS, 8])
        lost = lost | (number_cells & ~kept)
    return lost.fill_null(False)


def resident_numbers(cells: pl.Series, permits: pl.Series, *, day: date, synthetic: bool) -> Numbers:
    """Judge numbers (`written_alike`) of resident identity cards and, where `permits`, of residence permits."""
    old = (cells.str.len_bytes() == _OLD_DIGITS) & cells.str.contains(r"^[1-9][0-9]{14}$") & ~permits
    centenarian = old & cells.str.contains(_CENTENARIANS)
    if old.any():
        cells = _upgraded(cells, old)
    formed = cells.str.contains(r"^[1-9][0-9]{16}[0-9X]$").fill_null(False) & ~centenarian.fill_null(False)
    area = cells.str.slice(0, 6)
    formed &= _area_fits(cells, area, permits, synthetic)
    born, right = _birth_and_check(cells, formed, day)
    formed &= born.is_not_null()
    code = pl.select(
        pl.when(cells.is_null())
        .then(None)
        .when(~formed)
        .then(pl.lit("ID_FORMAT"))
        .when(~right)
        .then(pl.lit("ID_CHECKSUM"))
    ).to_series()
    return Numbers(cells, code, born, old.fill_null(False))


def _area_fits(cells: pl.Series, area: pl.Series, permits: pl.Series, synthetic: bool) -> pl.Series:
    of_permits = area.is_in(_PERMIT_AREAS)
    # First digits 1 to 8 are real; 999999 is assigned to nobody. An area that was abolished stays valid in old numbers.
    resident = (cells.str.slice(0, 1) != "9") & ~of_permits
    if synthetic:
        resident |= area == SYNTHETIC_AREA
    return pl.select(pl.when(permits).then(of_permits).otherwise(resident)).to_series().fill_null(False)


def _upgraded(cells: pl.Series, old: pl.Series) -> pl.Series:
    """15 digits to 18: the century 19 after the area, and a check character."""
    bodies = (cells.str.slice(0, 6) + "19" + cells.str.slice(6)).filter(old.fill_null(False))
    checks = _CHECK[_digits(bodies, 17).astype(np.int64) @ _WEIGHTS % 11]
    whole = bodies + pl.Series([chr(check) for check in checks], dtype=pl.String)
    return cells.clone().scatter(old.fill_null(False).arg_true(), whole)


def _digits(cells: pl.Series, width: int) -> npt.NDArray[np.uint8]:
    run = "".join(cells.to_list()).encode()
    return np.frombuffer(run, np.uint8).reshape(-1, width) - np.uint8(_ZERO)


def _birth_and_check(cells: pl.Series, formed: pl.Series, day: date) -> tuple[pl.Series, pl.Series]:
    """Birth dates (null where impossible) and whether the check character is right, for the numbers that are formed."""
    born = np.full(len(cells), np.datetime64("NaT"), "datetime64[D]")
    right = np.zeros(len(cells), np.bool_)
    at = formed.to_numpy()
    if at.any():
        digits = _digits(cells.filter(formed), _DIGITS).astype(np.int64)
        sums = digits[:, :17] @ _WEIGHTS % 11
        right[at] = _CHECK[sums] == digits[:, 17].astype(np.uint8) + np.uint8(_ZERO)
        born[at] = _dates(digits[:, 6:14], day)
    return pl.Series(born), pl.Series(right)


def _dates(digits: npt.NDArray[np.int64], day: date) -> npt.NDArray[np.datetime64]:
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month = digits[:, 4:6] @ np.array([10, 1])
    of_month = digits[:, 6:8] @ np.array([10, 1])
    possible = (month >= 1) & (month <= 12) & (of_month >= 1) & (year >= 1)
    start = ((np.where(possible, year, 2000) - 1970) * 12 + np.where(possible, month, 1) - 1).astype("datetime64[M]")
    born = start.astype("datetime64[D]") + np.where(possible, of_month - 1, 0).astype("timedelta64[D]")
    # A day that its month does not have has slipped into the next one.
    possible &= (born.astype("datetime64[M]") == start) & (born >= _EARLIEST) & (born <= np.datetime64(day))
    return np.where(possible, born, np.datetime64("NaT"))


def masked(number: str) -> str:
    """The first three and the last two characters."""
    return number[:3] + "*" * max(1, len(number) - 5) + number[-2:]
