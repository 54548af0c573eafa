"""The statutory clock, by hand-worked examples and by what must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openxin.law.catalogue import Term
from openxin.law.clock import Due, NoSuchLimit, add_months, after, due, ends, is_working_day
from openxin.law.files import shipped_folder
from openxin.law.library_calendar import library_years
from openxin.law.loading import catalogue, load

LAW = catalogue()
CALENDAR = LAW.calendar


def days(year: int, *months: tuple[int, tuple[int, ...]]) -> tuple[date, ...]:
    return tuple(date(year, month, day) for month, numbers in months for day in numbers)


# The State Council's notices for 2025 and 2026, counted by hand. Procedures: 3 wd objection-own, 7 wd submit, 20 wd info-request.
WORKING = [
    ("25-1", "2025-01-24", "objection-own", days(2025, (1, (26, 27)), (2, (5,)))),
    ("25-2", "2025-01-24", "submit", days(2025, (1, (26, 27)), (2, (5, 6, 7, 8, 10)))),
    ("25-3", "2025-01-30", "objection-own", days(2025, (2, (5, 6, 7)))),
    ("25-4", "2025-09-30", "objection-own", days(2025, (10, (9, 10, 11)))),
    ("25-6", "2025-09-26", "submit", days(2025, (9, (28, 29, 30)), (10, (9, 10, 11, 13)))),
    ("26-1", "2026-02-13", "objection-own", days(2026, (2, (14, 24, 25)))),
    ("26-2", "2026-02-14", "submit", days(2026, (2, (24, 25, 26, 27, 28)), (3, (2, 3)))),
    (
        "26-3",
        "2026-02-10",
        "info-request",
        days(2026, (2, (11, 12, 13, 14, 24, 25, 26, 27, 28)), (3, (2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16))),
    ),
    ("26-4", "2026-09-24", "submit", days(2026, (9, (28, 29, 30)), (10, (8, 9, 10, 12)))),
    ("26-6", "2026-09-30", "repair-effect", days(2026, (10, (8,)))),
]


@pytest.mark.parametrize(
    ("received", "procedure", "counted"), [row[1:] for row in WORKING], ids=[row[0] for row in WORKING]
)
def test_working_days_count_make_up_days_and_skip_holidays(
    received: str, procedure: str, counted: tuple[date, ...]
) -> None:
    assert due(procedure, date.fromisoformat(received), LAW) == Due(counted[-1], provisional=False, counted=counted)


@pytest.mark.parametrize(
    ("received", "procedure", "last", "end"),
    [
        pytest.param("2025-08-06", "reconsideration", "2025-10-05", "2025-10-09", id="25-5"),
        pytest.param("2025-12-19", "reconsideration", "2026-02-17", "2026-02-24", id="26-5"),
        pytest.param("2025-08-31", "lawsuit-direct", "2026-02-28", "2026-02-28", id="mo-1"),
        pytest.param("2025-08-18", "lawsuit-direct", "2026-02-18", "2026-02-24", id="mo-2"),
    ],
)
def test_calendar_days_and_months_roll_only_from_a_day_off(received: str, procedure: str, last: str, end: str) -> None:
    found = due(procedure, date.fromisoformat(received), LAW)
    assert found.counted[-1] == date.fromisoformat(last)
    assert found.due == date.fromisoformat(end)
    assert not found.provisional


def test_a_period_that_ends_on_an_ordinary_weekend_rolls_to_monday() -> None:
    # Thirty days after Thursday 2026-07-16 is Saturday 2026-08-15.
    assert due("quarantine", date(2026, 7, 16), LAW).due == date(2026, 8, 17)


def test_display_never_grows_by_a_holiday() -> None:
    """What stops by itself stops on its day, holiday or not."""
    assert due("expire", date(2025, 10, 1), LAW, "ordinary").due == date(2026, 10, 1)


def test_a_year_without_a_notice_is_provisional_and_counts_weekdays_only() -> None:
    found = due("objection-own", date(2026, 12, 31), LAW)
    assert found == Due(date(2027, 1, 5), provisional=True, counted=days(2027, (1, (1, 4, 5))))


def test_a_period_inside_known_years_is_not_provisional() -> None:
    assert not due("objection-own", date(2026, 12, 25), LAW).provisional


def test_calendar_days_are_certain_where_no_day_off_decides() -> None:
    """Thirty days into 2027 are thirty days; only whether the last one is a day off is not known yet."""
    assert due("quarantine", date(2026, 12, 20), LAW).provisional
    assert not ends(date(2026, 12, 20), Term(30, "cd"), CALENDAR, rolls=False).provisional


def test_at_once_means_the_same_day() -> None:
    assert due("objection-mark", date(2026, 10, 1), LAW) == Due(date(2026, 10, 1), provisional=False, counted=())


@pytest.mark.parametrize(
    ("procedure", "variant"), [("recon-first", ""), ("objection-expert", ""), ("submit", "x"), ("x", "")]
)
def test_what_has_no_number_has_no_last_day(procedure: str, variant: str) -> None:
    with pytest.raises(NoSuchLimit):
        due(procedure, date(2026, 3, 2), LAW, variant)


def test_of_two_limits_the_first_is_the_plain_one() -> None:
    assert LAW.procedures["objection-provider"].limits[""] == Term(7, "wd")
    assert LAW.procedures["objection-provider"].limits["provider"] == Term(3, "wd")


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_has_248_working_days(year: int) -> None:
    first = date(year, 1, 1)
    assert sum(is_working_day(first + timedelta(day), CALENDAR) for day in range(365)) == 248


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_library_counts_the_same_working_days(year: int) -> None:
    """Two readings of the same notice agree, day by day."""
    library = library_years()
    first = date(year, 1, 1)
    assert all(
        is_working_day(first + timedelta(day), library) == is_working_day(first + timedelta(day), CALENDAR)
        for day in range(365)
    )


def test_the_catalogue_can_add_a_year(catalogue_copy) -> None:
    file = catalogue_copy.folder / "calendar.toml"
    file.write_text(
        file.read_text("utf-8")
        + "\n[[year]]\nyear = 2027\noff = [{ from = 2027-01-01, until = 2027-01-03 }]\nworking_weekends = []\n"
        + 'citation = "a notice made up for this test"\nverified = "D"\n',
        "utf-8",
    )
    found = due("objection-own", date(2026, 12, 31), load(catalogue_copy.folder))
    assert found == Due(date(2027, 1, 6), provisional=False, counted=days(2027, (1, (4, 5, 6))))
    assert shipped_folder() != catalogue_copy.folder


DAYS = st.dates(date(2004, 1, 1), date(2027, 12, 31))
TERMS = st.builds(Term, st.integers(0, 90), st.sampled_from(["wd", "cd", "mo"]))


@given(DAYS, TERMS)
def test_a_period_never_ends_before_it_begins(received: date, term: Term) -> None:
    found = ends(received, term, CALENDAR)
    assert found.due >= received
    assert (found.due == received) == (term.amount == 0)
    assert list(found.counted) == sorted(found.counted)


@given(DAYS, TERMS)
def test_a_period_ends_on_a_working_day(received: date, term: Term) -> None:
    assert term.amount == 0 or is_working_day(ends(received, term, CALENDAR).due, CALENDAR)


@given(DAYS, st.integers(1, 60))
def test_so_many_working_days_are_counted_and_the_day_of_receipt_is_not(received: date, amount: int) -> None:
    found = ends(received, Term(amount, "wd"), CALENDAR)
    between = (received + timedelta(day) for day in range(1, (found.due - received).days + 1))
    assert [day for day in between if is_working_day(day, CALENDAR)] == list(found.counted)
    assert len(found.counted) == amount


@given(DAYS, DAYS, TERMS)
def test_who_receives_later_is_due_no_earlier(one: date, other: date, term: Term) -> None:
    first, second = sorted((one, other))
    assert ends(first, term, CALENDAR).due <= ends(second, term, CALENDAR).due


@given(DAYS, st.integers(0, 120))
def test_months_keep_the_day_number_or_end_with_the_month(day: date, months: int) -> None:
    end = add_months(day, months)
    assert end.day == day.day or (end + timedelta(1)).day == 1
    assert (end.year - day.year) * 12 + end.month - day.month == months


@given(DAYS, TERMS)
def test_plain_arithmetic_never_rolls(day: date, term: Term) -> None:
    assert after(day, term, CALENDAR) <= ends(day, term, CALENDAR).due
    assert after(day, term, CALENDAR) == ends(day, term, CALENDAR, rolls=False).due
