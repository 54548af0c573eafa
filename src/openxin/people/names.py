"""Names: what a sound one is, and when two are the same. Columnar.

Two names are the same when they are equal after folding: the middle dots of minority names are one, Latin letters lose their
case and their full width, several spaces become one. Chinese characters are never normalised: 𠮷 and 吉 are two names.
"""

import polars as pl

from openxin.people.folding import UNSEEN, narrow_letters

_PLAIN = r"^\p{Han}+$"  # nearly every name: nothing to fold
_DOTS = "[\u00b7\u2022\u2027\u30fb\uff65]"
# Digits, a lost character (? or U+FFFD), control characters, and private-use characters that no table could map.
_BROKEN = r"[\p{Nd}?？\x{FFFD}\p{Cc}\p{Co}]"
_FEWEST = 2


def fold(names: pl.Series) -> pl.Series:
    """Names as they are compared."""
    odd = ~names.str.contains(_PLAIN).fill_null(value=True)
    if not odd.any():
        return names
    at = odd.arg_true()
    folded = (
        narrow_letters(names.gather(at))
        .str.replace_all(f"[{UNSEEN}]", "")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
        .str.replace_all(_DOTS, "·")
        .str.to_lowercase()
    )
    return names.clone().scatter(at, folded)  # in place it would change the cells as written


def folded(name: str) -> str:
    """One name as it is compared."""
    return str(fold(pl.Series([name])).item())


def broken(names: pl.Series, folded: pl.Series) -> pl.Series:
    """Which names are no names: NAME_FORMAT. `folded`: the same names, folded."""
    odd = ~names.str.contains(_PLAIN).fill_null(value=True)
    short = (folded.str.len_chars() < _FEWEST).fill_null(value=False)
    if not odd.any():
        return short
    return short | (odd & names.str.contains(_BROKEN).fill_null(value=False))


def is_sound(name: str) -> bool:
    """Whether one name could be a name."""
    alone = pl.Series([name])
    return name != "" and not broken(alone, fold(alone)).item()


def mask(name: str) -> str:
    """A name in a message: the family name's first character."""
    return f"{name[:1]}*"
