"""Each kind of record on the page of its person: by its own words, and with who else may see it."""

import re

import pytest

from tests.harness import sample
from tests.harness.sample import CIVIL, LI_NA, MARKET, VOLUNTEERS, Person, number
from tests.harness.visitor import visitor

CHILD = Person("钱小小", number("20100101", 1))
ROWS = {
    "penalty": (sample.penalty, MARKET), "permit": (sample.permit, MARKET), "qualification": (sample.qualification, MARKET),
    "disqualification": (sample.disqualification, MARKET), "honour": (sample.honour, CIVIL),
    "service": (sample.service, VOLUNTEERS),
}  # fmt: skip

# What the page says of a record: its kind, what its day is called, and whether others may see it.
SAID = {
    "penalty": ("行政处罚", "处罚决定日期", "决定还没有确定生效"),
    "permit": ("行政许可", "许可决定日期", "您的身份还没有核实"),
    "qualification": ("职业资格", "批准日期", "您的身份还没有核实"),
    "disqualification": ("职业禁入", "决定日期", "决定还没有确定生效"),
    "honour": ("荣誉表彰", "授予日期", "由您决定给不给别人看"),
    "service": ("志愿服务", "开始时间", "由您决定给不给别人看"),
}


def page(door, type_, person, *, english=False):
    row, body = ROWS[type_]
    door.receives(row(person), type_=type_, uscc=body)
    browser = visitor()
    browser.logs_in(person)
    return browser.sees(english=english)


@pytest.mark.parametrize("type_", ROWS)
def test_a_record_is_called_what_its_kind_is_called(door, type_):
    told = page(door, type_, LI_NA)
    for said in SAID[type_]:
        assert said in told, said
    assert ("不服这项决定的" in told) == (type_ not in ("honour", "service"))
    door.register.is_sound(records=1)


@pytest.mark.parametrize("type_", ROWS)
def test_the_english_page_leaves_nothing_of_ours_in_chinese(door, type_):
    told = re.sub(r'<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', "", page(door, type_, LI_NA, english=True))
    assert re.findall(r"[\u4e00-\u9fff]+", told) == []


def test_what_has_no_end_is_kept_until_its_person_asks(door):
    assert "一直保留，直到您要求删除" in page(door, "service", LI_NA)


def test_hours_of_service_are_said_as_hours(door):
    told = page(door, "service", LI_NA)
    assert "2026年5月3日 09:00" in told
    assert "2026年5月3日 11:30" in told


@pytest.mark.parametrize("type_", ["permit", "qualification", "honour", "service"])
def test_a_minor_is_told_that_nobody_else_sees_it(door, type_):
    told = page(door, type_, CHILD)
    assert "除您本人和监护人外不给任何人看" in told
    assert "由您决定" not in told
    (opens,) = door.register.rows("select opens from records_record")[0]
    assert opens is None
    door.register.is_sound(records=1)
