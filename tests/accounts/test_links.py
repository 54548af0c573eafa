"""One-time links: one use, fifteen minutes, nothing in the database that opens a door."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from openxin.accounts import links

NOW = datetime(2026, 6, 15, 2, 0, tzinfo=UTC)


def secret_of(path: str) -> str:
    return path.removeprefix(f"/{links.ENTRANCE}").removesuffix("/")


def test_a_link_opens_the_page_of_its_person(register):
    person = uuid4()
    assert links.redeem(secret_of(links.issue(person, at=NOW)), at=NOW) == links.Opened(person)


def test_a_link_of_an_official_opens_the_desk_of_their_body(register):
    secret = secret_of(links.issue_to_official("market", at=NOW))
    assert links.redeem(secret, at=NOW) == links.Opened(authority="market", roles=("clerk",))
    with pytest.raises(links.LinkSpent):
        links.redeem(secret, at=NOW)


def test_a_link_works_once(register):
    secret = secret_of(links.issue(uuid4(), at=NOW))
    links.redeem(secret, at=NOW)
    with pytest.raises(links.LinkSpent):
        links.redeem(secret, at=NOW + timedelta(seconds=1))


@pytest.mark.parametrize(("later", "works"), [(links.GOOD_FOR - timedelta(seconds=1), True), (links.GOOD_FOR, False)])
def test_a_link_is_good_for_fifteen_minutes(register, later, works):
    assert timedelta(minutes=15) == links.GOOD_FOR
    secret = secret_of(links.issue(uuid4(), at=NOW))
    if works:
        links.redeem(secret, at=NOW + later)
        return
    with pytest.raises(links.LinkSpent):
        links.redeem(secret, at=NOW + later)


@pytest.mark.parametrize("secret", ["", "x", "不是链接", "a" * 4000])
def test_a_made_up_link_opens_nothing(register, secret):
    with pytest.raises(links.LinkSpent):
        links.redeem(secret, at=NOW)


def test_the_database_does_not_hold_the_link(register):
    secret = secret_of(links.issue(uuid4(), at=NOW))
    register.is_sound(secrets=[secret])


def test_outside_the_synthetic_city_there_are_no_links(register, monkeypatch):
    secret = secret_of(links.issue(uuid4(), at=NOW))
    monkeypatch.setattr(settings, "OPENXIN_SYNTHETIC", False)
    with pytest.raises(links.NotSynthetic):
        links.issue(uuid4(), at=NOW)
    with pytest.raises(links.NotSynthetic):
        links.issue_to_official("market", at=NOW)
    with pytest.raises(links.NotSynthetic):
        links.redeem(secret, at=NOW)
