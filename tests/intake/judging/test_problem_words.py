"""Every problem explains itself in both languages, and repeats nothing of a person."""

import pytest

from openxin.intake.judging.words import describe
from openxin.law.loading import catalogue
from tests.harness.sample import LI_NA

LAW = catalogue()
TYPE = LAW.types["penalty"]


@pytest.mark.parametrize("code", sorted(LAW.problems))
def test_every_code_has_words_and_a_remedy(code: str) -> None:
    said = describe(code, "CF_XDR_ZJHM", LI_NA.number, TYPE, LAW)
    assert "证件号码" in said.zh
    assert LAW.problems[code].remedy.zh in said.zh
    assert LAW.problems[code].remedy.en in said.en
    assert LI_NA.number not in said.zh + said.en


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [("CF_XDR_MC", "李娜娜", "李*"), ("CF_XDR_ZJHM", LI_NA.number, "99******16"), ("CF_JDRQ", "2026-02-30", "2026-02-30"),
     ("CF_CFLB", "罚金", "罚金"), ("CF_SY", "张三的电话", "张***"), ("BZ", "态度好", "态***")],
)  # fmt: skip
def test_values_are_masked_by_their_kind(field: str, value: str, shown: str) -> None:
    assert f"（{shown}）" in describe("TOO_LONG", field, value, TYPE, LAW).zh


@pytest.mark.parametrize("field", ["CF_XDR_MC", "", "UNKNOWN"])
def test_without_a_value_nothing_is_shown(field: str) -> None:
    said = describe("MISSING", field, None, TYPE, LAW)
    assert "（" not in said.zh
    assert said.en
