"""A person lets somebody see, after a look at what exactly, takes it back in two clicks, and contests a look that should not have
been: in a real browser, with and without JavaScript.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from openxin.accounts import links
from tests.harness import others, sample
from tests.harness.door import Door
from tests.harness.visitor import id_of

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def link(door: Door, site: str) -> str:
    """Li Na's link: a permit that others may see once she allows it, and a body that gave another name for her number."""
    door.receives(sample.permit(sample.LI_NA), type_="permit", name="permit.csv")
    others.verified(sample.LI_NA)
    door.receives(sample.penalty(sample.LI_NA) | {"CF_XDR_MC": "李娜娜"}, name="wrong.csv")
    return site + links.issue(id_of(sample.LI_NA))


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def test_a_person_gives_a_code_after_seeing_what_it_shows_and_takes_it_back(page: Page, link: str, door: Door) -> None:
    page.goto(link)
    page.get_by_role("link", name="授权", exact=True).click()
    page.get_by_role("link", name="授权别人查看").click()
    page.get_by_role("button", name="先看对方会看到什么").click()
    expect(page.locator(".error-summary")).to_contain_text("请选择用途。")
    page.get_by_role("radio", name="申请行政许可").check()
    page.get_by_role("radio", name="这几类").check()
    page.get_by_role("checkbox", name="行政许可", exact=True).check()
    page.get_by_role("button", name="先看对方会看到什么").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("对方会看到什么")
    expect(page.get_by_role("article", name="示市监许〔2026〕1号")).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text(sample.LI_NA.number)
    page.get_by_role("button", name="同意，授权").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您的授权码")
    code = page.locator(".code").inner_text()
    assert code not in page.url

    page.get_by_role("link", name="我的授权").click()
    expect(page.locator(".looks > li")).to_contain_text("有效")
    expect(page.get_by_role("main")).not_to_contain_text(code)
    page.get_by_role("link", name="收回").click()
    page.get_by_role("button", name="收回").click()
    expect(page.locator(".looks > li")).to_contain_text("已收回")
    door.register.is_sound(secrets=[sample.LI_NA.name, sample.LI_NA.number, code])


def test_a_look_that_should_not_have_been_is_contested_in_english(page: Page, link: str, door: Door) -> None:
    page.goto(link)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is held about you")
    page.get_by_role("button", name="Should not have been?").click()
    expect(page.locator("#looked")).to_be_visible()
    expect(page.locator(".looks")).to_contain_text("You contested this; the auditors are looking into it.")
    expect(page.get_by_role("button", name="Should not have been?")).to_have_count(0)
    assert door.register.rows("select kind, holder from notices_alert") == [("contest", "market")]
    door.register.is_sound()


def test_the_pages_of_grants_have_no_fault_that_axe_can_see(browser: Browser, link: str) -> None:
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport=PHONE, color_scheme=scheme)
        page = context.new_page()
        if scheme == "light":
            page.goto(link)
            state = context.storage_state()
        else:
            context.add_cookies(state["cookies"])
        site = link.split("/enter/", maxsplit=1)[0]
        for path in ("/grants/", "/grants/give/"):
            page.goto(site + path)
            _is_accessible(page)
        page.get_by_role("button", name="先看对方会看到什么").click()
        expect(page.locator(".error-summary")).to_be_visible()
        _is_accessible(page)
        context.close()


def _is_accessible(page: Page) -> None:
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    faults = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
    assert faults == [], json.dumps(faults, ensure_ascii=False, indent=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"
