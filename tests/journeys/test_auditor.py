"""An auditor in a real browser: from an alert to the ledger, a proof checked without us, a sample that its person is told of.

In Chinese without JavaScript and in English with it; every page passes axe, on a telephone's screen.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections, transaction
from playwright.sync_api import Browser, Page, expect

from openxin.accounts import links
from openxin.ledger import checkpoints, proofs, stored
from openxin.ledger.sequencing import sequence
from openxin.notices import alerts
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.others import in_force, verified
from tests.harness.sample import LI_NA
from tests.harness.visitor import id_of

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.fixture(params=["zh", "en"])
def auditor(request, browser: Browser, door: Door, site: str):  # type: ignore[no-untyped-def]
    """A page of the auditor, and which language it speaks."""
    in_force(door, sample.permit(LI_NA), type_="permit")
    verified(LI_NA)
    with transaction.atomic(), connections["default"].cursor() as cursor:
        alerts.raise_alert(cursor, "refusals", "market", None, datetime.now(UTC))
    context = browser.new_context(
        java_script_enabled=request.param == "en", viewport={"width": 390, "height": 800}, color_scheme="dark"
    )
    page = context.new_page()
    page.goto(site + links.issue_to_official("credit", roles=["auditor"]))
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
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


def go(page: Page, zh: bool, chinese: str, english: str) -> None:
    page.get_by_role("link", name=chinese if zh else english, exact=True).first.press("Enter")


def test_an_auditor_looks_at_everything_but_people_and_at_one_record_by_chance(
    auditor, site: str, browser: Browser
) -> None:  # type: ignore[no-untyped-def]
    page, language = auditor
    follows_an_alert_and_takes_a_proof_away(page, language, site)
    opens_one_record_by_chance_and_its_person_reads_it(page, language, site, browser)


def follows_an_alert_and_takes_a_proof_away(page: Page, language: str, site: str) -> None:
    zh = language == "zh"
    is_accessible(page, language)
    go(page, zh, "预警和质疑", "Alerts and contests")
    told = "多次被拒绝" if zh else "Refused again and again"
    expect(page.get_by_role("cell", name=told, exact=True)).to_be_visible()
    is_accessible(page, language)
    page.get_by_role("button", name="已查看" if zh else "Looked into").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已记下" if zh else "It is noted")

    kept = checkpoints.latest()
    sequence()  # what the alert's person and the log-ins left in the meantime
    go(page, zh, "台账", "Ledger")
    page.get_by_label("编号" if zh else "Number", exact=True).fill("1")
    page.get_by_role("button", name="查找" if zh else "Search").press("Enter")
    expect(page.get_by_role("row")).to_have_count(3)  # the head, entry 1 and entry 0
    is_accessible(page, language)
    page.get_by_role("link", name="1", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("第 1 条" if zh else "Entry 1")
    is_accessible(page, language)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载证明" if zh else "Download the proof").click()
    found = proofs.read(Path(download.value.path()).read_text("utf-8"))
    with connections["default"].cursor() as cursor:
        ((_, entry),) = stored.entries(cursor, 1, 2)
    proofs.check(found, entry, checkpoints.own_signer().key)

    go(page, zh, "检查点", "Checkpoints")
    is_accessible(page, language)
    page.goto(f"{site}/audit/consistency/")
    page.locator("#kept").fill(kept)
    page.get_by_role("button", name="核对" if zh else "Compare").first.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("一致。" if zh else "Consistent.")
    is_accessible(page, language)
    for chinese, english in (("规则", "Rules"), ("数目", "Figures")):
        go(page, zh, chinese, english)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        is_accessible(page, language)


def opens_one_record_by_chance_and_its_person_reads_it(page: Page, language: str, site: str, browser: Browser) -> None:
    zh = language == "zh"
    go(page, zh, "抽样", "Samples")
    page.get_by_label("理由" if zh else "Reason").select_option("yearly")
    page.get_by_label("多少条" if zh else "How many").fill("1")
    page.get_by_role("button", name="随机抽取" if zh else "Draw by chance").press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    is_accessible(page, language)
    page.get_by_role("button", name="打开一次" if zh else "Open once").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("抽样的一条记录" if zh else "One record of the sample")
    expect(page.get_by_text(LI_NA.name)).to_be_visible()
    is_accessible(page, language)
    go(page, zh, "返回抽样", "Back to the samples")
    expect(page.get_by_role("button", name="打开一次" if zh else "Open once")).to_have_count(0)

    context = browser.new_context()
    hers = context.new_page()
    hers.goto(site + links.issue(id_of(LI_NA)))
    expect(hers.get_by_text("监督检查").first).to_be_visible()
    context.close()
