"""The administrator's pages: accounts, machines, organisations; no record, no person; nobody changes their own account."""

import json
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openxin.accounts import acts, links, machines, organisations
from openxin.law.catalogue import Words
from tests.harness.door import Door
from tests.harness.machine import KEY
from tests.harness.register import Register
from tests.harness.sample import LI_NA, MARKET, penalty
from tests.harness.visitor import Visitor, visitor

NOW = datetime.now(UTC)
CODE = "31999999MD00000101"
PUBLIC = KEY.as_dict(private=False)
HOME = "/administration/"


@pytest.fixture
def boss(register: Register) -> Visitor:
    """An administrator."""
    found = visitor()
    found.client.get(links.issue_to_official("credit", roles=["administrator"]))
    return found


def login_of(boss: Visitor) -> UUID:
    return UUID(str(boss.client.session["_auth_user_id"]))


def make(boss: Visitor, name: str = "wang.ke", *roles: str, code: str = MARKET) -> tuple[UUID, str]:
    """An account made by the page: its number, and its first password."""
    answer = boss.client.post(f"{HOME}accounts/new/", {"name": name, "holder": code, "roles": list(roles or ["clerk"])})
    page = answer.content.decode()
    assert answer.status_code == 200, page
    password = re.search(r'<code id="password">([^<]+)</code>', page)
    login = re.search(r"/administration/accounts/([0-9a-f-]{36})/", page)
    assert password and login
    return UUID(login[1]), password[1]


def said(boss: Visitor, path: str, sent: dict[str, object]) -> tuple[int, str]:
    answer = boss.client.post(f"{HOME}{path}", sent)
    found = re.search(r'id="why">(.*?)</p>', answer.content.decode(), re.DOTALL)
    return answer.status_code, re.sub(r"\s+|<[^>]+>", "", found[1]) if found else ""


def test_an_account_is_made_its_password_shown_once_and_opens_the_first_half(boss: Visitor, register: Register) -> None:
    login, password = make(boss)
    account = boss.sees(f"{HOME}accounts/{login}/")
    assert password not in account and "wang.ke" not in account
    assert "还没有设置第二因素" in account
    newcomer = visitor()
    answer = newcomer.client.post("/log-in/", {"name": "wang.ke", "password": password})
    assert answer["Location"] == "/log-in/set-up/"
    found = boss.client.post(f"{HOME}accounts/find/", {"name": "wang.ke"})
    assert found["Location"] == f"{HOME}accounts/{login}/"
    register.is_sound(secrets=["wang.ke", password])


def test_roles_are_changed_and_an_account_made_anew_and_closed(boss: Visitor, register: Register) -> None:
    login, first = make(boss)
    at = f"accounts/{login}/"
    assert said(boss, f"{at}roles/", {"roles": ["clerk", "duty-holder"]})[0] == 303
    assert register.rows("select roles from accounts_user where id = %s", login) == [(["clerk", "duty-holder"],)]
    again = re.search(r'id="password">([^<]+)<', boss.client.post(f"{HOME}{at}reset/").content.decode())
    assert again and again[1] != first
    assert said(boss, f"{at}close/", {})[0] == 422
    assert said(boss, f"{at}close/", {"sure": "yes"})[0] == 303
    assert "已关闭" in boss.sees(f"{HOME}{at}")
    assert boss.client.post(f"{HOME}{at}reset/").status_code == 404
    assert sorted(one.verb for one in acts.acts_on(login)) == ["change_roles", "close", "make", "reset"]
    assert {one.by for one in acts.acts_on(login)} == {login_of(boss)}
    register.is_sound()


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"name": "a", "holder": "119999990000010038", "roles": ["clerk"]}, "目录里没有这个代码的单位"),
        ({"name": "", "holder": MARKET, "roles": ["clerk"]}, "登录名要有"),
        ({"name": "taken", "holder": MARKET, "roles": ["clerk"]}, "已经有人用"),
        ({"name": "a", "holder": MARKET, "roles": []}, "至少选一个角色"),
        ({"name": "a", "holder": MARKET, "roles": ["auditor", "clerk"]}, "不能兼任别的角色"),
        ({"name": "a", "holder": MARKET, "roles": ["person"]}, "不能有这个角色"),
        ({"name": "a", "holder": MARKET, "roles": ["king"]}, "没有这个角色"),
        ({"name": "a", "holder": CODE, "roles": ["clerk"]}, "不能有这个角色"),
    ],
)
def test_these_accounts_are_not_made(boss: Visitor, register: Register, sent: dict[str, object], why: str) -> None:
    organisations.register(CODE, Words("示例律师事务所", "Sample Law Firm"), ["law-firm"], at=NOW)
    make(boss, "taken")
    before = register.count("accounts_user")
    status, told = said(boss, "accounts/new/", sent)
    assert (status, why in told) == (422, True), told
    assert register.count("accounts_user") == before


def test_nobody_changes_their_own_account(register: Register) -> None:
    """Who gives rights has none to give themself."""
    from openxin.accounts import officials  # needs Django set up
    from openxin.web import doorway

    made = officials.enrol("credit", "li.jing", roles=["administrator"])
    boss = visitor()
    boss.client.force_login(officials.official(made.login), backend="openxin.accounts.officials.ByPassword")
    session = boss.client.session
    from openxin.accounts import sessions

    session[doorway.SESSION] = str(sessions.begin(made.login, way="code", at=NOW))
    session.save()
    for verb, sent in (("roles", {"roles": ["auditor"]}), ("reset", {}), ("close", {"sure": "yes"})):
        status, told = said(boss, f"accounts/{made.login}/{verb}/", sent)
        assert (status, "自己的账号由另一位管理员办理" in told) == (422, True), verb
    assert register.rows("select roles, is_active from accounts_user") == [(["administrator"], True)]
    assert "管理员对您的账号办了什么" in boss.sees("/log-ins/"), "the owner sees that it was made"


def test_a_machine_is_registered_changed_and_closed(boss: Visitor, register: Register) -> None:
    sent = {"holder": MARKET, "keys": json.dumps(PUBLIC), "roles": ["clerk"]}
    answer = boss.client.post(f"{HOME}machines/new/", sent)
    client = UUID(answer["Location"].split("/")[3])
    at = f"machines/{client}/"
    assert said(boss, f"{at}roles/", {"roles": ["clerk", "recipient"]})[0] == 303
    assert said(boss, f"{at}keys/", {"keys": json.dumps({"keys": [PUBLIC]})})[0] == 303
    private = json.dumps(KEY.as_dict(private=True))
    for unfit in ("", "x", "[]", "3", '[["a"]]', private):
        status, told = said(boss, f"{at}keys/", {"keys": unfit})
        assert (status, "不是可用的公钥" in told) == (422, True), unfit
    assert said(boss, f"{at}roles/", {"roles": ["auditor"]})[0] == 422
    assert machines.find(str(client)) is not None
    assert said(boss, f"{at}close/", {"sure": "yes"})[0] == 303
    assert machines.find(str(client)) is None
    assert said(boss, f"{at}keys/", {"keys": json.dumps(PUBLIC)})[0] == 404
    assert json.loads(private)["d"] not in boss.sees(f"{HOME}{at}")
    register.is_sound()


def test_an_organisation_is_registered_changed_and_closed(boss: Visitor, register: Register) -> None:
    sent = {"code": CODE, "title_zh": "示例律师事务所", "title_en": "", "kinds": ["law-firm"]}
    answer = boss.client.post(f"{HOME}organisations/new/", sent)
    id_ = UUID(answer["Location"].split("/")[3])
    for changed, why in (
        ({}, "已经登记"),
        ({"code": CODE[:-1] + "2"}, "校验不符"),
        ({"code": MARKET}, "已经在目录里"),
        ({"code": "31999999MD00000114", "title_zh": ""}, "请填写单位名称"),
        ({"code": "31999999MD00000114", "kinds": ["king"]}, "没有这个种类"),
    ):
        status, told = said(boss, "organisations/new/", sent | changed)
        assert (status, why in told) == (422, True), told
    login, _ = make(boss, "lawyer", "recipient", code=CODE)
    assert said(boss, f"organisations/{id_}/kinds/", {"kinds": ["school"]})[0] == 303
    assert said(boss, f"organisations/{id_}/close/", {"sure": "yes"})[0] == 303
    assert register.rows("select is_active from accounts_user where id = %s", login) == [(False,)]
    assert said(boss, "accounts/new/", {"name": "b", "holder": CODE, "roles": ["recipient"]})[0] == 422
    register.is_sound()


def test_no_record_and_no_person_is_reached_from_here(boss: Visitor, register: Register, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Every page of the administrator, with a record held and its person logged in: nothing of either is on any of them."""
    Door(register, tmp_path / "files").receives(penalty(LI_NA))
    person = visitor()
    person.logs_in(LI_NA)
    (someone, record) = register.rows("select person_id, id from records_record")[0]
    login = UUID(str(person.client.session["_auth_user_id"]))
    for page in ("", "acts/", "settings/", "accounts/", "machines/", "organisations/"):
        text = boss.sees(f"{HOME}{page}")
        assert not [one for one in (someone, record, login, LI_NA.name, LI_NA.number) if str(one) in text], page
    for verb in ("", "roles/", "reset/", "close/"):
        at = f"{HOME}accounts/{login}/{verb}"
        answer = boss.client.post(at, {"sure": "yes"}) if verb else boss.client.get(at)
        assert answer.status_code == 404, verb
    for page in ("/records/", "/desk/", "/desk/identities/", "/audit/"):
        assert boss.client.get(page).status_code == 403, page


def test_settings_show_no_secret(boss: Visitor, register: Register) -> None:
    page = boss.sees(f"{HOME}settings/")
    assert "OPENXIN_SYNTHETIC" in page
    of = register.installation
    for secret in (of.database_url, of.owner_database_url, of.intake_database_url, str(of.keys)):
        assert not secret or secret not in page
    assert "DATABASE_URL" not in page and "postgresql://" not in page


def test_a_list_takes_as_many_questions_for_many_as_for_one(boss: Visitor, register: Register) -> None:
    from openxin.accounts import officials

    of = organisations.register(CODE, Words("示例律师事务所", "Sample Law Firm"), ["law-firm"], at=NOW)
    counts = []
    for round_ in range(2):
        for n in range(1 + 4 * round_):
            officials.enrol(None, f"{round_}-{n}", organisation=of.id, roles=["recipient"])
            machines.register(None, [PUBLIC], at=NOW, organisation=of.id, roles=["recipient"])
        asked = []
        for page in ("accounts/", "machines/", "organisations/", "acts/"):
            with CaptureQueriesContext(connection) as questions:
                boss.sees(f"{HOME}{page}")
            asked.append(len(questions))
        counts.append(asked)
    assert counts[0] == counts[1]


def test_the_auditor_sees_what_was_done_and_no_account(boss: Visitor, register: Register) -> None:
    login, _ = make(boss)
    assert said(boss, f"accounts/{login}/roles/", {"roles": ["clerk", "recipient"]})[0] == 303
    auditor = visitor()
    auditor.client.get(links.issue_to_official("credit", roles=["auditor"]))
    assert str(login) in auditor.sees(f"{HOME}acts/")
    assert auditor.client.get(f"{HOME}accounts/").status_code == 403
