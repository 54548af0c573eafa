"""Telephones and other people's numbers are found in any writing, and what only looks like them is left alone."""

import pytest

from tests.harness.sample import LI_NA, WANG_WEI, penalty
from tests.intake.judging.judged_rows import found, judged

THIRD = {("CF_SY", "THIRD_PARTY_IN_TEXT")}
IN_PARTS = f"{WANG_WEI.number[:6]} {WANG_WEI.number[6:14]} {WANG_WEI.number[14:]}"
WIDE = "".join(chr(ord(digit) + 0xFEE0) if digit.isdigit() else digit for digit in WANG_WEI.number)


@pytest.mark.parametrize(
    "said",
    ["13812345678", "电话：138-1234-5678", "１３８１２３４５６７８", "138 1234 5678", "+8613812345678", "tel13812345678，",
     "0375-2345678", "(010)62345678", "（0375）2345678", "03752345678", "0375—2345678", "0375 2345678",
     WANG_WEI.number, WANG_WEI.number.lower(), IN_PARTS, WIDE, f"{LI_NA.number}和{WANG_WEI.number}"],
)  # fmt: skip
def test_a_third_party(said: str) -> None:
    assert found(judged(penalty(LI_NA, CF_SY=f"当事人的同伴（{said}）在场"))) == THIRD


@pytest.mark.parametrize(
    "said",
    ["20260411", "2026-04-11", "金额12345678元", "许可证JY13812345678901", "证号JY13812345678", "1381234567", "138123456789",
     LI_NA.number, f"身份证{LI_NA.number}号", "999999199001010017", "123456789012345678", "0375123", "货号0912345",
     "12345678901234567890123", "〔2026〕123456号"],
)  # fmt: skip
def test_no_third_party(said: str) -> None:
    assert found(judged(penalty(LI_NA, CF_SY=f"当事人的同伴（{said}）在场"))) == set()


def test_whose_a_number_is_cannot_be_said_where_the_own_number_is_not_sound() -> None:
    row = penalty(LI_NA, CF_XDR_ZJHM="1", CF_SY=f"与{WANG_WEI.number}共同", CF_NR="电话13812345678")
    assert found(judged(row)) == {("CF_XDR_ZJHM", "ID_FORMAT"), ("CF_NR", "THIRD_PARTY_IN_TEXT")}
