"""From when until when others may see a record: by finality, notice, class and validity, each from the catalogue."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openxin.intake.judging.basis import windows_of
from openxin.law.bases import in_force
from openxin.law.loading import catalogue
from tests.harness.sample import LI_NA, TODAY, Person, number, penalty, permit
from tests.intake.judging.judged_rows import found, judged, line

NOTICE = date(2026, 6, 23)  # five working days after Monday 15 June; 19-21 June is the Dragon Boat Festival
DAY = timedelta(days=1)


def window(row: dict[str, str], type_: str = "penalty", day: date = TODAY) -> tuple[object, ...]:
    of = judged(row, type_=type_, day=day)
    assert found(of) == set()
    told = line(of)
    return tuple(told[name] for name in ("state", "final_on", "opens", "closes"))


def test_without_service_and_finality_nobody_else_sees_it() -> None:
    assert window(penalty(LI_NA)) == ("awaiting_finality", None, None, date(2027, 4, 11))


def test_what_is_final_opens_after_the_notice() -> None:
    row = penalty(LI_NA, OX_SXRQ="2026-06-01")
    assert window(row) == ("notice_running", date(2026, 6, 1), NOTICE + DAY, date(2027, 4, 11))
    assert line(judged(row))["notice_until"] == NOTICE


def test_finality_is_six_months_after_service_where_the_remedies_were_told() -> None:
    row = penalty(LI_NA, OX_SDRQ="2026-04-13", OX_JJGZ="Y")
    assert window(row) == ("awaiting_finality", date(2026, 10, 13), date(2026, 10, 13), date(2027, 4, 11))


@pytest.mark.parametrize("told", ["N", ""])
def test_finality_is_one_year_after_service_where_they_were_not_or_nothing_is_said(told: str) -> None:
    row = penalty(LI_NA, OX_SDRQ="2026-04-13", OX_JJGZ=told)
    state, final_on, opens, closes = window(row)
    assert (state, final_on) == ("awaiting_finality", date(2027, 4, 13))
    assert opens is None  # it would open after it has closed
    assert closes == date(2027, 4, 11)


def test_the_stated_day_of_finality_counts_before_the_computed_one() -> None:
    assert window(penalty(LI_NA, OX_SDRQ="2026-04-13", OX_JJGZ="Y", OX_SXRQ="2026-06-10"))[1] == date(2026, 6, 10)


def test_finality_that_falls_on_a_day_off_waits_for_the_next_working_day() -> None:
    """18 February 2026 is in the Spring Festival."""
    row = penalty(LI_NA, CF_JDRQ="2025-08-15", OX_SDRQ="2025-08-18", OX_JJGZ="Y")
    assert window(row)[1] == date(2026, 2, 24)


@pytest.mark.parametrize(("kinds", "closes"), [("罚款", date(2027, 4, 11)), ("罚款;责令停产停业", date(2029, 4, 11))])
def test_the_class_says_when_it_closes_and_two_years_later_it_is_erased(kinds: str, closes: date) -> None:
    told = line(judged(penalty(LI_NA, CF_CFLB=kinds)))
    assert (told["closes"], told["erase_on"]) == (closes, closes.replace(year=closes.year + 2))


def test_a_declared_class_counts_before_the_derived_one() -> None:
    assert window(penalty(LI_NA, OX_FL="严重", OX_CX="普通"))[3] == date(2029, 4, 11)


@pytest.mark.parametrize(("day", "past"), [(date(2027, 4, 10), False), (date(2027, 4, 11), True)])
def test_a_penalty_is_past_its_time_from_the_day_on_which_it_closes(day: date, past: bool) -> None:
    assert line(judged(penalty(LI_NA), day=day))["past"] is past


def test_a_permit_is_open_from_the_decision_to_the_last_valid_day() -> None:
    assert window(permit(LI_NA), "permit") == ("in_force", None, date(2026, 3, 2), date(2031, 3, 2))


@pytest.mark.parametrize(("until", "past"), [("2026-06-15", False), ("2026-06-14", True)])
def test_a_permit_is_past_its_time_on_the_day_after_its_last(until: str, past: bool) -> None:
    assert line(judged(permit(LI_NA, XK_YXQZI=until), type_="permit"))["past"] is past


@pytest.mark.parametrize("status", ["2", "无效", "已注销"])
def test_a_permit_that_has_ended_is_closed(status: str) -> None:
    told = line(judged(permit(LI_NA, XK_ZT=status, XK_YXQZI="长期"), type_="permit"))
    assert (told["past"], told["closes"], told["erase_on"]) == (True, TODAY, date(2028, 6, 15))


def test_a_permit_of_a_minor_is_admitted_and_closed_to_others() -> None:
    assert window(permit(Person("赵小小", number("20080615", 1))), "permit")[2] is None
    assert window(permit(Person("赵小小", number("20080614", 1))), "permit")[2] == date(2026, 3, 2)


@given(st.dates(date(1985, 1, 1), date(2027, 1, 1)))
def test_the_times_of_every_law_agree_with_the_law_room(day: date) -> None:
    for basis in catalogue().bases.values():
        assert any(first <= day <= last for first, last in windows_of(basis)) == in_force(basis, day), basis.id
