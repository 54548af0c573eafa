"""What a sound number of an identity document is, by the form of the document. Columnar: a file at a time, no cell alone.

The face of numbers. The declared type of the document says by which form its number is judged, never the shape of the number:
a residence card of 2023 and a made-up resident ID may look alike. Numbers of eighteen characters: `eighteen.py`. Passports,
travel permits, old cards: `papers.py`. A number of 15 digits, issued before 1999, lacks the century and the check character and
is upgraded.

The canonical number is the part that stays with a person for life; it, the document type and the issuing state of a foreign
passport identify.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from openxin.people import eighteen, papers
from openxin.people.folding import narrow
from openxin.people.papers import FOREIGN_RESIDENCE, HK_MACAU_PERMIT, PASSPORT, TAIWAN_PERMIT

RESIDENT_ID: Final = "resident_id"
RESIDENCE_PERMIT: Final = "residence_permit"
FORMS: Final = frozenset({RESIDENT_ID, PASSPORT, HK_MACAU_PERMIT, TAIWAN_PERMIT, FOREIGN_RESIDENCE, RESIDENCE_PERMIT})

_SHORT = r"^[0-9]{15}$"
# Sequences of centenarians when the 15-digit numbers were issued: they were born in the century before.
_CENTENARIAN = r"99[6-9]$"
_SCIENTIFIC = r"^[0-9](?:\.[0-9]+)?E\+?[0-9]{1,2}$"
# What a spreadsheet's number can hold whole: an old 15-digit number, and the lifelong number of 8 digits of a Taiwan permit.
_LENGTHS_KEPT_WHOLE = [15, 8]
_TAIWAN_LENGTH = 10
_MASKED_FROM, _MASKED_LESS_FROM = 8, 15  # shorter ones would be half shown

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers, judged. `faults`: by problem code, the rows that have it; every row at most one.

    `canonical`: the number that identifies; null where the cell is empty or not sound. `written`: what stands on the
    document, that is with the count of issues of a travel permit. `state`: the issuing state of a foreign passport, else
    empty. `born`: null also where the document shows no birth date. The last three are null where `canonical` is.
    `stateless`: passports that are no Chinese ones and beside which no issuing state stands; that is no fault of the number.
    """

    canonical: pl.Series
    written: pl.Series
    state: pl.Series
    born: pl.Series
    upgraded: pl.Series
    stateless: pl.Series
    faults: Mapping[str, pl.Series]


@dataclass(frozen=True, slots=True)
class Identified:
    """One document as the register knows it."""

    number: str
    state: str


def judged(
    cells: pl.Series,
    forms: pl.Series,
    *,
    states: pl.Series | None = None,
    was_number: pl.Series | None,
    day: date,
    synthetic: bool,
) -> Numbers:
    """Judge a column of numbers by the form of document that each row names (null: not known, and the number not judged).

    `states`: the issuing state that stands beside a passport, ISO 3166-1 alpha-3. `was_number`: rows whose cell was a number to
    the spreadsheet program, which keeps 15 digits and makes zeros of the rest.
    """
    folded = _folded(cells)
    of = _Forms(forms)
    known = of.any_of(*FORMS)
    lost = _digits_lost(folded, of, known, was_number)
    readable = folded.is_not_null() & known & ~lost
    in_eighteen, upgraded = _eighteen(folded, of, readable)
    at = in_eighteen.is_not_null().to_numpy()
    parts = eighteen.parts(in_eighteen.drop_nulls(), day)
    well_formed = parts.possible & _is_area(parts.area, of, at, synthetic)
    shaped, fits = np.zeros(len(cells), np.bool_), np.zeros(len(cells), np.bool_)
    shaped[at], fits[at] = well_formed, well_formed & parts.checks
    sound = pl.Series(fits)
    canonical = in_eighteen if fits[at].all() else in_eighteen.set(~sound, None)
    ill_formed = readable & ~pl.Series(shaped)
    numbers = Numbers(
        canonical=canonical,
        written=canonical,
        state=_where(sound, ""),
        born=_born(parts.born, at, fits),
        upgraded=upgraded & sound,
        stateless=pl.Series(np.zeros(len(cells), np.bool_)),
        faults={"ID_DIGITS_LOST": lost, "ID_FORMAT": ill_formed, "ID_CHECKSUM": readable & pl.Series(shaped & ~fits)},
    )
    papers_only = of.any_of(PASSPORT, HK_MACAU_PERMIT, TAIWAN_PERMIT)
    # Of residence cards of foreigners the old ones: those that have no eighteen characters.
    rest = ill_formed & (papers_only | (of.any_of(FOREIGN_RESIDENCE) & ~pl.Series(at)))
    return _with_papers(numbers, folded, forms, states, rest) if rest.any() else numbers


def identified(number: str, form: str, *, state: str = "", day: date, synthetic: bool) -> Identified | None:
    """One document as the register knows it, or None where its number is not sound. `state`: beside a passport."""
    alone = judged(
        pl.Series([number.strip()]),
        pl.Series([form]),
        states=pl.Series([state.strip().upper() or None], dtype=pl.String),
        was_number=None,
        day=day,
        synthetic=synthetic,
    )
    found: str | None = alone.canonical.item()
    return Identified(found, alone.state.item()) if found else None


def born_on(number: str, form: str) -> date | None:
    """The birth date that a number tells, as it was written when it came in; None where such a document tells none."""
    if form not in (RESIDENT_ID, RESIDENCE_PERMIT, FOREIGN_RESIDENCE):
        return None
    if re.fullmatch(eighteen.WHOLE, number):
        born = number[6:14]
    elif form == RESIDENT_ID and re.fullmatch(_SHORT, number):
        born = f"19{number[6:12]}"
    else:
        return None
    try:
        return date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return None


def birth_date(number: str, form: str, *, day: date) -> date | None:
    """The birth date that a number tells; None where it tells none, or is not sound. Kept by nobody."""
    alone = judged(pl.Series([number.strip()]), pl.Series([form]), was_number=None, day=day, synthetic=True)
    born: date | None = alone.born.item()
    return born


def mask(number: str) -> str:
    """A number in a message: enough to find it in the file, too little to know it."""
    if len(number) >= _MASKED_LESS_FROM:
        return f"{number[:2]}******{number[-2:]}"
    return f"{number[:1]}******{number[-2:]}" if len(number) >= _MASKED_FROM else "***"


def _folded(cells: pl.Series) -> pl.Series:
    """Full-width characters made narrow, spaces gone, x as X. Only what is not yet a whole number is touched."""
    odd = ~cells.str.contains(eighteen.WHOLE).fill_null(value=True)
    if not odd.any():
        return cells
    at = odd.arg_true()
    return cells.clone().scatter(at, narrow(cells.gather(at)).str.to_uppercase())


class _Forms:
    """The forms of a column's rows. Most files know one or two: what none of them is needs no look at the rows."""

    def __init__(self, forms: pl.Series) -> None:
        self._forms = forms
        self._present = frozenset(forms.unique().to_list())

    def any_of(self, *wanted: str) -> pl.Series:
        """The rows that have one of these forms."""
        if self._present.isdisjoint(wanted):
            return pl.repeat(False, len(self._forms), dtype=pl.Boolean, eager=True)
        if self._present.issubset(wanted):
            return pl.repeat(True, len(self._forms), dtype=pl.Boolean, eager=True)
        return self._forms.is_in(list(wanted)).fill_null(value=False)


def _digits_lost(folded: pl.Series, of: _Forms, known: pl.Series, was_number: pl.Series | None) -> pl.Series:
    lost = folded.str.contains(_SCIENTIFIC).fill_null(value=False)
    if was_number is None:
        return lost
    lengths = folded.str.len_chars()
    whole = lengths.is_in(_LENGTHS_KEPT_WHOLE)
    whole = whole | (of.any_of(TAIWAN_PERMIT) & (lengths == _TAIWAN_LENGTH))
    whole = whole | (of.any_of(PASSPORT) & folded.str.contains(papers.OLD_CHINESE_DIGITS))
    return lost | (was_number.fill_null(value=False) & ~whole.fill_null(value=False) & folded.is_not_null() & known)


def _eighteen(folded: pl.Series, of: _Forms, readable: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The 18-character number of each row (null: none), and which were upgraded from 15 digits."""
    may_be = of.any_of(RESIDENT_ID, RESIDENCE_PERMIT, FOREIGN_RESIDENCE)
    whole = folded.str.contains(eighteen.WHOLE).fill_null(value=False) & readable & may_be
    short = readable & ~whole & of.any_of(RESIDENT_ID)
    if short.any():
        short = short & folded.str.contains(_SHORT).fill_null(value=False)
        short = short & ~folded.str.contains(_CENTENARIAN).fill_null(value=False)
    numbers = folded if whole.all() else folded.set(~(whole | short), None)
    if short.any():
        at = short.arg_true()
        old = folded.gather(at)
        numbers = numbers.clone().scatter(at, eighteen.completed(old.str.slice(0, 6) + "19" + old.str.slice(6)))
    return numbers, short


def _is_area(area: eighteen.Area, of: _Forms, at: Mask, synthetic: bool) -> Mask:
    """Whether the first six digits are such as the row's document has."""
    fits = eighteen.is_resident_area(area, synthetic=synthetic)
    permit, card = of.any_of(RESIDENCE_PERMIT).to_numpy()[at], of.any_of(FOREIGN_RESIDENCE).to_numpy()[at]
    fits = np.where(permit, eighteen.is_permit_area(area), fits)
    return np.asarray(np.where(card, eighteen.is_card_area(area, synthetic=synthetic), fits))


def _where(rows: pl.Series, text: str) -> pl.Series:
    """`text` in these rows, null in the others."""
    texts = pl.repeat(text, len(rows), dtype=pl.String, eager=True)
    return texts if rows.all() else texts.set(~rows, None)


def _with_papers(
    numbers: Numbers, folded: pl.Series, forms: pl.Series, states: pl.Series | None, rows: pl.Series
) -> Numbers:
    """The same, with these rows judged as papers. They are few in most files, and judged apart."""
    at = rows.arg_true()
    beside = pl.repeat(None, len(at), dtype=pl.String, eager=True) if states is None else states.gather(at)
    of = papers.judged(folded.gather(at), forms.gather(at), beside)
    written = of.canonical.is_not_null()
    return Numbers(
        canonical=numbers.canonical.clone().scatter(at, of.canonical),
        written=numbers.written.clone().scatter(at, folded.gather(at).set(~written, None)),
        state=numbers.state.clone().scatter(at, of.state),
        born=numbers.born,
        upgraded=numbers.upgraded,
        stateless=numbers.stateless.clone().scatter(at, of.stateless),
        faults={**numbers.faults, "ID_FORMAT": numbers.faults["ID_FORMAT"].clone().scatter(at, of.unsound)},
    )


def _born(days: npt.NDArray[np.int64], at: Mask, fits: Mask) -> pl.Series:
    whole = np.zeros(len(at), np.int32)
    whole[at] = days
    born = pl.Series(whole).cast(pl.Date)
    return born if fits.all() else born.set(~pl.Series(fits), None)
