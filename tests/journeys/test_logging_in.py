"""Real log-in in a real browser: an official with a password and an app, a person by an identity provider."""

import json
from base64 import b32decode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Page, expect

from tests.harness import sample

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
NAME = "li.keyuan"
LI_NA = User(sub="77", claims={"document_number": sample.LI_NA.number, "name": sample.LI_NA.name})
STRANGER = User(sub="78", claims={"document_number": sample.LI_NA.number, "name": "李那"})


@pytest.fixture
def provider(register, tmp_path, monkeypatch) -> Iterator[str]:
    """A provider of OpenID Connect on loopback, and a register that will be started with it."""
    (tmp_path / "secret").write_text("a-secret", "utf-8")
    with run_server_in_thread(user_claims=[LI_NA, STRANGER]) as server:
        address = f"http://localhost:{server.server_port}"
        monkeypatch.setenv("OPENXIN_OIDC_ISSUER", address)
        monkeypatch.setenv("OPENXIN_OIDC_CLIENT_ID", "openxin")
        monkeypatch.setenv("OPENXIN_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
        yield address


def is_accessible(page: Page) -> None:
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    faults = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
    assert faults == [], json.dumps(faults, ensure_ascii=False, indent=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen"


def code(seed: str, drift: int = 0) -> str:
    return TOTP(b32decode(seed), 6, SHA1(), 30).generate(int(datetime.now(UTC).timestamp()) + 30 * drift).decode()


def types(page: Page, password: str) -> None:
    page.get_by_label("登录名").fill(NAME)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="下一步").click()


def test_an_official_sets_the_app_up_leaves_and_comes_back(browser: Browser, site, register):
    """Without JavaScript, on a telephone's screen."""
    from openxin.accounts import officials

    password = officials.enrol("market", NAME).password
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site)
    page.get_by_role("link", name="公务人员登录").click()
    is_accessible(page)
    types(page, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("登录名或者密码不对")
    is_accessible(page)
    types(page, password)
    expect(page.get_by_role("heading", level=1)).to_have_text("设置第二步")
    assert page.locator("img[alt*='二维码']").evaluate("it => it.naturalWidth > 100"), (
        "the picture is allowed and drawn"
    )
    is_accessible(page)
    seed = page.locator("#seed").inner_text()
    used = code(seed, -1)
    page.get_by_label("应用显示的六位数字").fill(used)
    page.get_by_role("button", name="完成").click()
    expect(page.locator("#codes li")).to_have_count(10)
    is_accessible(page)
    recovery = page.locator("#codes li").first.inner_text()
    page.get_by_role("link", name="进入工作台").click()
    expect(page.locator(".desk-body")).to_contain_text("市场监督管理局")
    page.get_by_role("button", name="退出").click()

    page.goto(f"{site}/log-in/")
    types(page, password)
    is_accessible(page)
    page.get_by_label("验证器上的六位数字").fill(used)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("已经用过")
    page.get_by_label("验证器上的六位数字").fill(recovery)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="登录记录").click()
    expect(page.get_by_text("被拒绝")).to_have_count(2)
    is_accessible(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your log-ins")
    is_accessible(page)
    context.close()
    register.is_sound(secrets=[password, recovery])


def test_a_person_comes_by_the_provider_and_a_namesake_of_the_number_does_not(provider, door, site, browser: Browser):
    door.receives(sample.penalty(sample.LI_NA))
    context = browser.new_context()
    page = context.new_page()
    page.goto(site)
    page.get_by_role("link", name="用实名认证登录").click()
    page.wait_for_url(f"{provider}/**")
    page.get_by_role("button", name=STRANGER.sub).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有与您一致的登记")
    is_accessible(page)
    page.goto(f"{site}/records/")
    expect(page.get_by_role("link", name="用实名认证登录")).to_be_visible()

    page.get_by_role("link", name="用实名认证登录").click()
    page.get_by_role("button", name=LI_NA.sub).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("关于您的记录")
    expect(page.get_by_role("article", name="示市监罚〔2026〕1号")).to_be_visible()
    expect(page.locator(".looks")).to_contain_text("您的实名登录核实了您的证件")
    expect(page.locator(".looks")).to_contain_text("由您的登录完成")
    page.get_by_role("link", name="登录记录").click()
    expect(page.get_by_role("region", name="最近的登录")).to_contain_text("实名认证平台")
    is_accessible(page)
    context.close()
    door.register.is_sound(records=1)


def test_an_official_adds_a_passkey_and_logs_in_by_it(browser: Browser, site, register):
    """A virtual authenticator of the browser; passkeys are bound to a name, so the site is reached by its name."""
    from openxin.accounts import officials

    site = site.replace("127.0.0.1", "localhost")
    password = officials.enrol("market", NAME).password
    context = browser.new_context()
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    authenticator = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    able = authenticator | {"isUserVerified": True, "automaticPresenceSimulation": True}
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": able})
    page.goto(f"{site}/log-in/")
    types(page, password)
    seed = page.locator("#seed").inner_text()
    page.get_by_label("应用显示的六位数字").fill(code(seed, -1))
    page.get_by_role("button", name="完成").click()

    page.goto(f"{site}/log-in/passkeys/")
    is_accessible(page)
    page.get_by_label("添加一个").fill("000000")
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_role("alert")).to_contain_text("不对")
    page.get_by_label("添加一个").fill(code(seed))
    page.get_by_role("button", name="添加").click()
    is_accessible(page)
    page.get_by_role("button", name="由浏览器建立").click()
    expect(page.get_by_role("button", name="删除")).to_have_count(1)
    page.goto(f"{site}/desk/")
    page.get_by_role("button", name="退出").click()

    page.goto(f"{site}/log-in/")
    types(page, password)
    page.get_by_role("button", name="用通行密钥").click()
    expect(page.locator(".desk-body")).to_contain_text("市场监督管理局")
    page.goto(f"{site}/log-ins/")
    expect(page.get_by_role("region", name="最近的登录")).to_contain_text("密码和通行密钥")
    page.get_by_role("link", name="通行密钥").click()
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有")).to_be_visible()
    assert refused == []
    context.close()
    register.is_sound()
