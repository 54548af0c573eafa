"""A passkey proves one log-in, at our address, once for each question."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from openxin.accounts import passkeys
from openxin.accounts.passkeys import PasskeyRefused
from tests.harness.key import HOST, Key
from tests.harness.visitor import is_sent_away

NOW = datetime(2026, 6, 15, 2, 0, tzinfo=UTC)


@dataclass
class Owner:
    """A log-in with one passkey."""

    login: UUID
    key: Key


def owner() -> Owner:
    made = Owner(uuid4(), Key())
    asked = passkeys.ask_for_new(made.login, host=HOST)
    passkeys.keep(made.login, asked.state, made.key.makes(asked), host=HOST, at=NOW)
    return made


def proves(of: Owner, answer, asked: passkeys.Asked) -> None:
    passkeys.prove(of.login, asked.state, answer, host=HOST, at=NOW)


def test_its_owner_proves_themself_and_what_is_kept_is_sealed(register):
    li = owner()
    asked = passkeys.ask_for_proof(li.login, host=HOST)
    proves(li, li.key.proves(asked), asked)
    (kept,) = passkeys.passkeys(li.login)
    assert kept.used_at == NOW
    ((sealed,),) = register.rows("select sealed from accounts_factor")
    assert li.key.id not in bytes(sealed)
    register.is_sound()


WRONG = {
    "another's key": lambda li, asked: Key(id=li.key.id).proves(asked),
    "a key that is not registered": lambda li, asked: Key().proves(asked),
    "another's passkey": lambda li, asked: owner().key.proves(asked),
    "a false page": lambda li, asked: li.key.proves(asked, origin="https://xin.example.evil.example"),
    "a page without TLS": lambda li, asked: li.key.proves(asked, origin="http://xin.example"),
    "made for another address": lambda li, asked: li.key.proves(asked, host="other.example"),
    "the answer to another question": lambda li, asked: li.key.proves(passkeys.ask_for_proof(li.login, host=HOST)),
    "nobody touched it": lambda li, asked: li.key.proves(asked, present=False),
    "an answer to making one": lambda li, asked: li.key.makes(asked),
    "no answer": lambda li, asked: None,
    "an empty one": lambda li, asked: {},
    "a list": lambda li, asked: [],
    "a word": lambda li, asked: "passkey",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_whatever_is_wrong_is_refused(register, wrong):
    li = owner()
    asked = passkeys.ask_for_proof(li.login, host=HOST)
    with pytest.raises(PasskeyRefused):
        proves(li, wrong(li, asked), asked)
    proves(li, li.key.proves(asked), asked)


def test_without_a_question_there_is_no_answer(register):
    """The session forgets a question with the first answer: the second finds none."""
    li = owner()
    asked = passkeys.ask_for_proof(li.login, host=HOST)
    with pytest.raises(PasskeyRefused):
        passkeys.prove(li.login, {}, li.key.proves(asked), host=HOST, at=NOW)


MADE_WRONG = {
    "a false page": lambda key, asked: key.makes(asked, origin="https://evil.example"),
    "for another address": lambda key, asked: key.makes(asked, host="evil.example"),
    "to another question": lambda key, asked: key.makes(passkeys.ask_for_new(uuid4(), host=HOST)),
    "a proof": lambda key, asked: key.proves(asked),
    "of another type": lambda key, asked: key.makes(asked, type_="webauthn.get"),
    "nothing": lambda key, asked: None,
}


@pytest.mark.parametrize("wrong", MADE_WRONG.values(), ids=MADE_WRONG)
def test_what_was_not_made_for_us_is_not_kept(register, wrong):
    login, key = uuid4(), Key()
    asked = passkeys.ask_for_new(login, host=HOST)
    with pytest.raises(PasskeyRefused):
        passkeys.keep(login, asked.state, wrong(key, asked), host=HOST, at=NOW)
    assert passkeys.passkeys(login) == ()


def test_a_sixth_is_not_kept(register):
    login = uuid4()
    for kept in range(6):
        asked = passkeys.ask_for_new(login, host=HOST)
        if kept == 5:
            with pytest.raises(PasskeyRefused):
                passkeys.keep(login, asked.state, Key().makes(asked), host=HOST, at=NOW)
        else:
            passkeys.keep(login, asked.state, Key().makes(asked), host=HOST, at=NOW)


def test_nobody_gives_anothers_up(register):
    li = owner()
    (kept,) = passkeys.passkeys(li.login)
    assert not passkeys.give_up(uuid4(), kept.id)
    assert passkeys.passkeys(li.login) == (kept,)
    assert passkeys.give_up(li.login, kept.id)
    assert passkeys.ask_for_proof(li.login, host=HOST) is None


@pytest.mark.parametrize("path", ["/log-in/passkeys/", "/log-in/passkeys/add/", "/log-in/passkeys/keep/"])
def test_a_person_and_nobody_have_none(door_of_a_person, path):
    from django.test import Client

    for browser in (Client(SERVER_NAME="localhost"), door_of_a_person):
        answer = browser.get(path) if path.endswith("passkeys/") else browser.post(path)
        assert is_sent_away(answer)


@pytest.fixture
def door_of_a_person(register):
    from openxin.accounts import links
    from tests.harness.visitor import visitor

    browser = visitor().client
    assert browser.get(links.issue(uuid4())).status_code == 303
    return browser
