"""A duty-holder asks, a recipient reads under a grant and with a code; each learns one thing, and the person learns of each.

In Chinese without JavaScript and in English with it, by keyboard; every page passes axe, on a telephone's screen.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from openxin.accounts import links
from openxin.accounts.readers import Reader
from openxin.disclosure import door as the_door
from openxin.disclosure import grants
from openxin.disclosure.grants import Terms
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.others import in_force, verified
from tests.harness.sample import LI_NA, WANG_WEI

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.fixture(params=["zh", "en"])
def asking(request, browser: Browser, door: Door, site: str):  # type: ignore[no-untyped-def]
    """A page of whoever asks, which language it speaks, and the person who can be asked about."""
    in_force(door, sample.disqualification(LI_NA), type_="disqualification")
    li_na = verified(LI_NA)
    context = browser.new_context(java_script_enabled=request.param == "en", viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(site + links.issue_to_official("market", roles=["duty-holder", "recipient"]))
    if request.param == "en":
        page.get_by_role("button", name="English").click()
    yield page, request.param, li_na
    context.close()


def is_accessible(page: Page, language: str) -> None:
    """No fault that axe can see; it needs scripts itself."""
    if language != "en":
        return
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


def readings_by_others(person: Reader) -> int:
    assert person.person_id is not None
    statement = the_door.own(person.person_id, person, today=datetime.now(UTC).date())
    return sum(line.kind in ("disclosure", "refusal") and not line.is_own for line in statement.lines)


def fills_in(page: Page, zh: bool, of: sample.Person, matter: str) -> None:
    page.get_by_label("证件号码" if zh else "Document number").fill(of.number)
    page.get_by_label("证件上的姓名" if zh else "Name on the document").fill(of.name)
    page.get_by_label("案由编号" if zh else "Number of your file").fill(matter)


def test_whoever_asks_learns_one_thing_and_the_person_learns_of_each(asking, site: str) -> None:  # type: ignore[no-untyped-def]
    page, language, li_na = asking
    a_duty_holder_asks_and_going_back_asks_nothing(page, language, li_na, site)
    a_recipient_reads_under_a_grant_and_with_a_code(page, language, li_na, site)


def a_duty_holder_asks_and_going_back_asks_nothing(page: Page, language: str, li_na: Reader, site: str) -> None:
    zh = language == "zh"
    is_accessible(page, language)
    page.get_by_role("link", name="食品生产经营管理" if zh else "Food production and trade").press("Enter")
    is_accessible(page, language)
    ask = page.get_by_role("button", name="查询" if zh else "Ask", exact=True)
    fills_in(page, zh, sample.Person(LI_NA.name, "12"), "示〔2026〕12号")
    ask.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("证件号码" if zh else "number")
    is_accessible(page, language)
    assert readings_by_others(li_na) == 0

    page.get_by_role("link", name="依法核查" if zh else "Statutory check").press("Enter")
    page.get_by_label("食品生产经营管理" if zh else "Food production and trade").check()
    fills_in(page, zh, LI_NA, "示〔2026〕12号")
    ask.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("有一项有效的禁止" if zh else "A ban is in force")
    expect(page.get_by_text("2031年4月10日" if zh else "10 April 2031").first).to_be_visible()
    expect(page).to_have_url(f"{site}/enquiries/check/")  # nothing of the person in it
    is_accessible(page, language)
    assert readings_by_others(li_na) == 1
    # On paper: the answer, and nothing to press.
    page.emulate_media(media="print")
    expect(page.get_by_text("示市监禁〔2026〕1号").first).to_be_visible()
    expect(page.get_by_role("link", name="另查一人" if zh else "Ask about another person")).to_be_hidden()
    page.emulate_media(media="screen")
    page.go_back()
    expect(page.get_by_role("button", name="查询" if zh else "Ask", exact=True)).to_be_visible()
    assert readings_by_others(li_na) == 1

    page.goto(f"{site}/enquiries/check/?check=food-135")
    fills_in(page, zh, WANG_WEI, "示〔2026〕13号")
    ask.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("本登记没有" if zh else "None on this register")
    expect(page.get_by_text("不是证明" if zh else "not a certificate:")).to_be_visible()
    is_accessible(page, language)


def a_recipient_reads_under_a_grant_and_with_a_code(page: Page, language: str, li_na: Reader, site: str) -> None:
    zh = language == "zh"
    assert li_na.person_id is not None
    now = datetime.now(UTC)
    terms = ("disqualification",), None, "extract", now, now + timedelta(days=2), 1, "bidding"
    grants.give(li_na.person_id, li_na, Terms("market", *terms), at=now)
    code = grants.give(li_na.person_id, li_na, Terms(None, *terms), at=now).code
    before = readings_by_others(li_na)
    page.goto(f"{site}/enquiries/")
    page.get_by_role("link", name="以自然人身份" if zh else "as a natural person").press("Enter")
    expect(page.get_by_text("没有用掉次数" if zh else "used nothing up")).to_be_visible()
    is_accessible(page, language)
    assert readings_by_others(li_na) == before
    read = page.get_by_role("button", name="查看，用掉一次" if zh else "Read: uses one up")
    read.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 项决定" if zh else "One decision")
    is_accessible(page, language)
    assert readings_by_others(li_na) == before + 1

    page.get_by_role("link", name="凭授权码查看" if zh else "Read with a code").press("Enter")
    is_accessible(page, language)
    for name in (WANG_WEI.name, LI_NA.name):
        page.get_by_label("授权码" if zh else "Code", exact=True).fill(str(code))
        page.get_by_label("本人姓名" if zh else "The person's name").fill(name)
        read.press("Enter")
        if name == LI_NA.name:
            expect(page.get_by_role("heading", level=1)).to_have_text("1 项决定" if zh else "One decision")
        else:  # denied is told: which rule, what would be needed, whom to ask
            expect(page.get_by_text("需要什么" if zh else "What would be needed")).to_be_visible()
            is_accessible(page, language)
            page.get_by_role("link", name="凭授权码查看" if zh else "Read with a code").press("Enter")
    assert readings_by_others(li_na) == before + 3
