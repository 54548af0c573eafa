"""May others see it, and why not? One reason for every record and day; the most final one first."""

from datetime import date
from uuid import uuid4

import pytest

from openxin.disclosure import showing
from openxin.law.loading import catalogue
from openxin.records.reading import Held, HeldDocument, HeldRecord, HeldVersion
from tests.harness.sample import number

DAY = date(2026, 6, 15)
EARLIER, LATER = date(2026, 1, 1), date(2027, 1, 1)


def held(**stands):
    whole = {
        "id": uuid4(), "type": "penalty", "authority": "market", "state": "in_force", "annotated": False, "suspended": False,
        "decided_on": EARLIER, "admitted_on": EARLIER, "notice_until": None, "final_on": EARLIER, "opens": EARLIER,
        "closes": LATER, "erase_on": None, "withdrawal": None, "person_id": uuid4(), "opened": False,
        "versions": (HeldVersion(1, "admission", None, {}),),
    }  # fmt: skip
    return HeldRecord(**(whole | stands))


def shown(*records, verified=True, documents=()):
    return showing.records(Held(records, verified, tuple(documents)), law=catalogue(), today=DAY)


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
    (one,) = shown(record, verified=verified)
    assert one.visibility == expected


@pytest.mark.parametrize(("born", "expected"), [("20080615", "minor"), ("20080614", "yours_to_open")])
def test_an_honour_cannot_be_opened_while_its_person_is_a_minor(born, expected):
    """On the eighteenth birthday itself the younger age still holds."""
    (one,) = shown(held(type="honour", opens=None, closes=None), documents=[HeldDocument("01", number(born, 1))])
    assert one.visibility == expected


def test_one_document_without_a_birth_date_hides_no_minor_whom_another_shows():
    documents = [HeldDocument("02", "E12345678"), HeldDocument("01", number("20100101", 1))]
    records = [held(type="honour", opens=None), held(type="service", opens=None)]
    assert {one.visibility for one in shown(*records, documents=documents)} == {"minor"}


def test_what_the_person_opened_is_open():
    (one,) = shown(held(type="honour", opens=None, closes=None, opened=True))
    assert one.visibility == "open"


def test_a_closed_window_is_closed_before_the_calendar_was_applied():
    """`expire` runs once a day; the page of that morning is right already."""
    (one,) = shown(held(state="in_force", closes=EARLIER))
    assert one.visibility == "closed"
