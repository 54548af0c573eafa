"""The statutory clock: when does a period end?

The day of receipt is not counted (民法典 201; 民事诉讼法 85). Working days count the weekends that a notice turned into working
days. A period of calendar days or months that ends on a day off ends on the next working day (民法典 203; 民事诉讼法 85;
行政复议法 88); a weekend is a day off, a working weekend is not. Months end on the same day number, else on the last day of
the month (民法典 202). Which period holds is data: `procedures.toml`.

A year that neither the catalogue nor the library knows has no holidays yet: then only weekends count, and `provisional` says so.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from openxin.law.catalogue import CalendarYear, Catalogue, Term

Calendar = Mapping[int, CalendarYear]

_DAY = timedelta(days=1)
_SATURDAY = 5


class NoSuchLimit(LookupError):
    """The catalogue has no such procedure or variant, or the law sets no number of days for it."""


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period, and the days that were counted to it (before it rolled, where it rolled)."""

    due: date
    provisional: bool
    counted: tuple[date, ...]


def due(procedure_id: str, received: date, catalogue: Catalogue, variant: str = "") -> Due:
    """The last day for `procedure_id` when its trigger happened on `received`. Raises NoSuchLimit."""
    procedure = catalogue.procedures.get(procedure_id)
    if procedure is None or variant not in procedure.limits:
        raise NoSuchLimit(procedure_id, variant)
    return ends(received, procedure.limits[variant], catalogue.calendar, rolls=procedure.rolls)


def ends(received: date, term: Term, calendar: Calendar, *, rolls: bool = True) -> Due:
    """The end of a period of `term` after `received`; `rolls` where an end on a day off moves to the next working day."""
    counted = tuple(_counted(received, term, calendar))
    if term.amount == 0 or not counted:
        return Due(received, provisional=False, counted=())
    last = counted[-1]
    end = last
    while rolls and term.unit != "wd" and not is_working_day(end, calendar):
        end += _DAY
    # Calendar days are what they are in any year; only where a day off decides must the year be known.
    asked = _span(received + _DAY, last) if term.unit == "wd" else _span(last, end) if rolls else iter(())
    return Due(end, provisional=any(day.year not in calendar for day in asked), counted=counted)


def after(day: date, term: Term, calendar: Calendar) -> date:
    """Plain arithmetic: the day that lies `term` after `day`. Nothing rolls: a period of display must not grow by a holiday."""
    if term.unit == "mo":
        return add_months(day, term.amount)
    if term.unit == "cd":
        return day + timedelta(days=term.amount)
    return next((last for last in reversed(list(_counted(day, term, calendar)))), day)


def add_months(day: date, months: int) -> date:
    """The same day number `months` later, else the last day of that month (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_days(after_day: date, calendar: Calendar) -> Iterator[date]:
    """The working days after `after_day`, in order, without end."""
    day = after_day
    while True:
        day += _DAY
        if is_working_day(day, calendar):
            yield day


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Is it one? In a year that is not known, every weekday is."""
    year = calendar.get(day.year)
    if year is not None and day in year.off:
        return False
    return day.weekday() < _SATURDAY or (year is not None and day in year.working_weekends)


def _counted(received: date, term: Term, calendar: Calendar) -> Iterator[date]:
    """The days of the period: each working or calendar day of it; of months only the day on which they are over."""
    if term.unit == "mo":
        yield add_months(received, term.amount)
    elif term.unit == "cd":
        yield from (received + timedelta(days=days) for days in range(1, term.amount + 1))
    else:
        days = working_days(received, calendar)
        yield from (next(days) for _ in range(term.amount))


def _span(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=days) for days in range((last - first).days + 1))
