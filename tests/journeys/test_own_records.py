"""A person opens their link and sees what is held about them, and who looked: in a real browser, before the real server."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from openxin.accounts import links
from tests.harness import sample
from tests.harness.visitor import id_of

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture
def link(browser, door, site) -> str:
    """Li Na's link: a penalty, and a permit."""
    door.receives(sample.penalty(sample.LI_NA, OX_SDRQ="2026-04-13", OX_JJGZ="Y"))
    door.receives(sample.permit(sample.LI_NA), type_="permit", name="permit.csv")
    return site + links.issue(id_of(sample.LI_NA))


@pytest.fixture
def visit(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESKTOP)
    yield context
    context.close()


def test_from_the_link_to_the_records_and_out_again(link, visit, browser, door):
    page = visit.new_page()
    page.goto(link)
    assert page.url.endswith("/records/")
    expect(page.get_by_role("heading", level=1)).to_have_text("关于您的记录")
    expect(page.get_by_role("article")).to_have_count(2)
    penalty = page.get_by_role("article", name="示市监罚〔2026〕1号")
    expect(penalty).to_contain_text("《中华人民共和国食品安全法》第一百二十四条")
    expect(penalty.get_by_role("link", name="0000-0000001")).to_have_attribute("href", "tel:0000-0000001")
    expect(page.locator(".looks > li")).to_have_count(1)
    expect(page.locator(".looks")).to_contain_text("含这一次")

    other = browser.new_context()
    again = other.new_page()
    assert again.goto(link).status == 410
    expect(again.get_by_role("heading", level=1)).to_have_text("这个登录链接不能用了")
    other.close()

    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", level=2, name="登录")).to_be_visible()
    page.goto(page.url + "records/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("关于您的记录")
    door.register.is_sound(records=2)


def test_english_is_one_press_away_and_stays_chosen(link, visit):
    page = visit.new_page()
    page.goto(link)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is held about you")
    assert page.url.endswith("/records/")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("关于您的记录")


def test_everything_works_without_javascript(link, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is held about you")
    page.locator("details summary").first.click()
    assert page.locator("details").first.get_attribute("open") is not None
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("main")).to_contain_text("What this is not")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_has_a_fault_that_axe_can_see(link, browser, scheme, viewport):
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    _is_accessible(page, link)
    page.locator("details").first.evaluate("it => it.open = true")
    _is_accessible(page, None)
    page.get_by_role("button", name="English").click()
    _is_accessible(page, None)
    for path in ("/", "/nowhere/", "/enter/made-up/"):
        _is_accessible(page, link.split("/enter/")[0] + path)
    context.close()


def _is_accessible(page: Page, address: str | None) -> None:
    if address:
        page.goto(address)
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    faults = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
    assert faults == [], json.dumps(faults, ensure_ascii=False, indent=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


def test_the_first_thing_that_the_keyboard_reaches_skips_to_the_content(link, visit):
    page = visit.new_page()
    page.goto(link)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_on_paper_everything_is_open_and_nothing_asks_to_be_pressed(link, browser):
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(link)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".head-tools").is_hidden()
    assert page.locator("summary").first.is_hidden()
    assert page.get_by_text("行政相对人名称").first.is_visible()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = page.evaluate("getComputedStyle(document.querySelector('dd')).color")
    assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    context.close()


def test_no_part_of_a_page_comes_from_elsewhere(link, visit, site):
    page = visit.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    page.wait_for_load_state("networkidle")
    assert len(asked) > 3
    assert [url for url in asked if not url.startswith((site, "data:"))] == []


def test_show_prints_what_the_page_shows(link):
    command = [sys.executable, "-m", "openxin.cli.main", "show", "--as-self", "--json"]
    told = subprocess.run(
        [*command, "--person-number", sample.LI_NA.number, "--name", "李娜"], capture_output=True, check=True, text=True
    )
    shown = json.loads(told.stdout)
    assert [(one["type"], one["authority"], one["document"]) for one in shown["records"]] == [
        ("penalty", sample.MARKET, "示市监罚〔2026〕1号"),
        ("permit", sample.MARKET, "示市监许〔2026〕1号"),
    ]
    assert shown["records"][0]["fields"]["CF_NR_FK"] == 500_000
    assert [one["who"] for one in shown["readings"]] == ["您本人"]


@pytest.mark.parametrize(
    ("number", "name"), [(sample.LI_NA.number, "李那"), (sample.WANG_WEI.number, "王伟"), ("123", "李娜")]
)
def test_show_tells_nobody_whether_somebody_is_there(link, number, name):
    command = [sys.executable, "-m", "openxin.cli.main", "show", "--as-self", "--json"]
    told = subprocess.run(
        [*command, "--person-number", number, "--name", name], capture_output=True, check=False, text=True
    )
    assert (told.returncode, json.loads(told.stdout)) == (4, {"records": [], "readings": []})
