"""Budgets: in no stretch of time are more questions answered than the catalogue says, whoever many ask at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections

from openxin.accounts.readers import Reader
from openxin.disclosure import budgets
from openxin.disclosure.asking import BudgetSpent
from openxin.law.loading import catalogue
from openxin.notices import alerts

AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def official(body="market"):
    return Reader(uuid4(), authority=body, roles=frozenset({"duty-holder"}))


def law(**numbers):
    """The catalogue with other numbers."""
    whole = catalogue()
    changed = [replace(one, number=numbers.get(one.id.replace("-", "_"), one.number)) for one in whole.budgets]
    return replace(whole, budgets=tuple(changed))


def answered(to, numbers, *, times, at=AT, every=timedelta(0)):
    """How many of so many questions are answered."""
    count = 0
    for n in range(times):
        try:
            budgets.spend("statutory-check", to, numbers, at=at + n * every)
            count += 1
        except BudgetSpent:
            pass
    return count


def test_a_log_in_asks_as_often_as_its_budget_says_and_no_more(register):
    assert answered(official(), law(check_principal_hour=25), times=40) == 25
    register.is_sound()


def test_another_log_in_of_the_same_body_has_its_own_and_the_body_has_one(register):
    numbers = law(check_principal_hour=20, check_body_day=30)
    assert answered(official("market"), numbers, times=25) == 20
    assert answered(official("market"), numbers, times=25) == 10
    assert answered(official("credit"), numbers, times=25) == 20


def test_who_asks_slowly_loses_nothing_to_leases(register):
    """A lease of which little was used is given back: sixty questions in an hour, one a minute, are all answered."""
    assert answered(official(), law(check_principal_hour=60), times=60, every=timedelta(minutes=1)) == 60


def test_in_no_window_are_more_answered_than_the_number(register):
    to, numbers, asked = official(), law(check_principal_hour=30), []
    for n in range(400):
        at = AT + n * timedelta(seconds=37)
        try:
            budgets.spend("statutory-check", to, numbers, at=at)
            asked.append(at)
        except BudgetSpent:
            pass
    assert max(sum(start <= one < start + HOUR for one in asked) for start in asked) <= 30
    assert len(asked) > 90


def test_many_at_once_get_no_more_either(register):
    to, numbers = official(), law(check_principal_hour=50)

    def one(_):
        try:
            return answered(to, numbers, times=10)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 50


def test_past_it_the_answer_says_when_to_come_again_and_auditors_are_told_once(register):
    to, numbers = official(), law(check_principal_hour=1)
    budgets.spend("statutory-check", to, numbers, at=AT)
    for _ in range(2):
        with pytest.raises(BudgetSpent) as spent:
            budgets.spend("statutory-check", to, numbers, at=AT)
    assert 0 < spent.value.retry_after_seconds <= 3700
    again = AT + timedelta(seconds=spent.value.retry_after_seconds)
    budgets.spend("statutory-check", to, numbers, at=again)
    (alert,) = alerts.open_alerts().alerts
    assert (alert.kind, alert.holder, alert.login) == ("budget", "market", to.login)


def test_ones_own_records_have_no_budget(register):
    person = Reader(uuid4(), person_id=uuid4(), roles=frozenset({"person"}))
    for _ in range(3):
        budgets.spend("self", person, law(), at=AT)
    assert register.count("disclosure_lease") == 0
