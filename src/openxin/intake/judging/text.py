"""Other people in the wording of a decision: a telephone number, or an identity number that is not the person's own.

What a text says of others does not belong here at all; whoever wrote it must leave it out.
"""

import re

import polars as pl

from openxin.intake.judging.sheet import Sheet

# Cheap first: only a cell with a long run of digits (full-width ones, spaces and hyphens included) is looked at closely.
_LONG_RUN = r"[0-9０-９][0-9０-９\s\-－]{5,}[0-9０-９]"
_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}"
    r"|\(?0[1-9][0-9]{1,2}\)?[- ]?[2-9][0-9]{6,7}|400[- ]?[0-9]{3}[- ]?[0-9]{4})(?![0-9A-Za-z])"
)
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def other_people(sheet: Sheet, own: pl.Series, own_known: pl.Series) -> None:
    """THIRD_PARTY_IN_TEXT in any text. `own`: the person's canonical number; identity numbers are compared where it is sound."""
    for column in sheet.type.columns:
        if column.kind != "text" or not sheet.has(column.code) or column.empty_for_persons or column.forbidden:
            continue
        cells = sheet.values[column.code]
        suspects = cells.str.contains(_LONG_RUN).fill_null(False).arg_true()
        if len(suspects) == 0:
            continue
        texts, numbers, known = cells.gather(suspects), own.gather(suspects), own_known.gather(suspects)
        named = pl.Series(
            [
                _names_another(text, number if sure else None)
                for text, number, sure in zip(texts, numbers, known, strict=True)
            ],
            dtype=pl.Boolean,
        )
        if named.any():
            sheet.find(column.code, sheet.nowhere.clone().scatter(suspects.filter(named), True), "THIRD_PARTY_IN_TEXT")


def _names_another(text: str, own: str | None) -> bool:
    bare = text.translate(_PLAIN)
    if _PHONE.search(bare):
        return True
    return own is not None and any(found.upper() != own and _fits(found.upper()) for found in _IDENTITY.findall(bare))


def _fits(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return number[17] == _CHECK[total % 11]
