"""The credit office's official in a real browser: documents are joined, with and without JavaScript, by keyboard alone."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from openxin.accounts import links
from tests.harness.door import Door
from tests.harness.sample import LI_NA, Person, penalty

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
PERMIT = Person("李娜", "H12345678", "03")


@pytest.fixture
def link(browser: Browser, door: Door, site: str) -> str:
    """A log-in link of an official of the credit office."""
    door.receives(penalty(LI_NA), penalty(PERMIT, "示市监罚〔2026〕2号", OX_CN="Y"))
    return site + links.issue_to_official("credit")


def is_accessible(page: Page) -> None:
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    faults = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
    assert faults == [], json.dumps(faults, ensure_ascii=False, indent=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


@pytest.mark.parametrize("english", [False, True], ids=["zh", "en"])
def test_two_documents_are_joined_by_keyboard(link: str, browser: Browser, door: Door, english: bool) -> None:
    """In Chinese without JavaScript; in English with it, since axe needs it."""
    context = browser.new_context(java_script_enabled=english, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(link)
    if english:
        page.get_by_role("button", name="English").press("Enter")
    page.get_by_role("link", name="Documents in hand" if english else "持证办理").press("Enter")
    if english:
        is_accessible(page)
    page.get_by_role("link", name="Join two documents" if english else "合并同一人的两份证件").press("Enter")
    for prefix, document in (("first-", LI_NA), ("second-", PERMIT)):
        page.locator(f"#{prefix}type").select_option(document.document_type)
        page.locator(f"#{prefix}number").fill("12" if prefix == "first-" else document.number)
        page.locator(f"#{prefix}name").fill(document.name)
    page.locator("#reason-two_documents").press("Space")
    page.get_by_role("button", name="Join two documents" if english else "合并同一人的两份证件").press("Enter")
    assert page.get_by_role("alert").is_visible()
    if english:
        is_accessible(page)
    page.locator("#first-number").fill(LI_NA.number)
    page.locator("#first-number").press("Enter")
    assert page.get_by_role("status").is_visible()
    assert LI_NA.number not in page.url
    context.close()
    assert door.register.count("people_joined") == 2
