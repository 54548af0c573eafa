"""The years that the catalogue does not write itself: the library chinesecalendar, which cites the State Council's notices.

Only its tables are read. Its functions raise beyond its last year, and its working days know nothing of a year that the
catalogue adds.
"""

from collections.abc import Mapping
from datetime import date

from chinese_calendar.constants import holidays, workdays

from openxin.law.catalogue import CalendarYear, Source

_SOURCE = Source("chinesecalendar，依国务院办公厅历年节假日安排的通知 (from the State Council's yearly notices)", "V")


def library_years() -> Mapping[int, CalendarYear]:
    """Every year that the library knows."""
    return {
        year: CalendarYear(year, _in(year, holidays), _in(year, workdays), _SOURCE)
        for year in {day.year for day in holidays}
    }


def _in(year: int, days: Mapping[date, object]) -> frozenset[date]:
    return frozenset(day for day in days if day.year == year)
