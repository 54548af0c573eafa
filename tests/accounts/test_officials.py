"""An official: a password, and a code of an app; nobody is in before both, and every attempt is shown to its owner."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client

from openxin.accounts import attempts, factors, sessions
from tests.harness.visitor import is_sent_away

NAME = "li.keyuan"


@dataclass
class Desk:
    """A browser before the log-in for officials, and what its official knows."""

    login: UUID
    password: str
    client: Client
    seed: bytes = b""
    codes: tuple[str, ...] = ()

    def types(self, password: str | None = None, name: str = NAME):
        return self.client.post("/log-in/", {"name": name, "password": password or self.password})

    def code(self, drift: int = 0) -> str:
        return TOTP(self.seed, 6, SHA1(), 30).generate(int(datetime.now(UTC).timestamp()) + 30 * drift).decode()

    def answers(self, code: str, path: str = "/log-in/code/"):
        return self.client.post(path, {"code": code})

    def sets_up(self) -> None:
        from base64 import b32decode

        assert self.types()["Location"] == "/log-in/set-up/"
        page = self.client.get("/log-in/set-up/").content.decode()
        self.seed = b32decode(re.search(r'id="seed">(\w+)<', page)[1])
        done = self.answers(self.code(-1), "/log-in/set-up/")
        assert done.status_code == 200
        self.codes = tuple(re.findall(r"<li><code>(\w+)</code>", done.content.decode()))

    def leaves(self) -> None:
        self.client.post("/leave/")

    def is_in(self) -> bool:
        return self.client.get("/desk/").status_code == 200


def enrol(authority: str, name: str):
    from openxin.accounts import officials  # needs Django set up

    return officials.enrol(authority, name)


@pytest.fixture
def desk(register) -> Desk:
    made = enrol("market", NAME)
    return Desk(made.login, made.password, Client(SERVER_NAME="localhost"))


def test_the_first_log_in_sets_the_second_factor_up(desk, register):
    desk.sets_up()
    assert len(set(desk.codes)) == 10
    assert desk.is_in()
    register.is_sound(secrets=[NAME, desk.password, desk.seed.hex(), *desk.codes])


def test_a_password_alone_lets_nobody_in(desk):
    desk.sets_up()
    desk.leaves()
    assert desk.types()["Location"] == "/log-in/code/"
    assert not desk.is_in()
    assert desk.client.get("/log-ins/")["Location"] == "/"
    assert desk.client.get("/log-in/set-up/")["Location"] == "/log-in/", "whoever has a factor sets up no other one"


def test_password_and_code_let_in(desk):
    desk.sets_up()
    desk.leaves()
    desk.types()
    assert desk.answers(desk.code())["Location"] == "/desk/"
    assert desk.is_in()


def test_a_code_counts_once(desk):
    desk.sets_up()
    code = desk.code()
    for expected in (303, 422):
        desk.leaves()
        desk.types()
        assert desk.answers(code).status_code == expected


def test_a_code_is_good_for_a_step_to_either_side_and_no_longer(register, desk):
    now = datetime(2026, 6, 15, 2, 0, 10, tzinfo=UTC)
    seed = factors.new_seed(desk.login)
    from base64 import b32decode

    totp = TOTP(b32decode(seed.typed), 6, SHA1(), 30)
    factors.set_up(desk.login, seed.sealed, totp.generate(int(now.timestamp())).decode(), at=now)
    for away, fits in ((90, False), (-90, False), (60, False), (-60, False), (30, True), (-30, True)):
        moment = now + timedelta(hours=1)
        code = totp.generate(int(moment.timestamp()) + away).decode()
        if fits:
            assert factors.prove(desk.login, code, at=moment) == "code"
            continue
        with pytest.raises(factors.CodeRefused):
            factors.prove(desk.login, code, at=moment)


def test_a_recovery_code_works_once(desk):
    desk.sets_up()
    for expected in (303, 422):
        desk.leaves()
        desk.types()
        assert desk.answers(desk.codes[3]).status_code == expected
    assert desk.answers(desk.codes[4]).status_code == 303


def test_another_officials_seed_opens_nothing_here(desk, register):
    """What is sealed is bound to its log-in: moved to another's row it does not open."""
    from openxin.vault.sealing import CannotOpen

    other = enrol("market", "wang.keyuan")
    with pytest.raises(CannotOpen):
        factors.waiting_seed(other.login, factors.new_seed(desk.login).sealed)


@pytest.mark.parametrize("name", [NAME, "nobody.at.all"])
def test_five_wrong_passwords_lock_a_name_whether_it_is_somebodys_or_not(desk, name):
    statuses = [desk.types("wrong", name).status_code for _ in range(6)]
    assert statuses == [422, 422, 422, 422, 429, 429]
    assert desk.types(name=name).status_code == 429, "not even the right one"
    assert not desk.is_in()


def test_a_lock_opens_after_a_quarter_of_an_hour_and_one_more_failure_shuts_it_again(register):
    token, now = attempts.of_name(NAME), datetime(2026, 6, 15, 2, 0, tzinfo=UTC)
    for _ in range(attempts.MOST_FAILURES):
        attempts.count(token, at=now)
    assert attempts.is_locked(token, at=now + timedelta(minutes=14, seconds=59))
    later = now + timedelta(minutes=15)
    assert not attempts.is_locked(token, at=later)
    assert attempts.count(token, at=later)
    assert attempts.is_locked(token, at=later)
    attempts.forget(token)
    assert not attempts.is_locked(token, at=later)


def test_five_wrong_codes_lock_the_second_step_and_the_password_does_not_open_it(desk):
    desk.sets_up()
    desk.leaves()
    desk.types()
    assert [desk.answers("000000x").status_code for _ in range(5)] == [422, 422, 422, 422, 429]
    desk.types()
    assert desk.answers(desk.code()).status_code == 429
    assert not desk.is_in()


def test_the_owner_sees_every_log_in_and_every_refusal(desk):
    desk.sets_up()
    desk.leaves()
    desk.types("wrong")
    desk.types()
    desk.answers("123")
    desk.answers(desk.codes[0])
    page = desk.client.get("/log-ins/").content.decode()
    ways = re.findall(r"· ([^·<]+?)\s*· (?:<strong>)?([^<]+)", page)
    assert [(way.strip(), outcome) for way, outcome in ways] == [
        ("密码和备用码", "成功"),
        ("密码和验证器", "被拒绝"),
        ("密码", "被拒绝"),
        ("密码和验证器", "成功"),
    ]


def test_an_ended_session_is_nobodys(desk):
    desk.sets_up()
    other = Desk(desk.login, desk.password, Client(SERVER_NAME="localhost"), desk.seed)
    other.types()
    other.answers(desk.code())
    assert other.is_in()
    (end,) = re.findall(r'action="(/log-ins/[^"]+/end/)"', other.client.get("/log-ins/").content.decode())
    assert other.client.post(end).status_code == 303
    assert (desk.is_in(), other.is_in()) == (False, True)


def test_nobody_ends_anothers_session(desk, register):
    desk.sets_up()
    stranger = enrol("market", "wang.keyuan")
    (open_,) = sessions.sessions(desk.login, at=datetime.now(UTC))
    assert not sessions.end(stranger.login, open_.id, at=datetime.now(UTC))
    assert desk.is_in()
    desk.leaves()
    assert is_sent_away(desk.client.post(f"/log-ins/{open_.id}/end/"))


def test_the_fourth_session_ends_the_oldest_and_none_lasts_longer_than_a_working_day(desk, register):
    began = datetime(2026, 6, 15, 2, 0, tzinfo=UTC)
    opened = [sessions.begin(desk.login, way="code", at=began + timedelta(minutes=n)) for n in range(4)]
    now = began + timedelta(minutes=5)
    assert [sessions.is_open(desk.login, one, at=now) for one in opened] == [False, True, True, True]
    assert not sessions.is_open(desk.login, opened[1], at=began + sessions.LONGEST + timedelta(minutes=1))


def test_a_log_in_name_belongs_to_one_official(desk):
    from openxin.accounts.officials import NameTaken

    with pytest.raises(NameTaken):
        enrol("credit", NAME)


def test_who_comes_by_a_link_sees_their_log_in_too(register):
    from tests.harness.visitor import visitor

    official = visitor()
    official.logs_in_for("market")
    assert "一次性链接" in official.sees("/log-ins/")


def test_a_closed_account_ends_every_session_and_lets_nobody_in(desk):
    from openxin.accounts import officials

    desk.sets_up()
    officials.close(desk.login, at=datetime.now(UTC))
    assert not desk.is_in()
    assert desk.types().status_code == 422
    assert sessions.sessions(desk.login, at=datetime.now(UTC)) == ()


def test_what_is_lost_is_made_anew_and_the_old_opens_nothing(desk):
    from openxin.accounts import officials

    desk.sets_up()
    old = desk.password
    desk.password = officials.reset(desk.login, at=datetime.now(UTC)).password
    assert not desk.is_in()
    assert desk.types(old).status_code == 422
    assert not factors.is_set_up(desk.login)
    desk.sets_up()
    assert desk.is_in()


def test_resetting_is_for_officials_and_touches_nobody_else(desk, register):
    from uuid import uuid4

    from openxin.accounts import officials
    from openxin.accounts.logins import user_of
    from openxin.accounts.models import User

    desk.sets_up()
    person = user_of(uuid4())
    with pytest.raises(User.DoesNotExist):
        officials.reset(person.id, at=datetime.now(UTC))
    officials.close(person.id, at=datetime.now(UTC))
    assert User.objects.get(id=person.id).is_active
    assert desk.is_in()


def test_an_official_chooses_their_own_password_and_every_other_session_ends(desk):
    desk.sets_up()
    other = Desk(desk.login, desk.password, Client(SERVER_NAME="localhost"), desk.seed)
    other.types()
    other.answers(desk.code())
    old, desk.password = desk.password, "一句只有我知道的十二个字的话"
    answer = desk.client.post("/log-ins/password/", {"old": old, "new": desk.password})
    assert (answer.status_code, desk.is_in(), other.is_in()) == (303, True, False)
    desk.leaves()
    assert desk.types(old).status_code == 422
    assert desk.types()["Location"] == "/log-in/code/"


@pytest.mark.parametrize("new", ["short", "password1234", "", "elevenchars"])
def test_a_password_that_will_not_do_changes_nothing(desk, new):
    desk.sets_up()
    assert desk.client.post("/log-ins/password/", {"old": desk.password, "new": new}).status_code == 422
    desk.leaves()
    assert desk.types().status_code == 303


def test_whoever_finds_an_open_session_does_not_guess_the_password_there(desk):
    desk.sets_up()
    for _ in range(5):
        assert desk.client.post("/log-ins/password/", {"old": "wrong", "new": "a" * 20}).status_code == 422
    answer = desk.client.post("/log-ins/password/", {"old": desk.password, "new": "b" * 20})
    assert "15 分钟" in answer.content.decode()
    desk.leaves()
    assert is_sent_away(desk.client.get("/log-ins/password/"))
