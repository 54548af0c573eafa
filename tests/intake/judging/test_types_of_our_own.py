"""The four types that are all catalogue: each code that can occur, each window, each rule about minors; no Python of theirs."""

from datetime import date

import pytest

from tests.harness import sample
from tests.harness.sample import CIVIL, LI_NA, MARKET, TODAY, VOLUNTEERS, WANG_WEI, Person, number
from tests.intake.judging.judged_rows import found, judged, line

BODY = {"qualification": MARKET, "disqualification": MARKET, "honour": CIVIL, "service": VOLUNTEERS}
ROW = {
    "qualification": sample.qualification, "disqualification": sample.disqualification, "honour": sample.honour,
    "service": sample.service,
}  # fmt: skip
CHILD = Person("钱小小", number("20100101", 1))  # 16 today
YOUNG = Person("赵小小", number("20030101", 1))  # 23 today

# type, what is off, what changes in a sound row, what is said of it
CASES: list[tuple[str, str, dict[str, str], set[tuple[str, str]]]] = [
    *((type_, "sound", {}, set()) for type_ in ROW),
    ("qualification", "no certificate number", {"ZG_ZSBH": "无"}, {("ZG_ZSBH", "MISSING")}),
    ("qualification", "any title, any level", {"ZG_ZGMC": "乡村木匠", "ZG_JB": "三级甲", "ZG_ZGBM": ""}, set()),
    ("qualification", "an unknown code", {"ZG_ZGBM": "wizard"}, {("ZG_ZGBM", "NOT_IN_LIST")}),
    ("qualification", "an unknown type", {"ZG_LX": "荣誉类"}, {("ZG_LX", "NOT_IN_LIST")}),
    ("qualification", "valid backwards", {"ZG_YXQZ": "2031-01-01"}, {("ZG_YXQZI", "DATE_ORDER")}),
    ("qualification", "without an end", {"ZG_YXQZI": "长期"}, set()),
    ("qualification", "no law named", {"ZG_YJID": ""}, {("ZG_YJID", "MISSING")}),
    ("qualification", "a law that is not catalogued", {"ZG_YJID": "示例市规定"}, {("ZG_YJID", "NO_LEGAL_BASIS")}),
    ("qualification", "somebody's telephone", {"ZG_ZY": "叉车 13812345678"}, {("ZG_ZY", "THIRD_PARTY_IN_TEXT")}),
    ("qualification", "suspended", {"ZG_ZT": "暂停执业"}, set()),
    ("disqualification", "a scope by its Chinese title", {"JR_FW": "食品生产经营"}, set()),
    ("disqualification", "a scope that nobody may ask for", {"JR_FW": "guard"}, {("JR_FW", "NOT_IN_LIST")}),
    ("disqualification", "no end where it is not for life", {"JR_JZRQ": ""}, {("JR_JZRQ", "MISSING")}),
    ("disqualification", "for life", {"JR_JZRQ": "", "JR_ZS": "Y"}, set()),
    ("disqualification", "ends before it starts", {"JR_QSRQ": "2031-05-01"}, {("JR_JZRQ", "DATE_ORDER")}),
    ("disqualification", "served before the decision", {"OX_SDRQ": "2026-04-10"}, {("OX_SDRQ", "DATE_ORDER")}),
    ("disqualification", "decided tomorrow", {"JR_JDRQ": "2026-06-16"}, {("JR_JDRQ", "FUTURE_DATE")}),
    ("disqualification", "by the public-security law", {"JR_YJ": "治安管理处罚法第三条"}, {("JR_YJ", "SEALED_BY_LAW")}),
    ("disqualification", "by a court", {"JR_YJ": "刑法第三十七条之一"}, {("JR_YJ", "SEALED_BY_LAW")}),
    ("honour", "revoked, without day and number", {"RY_ZT": "撤销"},
     {("RY_CXRQ", "MISSING"), ("RY_CXWH", "MISSING")}),
    ("honour", "an unknown tier", {"RY_JB": "五星级"}, {("RY_JB", "NOT_IN_LIST")}),
    ("honour", "awarded tomorrow", {"RY_SYRQ": "2026-06-16"}, {("RY_SYRQ", "FUTURE_DATE")}),
    ("service", "nobody asked for it", {"ZY_SQ": ""}, {("ZY_SQ", "MISSING")}),
    ("service", "the volunteer did not ask", {"ZY_SQ": "否"}, {("ZY_SQ", "NOT_IN_LIST")}),
    ("service", "times that are days", {"ZY_KSSJ": "2026/5/3", "ZY_JSSJ": "2026年5月4日"}, set()),
    ("service", "ends an hour before it starts", {"ZY_JSSJ": "2026-05-03 08:00"}, {("ZY_JSSJ", "DATE_ORDER")}),
    ("service", "the hour of one end only", {"ZY_JSSJ": "2026-05-03"}, set()),
    ("service", "no hours", {"ZY_SC": "半天"}, {("ZY_SC", "BAD_AMOUNT")}),
    ("service", "a place that is not an area", {"ZY_DQ": "人民路5号"}, {("ZY_DQ", "NOT_IN_LIST")}),
    ("service", "a mobile number in the project", {"ZY_XMMC": "导读 13812345678"}, {("ZY_XMMC", "THIRD_PARTY_IN_TEXT")}),
    ("service", "an organisation's code that does not fit", {"ZY_ZZDM": MARKET[:17] + "0"}, {("ZY_ZZDM", "USCC_CHECKSUM")}),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "off", "changes", "problems"), CASES, ids=[f"{one[0]}: {one[1]}" for one in CASES])
def test_a_row_has_the_problems_of_what_is_off_and_no_other(
    type_: str, off: str, changes: dict[str, str], problems: set[tuple[str, str]]
) -> None:
    assert found(judged(ROW[type_](LI_NA, **changes), type_=type_, uscc=BODY[type_])) == problems, off


def test_only_a_ban_asks_whether_the_person_was_grown_up() -> None:
    for type_, problems in {
        "qualification": set(),
        "honour": set(),
        "service": set(),
        "disqualification": {("JR_ZJHM", "MINOR_AT_THE_TIME")},
    }.items():
        assert found(judged(ROW[type_](CHILD), type_=type_, uscc=BODY[type_])) == problems, type_
    ban = judged(
        sample.disqualification(YOUNG),
        sample.disqualification(YOUNG, OX_WFRQ="2026-04-01"),
        sample.disqualification(LI_NA, OX_CN="否"),
        type_="disqualification",
    )
    assert [found(ban, at) for at in range(3)] == [
        {("OX_WFRQ", "CONDUCT_DATE_NEEDED")},
        set(),
        {("OX_CN", "MINOR_AT_THE_TIME")},
    ]


def window(type_: str, **changes: str) -> tuple[object, ...]:
    told = line(judged(ROW[type_](LI_NA, **changes), type_=type_, uscc=BODY[type_]))
    return told["state"], told["opens"], told["closes"], told["past"]


def test_a_ban_opens_when_it_is_final_and_noticed_and_closes_when_it_ends() -> None:
    """Beyond the three years of a penalty: its own law says how long (docs/decisions and law: 河南 art. 19(4))."""
    assert window("disqualification") == ("awaiting_finality", None, date(2031, 4, 11), False)
    state, opens, closes, _ = window("disqualification", OX_SXRQ="2026-05-20")
    assert (state, closes) == ("notice_running", date(2031, 4, 11))
    assert isinstance(opens, date)
    assert opens > TODAY
    assert window("disqualification", JR_ZS="Y", JR_JZRQ="", OX_SXRQ="2026-05-20")[2] is None


def test_a_qualification_is_open_while_it_is_valid() -> None:
    assert window("qualification") == ("in_force", date(2026, 3, 2), date(2030, 3, 2), False)
    assert window("qualification", ZG_YXQZI="长期")[2] is None


def test_honours_and_service_stay_closed_and_have_no_end() -> None:
    for type_ in ("honour", "service"):
        assert window(type_) == ("in_force", None, None, False), type_


@pytest.mark.parametrize(
    ("type_", "changes"),
    [
        ("qualification", {"ZG_YXQZI": "2026-06-14"}),
        *(("qualification", {"ZG_ZT": status}) for status in ("注销", "撤销", "吊销", "过期")),
        ("disqualification", {"JR_JZRQ": "2026-06-14"}),
        ("honour", {"RY_ZT": "撤销", "RY_CXRQ": "2026-06-01", "RY_CXWH": "示文明办〔2026〕9号"}),
    ],
)
def test_what_has_ended_is_past_its_time(type_: str, changes: dict[str, str]) -> None:
    assert window(type_, **changes)[3] is True


def test_two_services_of_one_day_are_two_records_however_their_hours_are_written() -> None:
    rows = [
        sample.service(LI_NA, ZY_KSSJ=start, ZY_JSSJ="2026-05-04")
        for start in ("2026-05-03 09:00", "2026/5/3 9:00", "46145.375", "2026-05-03 14:00", "2026-05-03 00:00", "2026-05-03")
    ]  # fmt: skip
    of = judged(*rows, sample.service(WANG_WEI), type_="service", uscc=VOLUNTEERS)
    natural = of.rows["natural"].to_list()
    assert natural[0] == natural[1] == natural[2]
    assert natural[4] == natural[5]
    assert len(set(natural)) == 3
