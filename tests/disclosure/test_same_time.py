"""Nobody learns who is in the register by how long an answer takes: the same statements, and no difference that a clock tells."""

import re
import time
from math import sqrt

import psycopg
import pytest

from openxin.disclosure import asked, checks, redeeming
from openxin.disclosure.asked import Presented
from openxin.disclosure.asking import NotPermitted
from openxin.disclosure.checks import Enquiry
from openxin.law.loading import catalogue
from openxin.store import session
from tests.disclosure.test_redeeming import give
from tests.harness import sample
from tests.harness.others import AT, DAY, in_force, official, verified
from tests.harness.sample import LI_NA, RARE, WANG_WEI
from tests.harness.visitor import reader_of

MATTER = "示市监许受〔2026〕12号"
MARKET, *CLERKS = (official("market", "duty-holder") for _ in range(9))  # nobody asks more often than the law lets them
PAIRS = 150
CERTAIN = 5.0  # standard deviations: a machine that is merely busy does not get there in a million runs

_VALUES = re.compile(r"'(?:[^']|'')*'|\\x[0-9a-f]+|\b\d+\b|array\[[^\]]*\]")


@pytest.fixture
def people(door):
    """Li Na is banned from the food trade; Wang Wei has a penalty; of Rare only a body said whose ban it is."""
    in_force(door, sample.disqualification(LI_NA), type_="disqualification")
    in_force(door, sample.penalty(WANG_WEI), type_="penalty")
    in_force(door, sample.disqualification(RARE, "示市监禁〔2026〕2号"), type_="disqualification")
    verified(LI_NA)
    verified(WANG_WEI)
    return door


def ask(of, check="food-135", name=None, to=None):
    found = Enquiry(check, of.document_type, of.number, name or of.name, MATTER)
    return checks.ask(found, to or MARKET, today=DAY, at=AT)


def stranger(n):
    return sample.Person("郑一", sample.number("19700101", 100 + n))


@pytest.fixture
def statements(monkeypatch):
    """What is sent to the server, without its values: by the driver's cursors, and by a reading without one."""
    sent = []
    execute, answered = psycopg.Cursor.execute, session.answered

    def heard(cursor, query, *words, **named):
        text = query if isinstance(query, str) else query.as_string(cursor)
        sent.append(_VALUES.sub("?", text))
        return execute(cursor, query, *words, **named)

    def heard_straight(raw, text):
        sent.append(_VALUES.sub("?", text))
        return answered(raw, text)

    monkeypatch.setattr(psycopg.Cursor, "execute", heard)
    monkeypatch.setattr(session, "answered", heard_straight)
    return sent


def heard_in(sent, call, *words, **named):
    """But for the leases of budgets, which come with every so-manieth question whoever it is about."""
    sent.clear()
    call(*words, **named)
    return [text for text in sent if "disclosure_lease" not in text and "advisory" not in text]


def test_the_same_statements_run_whoever_is_asked_about(people, statements):
    asked_about = {
        "nobody": lambda: ask(stranger(0)),
        "nothing on record": lambda: ask(WANG_WEI),
        "another name": lambda: ask(LI_NA, name="王伟"),
        "not yet certain": lambda: ask(RARE),
        "another scope": lambda: ask(LI_NA, "food-lab-138"),
        "a ban": lambda: ask(LI_NA),
    }
    ask(stranger(1))  # the first question of a connection, whoever it is about, is parsed once for all that follow
    shapes = {who: heard_in(statements, call) for who, call in asked_about.items()}
    assert len(shapes["nobody"]) > 3
    assert {who: shape for who, shape in shapes.items() if shape != shapes["nobody"]} == {}


def test_the_same_statements_run_for_a_wrong_name_and_for_a_code_that_nobody_gave(people, statements):
    gave = give(reader_of(verified(LI_NA).person_id), to=None)
    recipient = official("civil", "recipient")

    def wrong(code, name):
        with pytest.raises(NotPermitted):
            redeeming.redeem(code, name, recipient, at=AT)

    wrong("2345-6789-ABCD-EFGH", "郑一")
    assert heard_in(statements, wrong, gave.code, "郑一") == heard_in(statements, wrong, "2345-6789-ABCD-EFGH", "郑一")


def lead(pairs):
    """How many standard deviations the second of each pair is the slower one more often than chance would have it."""
    slower = sum(first < second for first, second in pairs)
    return (slower - len(pairs) / 2) / (sqrt(len(pairs)) / 2)


def timed(call, *words):
    began = time.perf_counter()
    call(*words)
    return time.perf_counter() - began


def interleaved(one, other, count):
    """Seconds of both, beside one another, so that a machine that slows down slows both; who comes first changes each time."""
    pairs = []
    for n in range(count):
        if n % 2:
            second = timed(other, n)
            pairs.append((timed(one, n), second))
        else:
            first = timed(one, n)
            pairs.append((first, timed(other, n)))
    return pairs


def test_no_such_person_takes_as_long_as_nothing_on_record(people):
    """Asked beside one another, neither is the slower one more often than chance has it; a door that stops early would be."""
    law = catalogue()

    def stops_early(n):
        who = stranger(n)
        asked.find(Presented(who.document_type, who.number, who.name, MATTER), MARKET, law=law, today=DAY)

    def clean(n):
        ask(WANG_WEI, to=CLERKS[n % len(CLERKS)])

    def nobody(n):
        ask(stranger(n), to=CLERKS[n % len(CLERKS)])

    assert lead(interleaved(stops_early, clean, PAIRS * 2 // 3)) > CERTAIN
    assert abs(lead(interleaved(nobody, clean, PAIRS))) < CERTAIN
