"""Nothing is held about conduct as a minor (预防未成年人犯罪法 art. 59).

Ages count from the day after the birthday: on the birthday itself the younger age still holds. Where the person was so young at
the decision that the conduct may lie in their minority, the day of the conduct must be told.
"""

import polars as pl

from openxin.intake.judging.cells import Cells


def judge(cells: Cells, born: pl.Series) -> None:
    """MINOR_AT_THE_TIME and CONDUCT_DATE_NEEDED, for the types to which they apply."""
    if not cells.rules.type.adult_conduct_only:
        return
    numbers = cells.rules.law.parameters
    nothing = pl.repeat(None, cells.height, dtype=pl.Date, eager=True)
    decided, conduct = cells.day("decided_on"), cells.day("conduct_on")
    decided = nothing if decided is None else decided
    adult_then = cells.value("adult_then")
    young = is_under(numbers.adult_age, born, decided)
    young_then = cells.nowhere() if conduct is None else is_under(numbers.adult_age, born, conduct) & ~young
    told = cells.nowhere() if adult_then is None else (adult_then == "N").fill_null(value=False)
    cells.findings.add(young, cells.rules.column("document_number"), "MINOR_AT_THE_TIME")
    cells.findings.add(young_then, cells.rules.column("conduct_on"), "MINOR_AT_THE_TIME")
    cells.findings.add(told & ~young & ~young_then, cells.rules.column("adult_then"), "MINOR_AT_THE_TIME")
    may_have_been = is_under(numbers.conduct_date_needed_under_age, born, decided)
    needed = may_have_been & cells.empty("conduct_on")
    cells.findings.add(needed, cells.rules.column("conduct_on"), "CONDUCT_DATE_NEEDED")
    number = cells.value("document_number")
    if number is not None:
        # A document that shows no birth date: then the body says whether the person was an adult.
        undated = number.is_not_null() & born.is_null() & cells.empty("adult_then")
        cells.findings.add(undated, cells.rules.column("adult_then"), "CONDUCT_DATE_NEEDED")


def is_under(age: int, born: pl.Series, on: pl.Series) -> pl.Series:
    """Younger than `age` on that day, as far as both days are known. Who was born on 29 February is older on 1 March."""
    birthday = born.dt.offset_by(f"{age}y")
    return (on <= birthday).fill_null(value=False)
