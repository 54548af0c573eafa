"""A person logs in by the identity provider: a real one on loopback, and a whole round trip for each test."""

import base64
import hmac
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import settings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from oidc_provider_mock import User, run_server_in_thread

from tests.harness import sample

SUBJECT = "subject-77"


def person(of: sample.Person, **claims: object) -> User:
    return User(sub=SUBJECT, claims={"document_number": of.number, "name": of.name} | claims)


@pytest.fixture
def city(register, tmp_path, monkeypatch) -> Iterator[str]:
    """The provider's address; the register is told of it."""
    (tmp_path / "secret").write_text("a-secret", "utf-8")
    with run_server_in_thread() as server:
        issuer = f"http://localhost:{server.server_port}"
        told = replace(
            settings.OPENXIN_INSTALLATION,
            oidc_issuer=issuer,
            oidc_client_id="openxin",
            oidc_client_secret_file=tmp_path / "secret",
        )
        monkeypatch.setattr(settings, "OPENXIN_INSTALLATION", told)
        yield issuer


def with_settings(monkeypatch, **changes: object) -> None:
    monkeypatch.setattr(settings, "OPENXIN_INSTALLATION", replace(settings.OPENXIN_INSTALLATION, **changes))


def round_trip(city: str, who: User, client: Client | None = None):
    """To the provider, in as `who`, and back. The answer, and the browser."""
    browser = client or Client(SERVER_NAME="localhost")
    httpx.put(f"{city}/users/{who.sub}", json=who.claims).raise_for_status()
    asked = browser.get("/log-in/by/city/")
    assert asked.status_code == 302, asked.content.decode()
    back = httpx.post(asked["Location"], data={"sub": who.sub}).headers["Location"]
    parts = urlsplit(back)
    return browser.get(f"{parts.path}?{parts.query}"), browser


def test_whose_number_and_name_agree_is_in(door, city):
    door.receives(sample.penalty(sample.LI_NA))
    answer, browser = round_trip(city, person(sample.LI_NA))
    assert (answer.status_code, answer["Location"]) == (303, "/records/")
    page = browser.get("/records/").content.decode()
    assert "示市监罚〔2026〕1号" in page
    assert "您的实名登录核实了您的证件" in page
    assert "实名认证平台" in browser.get("/log-ins/").content.decode()
    door.register.is_sound(records=1, secrets=[SUBJECT, sample.LI_NA.name])


def test_the_log_in_verifies_the_identity_once(door, city):
    door.receives(sample.penalty(sample.LI_NA))
    for _ in range(2):
        round_trip(city, person(sample.LI_NA))
    assert door.register.rows("select standing from people_identity") == [("verified",)]
    assert door.register.rows("select verb, reason, authority from people_act") == [("verify", "own_log_in", None)]
    door.register.is_sound(records=1)


DISAGREE = {
    "another name": person(sample.LI_NA, name="李那"),
    "another number": person(sample.OTHER_LI_NA),
    "nobody here": person(sample.WANG_WEI),
    "no number": User(sub=SUBJECT, claims={"name": "李娜"}),
    "no name": User(sub=SUBJECT, claims={"document_number": sample.LI_NA.number}),
    "a number that is none": person(sample.LI_NA, document_number="1234"),
    "a number that is no text": person(sample.LI_NA, document_number=[sample.LI_NA.number]),
    "an empty name": person(sample.LI_NA, name=" "),
}


@pytest.mark.parametrize("who", DISAGREE.values(), ids=DISAGREE)
def test_whoever_does_not_agree_is_told_the_same_and_is_not_in(door, city, who):
    door.receives(sample.penalty(sample.LI_NA))
    answer, browser = round_trip(city, who)
    assert answer.status_code == 403
    page = re.sub(r'value="\w{64}"', "", answer.content.decode())
    assert "没有与您一致的登记" in page
    assert sample.LI_NA.number not in page and "李那" not in page
    assert browser.get("/records/").status_code == 302
    assert door.register.count("accounts_user") == 0
    assert door.register.rows("select standing, disputed from people_identity") == [("claimed", False)]


def test_a_disputed_identity_opens_its_page_and_stays_disputed(door, city):
    door.receives(sample.penalty(sample.LI_NA))
    door.receives(sample.penalty(replace(sample.LI_NA, name="李那"), "示市监罚〔2026〕2号"))
    answer, _ = round_trip(city, person(sample.LI_NA))
    assert answer.status_code == 303
    assert door.register.rows("select standing, disputed from people_identity") == [("claimed", True)]


def test_a_number_that_the_provider_did_not_verify_opens_nothing(door, city, monkeypatch):
    door.receives(sample.penalty(sample.LI_NA))
    with_settings(monkeypatch, oidc_verified_claim="checked.document")
    for claim, status in (
        ({"document": False}, 403),
        ({"document": "true"}, 403),
        ({}, 403),
        ({"document": True}, 303),
    ):
        assert round_trip(city, person(sample.LI_NA, checked=claim))[0].status_code == status


def test_names_of_claims_and_the_type_of_document_are_settings(door, city, monkeypatch):
    door.receives(sample.penalty(sample.FROM_HONG_KONG))
    with_settings(monkeypatch, oidc_number_claim="id.number", oidc_name_claim="id.name", oidc_type_claim="id.type")
    of = sample.FROM_HONG_KONG
    for type_, status in (("01", 403), (of.document_type, 303), ("no-such-type", 403)):
        who = User(sub=SUBJECT, claims={"id": {"number": of.number, "name": of.name, "type": type_}})
        assert round_trip(city, who)[0].status_code == status


def test_whoever_cancels_is_not_in(door, city):
    browser = Client(SERVER_NAME="localhost")
    asked = browser.get("/log-in/by/city/")
    back = urlsplit(httpx.post(asked["Location"], data={"action": "deny"}).headers["Location"])
    assert browser.get(f"{back.path}?{back.query}").status_code == 502
    assert browser.get("/records/").status_code == 302


def test_an_answer_to_another_browser_is_no_answer(door, city):
    """The state binds the answer to the browser that asked: nobody is logged in as somebody else by a link."""
    door.receives(sample.penalty(sample.LI_NA))
    httpx.put(f"{city}/users/{SUBJECT}", json=person(sample.LI_NA).claims).raise_for_status()
    asked = Client(SERVER_NAME="localhost").get("/log-in/by/city/")
    back = urlsplit(httpx.post(asked["Location"], data={"sub": SUBJECT}).headers["Location"])
    other = Client(SERVER_NAME="localhost")
    assert other.get(f"{back.path}?{back.query}").status_code == 502
    assert other.get("/records/").status_code == 302


def test_the_request_carries_a_challenge_and_a_state(city):
    address = Client(SERVER_NAME="localhost").get("/log-in/by/city/")["Location"]
    assert "code_challenge_method=S256" in address
    assert "state=" in address


def test_nothing_of_the_provider_waits_in_a_session(door, city):
    door.receives(sample.penalty(sample.LI_NA))
    _, browser = round_trip(city, person(sample.LI_NA))
    held = json.dumps(dict(browser.session.items()))
    assert SUBJECT not in held and sample.LI_NA.number not in held and "李娜" not in held
    assert sorted(browser.session.keys()) == [
        "_auth_user_backend",
        "_auth_user_hash",
        "_auth_user_id",
        "_session_expiry",
        "session",
    ]


def test_the_application_has_no_right_on_the_tables_of_the_libraries(register):
    """What may not be written cannot be kept by mistake."""
    told = register.rows(
        "select distinct table_name from information_schema.role_table_grants where grantee = %s"
        " and table_name ~ '^(account|socialaccount|axes)_'",
        register.installation.app_role,
    )
    assert told == []


def test_without_a_provider_there_is_no_such_page(register):
    for path in ("/log-in/by/city/", "/log-in/by/city/back/", "/log-in/by/other/"):
        assert Client(SERVER_NAME="localhost").get(path).status_code == 404


def test_a_provider_that_is_out_of_reach_is_a_page(register, city, monkeypatch):
    with_settings(monkeypatch, oidc_issuer="http://127.0.0.1:9")
    assert Client(SERVER_NAME="localhost").get("/log-in/by/city/").status_code == 502


OURS, OTHERS = (RSAKey.generate_key(2048, {"kid": "1"}) for _ in range(2))
HEAD = {"alg": "RS256", "kid": "1"}
SAID = {"iss": "https://id.example", "aud": "openxin", "sub": SUBJECT, "nonce": "asked"}


def token(key: object = OURS, *, age: int = 0, **changes: object) -> str:
    now = int(time.time()) - age
    said = SAID | {"iat": now, "exp": now + 300} | changes
    return jwt.encode(HEAD, {k: v for k, v in said.items() if v is not None}, key, algorithms=["RS256"])


def with_public_key_as_secret() -> str:
    """The old confusion of algorithms: what everybody may know, taken for a secret."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"1"}').rstrip(b"=").decode()
    signed = f"{head}.{token().split('.')[1]}"
    digest = hmac.digest(OURS.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def unsigned() -> str:
    _, body, _ = token().split(".")
    return f"eyJhbGciOiJub25lIn0.{body}."


FORGED = {
    "another's key": lambda: token(key=OTHERS),
    "our public key as a secret": with_public_key_as_secret,
    "no signature": unsigned,
    "for another client": lambda: token(aud="another"),
    "of another provider": lambda: token(iss="https://evil.example"),
    "expired": lambda: token(age=3600),
    "without an end": lambda: token(exp=None),
    "of nobody": lambda: token(sub=None),
    "an answer to another question": lambda: token(nonce="another"),
    "an answer to no question": lambda: token(nonce=None),
    "no token": lambda: "abc",
    "nothing": lambda: "",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_an_id_token_that_is_not_the_providers_is_not_believed(register, forge):
    from joserfc.errors import JoseError

    from openxin.accounts.provider import signed_claims

    keys = KeySet([RSAKey.import_key(OURS.as_dict(private=False))])
    told = {"keys": keys, "issuer": SAID["iss"], "client": SAID["aud"], "nonce": SAID["nonce"]}
    assert signed_claims(token(), **told)["sub"] == SUBJECT
    with pytest.raises((JoseError, ValueError)):
        signed_claims(forge(), **told)


def test_an_answer_counts_only_in_the_browser_that_asked_and_once(door, city):
    """The nonce of each question is in the address of the provider, and nobody's afterwards."""
    door.receives(sample.penalty(sample.LI_NA))
    browser = Client(SERVER_NAME="localhost")
    asked = [browser.get("/log-in/by/city/")["Location"] for _ in range(2)]
    nonces = {parse_qs(urlsplit(one).query)["nonce"][0] for one in asked}
    assert len(nonces) == 2 and all(len(one) >= 32 for one in nonces)
    answer, browser = round_trip(city, person(sample.LI_NA), browser)
    assert answer.status_code == 303
    assert "oidc_nonce" not in browser.session
