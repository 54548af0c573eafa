"""Characters that mean the same: full-width forms made narrow, spaces of every kind, marks that nobody sees.

NFKC is never used: it would turn one Chinese character into another (U+F9xx and others), and a name into another name.
"""

from typing import Final

import polars as pl

# U+FF01-U+FF5E are the full-width forms of the printable ASCII characters; U+3000 is the full-width space.
WIDE: Final = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | {"\u3000": " "}
UNSEEN: Final = r"\u200b-\u200f\u2060\ufeff\u00ad"

_WIDE_LETTERS = [wide for wide, plain in WIDE.items() if plain.isalnum()]
_NARROW_LETTERS = [WIDE[wide] for wide in _WIDE_LETTERS]


def narrow(cells: pl.Series) -> pl.Series:
    """For codes, numbers and dates: narrow characters, no space of any kind."""
    return cells.str.replace_all(rf"[\s{UNSEEN}]", "").str.replace_many(list(WIDE), list(WIDE.values()))


def narrow_letters(cells: pl.Series) -> pl.Series:
    """For names: letters and digits only."""
    return cells.str.replace_many(_WIDE_LETTERS, _NARROW_LETTERS)
