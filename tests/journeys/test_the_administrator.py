"""The administrator in a real browser: an organisation is registered and an account made for it, by keyboard alone."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from openxin.accounts import links
from tests.harness.register import Register

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
CODE = "31999999MD00000101"
PAGES = ("", "acts/", "settings/", "accounts/", "accounts/new/", "machines/", "machines/new/", "organisations/")


def is_accessible(page: Page) -> None:
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    faults = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
    assert faults == [], json.dumps(faults, ensure_ascii=False, indent=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
def test_an_organisation_and_an_account_of_it(browser: Browser, register: Register, site: str, english: bool) -> None:
    """In Chinese without JavaScript; in English with it, since axe needs it."""
    context = browser.new_context(java_script_enabled=english, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(site + links.issue_to_official("credit", roles=["administrator"]))
    if english:
        page.get_by_role("button", name="English").press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Administration" if english else "系统管理")
    if english:
        for path in PAGES:
            page.goto(f"{site}/administration/{path}")
            is_accessible(page)
        page.goto(f"{site}/administration/")
    page.get_by_role("link", name="Register an organisation" if english else "登记其他单位").press("Enter")
    page.locator("#code").fill(CODE[:-1] + "2")
    page.locator("#title_zh").fill("示例律师事务所")
    page.locator("#kind-law-firm").press("Space")
    register_it = page.get_by_role("button", name="Register" if english else "登记")
    register_it.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("#code").fill(CODE)
    register_it.press("Enter")
    expect(heading).to_contain_text("示例律师事务所")
    if english:
        is_accessible(page)
    page.goto(f"{site}/administration/accounts/new/")
    page.locator("#name").fill("li.jing")
    page.locator("#holder").fill(CODE)
    page.locator("#role-recipient").press("Space")
    page.get_by_role("button", name="Make" if english else "新建").press("Enter")
    expect(page.locator("#password")).to_have_text(re.compile(".{20}"))
    if english:
        is_accessible(page)
    page.get_by_role("link", name="Handed over" if english else "已交付").press("Enter")
    expect(heading).to_have_text("Account" if english else "账号")
    if english:
        is_accessible(page)
    context.close()
    assert register.rows("select roles from accounts_user where organisation is not null") == [(["recipient"],)]
