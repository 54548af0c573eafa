"""Numbers of travel documents, and of the residence cards of foreigners before 2023: known by their shape alone. Columnar.

Travel permits keep a lifelong number to which some append how often they were issued: of those for people from Hong Kong and
Macau the first nine characters are the person's for life, of those for people from Taiwan the first eight.

A passport is a Chinese one where no issuing state is stated, or China, and its number has one of the forms of Chinese passports;
Hong Kong and Macau passports are Chinese too, whichever of the three codes stands beside them, so that one passport is one
identity. Any other state that is stated makes it a foreign passport, whatever the number looks like: numbers are given out by
each state for itself. Where none is stated and the number is no Chinese one, the state is what is missing.

Forms: 公安部 (travel permits, 2010; Taiwan since 2008-09-25), 国家移民管理局 (passports); docs/decisions/0017.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

PASSPORT: Final = "passport"
HK_MACAU_PERMIT: Final = "hk_macau_permit"
TAIWAN_PERMIT: Final = "taiwan_permit"
FOREIGN_RESIDENCE: Final = "foreign_residence"

OLD_CHINESE_DIGITS: Final = r"^1[45][0-9]{7}$"
"""The one Chinese passport number without a letter; a number cell keeps it whole."""

_HK_MACAU = r"^[HM][0-9]{8}(?:[0-9]{2})?$"
_TAIWAN = r"^[0-9]{8}(?:[0-9]{2}(?:[A-Z]|\([A-Z]\))?)?$"
_OLD_CARD = r"^[A-Z]{3}[0-9]{12}$"
_HONG_KONG = r"^K[0-9]{8}$"
_MACAU = r"^MA[0-9]{7}$"
# Ordinary E, since 2017-04 with a second letter (no I, no O); G, 14 and 15 before; diplomatic, service, public affairs.
_MAINLAND = r"^(?:E[0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|G[0-9]{8}|1[45][0-9]{7}|(?:DE|SE|PE)[0-9]{7})$"
_FOREIGN = r"^[A-Z0-9]{5,20}$"
_HK_MACAU_LIFELONG, _TAIWAN_LIFELONG = 9, 8


@dataclass(frozen=True, slots=True)
class Papers:
    """One line for each number. `canonical` and `state` are null where it is not sound; most states are empty.

    `unsound`: the number has no form of its document. `stateless`: a passport whose issuing state must be stated first.
    """

    canonical: pl.Series
    state: pl.Series
    unsound: pl.Series
    stateless: pl.Series


def judged(numbers: pl.Series, forms: pl.Series, states: pl.Series) -> Papers:
    """Judge `numbers` (folded, none null) by their forms; `states`: ISO 3166-1 alpha-3, null where none is stated."""
    number, form, state = pl.col("number"), pl.col("form"), pl.col("state")
    chinese = (
        pl.when(state == "HKG")
        .then(number.str.contains(_HONG_KONG))
        .when(state == "MAC")
        .then(number.str.contains(_MACAU))
        .otherwise(number.str.contains(_MAINLAND) | number.str.contains(_HONG_KONG) | number.str.contains(_MACAU))
    )
    elsewhere = state.is_not_null() & ~state.is_in(["CHN", "HKG", "MAC"])
    shaped = number.str.contains(_FOREIGN)
    stateless = (form == PASSPORT) & state.is_null() & ~chinese & shaped
    sound = (
        pl.when(form == HK_MACAU_PERMIT)
        .then(number.str.contains(_HK_MACAU))
        .when(form == TAIWAN_PERMIT)
        .then(number.str.contains(_TAIWAN))
        .when(form == FOREIGN_RESIDENCE)
        .then(number.str.contains(_OLD_CARD))
        .when(elsewhere)
        .then(shaped)
        .otherwise(chinese)
    )
    lifelong = (
        pl.when(form == HK_MACAU_PERMIT)
        .then(number.str.slice(0, _HK_MACAU_LIFELONG))
        .when(form == TAIWAN_PERMIT)
        .then(number.str.slice(0, _TAIWAN_LIFELONG))
        .otherwise(number)
    )
    told = pl.DataFrame({"number": numbers, "form": forms, "state": states}).select(
        canonical=pl.when(sound).then(lifelong),
        state=pl.when(sound).then(pl.when((form == PASSPORT) & elsewhere).then(state).otherwise(pl.lit(""))),
        unsound=~sound & ~stateless,
        stateless=stateless,
    )
    return Papers(told["canonical"], told["state"], told["unsound"], told["stateless"])
