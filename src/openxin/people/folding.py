"""Characters that mean the same: full-width forms made narrow, spaces of every kind, marks that nobody sees.

NFKC is never used: it would turn one Chinese character into another (U+F9xx and others), and a name into another name.
"""

from typing import Final

import polars as pl

# U+FF01-U+FF5E are the full-width forms of the printable ASCII characters; U+3000 is the full-width space.
WIDE: Final = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | {"\u3000": " "}
UNSEEN: Final = r"\u200b-\u200f\u2060\ufeff\u00ad"

_BRACKETS = dict.fromkeys("〔[【［", "(") | dict.fromkeys("〕]】］", ")")
_SPACES = rf"[\s{UNSEEN}]"
_WIDE = r"[\uff01-\uff5e\u3000]"
_ODD = rf"[\s{UNSEEN}\uff01-\uff5e\p{{CWU}}]"  # what a number of a decision may lose: spaces, width, case
_NARROWED = str.maketrans(WIDE)
_FEW = 1000
_WIDE_LETTERS = [wide for wide, plain in WIDE.items() if plain.isalnum()]
_NARROW_LETTERS = [WIDE[wide] for wide in _WIDE_LETTERS]


def narrow(cells: pl.Series) -> pl.Series:
    """For codes, numbers and dates: narrow characters, no space of any kind."""
    if cells.str.contains(_SPACES).any():
        cells = cells.str.replace_all(_SPACES, "")
    wide = cells.str.contains(_WIDE)
    if not wide.any():
        return cells
    at = wide.arg_true()
    if len(at) > _FEW:
        return cells.str.replace_many(list(WIDE), list(WIDE.values()))
    # Of distinct values few are wide, and to build the automaton of all wide characters takes longer than to read them.
    return cells.clone().scatter(at, [cell.translate(_NARROWED) for cell in cells.gather(at)])


def decision_numbers(cells: pl.Series) -> pl.Series:
    """Numbers of decisions as they are compared: brackets of every kind are one, no spaces, no width, no case."""
    odd = cells.str.contains(_ODD)
    if odd.any():  # few are
        at = odd.arg_true()
        cells = cells.clone().scatter(at, narrow(cells.gather(at)).str.to_uppercase())
    return cells.str.replace_many(_BRACKETS)


def narrow_letters(cells: pl.Series) -> pl.Series:
    """For names: letters and digits only."""
    return cells.str.replace_many(_WIDE_LETTERS, _NARROW_LETTERS)
