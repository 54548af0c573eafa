"""The desk pages on which a body answers for what it sent: taking back, finality, its figures. Without a browser."""

import csv
import io
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openxin.ledger.sequencing import sequence
from tests.harness.sample import LI_NA, WANG_WEI, penalty, permit, person
from tests.harness.visitor import is_sent_away, visitor


def today() -> date:
    """The pages go by the day that it is: what they are asked about was handed in on it."""
    return timezone.localdate()


@pytest.fixture
def clerk(register):  # type: ignore[no-untyped-def]
    browser = visitor()
    browser.logs_in_for("market")
    return browser


def handed_in(door, *rows, **how):  # type: ignore[no-untyped-def]
    receipt = door.receives(*(rows or (penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号"))), today=today(), **how)
    return receipt.submission


def english_only(page: str) -> list[str]:
    """What is left in Chinese on an English page, but what is marked as Chinese."""
    ours = re.sub(r'<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', "", page)
    return re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]*>", "", ours))


def test_taking_back_says_what_will_be_gone_and_asks_why(door, clerk):  # type: ignore[no-untyped-def]
    path = f"/desk/submissions/{handed_in(door)}/take-back/"
    page = clerk.sees(path)
    assert "撤回记录 2 条，涉及 2 人" in page
    assert "报错了人" in page
    assert LI_NA.name not in page
    confirm = clerk.sees(f"{path}?reason=wrong_persons")
    assert "确认撤回 2 条记录" in confirm
    assert "原因：报错了人" in confirm
    assert english_only(clerk.sees(path, english=True)) == []
    assert english_only(clerk.sees(f"{path}?reason=wrong_persons")) == []
    assert door.register.count("records_record", "state = 'withdrawn'") == 0


def test_taking_back_answers_with_303_and_shows_what_was_done(door, clerk):  # type: ignore[no-untyped-def]
    path = f"/desk/submissions/{handed_in(door)}/take-back/"
    for _ in range(2):  # the second press, or the lost answer, comes to the same page
        answer = clerk.client.post(path, {"reason": "wrong_persons"})
        assert (answer.status_code, answer["Location"]) == (303, path)
    assert "这批报送已经撤回" in clerk.sees(path)
    assert english_only(clerk.sees(path, english=True)) == []
    sequence()
    assert door.register.count("records_move") == 2
    door.register.is_sound(records=2)


def test_the_person_reads_who_took_it_back_and_why(door, clerk):  # type: ignore[no-untyped-def]
    clerk.client.post(f"/desk/submissions/{handed_in(door)}/take-back/", {"reason": "wrong_persons"})
    li_na = visitor()
    li_na.logs_in(LI_NA)
    said = "示例市市场监督管理局于{}撤回，原因：报错了人。"
    day = today()
    page = li_na.sees()
    assert said.format(f"{day.year}年{day.month}月{day.day}日") in page
    assert "<span>撤回</span>" in page
    assert "took it back on" in li_na.sees(english=True)


@pytest.mark.parametrize("reason", ["", "李娜 complained"])
def test_without_a_reason_of_the_list_nothing_is_taken_back(door, clerk, reason):  # type: ignore[no-untyped-def]
    path = f"/desk/submissions/{handed_in(door)}/take-back/"
    answer = clerk.client.post(path, {"reason": reason})
    assert answer.status_code == 400
    assert "请选择撤回的原因" in answer.content.decode()
    assert "请选择撤回的原因" in clerk.client.get(path, {"reason": reason}).content.decode()
    assert door.register.count("records_move") == 0


def test_after_the_days_the_page_names_the_last_one_and_what_can_be_done(door, clerk):  # type: ignore[no-untyped-def]
    submission = handed_in(door)
    door.register.rows("update intake_submission set finished_on = '2026-06-15' returning 1")
    path = f"/desk/submissions/{submission}/take-back/"
    assert clerk.client.post(path, {"reason": "wrong_file"}).status_code == 303
    page = clerk.sees(path)
    assert "最后一天是2026年6月23日。" in page
    assert "逐条更正" in page
    assert english_only(clerk.sees(path, english=True)) == []
    assert door.register.count("records_move") == 0


def test_what_is_still_being_taken_in_says_so(door, clerk):  # type: ignore[no-untyped-def]
    submission = handed_in(door)
    door.register.rows("update intake_submission set finished_on = null returning 1")
    assert clerk.client.get(f"/desk/submissions/{submission}/take-back/").status_code == 409


PATHS = ("/desk/submissions/{}/take-back/", "/desk/finality/{}/")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_bodys_submission_is_not_there(door, path, method):  # type: ignore[no-untyped-def]
    submission = handed_in(door)
    other = visitor()
    other.logs_in_for("drug")
    sent = {"reason": "wrong_file", "final_on-1.2": "2026-06-01"}
    for asked in (submission, uuid4()):
        assert getattr(other.client, method)(path.format(asked), sent).status_code == 404
    assert door.register.rows("select distinct state, versions from records_record") == [("awaiting_finality", 1)]


@pytest.mark.parametrize("path", [*PATHS, "/desk/finality/", "/desk/quality/", "/desk/quality.csv"])
def test_a_person_and_nobody_find_no_page_of_a_body(door, path):  # type: ignore[no-untyped-def]
    asked = path.format(handed_in(door))
    person_ = visitor()
    person_.logs_in(LI_NA)
    for browser in (person_, visitor()):
        assert is_sent_away(browser.client.get(asked))
        answer = browser.client.post(asked)
        assert is_sent_away(answer) or answer.status_code == 405


def test_rows_that_await_a_date_are_named_by_their_place_alone(door, clerk):  # type: ignore[no-untyped-def]
    submission = handed_in(door)
    assert f"/desk/finality/{submission}/" in clerk.sees("/desk/finality/")
    page = clerk.sees(f"/desk/finality/{submission}/")
    assert "第 2 行" in page
    assert "2026年4月11日" in page
    for hidden in (LI_NA.name, LI_NA.number, "示市监罚"):
        assert hidden not in page
    assert english_only(clerk.sees(f"/desk/finality/{submission}/", english=True)) == []
    assert english_only(clerk.sees("/desk/finality/")) == []


def test_dates_filled_in_are_supplied_and_the_page_says_how_many(door, clerk):  # type: ignore[no-untyped-def]
    path = f"/desk/finality/{handed_in(door)}/"
    answer = clerk.client.post(path, {"after": "0.0", "served_on-1.2": "2026-04-20", "told_remedies-1.2": "Y"})
    assert answer.status_code == 303
    page = clerk.sees(answer["Location"])
    assert "已补充 1 行。" in page
    assert "第 2 行" not in page
    assert "第 3 行" in page
    assert door.register.rows("select final_on from records_record where row = 2") == [(date(2026, 10, 20),)]
    sequence()
    door.register.is_sound(records=2)


def test_a_faulty_date_is_told_at_its_field_and_what_was_typed_stays(door, clerk):  # type: ignore[no-untyped-def]
    path = f"/desk/finality/{handed_in(door)}/"
    sent = {"final_on-1.2": "2026-04-01", "final_on-1.3": "2026-06-01", "final_how-1.3": "期满未诉"}
    answer = clerk.client.post(path, sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "一行也没有补充" in page
    assert "日期先后颠倒" in page
    assert 'value="2026-04-01"' in page
    assert 'value="2026-06-01"' in page
    assert '<option value="期满未诉" selected>' in page
    assert 'aria-describedby="final_on-1.2-fault day-form" aria-invalid="true"' in page
    assert door.register.count("records_version") == 2
    door.register.is_sound(records=2)


def test_what_is_no_place_and_no_field_is_left_alone(door, clerk):  # type: ignore[no-untyped-def]
    path = f"/desk/finality/{handed_in(door)}/"
    strange = {"final_on-x": "2026-06-01", "nothing-1.2": "2026-06-01", "final_on-1.99999999999": "2026-06-01"}
    assert clerk.client.post(path, strange | {"after": "x.y"}).status_code == 303
    assert clerk.client.get(path, {"after": "-1", "supplied": "x"}).status_code == 200
    assert clerk.client.get("/desk/finality/", {"before": "2026-99-99T"}).status_code == 200
    assert door.register.count("records_version") == 2


def test_rows_and_submissions_come_in_pages(door, clerk):  # type: ignore[no-untyped-def]
    path = f"/desk/finality/{handed_in(door, *(penalty(person(n)) for n in range(30)))}/"
    first = clerk.sees(path)
    assert re.findall(r"第 (\d+) 行</th>", first) == [str(n) for n in range(2, 27)]
    (after,) = re.findall(r'\?after=([\d.]+)"', first)
    assert re.findall(r"第 (\d+) 行</th>", clerk.sees(f"{path}?after={after}")) == [str(n) for n in range(27, 32)]


def test_pages_ask_as_often_for_many_rows_as_for_one(door, clerk):  # type: ignore[no-untyped-def]
    few = handed_in(door)
    paths = ("/desk/finality/", "/desk/quality/", "/desk/finality/{}/", "/desk/submissions/{}/take-back/")
    before = [_questions(clerk, path.format(few)) for path in paths]
    many = handed_in(door, *(penalty(person(n)) for n in range(200)), name="many.csv")
    handed_in(door, permit(LI_NA), type_="permit", name="permits.csv")
    assert [_questions(clerk, path.format(many)) for path in paths] == before


def _questions(clerk, path: str) -> int:  # type: ignore[no-untyped-def]
    clerk.sees(path)
    with CaptureQueriesContext(connection) as asked:
        clerk.sees(path)
    return len(asked)


def test_a_clerk_sees_the_figures_of_their_own_body(door, clerk):  # type: ignore[no-untyped-def]
    handed_in(door, penalty(LI_NA), penalty(WANG_WEI, CF_JDRQ="someday"))
    page = clerk.sees("/desk/quality/")
    assert "本单位报送质量" in page
    assert "BAD_DATE" in page
    other = visitor()
    other.logs_in_for("drug")
    assert "这段时间没有报送" in other.sees("/desk/quality/")
    assert english_only(clerk.sees("/desk/quality/", english=True)) == []


def test_the_credit_office_sees_the_figures_of_every_body(door):  # type: ignore[no-untyped-def]
    handed_in(door)
    office = visitor()
    office.logs_in_for("credit")
    page = office.sees("/desk/quality/")
    assert "各单位报送质量" in page
    assert page.count("示例市市场监督管理局") == 1
    assert LI_NA.name not in page


def test_the_figures_are_a_csv_too(door, clerk):  # type: ignore[no-untyped-def]
    handed_in(door, penalty(LI_NA), penalty(WANG_WEI, CF_JDRQ="someday"))
    answer = clerk.client.get("/desk/quality.csv", {"months": "3"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    counted = {(one["figure"], one["code"]): int(one["count"]) for one in lines}
    days = (today() - date(2026, 4, 11)).days
    assert {one["body"] for one in lines} == {"market"}
    assert (counted["rows", ""], counted["admitted", ""], counted["waited", ""]) == (2, 1, 1)
    assert (counted["days_half_within", ""], counted["late", ""]) == (days, 1)
    assert counted["quarantined", "BAD_DATE"] == 1


def test_months_that_nobody_offers_are_a_year(door, clerk):  # type: ignore[no-untyped-def]
    handed_in(door)
    door.register.rows("update intake_submission set opened_on = %s returning 1", today() - timedelta(days=200))
    assert "这段时间没有报送" in clerk.sees("/desk/quality/?months=3")
    assert "最近 12 个月</strong>" in clerk.sees("/desk/quality/?months=9999")
