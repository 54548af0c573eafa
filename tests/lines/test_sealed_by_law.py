"""What the law seals is not held: public-security penalties, convictions, summary and remedied breaches, minors' conduct."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harness.sample import LI_NA, Person, number, penalty
from tests.intake.judging.judged_rows import found, judged, line

SEALED = [
    "《中华人民共和国治安管理处罚法》第四十三条", "治安管理处罚法", "依据《治安管理处罚法》（2012年修正）",
    "〈治安管理处罚法〉第二条", "治安 管理\u3000处罚法第二十六条", "《食品安全法》第一百二十四条、《治安管理处罚法》第二条",
    "《中华人民共和国刑法》第一百三十三条之一", "刑法第三十七条之一", "根据刑 法",
]  # fmt: skip


@pytest.mark.parametrize("basis", SEALED)
@pytest.mark.parametrize("declared", ["", "食品安全法", "food-safety-law"])
@pytest.mark.parametrize("decided", ["2025-12-31", "2026-01-01"])
def test_a_sealed_basis_refuses_at_any_date_and_whatever_is_declared(basis: str, declared: str, decided: str) -> None:
    of = judged(penalty(LI_NA, CF_YJ=basis, OX_YJID=declared, CF_JDRQ=decided))
    assert found(of) == {("CF_YJ", "SEALED_BY_LAW")}
    assert line(of)["payload"] is None


def test_a_sealed_law_that_is_declared_refuses_too() -> None:
    assert found(judged(penalty(LI_NA, OX_YJID="治安管理处罚法第四十三条"))) == {("OX_YJID", "SEALED_BY_LAW")}


def test_a_basis_that_is_too_long_is_searched_all_the_same() -> None:
    assert found(judged(penalty(LI_NA, CF_YJ="规" * 3000 + "《治安管理处罚法》"))) == {("CF_YJ", "SEALED_BY_LAW")}


@pytest.mark.parametrize("basis", ["《食品安全法》第一百二十四条，移送有期徒刑法院", "《食品安全法》，治安法院"])
def test_other_words_with_the_same_letters_seal_nothing(basis: str) -> None:
    assert found(judged(penalty(LI_NA, CF_YJ=basis))) == set()


@given(st.sampled_from(SEALED), st.text("字甲乙，。第条", max_size=30), st.text("字甲乙，。第条", max_size=30))
def test_nothing_around_it_hides_a_sealed_law(basis: str, before: str, after: str) -> None:
    assert ("CF_YJ", "SEALED_BY_LAW") in found(judged(penalty(LI_NA, CF_YJ=f"{before}。{basis}，{after}")))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"OX_CX": "简易程序"}, "SUMMARY_PROCEDURE"),
        ({"OX_QW": "是"}, "REMEDIED_MINOR_BREACH"),
        ({"OX_CN": "N"}, "MINOR_AT_THE_TIME"),
    ],
)
def test_what_may_not_be_collected_is_refused_whatever_else_is_wrong(changes: dict[str, str], code: str) -> None:
    of = judged(penalty(LI_NA, CF_NR_FK="x", BZ="备注", **changes))
    assert of.problems["code"].to_list() == [code]
    assert line(of)["fate"] == 2


@given(st.dates(date(2008, 4, 11), date(2020, 12, 31)))
def test_no_decision_about_a_minor_comes_in(born: date) -> None:
    child = Person("赵小小", number(f"{born:%Y%m%d}", 1))
    of = judged(penalty(child, OX_CN="Y", OX_WFRQ="2026-04-01"))
    assert of.problems["code"].to_list() == ["MINOR_AT_THE_TIME"]
