"""May others see it, and why not? One reason for every record and day; the most final one first."""

from datetime import date
from uuid import uuid4

import pytest

from openxin.disclosure import showing
from openxin.law.loading import catalogue
from openxin.records.reading import HeldRecord, HeldVersion
from tests.harness.sample import number

DAY = date(2026, 6, 15)
EARLIER, LATER = date(2026, 1, 1), date(2027, 1, 1)


def held(**stands):
    whole = {
        "id": uuid4(), "type": "penalty", "authority": "market", "state": "in_force", "annotated": False, "suspended": False,
        "decided_on": EARLIER, "admitted_on": EARLIER, "notice_until": None, "final_on": EARLIER, "opens": EARLIER,
        "closes": LATER, "erase_on": None, "withdrawal": None, "person_id": uuid4(),
        "versions": (HeldVersion(1, "admission", None, {}),),
    }  # fmt: skip
    return HeldRecord(**(whole | stands))


CASES = {
    "open": (held(), True),
    "identity_unverified": (held(), False),
    "later": (held(state="notice_running", opens=LATER, closes=None), True),
    "not_final": (held(state="awaiting_finality", final_on=None, opens=None), False),
    "never": (held(state="awaiting_finality", final_on=LATER, opens=None), True),
    "suspended": (held(suspended=True), True),
    "closed": (held(closes=DAY), True),
    "withdrawn": (held(state="withdrawn"), True),
    "minor": (held(type="permit", opens=None, closes=None, final_on=None), True),
    "yours_to_open": (held(type="honour", opens=None, closes=None), True),
}


@pytest.mark.parametrize("expected", CASES)
def test_each_reason(expected):
    record, verified = CASES[expected]
    (shown,) = showing.records([record], law=catalogue(), today=DAY, verified=verified)
    assert shown.visibility == expected


@pytest.mark.parametrize(("born", "expected"), [("20080615", "minor"), ("20080614", "yours_to_open")])
def test_an_honour_cannot_be_opened_while_its_person_is_a_minor(born, expected):
    """On the eighteenth birthday itself the younger age still holds."""
    said = {"RY_ZJLX": "01", "RY_ZJHM": number(born, 1)}
    record = held(type="honour", opens=None, closes=None, versions=(HeldVersion(1, "admission", None, said),))
    (shown,) = showing.records([record], law=catalogue(), today=DAY, verified=True)
    assert shown.visibility == expected


def test_one_document_without_a_birth_date_hides_no_minor_whom_another_shows():
    child = held(
        type="honour",
        opens=None,
        versions=(HeldVersion(1, "admission", None, {"RY_ZJLX": "01", "RY_ZJHM": number("20100101", 1)}),),
    )
    other = held(
        type="service",
        opens=None,
        versions=(HeldVersion(1, "admission", None, {"ZY_ZJLX": "02", "ZY_ZJHM": "E12345678"}),),
    )
    assert {one.visibility for one in showing.records([child, other], law=catalogue(), today=DAY, verified=True)} == {
        "minor"
    }


def test_a_closed_window_is_closed_before_the_calendar_was_applied():
    """`expire` runs once a day; the page of that morning is right already."""
    (shown,) = showing.records([held(state="in_force", closes=EARLIER)], law=catalogue(), today=DAY, verified=True)
    assert shown.visibility == "closed"


def test_a_withdrawn_record_is_shown_to_its_person_and_an_erased_one_is_not():
    records = [held(state="withdrawn"), held(state="erased")]
    assert [one.state for one in showing.records(records, law=catalogue(), today=DAY, verified=True)] == ["withdrawn"]
