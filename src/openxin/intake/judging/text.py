"""Third parties in free text: telephone numbers, and identity numbers of somebody else. Neither may come in.

Looked for in every sound text cell. A number of this person may stand there; where the person's own number is not sound, nobody
can say whose an identity number in the text is, and only telephones are looked for.
"""

from datetime import date
from typing import Final

import polars as pl

from openxin.intake.judging.cells import Cells
from openxin.intake.judging.coding import Coded
from openxin.people import eighteen
from openxin.people.folding import WIDE

# Cheap, and one of them true wherever an expression below could be: seven digits with one mark between them at most.
_SUSPECT = r"[0-9]{3}[ \-()\u00a0\u2010-\u2015\u2212\u3000\uff0d（）]?[0-9]{4}"
_SUSPECT_WIDE = "[０-９]"
_GAP = "[ -]?"
# Not cut out of a longer number, nor out of a code such as JY13812345678.
_BEFORE, _AFTER = r"(?:^|[^0-9A-Z]|TEL)", r"(?:[^0-9]|$)"
_MOBILE = rf"{_BEFORE}(?:(?:00)?86{_GAP})?1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}{_AFTER}"
# An area code (010, 02x, 0xxx), then seven or eight digits. Run together, only a possible first digit makes it a telephone.
_LANDLINE = rf"{_BEFORE}\(?0[0-9]{{2,3}} ?[2-8][0-9]{{6,7}}{_AFTER}"
_LANDLINE_MARKED = rf"{_BEFORE}\(?0[0-9]{{2,3}}(?:[) ]?-|\)) ?[0-9]{{7,8}}{_AFTER}"
_TELEPHONE: Final = f"{_MOBILE}|{_LANDLINE}|{_LANDLINE_MARKED}"
# Whole runs of digits, and a number written in its three parts: neither is cut out of a longer run.
_RUNS = r"[0-9]{6}[ -][0-9]{8}[ -][0-9]{3}[0-9Xx]|[0-9]+[Xx]?"
_IDENTITY_LENGTH = 18

_DASHES: Final = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-") | {"\u00a0": " "}
_PLAIN: Final = WIDE | _DASHES


def judge(cells: Cells, own_number: pl.Series, day: date) -> None:
    """THIRD_PARTY_IN_TEXT for each text cell that holds one."""
    texts = {
        column.code: cells.values[column.code]
        for column in cells.rules.type.columns
        if column.kind == "text" and column.code in cells.values
    }
    suspects = {code: at for code, text in texts.items() if len(at := _suspects(text, cells.coded.get(code)))}
    if not suspects:
        return
    # Few texts are, of whichever column: they are looked at together.
    found = _found(
        pl.concat([texts[code].gather(at) for code, at in suspects.items()]),
        pl.concat([own_number.gather(at) for at in suspects.values()]),
        day,
    )
    first = 0
    for code, at in suspects.items():
        here = found.slice(first, len(at))
        first += len(at)
        if here.any():
            cells.findings.add(cells.nowhere().scatter(at, here), code, "THIRD_PARTY_IN_TEXT")


def _suspects(text: pl.Series, one: Coded | None) -> pl.Series:
    """Which rows are to be looked at closely."""
    suspect = _suspect(text) if one is None else one.spread(_suspect(one.distinct))
    return suspect.arg_true()


def _suspect(text: pl.Series) -> pl.Series:
    return text.str.contains(_SUSPECT) | text.str.contains(_SUSPECT_WIDE)


def _found(text: pl.Series, own_number: pl.Series, day: date) -> pl.Series:
    plain = text.str.replace_many(list(_PLAIN), list(_PLAIN.values()))
    return plain.str.contains(_TELEPHONE) | _somebody_elses(plain, own_number, day)


def _somebody_elses(plain: pl.Series, own_number: pl.Series, day: date) -> pl.Series:
    """Where an identity number stands that is not the row's own."""
    runs = pl.col("text").str.extract_all(_RUNS)
    written = pl.element().str.replace_all("[ -]", "").str.to_uppercase()
    named = (
        pl.DataFrame({"text": plain, "own": own_number})
        .with_row_index("at")
        .filter(pl.col("own").is_not_null())
        .select("at", "own", runs.list.eval(written).alias("number"))
        .explode("number")
        .filter((pl.col("number").str.len_chars() == _IDENTITY_LENGTH) & (pl.col("number") != pl.col("own")))
    )
    named = named.filter(eighteen.fitting(named["number"], day))
    return pl.int_range(len(plain), dtype=pl.UInt32, eager=True).is_in(named["at"].implode())
