"""A clerk takes a submission back, fills in when decisions became final, and looks at their body's figures; in a real browser.

In Chinese without JavaScript and in English with it; every page passes axe.
"""

import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from openxin.accounts import links
from tests.harness.door import Door
from tests.harness.sample import LI_NA, WANG_WEI, penalty
from tests.harness.visitor import id_of

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.fixture(params=["zh", "en"])
def clerk(request, browser: Browser, site: str):  # type: ignore[no-untyped-def]
    """A page of the clerk, and which language it speaks."""
    context = browser.new_context(java_script_enabled=request.param == "en")
    page = context.new_page()
    page.goto(site + links.issue_to_official("market"))
    if request.param == "en":
        page.get_by_role("button", name="English").click()
    yield page, request.param
    context.close()


def is_accessible(page: Page, language: str) -> None:
    """No fault that axe can see; it needs scripts itself."""
    if language != "en":
        return
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


def handed_in(door: Door) -> str:
    receipt = door.receives(
        penalty(LI_NA),
        penalty(WANG_WEI, "示市监罚〔2026〕2号"),
        penalty(WANG_WEI, "示市监罚〔2026〕3号", CF_JDRQ="someday"),
        today=timezone.localdate(),
    )
    return str(receipt.submission)


def test_a_clerk_takes_a_submission_back_and_the_person_reads_why(door, site, browser, clerk) -> None:  # type: ignore[no-untyped-def]
    page, language = clerk
    page.goto(f"{site}/desk/submissions/{handed_in(door)}/take-back/")
    zh = language == "zh"
    # Going on without a reason says so.
    page.goto(page.url + "?reason=")
    expect(page.get_by_text("请选择撤回的原因" if zh else "Choose why it is taken back")).to_be_visible()
    is_accessible(page, language)
    page.get_by_label("报错了人" if zh else "The rows were about the wrong persons").check()
    page.get_by_role("button", name="继续" if zh else "Continue").press("Enter")
    is_accessible(page, language)
    page.get_by_role("button", name="确认撤回 2 条记录" if zh else "Take 2 records back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "这批报送已经撤回" if zh else "This submission was taken back"
    )
    is_accessible(page, language)

    context = browser.new_context()
    hers = context.new_page()
    hers.goto(site + links.issue(id_of(LI_NA)))
    expect(hers.get_by_text("撤回，原因：报错了人")).to_be_visible()
    expect(hers.locator(".stages").get_by_text("撤回", exact=True)).to_be_visible()
    context.close()
    assert door.register.count("records_record", "state = 'withdrawn'") == 2


def test_a_clerk_fills_in_when_decisions_became_final(door, site, browser, clerk) -> None:  # type: ignore[no-untyped-def]
    page, language = clerk
    zh = language == "zh"
    handed_in(door)
    page.get_by_role("link", name="补充生效日期" if zh else "Supply finality").click()
    is_accessible(page, language)
    page.get_by_role("link", name=re.compile("填写" if zh else "Fill in")).click()
    is_accessible(page, language)
    served, final = ("送达日期", "确定生效日期") if zh else ("Day of service", "Day on which it became final")
    row = "第 {} 行 {}" if zh else "Row {} {}"
    page.get_by_role("textbox", name=row.format(2, served)).fill("2026-04-20")
    page.get_by_role("textbox", name=row.format(3, final)).fill("2026-04-01")
    page.get_by_role("button", name="补充" if zh else "Supply").click()
    expect(page.get_by_role("alert")).to_contain_text("日期先后颠倒" if zh else "in the wrong order")
    expect(page.get_by_role("textbox", name=row.format(2, served))).to_have_value("2026-04-20")
    is_accessible(page, language)
    page.get_by_role("textbox", name=row.format(3, final)).fill("2026-06-01")
    page.get_by_role("button", name="补充" if zh else "Supply").click()
    expect(page.get_by_role("status")).to_contain_text("已补充 2 行" if zh else "2 rows were supplied")
    assert door.register.rows("select row, final_on from records_record order by row") == [
        (2, date(2027, 4, 20)),
        (3, date(2026, 6, 1)),
    ]


def test_a_clerk_looks_at_the_figures_of_their_body(door, site, browser, clerk) -> None:  # type: ignore[no-untyped-def]
    page, language = clerk
    handed_in(door)
    page.get_by_role("link", name="报送质量" if language == "zh" else "Quality").click()
    expect(page.get_by_role("cell", name="BAD_DATE")).to_be_visible()
    is_accessible(page, language)
    # On a narrow screen the tables scroll, and the page does not.
    page.set_viewport_size({"width": 360, "height": 740})
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 CSV" if language == "zh" else "Download CSV").click()
    assert Path(download.value.path()).read_bytes().startswith("\ufeffmonth,body,".encode())
