"""The desk of those who ask: one person, one matter, one answer; a refusal in words; nothing about a person in any address."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openxin.accounts import links, organisations
from openxin.accounts.readers import Reader
from openxin.disclosure import contests, door, grants
from openxin.disclosure.grants import Terms
from openxin.law.catalogue import Words
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.others import in_force, verified
from tests.harness.sample import LI_NA, OTHER_LI_NA, WANG_WEI
from tests.harness.visitor import desk_of, visitor

MATTER = "示市监许受〔2026〕12号"
GET_PAGES = ("/enquiries/", "/enquiries/check/", "/enquiries/permit/", "/enquiries/award/", "/enquiries/code/")


@pytest.fixture
def market(register) -> Client:  # type: ignore[no-untyped-def]
    return desk_of("market", "duty-holder", "recipient")


@pytest.fixture
def li_na(door: Door) -> Reader:
    """With a ban and a penalty, both in force; who she is is certain."""
    in_force(door, sample.disqualification(LI_NA), type_="disqualification")
    in_force(door, sample.penalty(LI_NA), type_="penalty")
    return verified(LI_NA)


def about(of: sample.Person = LI_NA, **changes: str) -> dict[str, str]:
    typed = {"document_type": of.document_type, "number": of.number, "name": of.name, "matter": MATTER}
    return {"check": "food-135"} | typed | changes


def told(answer, status: int = 200) -> str:  # type: ignore[no-untyped-def]
    assert answer.status_code == status
    return answer.content.decode()


def asked(client: Client, typed: Mapping[str, str], path: str = "/enquiries/check/", status: int = 200) -> str:
    return told(client.post(path, typed), status)


def english_only(page: str) -> list[str]:
    """What is left in Chinese on an English page, but what is marked as Chinese."""
    ours = re.sub(r'(?s)<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', "", page)
    return re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]*>", "", ours))


def lines_of(person: Reader) -> int:
    """How many lines of others she has."""
    assert person.person_id is not None
    statement = door.own(person.person_id, person, today=datetime.now(UTC).date())
    return sum(not line.is_own for line in statement.lines)


def given(person: Reader, **changes: object) -> grants.Given:
    assert person.person_id is not None
    now = datetime.now(UTC)
    terms = {
        "to": "market", "types": ("disqualification", "penalty"), "records": None, "form": "extract", "from_": now,
        "until": now + timedelta(days=3), "uses": 2, "said_purpose": "bidding",
    }  # fmt: skip
    return grants.give(person.person_id, person, Terms(**(terms | changes)), at=now)  # type: ignore[arg-type]


def test_the_form_offers_only_what_is_the_callers_duty(market: Client) -> None:
    page = told(market.get("/enquiries/check/"))
    assert 'value="food-135"' in page
    assert 'value="minors-62"' not in page
    assert 'value="minors-62"' in told(desk_of("education", "duty-holder").get("/enquiries/check/"))
    assert 'value="food-135" required checked' in told(market.get("/enquiries/check/?check=food-135"))


def test_a_ban_is_told_in_words_and_the_answer_is_a_line(market: Client, li_na: Reader, door: Door) -> None:
    before = lines_of(li_na)
    answer = market.post("/enquiries/check/", about())
    page = told(answer)
    assert answer["Cache-Control"] == "no-store"
    for word in ("有一项有效的禁止", "2031年4月10日", "示市监禁〔2026〕1号", sample.MARKET_TITLE, MATTER, LI_NA.name):
        assert word in page
    assert "过期食品" not in page  # neither facts nor what the penalty was for
    assert "罚款" not in re.sub("不说事实、罚款", "", page)
    assert lines_of(li_na) == before + 1
    sequence()
    door.register.is_sound(records=2, secrets=[LI_NA.number, MATTER])


def test_opening_a_page_asks_nothing(market: Client, li_na: Reader) -> None:
    gave = given(li_na)
    before = lines_of(li_na)
    for path in (*GET_PAGES, f"/enquiries/grants/{gave.grant_id}/"):
        assert market.get(path).status_code == 200
    assert lines_of(li_na) == before


def test_nobody_known_and_nothing_on_record_are_one_page(market: Client, li_na: Reader) -> None:
    """But for what the caller typed themself, the time and the number of the enquiry."""

    def same(page: str, of: sample.Person) -> str:
        page = page.replace(of.name, "").replace(of.number, "")
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
        return re.sub(r'[0-9a-f]{8}-[0-9a-f-]{27}|datetime="[^"]*"|\d\d:\d\d', "", page)

    of_nobody = asked(market, about(WANG_WEI))
    of_her = asked(market, about(check="food-lab-138"))
    other = asked(market, about(WANG_WEI, check="food-lab-138"))
    assert "本登记没有" in of_nobody
    assert "不是证明" in of_nobody
    assert same(of_her, LI_NA) == same(other, WANG_WEI)


def test_what_is_answered_elsewhere_is_told_where(register, li_na: Reader) -> None:  # type: ignore[no-untyped-def]
    page = asked(desk_of("education", "duty-holder"), about(check="minors-62"))
    assert "这里不答复" in page
    assert "公安机关" in page


@pytest.mark.parametrize(
    ("typed", "told_words"),
    [
        ({"number": "12"}, "证件号码与证件类型不符"),
        ({"name": "?"}, "请写证件上的姓名"),
        ({"matter": ""}, "请写案由编号"),
        ({"matter": "她是我邻居 请查一下。"}, "请写案由编号"),
        ({"check": ""}, "请选择要核查的事项"),
        ({"check": "minors-62"}, "请选择要核查的事项"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field_and_was_not_asked(
    market: Client, li_na: Reader, typed: dict[str, str], told_words: str
) -> None:
    before = lines_of(li_na)
    page = asked(market, about(**typed), status=422)
    assert told_words in page
    assert f'value="{LI_NA.number}"' in page or "number" in typed
    assert lines_of(li_na) == before


def test_a_refusal_says_which_rule_what_would_be_needed_and_whom_to_ask(li_na: Reader) -> None:
    """A body with duties, and no permit authority."""
    page = asked(desk_of("credit", "duty-holder"), about(), "/enquiries/permit/", 403)
    for word in ("拒绝的规则", "not-your-permit", "需要什么", "问谁"):
        assert word in page


def test_another_name_reads_nothing_and_is_told_as_nothing_on_record(market: Client, li_na: Reader) -> None:
    before = lines_of(li_na)
    page = asked(market, about(name=OTHER_LI_NA.name + "某"))
    assert "本登记没有" in page
    assert lines_of(li_na) == before + 1


def test_past_the_budget_the_time_to_wait_is_told(market: Client, li_na: Reader) -> None:
    answer = None
    for _ in range(400):
        answer = market.post("/enquiries/code/", {"code": "AAAA-BBBB-CCCC-DDDD", "name": "某某"})
        if answer.status_code != 403:
            break
    assert answer is not None
    page = told(answer, 429)
    assert int(answer["Retry-After"]) > 0
    assert re.search(r"请过 \d+ 分钟再查", page)


def test_a_grant_is_read_as_often_as_it_says_and_then_no_more(market: Client, li_na: Reader, door: Door) -> None:
    gave = given(li_na)
    page = told(market.get("/enquiries/"))
    assert f"/enquiries/grants/{gave.grant_id}/" in page
    assert "还可看 2 次" in page
    path = f"/enquiries/grants/{gave.grant_id}/"
    assert "没有用掉次数" in told(market.get(path))
    first = told(market.post(path))
    assert "2 项决定" in first
    assert "概要" in first
    assert "货架上摆放过期食品" not in first  # the facts are never anybody else's
    assert "节录" in told(market.post(path, {"form": "extract"}))
    refused = told(market.post(path), 403)
    assert "grant-used" in refused
    assert market.get(path).status_code == 404
    assert str(gave.grant_id) not in told(market.get("/enquiries/"))
    assert lines_of(li_na) >= 3
    sequence()
    door.register.is_sound(records=2)


def test_a_revoked_grant_is_refused_with_its_rule(market: Client, li_na: Reader) -> None:
    gave = given(li_na)
    assert li_na.person_id is not None
    grants.revoke(li_na.person_id, li_na, gave.grant_id, at=datetime.now(UTC))
    assert "grant-revoked" in told(market.post(f"/enquiries/grants/{gave.grant_id}/"), 403)


def test_a_grant_to_another_body_is_not_there(li_na: Reader) -> None:
    gave = given(li_na)
    other = desk_of("drug", "recipient")
    assert other.get(f"/enquiries/grants/{gave.grant_id}/").status_code == 404
    assert str(gave.grant_id) not in told(other.get("/enquiries/"))
    assert other.post(f"/enquiries/grants/{gave.grant_id}/").status_code == 403


def test_a_code_opens_only_together_with_the_name(market: Client, li_na: Reader) -> None:
    gave = given(li_na, to=None, form="statement")
    code = str(gave.code)
    wrong = asked(market, {"code": code, "name": "王伟"}, "/enquiries/code/", 403)
    none = asked(market, {"code": "AAAA-BBBB-CCCC-DDDD", "name": LI_NA.name}, "/enquiries/code/", 403)
    rules = [re.findall(r"<code>(.*?)</code>", page) for page in (wrong, none)]
    assert rules[0] == rules[1]
    assert "2 项决定" in asked(market, {"code": code, "name": LI_NA.name}, "/enquiries/code/")
    assert "都要填" in asked(market, {"code": code, "name": ""}, "/enquiries/code/", 422)


def test_an_organisation_checks_what_its_kind_must_check(register, li_na: Reader) -> None:  # type: ignore[no-untyped-def]
    unit = organisations.register(
        "91999999MA00000015", Words("示例市某食品公司", "A food company"), ("food-operator",), at=datetime.now(UTC)
    )
    client = Client(SERVER_NAME="localhost")
    client.get(links.issue_to_organisation(unit.id, roles=["duty-holder", "recipient"]))
    page = told(client.get("/enquiries/check/"))
    assert "示例市某食品公司" in page
    assert 'value="food-135"' in page
    assert 'value="food-lab-138"' not in page
    assert "有一项有效的禁止" in asked(client, about())


def test_how_often_the_body_asked_is_counted_and_no_person_is_kept(market: Client, li_na: Reader) -> None:
    asked(market, about())
    asked(market, about(WANG_WEI))
    page = told(market.get("/enquiries/"))
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"(?s)<tr>(.*?)</tr>", page)]
    assert [row[1:] for row in rows if len(row) == 4 and row[2].isdecimal()] == [["依法核查从业禁止", "2", "0"]]
    for secret in (LI_NA.name, LI_NA.number, WANG_WEI.name, MATTER):
        assert secret not in page


def test_a_person_contests_what_was_asked(market: Client, li_na: Reader) -> None:
    page = asked(market, about())
    (line,) = re.findall(r'<dd class="id">([0-9a-f-]{36})</dd>', page)
    assert li_na.person_id is not None
    contests.contest(li_na.person_id, li_na, UUID(line), at=datetime.now(UTC))
    assert len(contests.of(li_na.person_id, li_na)) == 1


def test_the_first_page_asks_as_much_for_many_grants_as_for_one(market: Client, li_na: Reader) -> None:
    given(li_na)
    with CaptureQueriesContext(connection) as few:
        told(market.get("/enquiries/"))
    for _ in range(4):
        given(li_na)
    with CaptureQueriesContext(connection) as many:
        told(market.get("/enquiries/"))
    assert len(many) == len(few)


def test_grants_come_in_pages(market: Client, li_na: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openxin.web.enquiries.front._GRANTS", 2)
    gave = [str(given(li_na).grant_id) for _ in range(3)]
    page = told(market.get("/enquiries/"))
    (older,) = re.findall(r'href="(\?given=[^"]*)"', page)
    assert [one in page for one in gave] == [False, True, True]
    page = told(market.get(f"/enquiries/{older.replace('&amp;', '&')}"))
    assert [one in page for one in gave] == [True, False, False]
    assert "?given=" not in page
    assert told(market.get("/enquiries/?given=yesterday&id=x"))


def test_english_pages_are_english(market: Client, li_na: Reader) -> None:
    gave = given(li_na)
    market.post("/language/", {"language": "en"})
    for path in (*GET_PAGES, f"/enquiries/grants/{gave.grant_id}/"):
        assert english_only(told(market.get(path))) == [], path
    for page in (
        asked(market, about()),
        asked(market, about(WANG_WEI)),
        asked(market, about(number="1"), status=422),
        asked(market, about(), "/enquiries/permit/"),
        asked(market, {"code": "x", "name": "y"}, "/enquiries/code/", 403),
        told(market.post(f"/enquiries/grants/{gave.grant_id}/")),
    ):
        assert english_only(page) == []


@pytest.mark.parametrize("role", ["person", "clerk", "auditor", "administrator", "case-officer"])
def test_nobody_else_opens_this_desk(li_na: Reader, role: str) -> None:
    if role == "person":
        person = visitor()
        person.logs_in(LI_NA)
        client = person.client
    else:
        client = desk_of("market", role)
    before = lines_of(li_na)
    for path in GET_PAGES:
        assert client.get(path).status_code == 403, path
        assert client.post(path, about()).status_code in (403, 405), path
    assert lines_of(li_na) == before


def test_a_recipient_asks_no_check_and_a_duty_holder_redeems_no_code(li_na: Reader) -> None:
    recipient, holder = desk_of("market", "recipient"), desk_of("market", "duty-holder")
    gave = given(li_na)
    before = lines_of(li_na)
    for path in ("/enquiries/check/", "/enquiries/permit/", "/enquiries/award/"):
        assert recipient.get(path).status_code == 403
        assert recipient.post(path, about()).status_code == 403
    for path in ("/enquiries/code/", f"/enquiries/grants/{gave.grant_id}/"):
        assert holder.get(path).status_code == 403
        assert holder.post(path, {"code": "x", "name": "y"}).status_code == 403
    assert lines_of(li_na) == before


def test_whoever_is_not_logged_in_is_sent_to_the_log_in(register) -> None:  # type: ignore[no-untyped-def]
    for path in GET_PAGES:
        answer = Client(SERVER_NAME="localhost").get(path)
        assert (answer.status_code, answer["Location"]) == (303, "/log-in/")
