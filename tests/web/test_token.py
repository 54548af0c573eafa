"""A machine proves itself by a signature, and by nothing else; each thing that could be wrong with it is refused alike."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from openxin.accounts import machines

KEYS = {
    "ES256": ECKey.generate_key("P-256", {"kid": "1"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "1"}),
    "PS256": RSAKey.generate_key(2048, {"kid": "1"}),
}
OURS, OTHERS = KEYS["ES256"], ECKey.generate_key("P-256", {"kid": "1"})
ENDPOINT = "http://localhost/oauth/token"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NOW = datetime(2026, 6, 15, 2, 0, tzinfo=UTC)


@dataclass
class Machine:
    """A registered machine, and what it signs with."""

    id: UUID

    def says(self, key: object = OURS, algorithm: str = "ES256", kid: str | None = "1", **changes: object) -> str:
        now = int(time.time())
        said = {
            "iss": str(self.id),
            "sub": str(self.id),
            "aud": ENDPOINT,
            "iat": now,
            "exp": now + 60,
            "jti": str(uuid4()),
        }
        claims = {name: value for name, value in (said | changes).items() if value is not None}
        head = {"alg": algorithm} | ({"kid": kid} if kid else {})
        return jwt.encode(head, claims, key, algorithms=[algorithm])

    def asks(self, assertion: str, **form: str):
        sent = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": assertion}
        return Client(SERVER_NAME="localhost", enforce_csrf_checks=True).post("/oauth/token", sent | form)


@pytest.fixture
def machine(register) -> Machine:
    return Machine(machines.register("market", [OURS.as_dict(private=False)], at=datetime.now(UTC)))


def test_whoever_signs_with_the_registered_key_gets_a_token_for_ten_minutes(machine, register):
    answer = machine.asks(machine.says())
    told = answer.json()
    assert (answer.status_code, told["token_type"], told["expires_in"]) == (200, "Bearer", 600)
    assert answer["Cache-Control"] == "no-store"
    reader = machines.reader_with(told["access_token"], at=datetime.now(UTC))
    assert (reader.login, reader.authority, reader.person_id) == (machine.id, "market", None)
    register.is_sound(secrets=[told["access_token"]])


@pytest.mark.parametrize("algorithm", KEYS)
def test_keys_of_three_kinds_are_accepted(register, algorithm):
    key = KEYS[algorithm]
    machine = Machine(machines.register("market", [key.as_dict(private=False)], at=datetime.now(UTC)))
    assert machine.asks(machine.says(key, algorithm)).status_code == 200


def test_an_assertion_counts_once(machine):
    assertion = machine.says()
    assert [machine.asks(assertion).status_code for _ in range(3)] == [200, 401, 401]


def test_the_same_id_of_another_machine_is_another_assertion(machine, register):
    other = Machine(machines.register("credit", [OTHERS.as_dict(private=False)], at=datetime.now(UTC)))
    assert machine.asks(machine.says(jti="one")).status_code == 200
    assert other.asks(other.says(OTHERS, jti="one")).status_code == 200


def unsigned(machine: Machine) -> str:
    return f"eyJhbGciOiJub25lIn0.{machine.says().split('.')[1]}."


def with_another_body(machine: Machine) -> str:
    one, other = machine.says().split("."), machine.says().split(".")
    return ".".join((one[0], other[1], one[2]))


FAR = 24 * 3600
WRONG = {
    "another's key": lambda m: m.says(OTHERS),
    "a key that is not registered": lambda m: m.says(kid="2"),
    "no signature": unsigned,
    "the signature of another assertion": with_another_body,
    "a shared secret": lambda m: m.says(OctKey.import_key("s" * 40), "HS256"),
    "another kind of key": lambda m: m.says(KEYS["PS256"], "PS256"),
    "for another register": lambda m: m.says(aud="https://elsewhere.example/oauth/token"),
    "for another address of ours": lambda m: m.says(aud="http://localhost/"),
    "for two": lambda m: m.says(aud=[ENDPOINT, "https://elsewhere.example"]),
    "for nobody": lambda m: m.says(aud=None),
    "expired": lambda m: m.says(exp=int(time.time()) - 31),
    "without an end": lambda m: m.says(exp=None),
    "an end too far away": lambda m: m.says(exp=int(time.time()) + FAR),
    "an end that is no number": lambda m: m.says(exp="9999999999"),
    "an end that is true": lambda m: m.says(exp=True),
    "not yet": lambda m: m.says(nbf=int(time.time()) + FAR),
    "of another machine": lambda m: m.says(sub=str(uuid4()), iss=str(uuid4())),
    "in the name of another": lambda m: m.says(iss=str(uuid4())),
    "of nobody": lambda m: m.says(sub=None),
    "of a number": lambda m: m.says(sub=7),
    "of no id": lambda m: m.says(sub="market", iss="market"),
    "without an id": lambda m: m.says(jti=None),
    "with an empty id": lambda m: m.says(jti=""),
    "with an id without end": lambda m: m.says(jti="x" * 256),
    "with a number as id": lambda m: m.says(jti=7),
    "no assertion": lambda m: "abc",
    "three dots": lambda m: "...",
    "other letters": lambda m: "断言.断言.断言",
    "nothing": lambda m: "",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_whatever_is_wrong_is_refused_alike(machine, register, wrong):
    answer = machine.asks(wrong(machine))
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert register.count("accounts_access_token") == 0
    assert machine.asks(machine.says()).status_code == 200, "what was refused locks nobody out"


def test_what_was_refused_uses_no_id_up(machine):
    """Nobody spends another's ids by sending them with a signature that is none."""
    assert machine.asks(machine.says(OTHERS, jti="one")).status_code == 401
    assert machine.asks(machine.says(jti="one")).status_code == 200


def test_no_other_proof_and_no_other_grant(machine):
    browser = Client(SERVER_NAME="localhost")
    basic = {"grant_type": "client_credentials", "client_id": str(machine.id), "client_secret": "x"}
    assert browser.post("/oauth/token", basic).status_code == 401
    assert (
        browser.post("/oauth/token", {"grant_type": "client_credentials", "client_id": str(machine.id)}).status_code
        == 401
    )
    for grant in ("password", "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer", ""):
        assert machine.asks(machine.says(), grant_type=grant).json() == {"error": "unsupported_grant_type"}
    assert browser.get("/oauth/token").status_code == 405


def test_nothing_is_taken_from_the_address(machine):
    sent = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": machine.says()}
    browser = Client(SERVER_NAME="localhost")
    assert browser.post("/oauth/token", query_params=sent).json() == {"error": "invalid_request"}


def test_where_the_register_has_an_address_the_assertion_is_for_that_one(machine, monkeypatch):
    monkeypatch.setattr(settings, "OPENXIN_PUBLIC_URL", "https://xin.example")
    assert machine.asks(machine.says()).status_code == 401
    assert machine.asks(machine.says(aud="https://xin.example/oauth/token")).status_code == 200


@pytest.mark.parametrize(("later", "known"), [(timedelta(minutes=9, seconds=59), True), (timedelta(minutes=10), False)])
def test_a_token_is_good_for_ten_minutes(machine, later, known):
    token = machines.issue(machine.id, at=NOW)
    assert (machines.reader_with(token, at=NOW + later) is not None) is known


@pytest.mark.parametrize("token", ["", "x", "令牌", "a" * 4000])
def test_a_made_up_token_is_nobodys(machine, token):
    assert machines.reader_with(token, at=NOW) is None


def test_a_closed_machine_gets_no_token_and_holds_none(machine):
    token = machines.issue(machine.id, at=NOW)
    machines.close(machine.id, at=NOW)
    assert machines.reader_with(token, at=NOW) is None
    assert machine.asks(machine.says()).status_code == 401


def test_changed_keys_replace_the_old_ones(machine):
    machines.change_keys(machine.id, [OTHERS.as_dict(private=False)], at=NOW)
    assert machine.asks(machine.says()).status_code == 401
    assert machine.asks(machine.says(OTHERS)).status_code == 200


UNFIT = {
    "none": [],
    "a private half": [OURS.as_dict(private=True)],
    "a shared secret": [OctKey.generate_key(256).as_dict()],
    "a short RSA key": [RSAKey.generate_key(1024, auto_kid=True).as_dict(private=False)],
    "another curve": [ECKey.generate_key("P-384").as_dict(private=False)],
    "two of one name": [OURS.as_dict(private=False), OTHERS.as_dict(private=False)],
    "no key": [{"kty": "EC"}],
}


@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT)
def test_what_is_no_fit_key_is_not_registered(register, unfit):
    with pytest.raises(machines.KeyUnfit):
        machines.register("market", unfit, at=NOW)
    assert register.count("accounts_client") == 0


def test_of_a_key_only_the_public_half_is_kept(machine, register):
    ((kept,),) = register.rows("select keys from accounts_client")
    assert "d" not in (json.loads(kept) if isinstance(kept, str) else kept)[0]
