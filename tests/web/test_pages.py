"""The pages, without a browser: who gets which, in which language, with which headers, after how many questions."""

import re
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from openxin.accounts import links
from openxin.web import rendering
from tests.harness import sample
from tests.harness.visitor import id_of, visitor


@pytest.fixture
def li_na(door):
    """A browser in which Li Na has logged in; one penalty is held about her."""
    door.receives(sample.penalty(sample.LI_NA))
    browser = visitor()
    browser.logs_in(sample.LI_NA)
    return browser


def test_the_page_says_who_decided_under_which_article_and_what(li_na):
    page = li_na.sees()
    for said in (
        sample.MARKET_TITLE,
        "示市监罚〔2026〕1号",
        "《中华人民共和国食品安全法》第一百二十四条",
        "销售超过保质期的食品",
        "5,000元",
        "0000-0000001",
        "申请行政复议，从知道这项决定起 60 日内",
        "本人查阅",
    ):
        assert said in page, said


def test_the_page_in_english_is_complete(li_na):
    """What a body wrote stays as it wrote it, and is marked as Chinese; every word of ours is English."""
    page = li_na.sees(english=True)
    assert '<html lang="en"' in page
    assert "What is held about you" in page
    body = re.sub(r'<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', "", page)
    assert re.findall(r"[\u4e00-\u9fff]+", body) == []


def test_chinese_is_the_language_of_whoever_chose_none(li_na):
    answer = li_na.client.get("/", headers={"accept-language": "en-US"})
    assert answer["Content-Language"] == "zh-Hans"
    assert '<html lang="zh-Hans"' in answer.content.decode()


def test_a_language_that_is_not_there_changes_nothing(li_na):
    li_na.client.post("/language/", {"language": "xx"})
    assert '<html lang="zh-Hans"' in li_na.sees("/")


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_the_language_switch_leads_nowhere_else(li_na, elsewhere):
    answer = li_na.client.post("/language/", {"language": "en", "next": elsewhere})
    assert (answer.status_code, answer["Location"]) == (303, "/")


def test_whoever_is_not_logged_in_is_led_to_the_landing_page(register):
    answer = visitor().client.get("/records/")
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_link_works_once_and_says_so_the_second_time(door):
    door.receives(sample.penalty(sample.LI_NA))
    path = links.issue(id_of(sample.LI_NA))
    first, second = visitor(), visitor()
    assert first.client.get(path).status_code == 303
    answer = second.client.get(path)
    assert answer.status_code == 410
    assert "这个登录链接不能用了" in answer.content.decode()
    assert second.client.get("/records/").status_code == 302


def test_what_only_previews_a_link_does_not_spend_it(door):
    door.receives(sample.penalty(sample.LI_NA))
    path = links.issue(id_of(sample.LI_NA))
    assert visitor().client.head(path).status_code == 405
    assert visitor().client.get(path).status_code == 303


def test_logging_out_ends_it(li_na):
    assert li_na.client.post("/leave/")["Location"] == "/"
    assert li_na.client.get("/records/").status_code == 302


def test_a_session_holds_no_name_and_no_number(li_na):
    li_na.sees()
    (data,) = [
        row[0] for row in connections["owner"].cursor().execute("select session_data from django_session").fetchall()
    ]
    assert sample.LI_NA.name not in data
    assert sample.LI_NA.number not in data


def test_every_page_forbids_scripts_caches_and_search_engines(li_na):
    for path in ("/", "/records/", "/nowhere/"):
        answer = li_na.client.get(path)
        assert "script" not in answer["Content-Security-Policy"]
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
        assert "<script" not in answer.content.decode()


def test_a_page_that_is_not_there_says_so_in_both_languages(li_na):
    answer = li_na.client.get("/nowhere/")
    assert (answer.status_code, "没有这个页面" in answer.content.decode()) == (404, True)
    li_na.client.post("/language/", {"language": "en"})
    assert "There is no such page" in li_na.client.get("/nowhere/").content.decode()


def test_a_fault_of_ours_tells_nothing_of_itself(li_na, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(sample.LI_NA.number)

    monkeypatch.setattr(rendering, "page", broken)
    li_na.client.raise_request_exception = False
    answer = li_na.client.get("/records/")
    assert answer.status_code == 500
    assert "本系统出错了" in answer.content.decode()
    assert sample.LI_NA.number not in answer.content.decode()


def test_a_template_that_asks_the_database_is_refused(register, rf_request, tmp_path, settings_templates):
    settings_templates("asks.html", "{{ users.count }}")
    from django.contrib.auth import get_user_model

    with pytest.raises(rendering.TemplateAsked):
        rendering.page(rf_request, "asks.html", users=get_user_model().objects)


def test_one_record_and_five_hundred_take_the_same_number_of_statements(door):
    door.receives(sample.penalty(sample.LI_NA))
    door.receives(
        *(sample.penalty(sample.WANG_WEI, f"示市监罚〔2026〕{n}号") for n in range(100, 600)), name="many.csv"
    )
    taken = []
    for person in (sample.LI_NA, sample.WANG_WEI):
        browser = visitor()
        browser.logs_in(person)
        with CaptureQueriesContext(connections["default"]) as queries:
            page = browser.sees()
        taken.append((page.count('class="record"'), len(queries)))
    assert [records for records, _ in taken] == [1, 500]
    assert taken[0][1] == taken[1][1]


def test_a_person_without_records_is_told_that_this_is_no_certificate(register):
    browser = visitor()
    assert browser.client.get(links.issue(UUID(int=7))).status_code == 303
    assert "这只说明本登记的情况，不是证明" in browser.sees()
