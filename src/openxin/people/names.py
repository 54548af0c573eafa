"""Names: how they are compared, what a name cannot be, and how one is masked.

Compared folded: middle dots are one, Latin letters fold case, full-width Latin becomes plain, inner spaces become one. Chinese
characters are never touched: NFKC would make one character of two that are two names.
"""

import polars as pl

MIDDLE_DOT = "\u00b7"
_OTHER_DOTS = ("\u2022", "\u2027", "\u30fb", "\uff65")
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLDS = {**_FULL_WIDTH, **dict.fromkeys(_OTHER_DOTS, MIDDLE_DOT)}
SPACES = " \t\r\n\u00a0\u2002\u2003\u2009\u200b\u3000\ufeff"
_SPACE_RUN = "[" + SPACES + "]+"
# Digits, question marks, the replacement character, control characters, and private-use characters that no table maps.
_IMPOSSIBLE = r"[\p{Nd}?？\x{FFFD}\p{Cc}\p{Co}]"
_SHORTEST = 2


def folded_all(names: pl.Series) -> pl.Series:
    """Names (already stripped at both ends) as they are compared."""
    plain = names.str.contains(r"^[\x{4E00}-\x{9FFF}]+$").fill_null(True)
    if plain.all():
        return names
    # Few names have anything to fold: the others are not walked through a hundred replacements.
    odd = names.filter(~plain)
    folded = (
        odd.str.replace_many(list(_FOLDS), list(_FOLDS.values()))
        .str.replace_all(_SPACE_RUN, " ")
        .str.strip_chars(" ")
        .str.to_lowercase()
    )
    return names.clone().scatter((~plain).arg_true(), folded)


def folded(name: str) -> str:
    """One name as it is compared."""
    return str(folded_all(pl.Series([name.strip(SPACES)]))[0])


def impossible(names: pl.Series) -> pl.Series:
    """True where a folded name cannot be one; null where there is none."""
    return names.str.contains(_IMPOSSIBLE) | (names.str.len_chars() < _SHORTEST)


def masked(name: str) -> str:
    """The first character, and how many more there are: 李*, 阿****."""
    return name[:1] + "*" * max(1, len(name) - 1)
