"""One cell at a time: days, money, lists, credit codes, and the words for nothing."""

from datetime import date, time, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from openxin.intake.judging.cells import cleaned
from openxin.law.loading import catalogue
from tests.harness.sample import LI_NA, MARKET, TODAY, penalty, permit
from tests.intake.judging.judged_rows import found, judged, line

WRITTEN = ["{:%Y-%m-%d}", "{:%Y/%m/%d}", "{:%Y.%m.%d}", "{:%Y%m%d}", "{:%Y年%m月%d日}", "{0.year}/{0.month}/{0.day}",
           "{0.year}年{0.month}月{0.day}日", "{:%Y-%m-%d} 00:00:00", "{:%Y/%m/%d} 8:30", " {:%Y年 %m月 %d日} "]  # fmt: skip
SHOP_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def payload_of(row: dict[str, str], type_: str = "penalty") -> dict[str, object]:
    of = judged(row, type_=type_)
    assert found(of) == set()
    return pl.Series([line(of)["payload"]]).str.json_decode(pl.Struct(dict.fromkeys(row, pl.String)))[0]


@given(st.dates(date(2004, 7, 1), TODAY), st.sampled_from(WRITTEN))
def test_a_day_is_the_same_however_it_is_written(day: date, how: str) -> None:
    assert line(judged(permit(LI_NA, XK_JDRQ=how.format(day)), type_="permit"))["decided_on"] == day


@given(
    st.dates(date(2004, 7, 1), TODAY),
    st.times(),
    st.sampled_from([" {:%H:%M}", " {:%H:%M:%S}", "T{:%H:%M:%S.%f}", "  {0.hour}:{0:%M}"]),
)
def test_a_time_behind_a_day_moves_no_day(day: date, time: time, how: str) -> None:
    """4/1 18:30 is the first of April, not the eleventh."""
    cell = f"{day.year}/{day.month}/{day.day}" + how.format(time)
    assert line(judged(permit(LI_NA, XK_JDRQ=cell), type_="permit"))["decided_on"] == day


@given(st.dates(date(2004, 7, 1), TODAY))
def test_serial_numbers_of_spreadsheets_are_days(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    of = judged(permit(LI_NA, XK_JDRQ=str(serial)), permit(LI_NA, XK_JDRQ=f"{serial}.5"), type_="permit")
    assert of.rows["decided_on"].to_list() == [day, day]


@pytest.mark.parametrize("cell", ["长期", "2099-12-31", "2099/12/31", "20991231", "73050", "２０９９年１２月３１日"])
def test_no_end_has_no_closing_day_and_is_kept_as_a_word(cell: str) -> None:
    row = permit(LI_NA, XK_YXQZI=cell)
    assert payload_of(row, "permit")["XK_YXQZI"] == "长期"
    of = line(judged(row, type_="permit"))
    assert (of["closes"], of["erase_on"]) == (None, None)


@pytest.mark.parametrize(
    "cell", ["今天", "2026-13-01", "2026-00-10", "2026-4", "4/11/2026", "2026", "20260431", "1", "999999", "1700-01-01"]
)
def test_what_is_no_day(cell: str) -> None:
    assert found(judged(penalty(LI_NA, CF_JDRQ=cell))) == {("CF_JDRQ", "BAD_DATE")}


@given(st.integers(20001, 10**13))
def test_money_is_the_same_in_yuan_and_ten_thousands(fen: int) -> None:
    yuan, wan = Decimal(fen) / 100, Decimal(fen) / 10**6
    cells = [f"{wan:f}", f"{wan:f}万元", f"{yuan:f}元", f"{yuan:,f}元", f" {wan:f} "]
    rows = [penalty(LI_NA, CF_NR_FK=cell) for cell in cells]
    kept = judged(*rows).rows["payload"].str.extract(r'"CF_NR_FK":([0-9]+)').to_list()
    assert kept == [str(fen)] * len(cells)


@pytest.mark.parametrize(
    ("cell", "fen"),
    [("0.2", 200000), ("0.30000000000000004", 300000), ("0.6999999999999998", 700000), ("2，０００元", 200000),
     ("2.5e-1", 250000), ("1,234,567.89元", 123456789), ("007", 7000000), ("0.50000000000", 500000)],
)  # fmt: skip
def test_money_as_spreadsheets_have_it(cell: str, fen: int) -> None:
    assert f'"CF_NR_FK":{fen},' in str(line(judged(penalty(LI_NA, CF_NR_FK=cell)))["payload"])


@pytest.mark.parametrize(
    "cell",
    [
        "二千元",
        "-1",
        "1.2.3",
        "1,23元",
        "0.0000001",
        "0.001元",
        "9007199254740993元",
        "1e99",
        "元",
        "2 0 0 0 美元",
        "Infinity",
    ],
)
def test_what_is_no_amount(cell: str) -> None:
    assert found(judged(penalty(LI_NA, CF_NR_FK=cell))) == {("CF_NR_FK", "BAD_AMOUNT")}


@pytest.mark.parametrize(
    "cell",
    ["罚款;警告", "警告；罚款", "警告、罚款", "警告,罚款", "罚款，警告；", " 警告 ; 罚款 ;罚款", "行政罚款;行政警告"],
)
def test_kinds_of_penalty_are_a_set(cell: str) -> None:
    assert payload_of(penalty(LI_NA, CF_CFLB=cell))["CF_CFLB"] == "警告;罚款"


def test_a_value_that_names_its_kind_keeps_the_words() -> None:
    assert payload_of(permit(LI_NA, XK_XKLB="06－备案"), "permit")["XK_XKLB"] == "其他-备案"
    assert payload_of(permit(LI_NA, XK_XKLB="其他（备案）"), "permit")["XK_XKLB"] == "其他-备案"
    assert payload_of(penalty(LI_NA, CF_CFLB="罚款;其他-责令改正"))["CF_CFLB"] == "罚款;其他-责令改正"


def test_every_spelling_of_every_list_means_its_first_value() -> None:
    """Number, title in both languages, alias; full width, spaces and case do not matter."""
    meant: dict[str, str] = {}
    for value in catalogue().lists["CL_XKLB"].values:
        for spelling in (value.code, value.title.zh, value.title.en, *value.aliases):
            meant.setdefault(spelling, value.code)
    of = judged(*(permit(LI_NA, XK_XKLB=f" {one} ".replace("0", "０").upper()) for one in meant), type_="permit")
    assert of.problems.is_empty()
    assert of.rows["payload"].str.extract(r'"XK_XKLB":"([^"]+)"').to_list() == list(meant.values())


@given(st.text(SHOP_ALPHABET, min_size=17, max_size=17).filter(lambda text: text != "0" * 17), st.data())
def test_credit_codes_agree_with_an_independent_implementation(body: str, data: st.DataObject) -> None:
    sound = body + uscc.calc_check_digit(body)
    wrong = sound[:-1] + data.draw(st.sampled_from([sign for sign in SHOP_ALPHABET if sign != sound[-1]]))
    of = judged(penalty(LI_NA, CF_CFJGDM=sound), penalty(LI_NA, CF_CFJGDM=wrong))
    assert found(of, 0) <= {("CF_CFJGDM", "NOT_SUBMITTER")}
    assert found(of, 1) == {("CF_CFJGDM", "USCC_CHECKSUM")}


@pytest.mark.parametrize(
    "code", ["91110000600037341L", "11230500001755309F", "11999999MA0000015C", "11999999MB0000027M"]
)
def test_published_credit_codes_fit(code: str) -> None:
    assert found(judged(penalty(LI_NA, CF_CFJGDM=code))) == {("CF_CFJGDM", "NOT_SUBMITTER")}


def test_small_and_full_width_letters_of_a_code_are_read() -> None:
    rows = [
        penalty(LI_NA, CF_CFJGDM="".join(chr(ord(sign) + 0xFEE0) for sign in MARKET)),
        penalty(LI_NA, CF_SJLYDM=f"'{MARKET}"),
    ]
    of = judged(*rows)
    assert [found(of, at) for at in range(2)] == [set(), set()]


def test_what_says_nothing_is_nothing() -> None:
    nothing = ["", " ", "\u3000", "无", " 无\u00a0", "/", "-", "—", "'", "'-", "——"]
    assert cleaned(pl.Series(nothing)).to_list() == [None] * len(nothing)
    assert cleaned(pl.Series(["'无证经营", " 无 证", "-1", None])).to_list() == ["无证经营", "无 证", "-1", None]


@given(st.dates(TODAY + timedelta(days=1), date(2098, 1, 1)))
def test_only_what_may_lie_ahead_may(day: date) -> None:
    columns = ("CF_JDRQ", "OX_WFRQ", "OX_SDRQ", "OX_SXRQ", "OX_LXRQ")
    ahead = penalty(LI_NA, CF_YXQ=f"{day}", CF_GSJZQ=f"{day}")
    of = judged(ahead, *(penalty(LI_NA, **{column: f"{day}"}) for column in columns))
    assert [found(of, at) for at in range(6)] == [set(), *({(column, "FUTURE_DATE")} for column in columns)]
