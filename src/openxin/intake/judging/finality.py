"""From which day is a decision final? As the body says; else when the time for a remedy after service is over; else not known.

The time to sue is the longer limit: six months where the remedies were told, one year where they were not or nothing is said.
A limit that ends on a day off ends on the next working day.
"""

from datetime import date

import polars as pl

from openxin.intake.judging.cells import Cells
from openxin.law.catalogue import Catalogue, Term
from openxin.law.clock import ends


def final_on(cells: Cells) -> pl.Series:
    """The first day on which each decision is final; null where that is not known."""
    nothing = pl.repeat(None, cells.height, dtype=pl.Date, eager=True)
    stated, served = cells.day("final_on"), cells.day("served_on")
    stated = nothing if stated is None else stated
    if served is None:
        return stated
    numbers = cells.rules.law.parameters
    told = cells.value("told_remedies")
    told = cells.nowhere() if told is None else (told == "Y").fill_null(value=False)
    lapsed = _lapsed(served, numbers.finality_lapse, cells.rules.law).zip_with(
        told, _lapsed(served, numbers.finality_lapse_untold, cells.rules.law)
    )
    return stated.zip_with(stated.is_not_null() | cells.failed("final_on"), lapsed)


def _lapsed(served: pl.Series, term: Term, law: Catalogue) -> pl.Series:
    days = served.drop_nulls().unique()
    return served.replace_strict(days, pl.Series([_end(day, term, law) for day in days], dtype=pl.Date), default=None)


def _end(served: date, term: Term, law: Catalogue) -> date:
    return ends(served, term, law.calendar, rolls=True).due
