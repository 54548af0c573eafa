"""The button beside an honour: its person lets others see it, and closes it again; other records have no such button."""

from openxin.accounts import links
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.others import verified
from tests.harness.visitor import Visitor, id_of, visitor

OPEN, CLOSE = "可以给别人看", "不再给别人看"


def arrives(register, tmp_path, *rows, type_, uscc=sample.MARKET) -> Visitor:
    Door(register, tmp_path / "files").receives(*rows, type_=type_, uscc=uscc)
    verified(sample.LI_NA)
    browser = visitor()
    browser.client.get(links.issue(id_of(sample.LI_NA)))
    return browser


def say(browser, register, word):
    ((record, type_),) = register.rows("select id, type from records_record")
    return browser.client.post(f"/records/{record}/opening/", {"type": type_, "say": word})


def test_an_honour_is_opened_and_closed_on_the_page(register, tmp_path):
    browser = arrives(register, tmp_path, sample.honour(sample.LI_NA), type_="honour", uscc=sample.CIVIL)
    page = browser.sees()
    assert OPEN in page and CLOSE not in page
    assert say(browser, register, "open")["Location"] == "/records/"
    page = browser.sees()
    assert CLOSE in page and OPEN not in page and "现在可以" in page
    say(browser, register, "close")
    assert "不能，除非您愿意" in browser.sees()
    register.is_sound(records=1)


def test_what_others_see_by_law_has_no_button(register, tmp_path):
    browser = arrives(register, tmp_path, sample.permit(sample.LI_NA), type_="permit")
    page = browser.sees()
    assert OPEN not in page and CLOSE not in page
    assert say(browser, register, "close").status_code == 404
    assert register.count("disclosure_opening") == 0
