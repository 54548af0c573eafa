"""Grants: a person says who may see what of theirs, for what, until when and how often, and takes it back."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext

from openxin.accounts.readers import Reader
from openxin.disclosure import grants
from openxin.disclosure.grants import NoSuchGrant, NotYours, Terms
from openxin.ledger.sequencing import sequence
from openxin.vault import keyring
from tests.harness import sample
from tests.harness.faults import the_pages_lose_an_answer
from tests.harness.visitor import id_of, reader_of

AT = datetime(2026, 6, 15, 2, tzinfo=UTC)
DAY = timedelta(days=1)
BANK = Reader(uuid4(), authority="market", roles=frozenset({"recipient"}))
TERMS = Terms("market", ("penalty", "permit"), None, "extract", AT, AT + 7 * DAY, 2, "remedy")


@pytest.fixture
def li_na(door):
    door.receives(sample.penalty(sample.LI_NA))
    return reader_of(id_of(sample.LI_NA))


def given(person, **changes):
    return grants.give(person.person_id, person, replace(TERMS, **changes), at=AT)


def mine(person, at=AT):
    return grants.of(person.person_id, person, at=at)


def test_a_grant_to_a_named_body_says_what_it_covers(door, li_na):
    gave = given(li_na)
    assert gave.code is None
    (grant,) = mine(li_na)
    assert (grant.id, grant.holder, grant.by_code, grant.state) == (gave.grant_id, "market", False, "open")
    assert grant.holder_title.zh == sample.MARKET_TITLE
    assert (grant.types, grant.records, grant.uses, grant.uses_left) == (TERMS.types, None, 2, 2)
    sequence()
    door.register.is_sound(records=1)


def test_a_grant_by_code_shows_its_code_once_and_the_register_does_not_know_it(door, li_na):
    gave = given(li_na, to=None)
    assert gave.code is not None
    (grant,) = mine(li_na)
    assert (grant.holder, grant.by_code, grant.holder_title.en) == (None, True, "Whoever has the code")
    door.register.is_sound(records=1, secrets=[gave.code, gave.code.replace("-", "")])


def test_no_two_codes_are_alike(li_na):
    codes = {given(li_na, to=None).code for _ in range(20)}
    assert len(codes) == 20


def test_giving_and_revoking_are_lines_and_leaves(door, li_na):
    gave = given(li_na)
    grants.revoke(li_na.person_id, li_na, gave.grant_id, at=AT + DAY)
    assert door.register.rows("select kind, count(*) from records_line group by 1 order by 1") == [
        ("grant", 1),
        ("revocation", 1),
    ]
    sequence()
    kinds = door.register.rows("select convert_from(body, 'UTF8')::jsonb->>'kind' from ledger_leaf order by seq")
    assert [kind for (kind,) in kinds][-2:] == ["grant", "revocation"]
    door.register.is_sound(records=1)


def test_revoking_twice_is_revoking_once(door, li_na):
    gave = given(li_na)
    for _ in range(2):
        grants.revoke(li_na.person_id, li_na, gave.grant_id, at=AT + DAY)
    (grant,) = mine(li_na)
    assert (grant.state, grant.revoked_at) == ("revoked", AT + DAY)
    assert door.register.count("records_line", "kind = 'revocation'") == 1


@pytest.mark.parametrize(
    ("at", "state"),
    [(AT - DAY, "later"), (AT, "open"), (AT + 7 * DAY - timedelta(microseconds=1), "open"), (AT + 7 * DAY, "over")],
)
def test_the_clock_says_how_a_grant_stands(li_na, at, state):
    """It covers its first instant, and its last one no more."""
    given(li_na)
    assert mine(li_na, at)[0].state == state


def test_whoever_holds_it_sees_that_it_is_there_and_not_whose(li_na):
    gave = given(li_na)
    given(li_na, to="civil")
    given(li_na, to=None)
    given(li_na, from_=AT + DAY)
    (seen,) = grants.open_to(BANK, at=AT)
    assert (seen.id, seen.types, seen.uses_left) == (gave.grant_id, TERMS.types, 2)
    assert not hasattr(seen, "person_id")


def test_those_that_may_be_used_come_in_pages_and_each_by_itself(li_na):
    for hours in range(5):
        grants.give(li_na.person_id, li_na, TERMS, at=AT - timedelta(hours=hours))
    every = grants.open_to(BANK, at=AT)
    first = grants.open_to(BANK, at=AT, most=2)
    rest = grants.open_to(BANK, at=AT, older_than=(first[-1].given_at, first[-1].id))
    assert first + rest == every
    assert [one.given_at for one in every] == sorted((one.given_at for one in every), reverse=True)
    assert grants.open_one(every[2].id, BANK, at=AT) == every[2]
    grants.revoke(li_na.person_id, li_na, every[2].id, at=AT)
    assert grants.open_one(every[2].id, BANK, at=AT) is None
    assert len(grants.open_to(BANK, at=AT)) == 4


def test_as_many_queries_for_ten_grants_as_for_one(li_na):
    given(li_na)
    with CaptureQueriesContext(connections["default"]) as for_one:
        grants.open_to(BANK, at=AT)
        mine(li_na)
    for _ in range(9):
        given(li_na)
    with CaptureQueriesContext(connections["default"]) as for_ten:
        assert len(grants.open_to(BANK, at=AT)) == len(mine(li_na)) == 10
    assert len(for_one) == len(for_ten)


@pytest.mark.parametrize(
    "who",
    [
        Reader(uuid4(), authority="civil", roles=frozenset({"recipient"})),
        Reader(uuid4(), organisation=uuid4(), roles=frozenset({"recipient"})),
        Reader(uuid4(), person_id=uuid4(), roles=frozenset({"person"})),
    ],
)
def test_nobody_else_sees_that_it_is_there(li_na, who):
    gave = given(li_na)
    given(li_na, to=None)
    assert grants.open_to(who, at=AT) == ()
    assert grants.open_one(gave.grant_id, who, at=AT) is None


@pytest.mark.parametrize(
    "who",
    [
        Reader(uuid4(), person_id=uuid4(), roles=frozenset({"person"})),
        Reader(uuid4(), authority="market", roles=frozenset({"recipient", "clerk"})),
        Reader(uuid4(), roles=frozenset({"administrator"})),
    ],
)
def test_nobody_else_gives_sees_or_revokes(door, li_na, who):
    gave = given(li_na)
    with pytest.raises(NotYours):
        grants.give(li_na.person_id, who, TERMS, at=AT)
    with pytest.raises(NotYours):
        grants.preview(li_na.person_id, who, TERMS, at=AT)
    with pytest.raises(NotYours):
        grants.of(li_na.person_id, who, at=AT)
    with pytest.raises(NotYours):
        grants.revoke(li_na.person_id, who, gave.grant_id, at=AT)
    assert mine(li_na)[0].state == "open"
    assert door.register.count("disclosure_grant") == 1


@pytest.mark.parametrize("stored", [True, False])
def test_a_grant_whose_answer_was_lost_is_there_or_not_and_nobody_has_its_code(door, li_na, stored):
    """The person sees it among theirs, and takes it back or leaves it: without its code it opens nothing."""
    with the_pages_lose_an_answer(stored=stored), pytest.raises(OperationalError):
        given(li_na, to=None)
    assert [grant.state for grant in mine(li_na)] == ["open"] * stored
    assert door.register.count("records_line", "kind = 'grant'") == stored
    sequence()
    door.register.is_sound(records=1)


@pytest.mark.parametrize("stored", [True, False])
def test_a_revocation_whose_answer_was_lost_holds_or_is_asked_for_again(door, li_na, stored):
    gave = given(li_na)
    with the_pages_lose_an_answer(stored=stored), pytest.raises(OperationalError):
        grants.revoke(li_na.person_id, li_na, gave.grant_id, at=AT)
    assert mine(li_na)[0].state == ("revoked" if stored else "open")
    grants.revoke(li_na.person_id, li_na, gave.grant_id, at=AT)
    assert mine(li_na)[0].state == "revoked"
    assert door.register.count("records_line", "kind = 'revocation'") == 1
    sequence()
    door.register.is_sound(records=1)


def test_grants_are_found_after_the_key_of_their_tokens_was_changed(door, li_na):
    before = given(li_na)
    (door.register.installation.keys / "token-grant-2.key").write_bytes(os.urandom(32))
    keyring.use(door.register.installation.keys)
    after = given(li_na)
    assert {one.id for one in grants.open_to(BANK, at=AT)} == {before.grant_id, after.grant_id}
    assert grants.open_one(before.grant_id, BANK, at=AT) is not None


def test_a_person_revokes_no_grant_of_another(door, li_na):
    door.receives(sample.penalty(sample.WANG_WEI, "示市监罚〔2026〕2号"))
    gave, other = given(li_na), reader_of(id_of(sample.WANG_WEI))
    with pytest.raises(NoSuchGrant):
        grants.revoke(other.person_id, other, gave.grant_id, at=AT)
    assert mine(other) == ()
    assert mine(li_na)[0].state == "open"
