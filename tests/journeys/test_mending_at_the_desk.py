"""A clerk mends rows that wait, in a real browser: in Chinese without JavaScript, in English with it, and by keyboard alone."""

import io
import json
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from openxin.accounts import links
from openxin.intake.receipts import Receipt
from tests.harness.door import Door
from tests.harness.sample import LI_NA, WANG_WEI, penalty

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.fixture
def receipt(door: Door) -> Receipt:
    return door.receives(
        penalty(LI_NA, CF_JDRQ="someday", CF_XDR_ZJLX="驾驶证"), penalty(WANG_WEI, "示〔2026〕2号", CF_NR="")
    )


def is_accessible(page: Page) -> None:
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], json.dumps(page.url)


def test_two_rows_are_mended_and_given_up_without_javascript(browser: Browser, site: str, door: Door, receipt: Receipt):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + links.issue_to_official("market"))
    page.goto(f"{site}/desk/waiting/{receipt.submission}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("待补正的行")
    expect(page.locator("main")).not_to_contain_text(LI_NA.name)
    page.get_by_role("link", name="第 2 行").click()
    page.get_by_label("处罚决定日期").fill("2026-04-11")
    page.get_by_role("button", name="保存并重新判断").click()
    # Still one column: the kind of document.
    expect(page.get_by_role("heading", level=1)).to_have_text("补正：第 2 行")
    expect(page.locator(".error-summary li")).to_have_count(1)
    assert page.get_by_label("处罚决定日期").input_value() == "2026-04-11"
    page.get_by_label("证件类型", exact=False).first.select_option("身份证")
    page.get_by_role("button", name="保存并重新判断").click()
    expect(page.get_by_role("status")).to_have_text("补正后的行已经入库。")
    page.get_by_role("link", name="第 3 行").click()
    page.get_by_label("我确认放弃这一行").check()
    page.get_by_role("button", name="放弃这一行").click()
    expect(page.get_by_role("status")).to_contain_text("内容已销毁")
    for value in (LI_NA.number, LI_NA.name):
        assert value not in page.url
    context.close()
    door.register.is_sound(records=1, quarantined=0, secrets=[LI_NA.number])


def test_a_row_is_mended_in_english_by_keyboard(browser: Browser, site: str, door: Door, receipt: Receipt):
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto(site + links.issue_to_official("market"))
    page.get_by_role("button", name="English").click()
    page.goto(f"{site}/desk/waiting/{receipt.submission}/")
    is_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the mending workbook").click()
    assert openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0].max_row == 4
    page.get_by_role("link", name="Row 3").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mend: row 3")
    is_accessible(page)
    page.locator(".error-summary a").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.locator("#CF_NR").focus()
    page.keyboard.type("罚款人民币五千元整")
    page.get_by_role("button", name="Save and judge again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The mended row was admitted.")
    is_accessible(page)
    context.close()
    door.register.is_sound(records=1, quarantined=1)


def test_the_form_fits_a_phone_and_the_dark(browser: Browser, site: str, receipt: Receipt):
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = context.new_page()
    page.goto(site + links.issue_to_official("market"))
    page.goto(f"{site}/desk/waiting/{receipt.submission}/")
    page.get_by_role("link", name="第 2 行").click()
    is_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()
