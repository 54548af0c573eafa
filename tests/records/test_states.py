"""The states of a record: one machine, and nothing outside it."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openxin.law.loading import catalogue
from openxin.records.states import MOVES, NotThisMove, State, Verb, move, opens_on, standing

DAYS = st.dates(date(2025, 1, 1), date(2030, 1, 1))
STATES = get_args(State)


@pytest.mark.parametrize("verb", get_args(Verb))
@pytest.mark.parametrize("origin", [None, *STATES])
@pytest.mark.parametrize("target", STATES)
def test_only_the_moves_of_the_table_are_made(verb: Verb, origin: State | None, target: State) -> None:
    allowed = any(one.verb == verb and origin in one.origins and target in one.targets for one in MOVES)
    if allowed:
        assert move(verb, origin, target) == target
    else:
        with pytest.raises(NotThisMove):
            move(verb, origin, target)


def test_nothing_leads_out_of_erased() -> None:
    assert not any("erased" in one.origins for one in MOVES)


def test_every_state_says_in_the_catalogue_what_it_shows_to_whom() -> None:
    states = {id_ for id_, rule in catalogue().states.items() if not rule.flag}
    assert states == set(STATES)
    assert {id_ for id_ in states if catalogue().states[id_].shown_to_others} == {"in_force"}


@given(final_on=st.none() | DAYS, notice_until=st.none() | DAYS, closes=st.none() | DAYS)
def test_nobody_else_sees_it_before_it_is_final_and_noticed_nor_once_it_closed(
    final_on: date | None, notice_until: date | None, closes: date | None
) -> None:
    opens = opens_on(final_on, notice_until, closes)
    if opens is None:
        return
    assert final_on is not None
    assert opens >= final_on
    assert notice_until is None or opens > notice_until
    assert closes is None or opens < closes


@given(final_on=st.none() | DAYS, notice_until=st.none() | DAYS, closes=st.none() | DAYS, today=DAYS)
def test_where_it_stands_agrees_with_when_it_opens(
    final_on: date | None, notice_until: date | None, closes: date | None, today: date
) -> None:
    opens = opens_on(final_on, notice_until, closes)
    is_open = opens is not None and opens <= today and (closes is None or today < closes)
    assert (standing(final_on, notice_until, closes, today) == "in_force") == is_open or opens is None


def test_the_last_day_of_notice_still_belongs_to_the_person() -> None:
    last = date(2026, 6, 23)
    assert opens_on(date(2026, 6, 1), last, None) == last + timedelta(days=1)
    assert standing(date(2026, 6, 1), last, None, last) == "notice_running"
