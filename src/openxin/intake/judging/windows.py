"""From when until when others may see a record, and when it is erased. Every term is the catalogue's, every day pure arithmetic.

Adverse records open at the later of finality and the end of the person's notice; where that is not before they close, they never
open. A document is final on the day on which the time to challenge it is over.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from openxin.intake.judging.rules import birthday
from openxin.intake.judging.sheet import Sheet, by_distinct
from openxin.law import clock
from openxin.law.catalogue import Catalogue

_DAY = timedelta(days=1)
_YES = "Y"


@dataclass(frozen=True, slots=True)
class Windows:
    """Days of each row, null where there is none, and where its record stands on the day of admission."""

    final_on: pl.Series
    notice_until: pl.Series
    opens: pl.Series
    closes: pl.Series
    erase_on: pl.Series
    state: pl.Series
    past: pl.Series


def windows(sheet: Sheet, law: Catalogue, day: date, class_: pl.Series | None, born: pl.Series) -> Windows:
    """The windows of every row under the law of its type."""
    closes = _class_closes(sheet, law, class_) if class_ is not None else _validity_closes(sheet, law, day)
    erase = by_distinct(
        closes, lambda end: clock.after(end, law.periods[sheet.type.id].own_view_after_closing, law.calendar), pl.Date
    )
    past = (closes <= day).fill_null(False)
    if sheet.type.needs_finality:
        return _adverse(sheet, law, day, closes, erase, past)
    return _favourable(sheet, law, day, closes, erase, past, born)


def _class_closes(sheet: Sheet, law: Catalogue, class_: pl.Series) -> pl.Series:
    decided = sheet.value("decided_on")
    closes = pl.repeat(None, sheet.height, dtype=pl.Date, eager=True)
    for one in law.classes.values():
        of_class = (class_ == one.id).fill_null(False)
        if of_class.any() and decided is not None:
            ends = by_distinct(decided, lambda on, term=one.closes_after: clock.after(on, term, law.calendar), pl.Date)
            closes = pl.select(pl.when(of_class).then(ends).otherwise(closes)).to_series()
    return closes


def _validity_closes(sheet: Sheet, law: Catalogue, day: date) -> pl.Series:
    """The day after the last day of validity; an ended permit is closed today, whenever it ended."""
    until, status = sheet.value("valid_until"), sheet.type.column("status")
    closes = pl.repeat(None, sheet.height, dtype=pl.Date, eager=True) if until is None else until.dt.offset_by("1d")
    if status is not None:
        listed = law.lists[sheet.column(status).list or ""].values
        ended = sheet.values[status].is_in([value.code for value in listed if value.extra.get("ends") == "yes"])
        ended = ended.fill_null(False) & (closes.is_null() | (closes > day))
        closes = closes.set(ended, day)
    return closes


def _adverse(sheet: Sheet, law: Catalogue, day: date, closes: pl.Series, erase: pl.Series, past: pl.Series) -> Windows:
    notice_until = clock.due("notice-before", day, law).due if sheet.type.notice else None
    final_on = _final_on(sheet, law)
    first = day if notice_until is None else notice_until + _DAY
    later = pl.select(
        pl.when(final_on > first).then(final_on).when(final_on.is_not_null()).then(pl.lit(first))
    ).to_series()
    opens = pl.select(pl.when(closes.is_null() | (later < closes)).then(later)).to_series()
    state = pl.select(
        pl.when(final_on.is_null() | (final_on > day))
        .then(pl.lit("awaiting_finality"))
        .otherwise(pl.lit("in_force" if notice_until is None else "notice_running"))
    ).to_series()
    notice = pl.repeat(notice_until, sheet.height, dtype=pl.Date, eager=True)
    return Windows(final_on, notice, opens, closes, erase, state, past)


def _final_on(sheet: Sheet, law: Catalogue) -> pl.Series:
    """As the body states it; else from service and whether the remedies were told (not said counts as not told)."""
    stated, served, told = sheet.value("final_on"), sheet.value("served_on"), sheet.value("told_remedies")
    if stated is None or served is None or told is None:
        return pl.repeat(None, sheet.height, dtype=pl.Date, eager=True)
    if served.null_count() == sheet.height:
        return stated
    terms = law.parameters
    short = by_distinct(served, lambda on: clock.ends(on, terms.finality_lapse, law.calendar).due, pl.Date)
    long = by_distinct(served, lambda on: clock.ends(on, terms.finality_lapse_untold, law.calendar).due, pl.Date)
    lapsed = pl.select(pl.when(told == _YES).then(short).otherwise(long)).to_series()
    return stated.fill_null(lapsed)


def _favourable(
    sheet: Sheet, law: Catalogue, day: date, closes: pl.Series, erase: pl.Series, past: pl.Series, born: pl.Series
) -> Windows:
    """Open from the decision; a minor's are closed to all others, and some types until the person opens them."""
    none = pl.repeat(None, sheet.height, dtype=pl.Date, eager=True)
    decided = sheet.value("decided_on")
    opens = none if decided is None or sheet.type.closed_until_person_opens else decided
    minor = (birthday(born, law.parameters.adult_age) >= day).fill_null(False)
    opens = opens.set(minor, None) if minor.any() else opens
    opens = pl.select(pl.when(closes.is_null() | (opens < closes)).then(opens)).to_series()
    state = pl.repeat("in_force", sheet.height, dtype=pl.String, eager=True)
    return Windows(none, none, opens, closes, erase, state, past)
