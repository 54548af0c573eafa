"""A clerk hands a file in, from the form to the receipt, mends what waits, and takes it all back; in a real browser.

The whole way in Chinese and in English, each with scripts and without them; every page passes axe. One server for all of it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from openxin.accounts import links
from openxin.operations.installation import Installation
from tests.harness import sample
from tests.harness.register import Register, founded_register
from tests.harness.sample import LI_NA, WANG_WEI, penalty
from tests.harness.serving import serving

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PATIENCE_MS = 60_000
LATELY = (date.today() - timedelta(days=20)).isoformat()  # noqa: DTZ011  (any day within every window)


@dataclass(frozen=True, slots=True)
class Desk:
    """A running register, and where it answers."""

    register: Register
    address: str


@pytest.fixture(scope="module")
def desk(shared_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("desk") / "home"
    name = f"desk_{home.parent.name.replace('-', '_')}"
    with founded_register(shared_installation, home, name) as register, serving() as server:
        server.answers()
        yield Desk(register, server.address)


def open_desk(browser: Browser, desk: Desk, **how: object) -> tuple[BrowserContext, Page]:
    """A browser in which a clerk of the market supervision has logged in."""
    context = browser.new_context(**how)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(desk.address + links.issue_to_official("market"))
    return context, page


def row(document: str, of: sample.Person = LI_NA, **changes: str) -> dict[str, str]:
    return penalty(of, document, CF_JDRQ=LATELY) | changes


def file(*rows: dict[str, str], name: str = "六月处罚.csv") -> dict[str, object]:
    return {"name": name, "mimeType": "text/csv", "buffer": sample.csv_bytes(rows)}


def is_accessible(page: Page) -> None:
    """No fault that axe can see, and nothing wider than the screen."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    faults = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
    assert faults == [], json.dumps([page.url, faults], ensure_ascii=False, indent=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


WORDS = {
    "zh": {
        "type": "行政处罚", "check": "上传并校验", "look": "请核对，然后确认", "confirm": "确认报送，1 行入库",
        "receipt": "报送回执", "mend": "补正 1 行", "row": "第 3 行", "day": "处罚决定日期", "save": "保存并重新判断",
        "mended": "补正后的行已经入库。", "take back": "报错了？撤回整批报送", "go on": "继续",
        "sure": "确认撤回 2 条记录", "taken back": "这批报送已经撤回", "list": "已报送", "state": "已撤回",
    },
    "en": {
        "type": "Administrative penalty", "check": "Upload and check", "look": "Look at this, then confirm",
        "confirm": "Confirm: admit one row", "receipt": "Receipt", "mend": "Mend one row", "row": "Row 3",
        "day": "Date of the decision", "save": "Save and judge again", "mended": "The mended row was admitted.",
        "take back": "The wrong file? Take the submission back", "go on": "Continue", "sure": "Take 2 records back",
        "taken back": "This submission was taken back", "list": "Handed in", "state": "Taken back",
    },
}  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_upload_preview_confirm_mend_take_back(browser: Browser, desk: Desk, language: str, *, scripts: bool) -> None:
    said = WORDS[language]
    context, page = open_desk(browser, desk, java_script_enabled=scripts)
    if language == "en":
        page.get_by_role("button", name="English").click()
    looked = is_accessible if scripts else lambda _: None  # axe is a script
    looked(page)
    page.goto(f"{desk.address}/desk/hand-in/")
    looked(page)
    page.get_by_label(said["type"]).check()
    page.set_input_files(
        "#file", file(row(f"示〔2026〕{language}{scripts}1号"), row("示〔2026〕2号", CF_JDRQ="someday"))
    )  # type: ignore[arg-type]
    page.get_by_role("button", name=said["check"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said["look"], timeout=PATIENCE_MS)
    expect(page.locator(".fates dd")).to_have_text(["2", "1", "0", "1", "0"])
    expect(page.locator("main")).not_to_contain_text(LI_NA.number)
    looked(page)
    page.get_by_role("button", name=said["confirm"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said["receipt"], timeout=PATIENCE_MS)
    expect(page.locator("main")).to_contain_text("六月处罚.csv")
    looked(page)
    receipt = page.url
    page.get_by_role("link", name=said["mend"]).click()
    page.get_by_role("link", name=said["row"]).click()
    page.get_by_label(said["day"]).fill(LATELY)
    page.get_by_role("button", name=said["save"]).click()
    expect(page.get_by_role("status")).to_have_text(said["mended"])
    page.goto(receipt)
    page.get_by_role("link", name=said["take back"]).click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name=said["go on"]).click()
    page.get_by_role("button", name=said["sure"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said["taken back"])
    page.get_by_role("link", name=said["list"], exact=True).click()
    expect(page.locator("tbody tr").first).to_contain_text(said["state"])
    looked(page)
    for value in (LI_NA.number, LI_NA.name):
        assert value not in page.url
    context.close()
    assert desk.register.count("records_record", "state <> 'withdrawn'") == 0


def test_a_file_is_dropped_on_its_field_and_handed_in_by_keyboard(browser: Browser, desk: Desk) -> None:
    context, page = open_desk(browser, desk)
    page.goto(f"{desk.address}/desk/hand-in/")
    expect(page.get_by_text("把文件拖到这里，或者")).to_be_visible()
    dropped = page.evaluate_handle(
        "text => { const all = new DataTransfer(); all.items.add(new File([text], '拖来的.csv')); return all }",
        sample.csv_bytes([row("示〔2026〕20号")]).decode(),
    )
    page.locator("[data-drop]").dispatch_event("drop", {"dataTransfer": dropped})
    assert page.locator("#file").evaluate("it => it.files[0].name") == "拖来的.csv"
    # By keyboard alone: the first kind, then on to the file, then to the button.
    page.locator("#type-penalty").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.locator("#file")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="上传并校验")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("请核对，然后确认", timeout=PATIENCE_MS)
    page.get_by_role("button", name="放弃这个文件").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("这个文件已经放弃")
    is_accessible(page)
    context.close()


def test_what_is_wrong_with_the_form_is_told_first_and_leads_to_its_field(browser: Browser, desk: Desk) -> None:
    context, page = open_desk(browser, desk)
    page.goto(f"{desk.address}/desk/hand-in/")
    page.get_by_role("button", name="上传并校验").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^有错误："))
    is_accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#type-penalty")).to_be_focused()
    context.close()


def test_the_work_goes_on_when_the_page_is_closed(browser: Browser, desk: Desk) -> None:
    context, page = open_desk(browser, desk, viewport=PHONE, color_scheme="dark")
    page.route("**/*seen=*", lambda asked: asked.abort())  # so that the page stays as it is
    page.goto(f"{desk.address}/desk/hand-in/?type=penalty")
    page.set_input_files("#file", file(row("示〔2026〕30号"), name="关掉.csv"))  # type: ignore[arg-type]
    page.get_by_role("button", name="上传并校验").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    is_accessible(page)
    page.close()
    page = context.new_page()
    page.goto(f"{desk.address}/desk/")
    link = page.get_by_role("link", name="关掉.csv")
    for _ in range(60):
        if page.get_by_text("等您确认").is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()
    is_accessible(page)
    link.click()
    is_accessible(page)
    page.get_by_role("button", name="放弃这个文件").click()
    context.close()


def test_the_wrong_file_is_warned_of_and_a_file_that_is_none_is_refused(browser: Browser, desk: Desk) -> None:
    context, page = open_desk(browser, desk, viewport=PHONE)
    slipped = (
        row("示〔2026〕40号"), row("示〔2026〕41号", CF_XDR_MC=WANG_WEI.name),
        row("示〔2026〕42号", WANG_WEI), row("示〔2026〕43号", WANG_WEI, CF_XDR_MC=LI_NA.name),
    )  # fmt: skip
    page.goto(f"{desk.address}/desk/hand-in/?type=penalty")
    page.set_input_files("#file", file(*slipped))  # type: ignore[arg-type]
    page.get_by_role("button", name="上传并校验").click()
    expect(page.get_by_role("heading", name="大多数行与登记的不符")).to_be_visible(timeout=PATIENCE_MS)
    is_accessible(page)
    page.get_by_role("button", name="确认报送").click()
    expect(page.locator(".error-summary")).to_be_focused()
    is_accessible(page)
    page.get_by_role("link", name="请先确认这就是要报送的文件").click()
    expect(page.get_by_label("我核对过，这就是要报送的文件")).to_be_focused()
    page.get_by_role("button", name="放弃这个文件").click()
    page.goto(f"{desk.address}/desk/hand-in/?type=penalty")
    page.set_input_files("#file", {"name": "图.xlsx", "mimeType": "", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(99)})
    page.get_by_role("button", name="上传并校验").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("这个文件没有收下", timeout=PATIENCE_MS)
    is_accessible(page)
    context.close()


def test_a_receipt_and_the_list_fit_a_phone_and_paper(browser: Browser, desk: Desk) -> None:
    context, page = open_desk(browser, desk, viewport=PHONE, color_scheme="dark", accept_downloads=True)
    page.goto(f"{desk.address}/desk/hand-in/?type=penalty")
    page.set_input_files(
        "#file",
        file(row("示〔2026〕50号", CF_YJ="《治安管理处罚法》第四十二条"), row("示〔2026〕51号", CF_JDRQ="x")),  # type: ignore[arg-type]
    )
    page.get_by_role("button", name="上传并校验").click()
    page.get_by_role("button", name="确认报送", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("报送回执", timeout=PATIENCE_MS)
    is_accessible(page)
    with page.expect_download() as workbook:
        page.get_by_role("link", name="下载补正工作簿").click()
    assert workbook.value.suggested_filename.endswith(".xlsx")
    with page.expect_download() as told:
        page.get_by_role("link", name="下载回执（JSON）").click()
    assert json.loads(told.value.path().read_text("utf-8"))["refused"] == 1
    page.emulate_media(media="print")
    assert page.locator(".desk-nav").is_hidden() and page.locator(".actions").is_hidden()
    assert page.get_by_text("打印于").is_visible()
    page.emulate_media(media="screen")
    page.goto(f"{desk.address}/desk/submissions/?state=waiting&from=2026-99-99")
    is_accessible(page)
    context.close()
    desk.register.is_sound(records=8, quarantined=1, secrets=[LI_NA.number, WANG_WEI.number, "六月处罚", "关掉"])
