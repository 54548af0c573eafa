"""A row that is sound but for one thing has exactly the problems of that thing: every code of docs/contract.md in one table."""

import polars as pl
import pytest

from tests.harness.sample import DRUG, LI_NA, MARKET, WANG_WEI, Person, number, penalty, permit
from tests.intake.judging.judged_rows import cells, found, judged, judged_frame, line

LONG_TEXT = "字" * 4001
YOUNG = Person("赵小小", number("20030101", 1))  # 23 at the decision: the day of the conduct is needed
CHILD = Person("钱小小", number("20090101", 1))  # 17 at the decision
TRANSPORT = "11999999000004001Q"

PENALTIES: list[tuple[str, dict[str, str], set[tuple[str, str]]]] = [
    ("sound", {}, set()),
    ("no name", {"CF_XDR_MC": ""}, {("CF_XDR_MC", "MISSING")}),
    ("无 is no name", {"CF_XDR_MC": " 无 "}, {("CF_XDR_MC", "MISSING")}),
    ("a dash is nothing", {"CF_SY": "—"}, {("CF_SY", "MISSING")}),
    ("no kind of counterpart", {"CF_XDR_LB": ""}, {("CF_XDR_LB", "MISSING")}),
    ("no fine where there is one", {"CF_NR_FK": ""}, {("CF_NR_FK", "MISSING")}),
    ("no confiscated amount", {"CF_CFLB": "罚款、没收违法所得"}, {("CF_NR_WFFF", "MISSING")}),
    ("no licence named", {"CF_CFLB": "罚款,吊销许可证件"}, {("CF_NR_ZKDX", "MISSING")}),
    ("a long decision number", {"CF_WSH": "示" * 129}, {("CF_WSH", "TOO_LONG")}),
    ("as long as may be", {"CF_WSH": "示" * 128}, set()),
    ("a long text with a telephone", {"CF_NR": LONG_TEXT + "13812345678"}, {("CF_NR", "TOO_LONG")}),
    ("a passport of no stated country", {"CF_XDR_ZJLX": "护照"}, {("OX_ZJGJ", "ID_FORMAT")}),
    ("a number of a type that is unknown", {"CF_XDR_ZJLX": "军官证", "CF_XDR_ZJHM": "1"}, {("CF_XDR_ZJLX", "NOT_IN_LIST")}),
    ("an unknown kind of penalty", {"CF_CFLB": "罚款;训诫"}, {("CF_CFLB", "NOT_IN_LIST")}),
    ("an unknown procedure", {"OX_CX": "快速"}, {("OX_CX", "NOT_IN_LIST")}),
    ("an unknown state", {"OX_ZJGJ": "中"}, {("OX_ZJGJ", "ID_FORMAT")}),
    ("no such day", {"CF_JDRQ": "2026-02-29"}, {("CF_JDRQ", "BAD_DATE")}),
    ("two digits of a year", {"CF_JDRQ": "26-04-11"}, {("CF_JDRQ", "BAD_DATE")}),
    ("no end where there must be one", {"CF_JDRQ": "长期"}, {("CF_JDRQ", "BAD_DATE")}),
    ("decided tomorrow", {"CF_JDRQ": "2026-06-16"}, {("CF_JDRQ", "FUTURE_DATE")}),
    ("served tomorrow", {"OX_SDRQ": "2026-06-16"}, {("OX_SDRQ", "FUTURE_DATE")}),
    ("in effect for years", {"CF_YXQ": "2036-06-16"}, set()),
    ("served before the decision", {"OX_SDRQ": "2026-04-10"}, {("OX_SDRQ", "DATE_ORDER")}),
    ("served on the day", {"OX_SDRQ": "2026-04-11"}, set()),
    ("final before service", {"OX_SDRQ": "2026-05-02", "OX_SXRQ": "2026-05-01"}, {("OX_SXRQ", "DATE_ORDER")}),
    ("final before the decision", {"OX_SXRQ": "2026-04-10"}, {("OX_SXRQ", "DATE_ORDER")}),
    ("conduct after the decision", {"OX_WFRQ": "2026-04-12"}, {("CF_JDRQ", "DATE_ORDER")}),
    ("an order with a day that does not exist", {"OX_SDRQ": "2026-04-31"}, {("OX_SDRQ", "BAD_DATE")}),
    ("no amount", {"CF_NR_FK": "五千"}, {("CF_NR_FK", "BAD_AMOUNT")}),
    ("less than nothing", {"CF_NR_FK": "-0.5"}, {("CF_NR_FK", "BAD_AMOUNT")}),
    ("parts of a fen", {"CF_NR_FK": "0.0000005"}, {("CF_NR_FK", "BAD_AMOUNT")}),
    ("17 digits", {"CF_XDR_ZJHM": LI_NA.number[:17]}, {("CF_XDR_ZJHM", "ID_FORMAT")}),
    ("born on 30 February", {"CF_XDR_ZJHM": number("19900230", 1)}, {("CF_XDR_ZJHM", "ID_FORMAT")}),
    ("not born yet", {"CF_XDR_ZJHM": number("20260616", 1)}, {("CF_XDR_ZJHM", "ID_FORMAT")}),
    ("an area of residence permits", {"CF_XDR_ZJHM": number("19900101", 1, area="810000")}, {("CF_XDR_ZJHM", "ID_FORMAT")}),
    ("a permit under another area", {"CF_XDR_ZJLX": "06"}, {("CF_XDR_ZJHM", "ID_FORMAT")}),
    ("an old number of a centenarian", {"CF_XDR_ZJHM": "999999900101997"}, {("CF_XDR_ZJHM", "ID_FORMAT")}),
    ("a slip of one digit", {"CF_XDR_ZJHM": "999999199001010017"}, {("CF_XDR_ZJHM", "ID_CHECKSUM")}),
    ("rounded by a spreadsheet", {"CF_XDR_ZJHM": "9.99999199001E+17"}, {("CF_XDR_ZJHM", "ID_DIGITS_LOST")}),
    ("a wrong code", {"CF_CFJGDM": "119999990000010038"}, {("CF_CFJGDM", "USCC_CHECKSUM")}),
    ("a code of 17", {"CF_SJLYDM": MARKET[:17]}, {("CF_SJLYDM", "USCC_CHECKSUM")}),
    ("17 zeros for a body", {"CF_CFJGDM": "0" * 17 + "X"}, {("CF_CFJGDM", "USCC_CHECKSUM")}),
    ("18 zeros for a body", {"CF_CFJGDM": "0" * 18}, {("CF_CFJGDM", "USCC_CHECKSUM")}),
    ("17 zeros for a person's credit code", {"CF_XDR_SHXYM": "0" * 17 + "X"}, set()),
    ("one character of a name", {"CF_XDR_MC": "李"}, {("CF_XDR_MC", "NAME_FORMAT")}),
    ("a digit in a name", {"CF_XDR_MC": "李娜2"}, {("CF_XDR_MC", "NAME_FORMAT")}),
    ("a lost character", {"CF_XDR_MC": "李?"}, {("CF_XDR_MC", "NAME_FORMAT")}),
    ("another lost character", {"CF_XDR_MC": "李\ufffd"}, {("CF_XDR_MC", "NAME_FORMAT")}),
    ("a control character", {"CF_XDR_MC": "李\x07娜"}, {("CF_XDR_MC", "NAME_FORMAT")}),
    ("a private-use character", {"CF_XDR_MC": "李\ue000"}, {("CF_XDR_MC", "NAME_FORMAT")}),
    ("another body submits", {"CF_SJLYDM": TRANSPORT}, {("CF_SJLYDM", "NOT_SUBMITTER")}),
    ("another body decided", {"CF_CFJGDM": TRANSPORT}, {("CF_CFJGDM", "NOT_SUBMITTER")}),
    ("a body that it submits for decided", {"CF_CFJGDM": DRUG}, set()),
    ("no law", {"CF_YJ": "有关规定"}, {("CF_YJ", "NO_LEGAL_BASIS")}),
    ("a law without marks", {"CF_YJ": "食品安全法第一百二十四条"}, set()),
    ("an unknown law beside a known one", {"CF_YJ": "《示例条例》、《食品安全法》第一百二十四条"}, set()),
    ("a law that is no longer in force", {"CF_YJ": "《中华人民共和国执业医师法》"}, {("CF_YJ", "NO_LEGAL_BASIS")}),
    ("a declared basis decides alone", {"OX_YJID": "没有的法"}, {("OX_YJID", "NO_LEGAL_BASIS")}),
    ("a declared basis mends the text", {"CF_YJ": "有关规定", "OX_YJID": "《中华人民共和国食品安全法》第一百二十四条"}, set()),
    ("an organisation's column", {"CF_FRDB": "张三"}, {("CF_FRDB", "NOT_ORDINARY_FIELD")}),
    ("remarks", {"BZ": "态度好"}, {("BZ", "FREE_TEXT_NOT_ALLOWED")}),
    ("remarks with a telephone", {"BZ": "13812345678"}, {("BZ", "FREE_TEXT_NOT_ALLOWED")}),
    ("a mobile number", {"CF_SY": "举报人电话13812345678。"}, {("CF_SY", "THIRD_PARTY_IN_TEXT")}),
    ("a landline number", {"CF_NR": "罚款，联系 0375-2345678"}, {("CF_NR", "THIRD_PARTY_IN_TEXT")}),
    ("somebody else's number", {"CF_SY": f"与{WANG_WEI.number}共同"}, {("CF_SY", "THIRD_PARTY_IN_TEXT")}),
    ("the person's own number", {"CF_SY": f"当事人（{LI_NA.number}）"}, set()),
    ("procedure of a small fine said to be serious", {"OX_FL": "一般", "CF_NR_FK": "0.02"}, {("OX_CX", "PROCEDURE_NEEDED")}),
    ("of a warning said to be serious", {"OX_FL": "严重", "CF_CFLB": "警告"}, {("OX_CX", "PROCEDURE_NEEDED")}),
    ("not of a fine above the limit", {"OX_FL": "一般", "CF_NR_FK": "200.01元"}, set()),
    ("not where it is told", {"OX_FL": "一般", "CF_NR_FK": "200元", "OX_CX": "普通程序"}, set()),
    ("a company", {"CF_XDR_LB": "法人及非法人组织"}, {("CF_XDR_LB", "SUBJECT_NOT_A_PERSON")}),
    ("a shop", {"CF_XDR_LB": "个体工商户", "CF_XDR_ZJHM": "1"}, {("CF_XDR_LB", "SUBJECT_NOT_A_PERSON")}),
    ("public security", {"CF_YJ": "《治安管理处罚法》第四十三条", "OX_YJID": "食品安全法"}, {("CF_YJ", "SEALED_BY_LAW")}),
    ("an adult at the time: no", {"OX_CN": "否"}, {("OX_CN", "MINOR_AT_THE_TIME")}),
    ("a minor at the time", {"OX_WFRQ": "2008-01-01"}, {("OX_WFRQ", "MINOR_AT_THE_TIME")}),
    ("an adult on the day after the birthday", {"OX_WFRQ": "2008-01-02"}, set()),
    ("summary procedure", {"OX_CX": "简易"}, {("OX_CX", "SUMMARY_PROCEDURE")}),
    ("remedied", {"OX_QW": "是"}, {("OX_QW", "REMEDIED_MINOR_BREACH")}),
    ("trivial by declaration", {"OX_FL": "轻微"}, {("OX_FL", "TRIVIAL_CLASS")}),
    ("trivial by its kinds", {"CF_CFLB": "警告；通报批评"}, {("CF_CFLB", "TRIVIAL_CLASS")}),
    ("trivial by its fine", {"CF_NR_FK": "200元"}, {("CF_CFLB", "TRIVIAL_CLASS")}),
    ("the heaviest kind counts", {"CF_CFLB": "警告；责令关闭", "CF_NR_FK": ""}, set()),
]  # fmt: skip

PERMITS: list[tuple[str, dict[str, str], set[tuple[str, str]]]] = [
    ("sound", {}, set()),
    ("no number of the certificate", {"XK_XKBH": ""}, {("XK_XKBH", "MISSING")}),
    ("no certificate", {"XK_XKZS": "无", "XK_XKBH": "无"}, set()),
    ("another kind, named", {"XK_XKLB": "其他-备案"}, set()),
    ("an unknown kind", {"XK_XKLB": "备案"}, {("XK_XKLB", "NOT_IN_LIST")}),
    ("a kind as a number without its zero", {"XK_XKLB": "1"}, set()),
    ("an unknown status", {"XK_ZT": "7"}, {("XK_ZT", "NOT_IN_LIST")}),
    ("without an end", {"XK_YXQZI": "长期"}, set()),
    ("without an end, as a day", {"XK_YXQZI": "2099/12/31"}, set()),
    ("an end before the start", {"XK_YXQZI": "2026-03-01"}, {("XK_YXQZI", "DATE_ORDER")}),
    ("from the future", {"XK_YXQZ": "2026-12-01"}, set()),
    ("before the licensing law", {"XK_JDRQ": "2004-06-30"}, {("OX_YJID", "NO_LEGAL_BASIS")}),
    ("a basis of its own", {"OX_YJID": "食品安全法"}, set()),
    ("no summary procedure in permits", {"XK_NR": "准予"}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "problems"), [case[1:] for case in PENALTIES], ids=[case[0] for case in PENALTIES])
def test_a_penalty_that_is_sound_but_for(changes: dict[str, str], problems: set[tuple[str, str]]) -> None:
    assert found(judged(penalty(LI_NA, **changes))) == problems


@pytest.mark.parametrize(("changes", "problems"), [case[1:] for case in PERMITS], ids=[case[0] for case in PERMITS])
def test_a_permit_that_is_sound_but_for(changes: dict[str, str], problems: set[tuple[str, str]]) -> None:
    assert found(judged(permit(LI_NA, **changes), type_="permit")) == problems


def test_the_whole_table_at_once_says_the_same_of_every_row() -> None:
    """No row is judged by what stands in another."""
    together = judged(*(penalty(LI_NA, **changes) for _, changes, _ in PENALTIES))
    assert [found(together, at) for at in range(len(PENALTIES))] == [problems for *_, problems in PENALTIES]


def test_every_problem_of_a_row_is_found_at_once() -> None:
    row = penalty(
        LI_NA,
        CF_XDR_MC="李?",
        CF_XDR_ZJHM="1",
        CF_JDRQ="x",
        CF_NR_FK="y",
        BZ="z",
        CF_CFJGDM=TRANSPORT,
        CF_SY="13812345678",
    )
    assert found(judged(row)) == {
        ("CF_XDR_MC", "NAME_FORMAT"), ("CF_XDR_ZJHM", "ID_FORMAT"), ("CF_JDRQ", "BAD_DATE"), ("CF_NR_FK", "BAD_AMOUNT"),
        ("BZ", "FREE_TEXT_NOT_ALLOWED"), ("CF_CFJGDM", "NOT_SUBMITTER"), ("CF_SY", "THIRD_PARTY_IN_TEXT"),
    }  # fmt: skip


def test_of_a_refused_row_only_the_refusing_codes_are_told_and_nothing_is_kept() -> None:
    of = judged(penalty(LI_NA, CF_YJ="刑法", OX_CX="简易", CF_NR_FK="y", CF_XDR_ZJHM="999999900101001"))
    assert found(of) == {("CF_YJ", "SEALED_BY_LAW"), ("OX_CX", "SUMMARY_PROCEDURE")}
    assert of.notes.is_empty()
    kept = (
        "identity",
        "name",
        "name_written",
        "number_written",
        "issuing_state",
        "natural",
        "content",
        "extras",
        "payload",
    )
    assert [line(of)[name] for name in kept] == [None] * len(kept)


def test_past_its_time_stands_beside_other_refusals_but_not_beside_a_trivial_class() -> None:
    old = {"CF_JDRQ": "2025-01-10", "CF_YJ": "《食品安全法》第一百二十四条"}
    of = judged(penalty(LI_NA, OX_QW="Y", **old), penalty(LI_NA, OX_FL="轻微", **old), penalty(LI_NA, **old))
    assert found(of, 0) == {("OX_QW", "REMEDIED_MINOR_BREACH"), ("CF_JDRQ", "PAST_ITS_TIME")}
    assert found(of, 1) == {("OX_FL", "TRIVIAL_CLASS")}
    assert (line(of, 2)["fate"], line(of, 2)["past"], found(of, 2)) == (0, True, set())


def test_a_file_without_the_kind_of_counterpart_is_about_persons() -> None:
    row = penalty(LI_NA)
    del row["CF_XDR_LB"]
    assert found(judged(row)) == set()


def test_conditional_columns_may_be_absent_from_the_header_and_are_then_missing() -> None:
    row = penalty(LI_NA)
    del row["CF_NR_FK"]
    assert found(judged(row)) == {("CF_NR_FK", "MISSING")}


def test_the_young_must_say_when_it_was() -> None:
    assert found(judged(penalty(YOUNG))) == {("OX_WFRQ", "CONDUCT_DATE_NEEDED")}
    assert found(judged(penalty(YOUNG, OX_CN="Y"))) == {("OX_WFRQ", "CONDUCT_DATE_NEEDED")}
    assert found(judged(penalty(YOUNG, OX_WFRQ="2026-01-05"))) == set()
    assert found(judged(penalty(YOUNG, OX_WFRQ="x"))) == {("OX_WFRQ", "BAD_DATE")}
    assert found(judged(penalty(CHILD, OX_WFRQ="2026-01-05"))) == {("CF_XDR_ZJHM", "MINOR_AT_THE_TIME")}


def test_who_was_born_on_29_february_is_of_age_on_1_march() -> None:
    leap = Person("孙小小", number("20080229", 1))
    asked = {"OX_WFRQ": "2026-02-28", "CF_JDRQ": "2026-02-28"}
    assert found(judged(penalty(leap, **asked))) == {("CF_XDR_ZJHM", "MINOR_AT_THE_TIME")}
    later = {"OX_WFRQ": "2026-03-01", "CF_JDRQ": "2026-03-01"}
    assert found(judged(penalty(leap, **later))) == set()


def test_number_cells_lose_digits_unless_they_have_15_or_8() -> None:
    rows = cells(
        penalty(LI_NA, CF_XDR_ZJHM="999999199001010000"),
        penalty(LI_NA, CF_XDR_ZJHM="999999900101001"),
        penalty(LI_NA, CF_XDR_ZJHM=LI_NA.number),
    ).with_columns(pl.Series("CF_XDR_ZJHM#", [True, True, False]))
    of = judged_frame(rows)
    assert [found(of, at) for at in range(3)] == [{("CF_XDR_ZJHM", "ID_DIGITS_LOST")}, set(), set()]
    assert of.notes.rows() == [(1, "CF_XDR_ZJHM", "ID_UPGRADED")]
    assert line(of, 1)["identity"] == line(of, 2)["identity"]


def test_made_up_people_are_nobody_in_a_real_register() -> None:
    assert found(judged(penalty(LI_NA), synthetic=False)) == {("CF_XDR_ZJHM", "ID_FORMAT")}
    real_area = Person("李娜", number("19900101", 1, area="410402"))
    assert found(judged(penalty(real_area), synthetic=False)) == set()


def test_no_rows_are_judged_too() -> None:
    of = judged_frame(cells(penalty(LI_NA)).clear())
    assert of.rows.is_empty()
    assert of.problems.is_empty()
