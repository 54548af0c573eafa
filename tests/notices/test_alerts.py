"""Alerts: auditors are told that somebody should be looked at, never about whom or what it was."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import connections, transaction

from openxin.notices import alerts
from openxin.notices.alerts import Repetition

AT = datetime(2026, 6, 15, 2, tzinfo=UTC)
THRICE = Repetition(3, timedelta(hours=1))


def counted(login, at, kind="refusals", holder="market"):
    with transaction.atomic(), connections["default"].cursor() as cursor:
        return alerts.count(cursor, kind, holder, login, at, THRICE)


def raised():
    return [(one.kind, one.holder, one.login) for one in alerts.open_alerts().alerts]


def test_the_third_refusal_within_an_hour_is_an_alert_and_the_fourth_is_none_more(register):
    login = uuid4()
    assert [counted(login, AT + timedelta(minutes=n)) for n in range(2)] == [1, 2]
    assert raised() == []
    assert [counted(login, AT + timedelta(minutes=n)) for n in (3, 4)] == [3, 4]
    assert raised() == [("refusals", "market", login)]


def test_what_lies_an_hour_back_counts_no_more(register):
    login = uuid4()
    for minutes in (0, 1, 61, 62):
        counted(login, AT + timedelta(minutes=minutes))
    assert raised() == []
    assert counted(login, AT + timedelta(minutes=63)) == 3
    assert len(raised()) == 1


def test_a_series_that_begins_anew_is_another_alert(register):
    login = uuid4()
    for hours in (0, 5):
        for minutes in range(3):
            counted(login, AT + timedelta(hours=hours, minutes=minutes))
    assert len(raised()) == 2


def test_every_log_in_and_every_kind_is_counted_by_itself(register):
    first, second = uuid4(), uuid4()
    for login, kind, holder in (
        (first, "refusals", "market"),
        (second, "refusals", "market"),
        (first, "budget", "market"),
    ):
        for minutes in range(2):
            assert counted(login, AT + timedelta(minutes=minutes), kind, holder) == minutes + 1
    assert raised() == []


def test_two_at_once_overlook_neither(register):
    """The second waits for the first, and then it is the third."""
    login = uuid4()
    counted(login, AT)
    seen = []

    def once():
        try:
            seen.append(counted(login, AT + timedelta(minutes=1)))
        finally:
            connections.close_all()

    with transaction.atomic(), connections["default"].cursor() as cursor:
        alerts.count(cursor, "refusals", "market", login, AT + timedelta(minutes=1), THRICE)
        other = threading.Thread(target=once)
        other.start()
    other.join()
    assert seen == [3]
    assert len(raised()) == 1


def test_what_is_undone_raised_no_alert(register):
    class Undone(Exception):
        pass

    try:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            alerts.raise_alert(cursor, "contest", "", None, AT)
            raise Undone
    except Undone:
        pass
    assert raised() == []


def test_an_alert_is_seen_once_and_stays_as_it_was(register):
    with transaction.atomic(), connections["default"].cursor() as cursor:
        alert = alerts.raise_alert(cursor, "contest", "", None, AT)
    assert alerts.seen(alert, uuid4(), AT)
    assert not alerts.seen(alert, uuid4(), AT)
    assert not alerts.seen(uuid4(), uuid4(), AT)
    assert raised() == []
    assert register.count("notices_alert") == 1


def test_alerts_come_in_pages_newest_first(register):
    with transaction.atomic(), connections["default"].cursor() as cursor:
        for n in range(alerts.PAGE + 1):
            alerts.raise_alert(cursor, "contest", "", None, AT + timedelta(seconds=n))
    first, second = alerts.open_alerts(), alerts.open_alerts(page=2)
    assert (len(first.alerts), first.more, len(second.alerts), second.more) == (alerts.PAGE, True, 1, False)
    assert first.alerts[0].at > first.alerts[-1].at > second.alerts[0].at
