"""Beliefs, health, genes, biometrics, family, property, whereabouts and the like are never collected: the catalogue refuses them.

Nor is anything kept for schooling, health care, social security, housing, travel, communication, lending or pricing: no record
type, list or procedure serves them.
"""

import shutil
from pathlib import Path

import pytest

from openxin.law.checking import check
from openxin.law.files import shipped_folder
from openxin.law.loading import catalogue

NEVER = {
    "biometrics": ["指纹", "人脸特征", "虹膜", "声纹", "Fingerprint", "Face template", "Biometric data", "Iris"],
    "genes": ["基因", "血型", "DNA", "Blood type", "Genetic data"],
    "belief": ["宗教信仰", "政治面貌", "上访记录", "Religion", "Political opinion", "Belief"],
    "health": ["健康状况", "病史", "残疾等级", "体检结论", "Health", "Illness", "Disability"],
    "family": [
        "配偶姓名",
        "家庭成员",
        "子女",
        "婚姻状况",
        "紧急联系人",
        "Family members",
        "Spouse",
        "Children",
        "Neighbours",
    ],
    "property": [
        "收入",
        "银行账号",
        "存款",
        "房产",
        "纳税数额",
        "商业保险",
        "Income",
        "Bank account",
        "Salary",
        "Insurance",
    ],
    "whereabouts": ["行踪轨迹", "住宿记录", "通话记录", "照片", "Location", "Photo", "Messages", "Video"],
    "address and employer": [
        "家庭住址",
        "联系电话",
        "手机号码",
        "电子邮箱",
        "工作单位",
        "学历",
        "Address",
        "Phone",
        "Employer",
        "E-mail",
    ],
    "sex and ethnicity": ["性别", "民族", "Sex", "Gender", "Ethnicity"],
    "tips": ["举报内容", "投诉次数", "物业费欠费", "Complaints", "Tips"],
}
CODES = [
    "OX_XB",
    "OX_MZ",
    "CF_DH",
    "CF_SJH",
    "CF_DZ",
    "OX_ZW",
    "OX_RL",
    "OX_DNA",
    "OX_RELIGION",
    "OX_FACE",
    "OX_HEALTHSTATE",
    "OX_ADDRESS",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_folder(), tmp_path / "catalogue"))


def _accepted(folder: Path, columns: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Which of these columns (code, Chinese, English title) would the catalogue take?"""
    path = folder / "types" / "own-columns.toml"
    text = path.read_text("utf-8")
    begins: list[int] = []
    for code, zh, en in columns:
        begins.append(text.count("\n") + 2)
        text += f'\n[[own_column]]\ncode = "{code}"\ntitle = {{ zh = "{zh}", en = "{en}" }}\n'
        text += 'kind = "text"\nkeeping = "sealed"\npart = "other"\n'
    path.write_text(text, "utf-8")
    refused = {one.line for one in check(folder) if "never collected" in one.message.en}
    return [column for begin, column in zip(begins, columns, strict=True) if not refused & set(range(begin, begin + 6))]


@pytest.mark.parametrize("kind", NEVER)
def test_a_column_about_this_is_refused(folder: Path, kind: str) -> None:
    titles = [(word, "Value") if not word.isascii() or word == "DNA" else ("数值", word) for word in NEVER[kind]]
    assert _accepted(folder, [("OX_X", *title) for title in titles]) == []


def test_a_column_code_tells_it_too(folder: Path) -> None:
    assert _accepted(folder, [(code, "数值", "Value") for code in CODES]) == []


def test_an_ordinary_column_is_not_refused(folder: Path) -> None:
    assert _accepted(folder, [("OX_X", "数值", "Value")]) == [("OX_X", "数值", "Value")]


@pytest.mark.parametrize("purpose", ["schooling", "health-care", "housing", "travel", "lending", "pricing", "hiring"])
def test_such_a_purpose_cannot_be_added(folder: Path, purpose: str) -> None:
    """Purposes are a closed list, and a city's folder cannot open it."""
    path = folder / "purposes.toml"
    more = f'\n[[purpose]]\nid = "{purpose}"\ntitle = {{ zh = "目的", en = "Purpose" }}\n'
    more += 'by = []\ntypes = []\nstates = []\nopen_window_only = true\nform = "cells"\ntold = "never"\n'
    path.write_text(path.read_text("utf-8") + more + 'citation = "nothing"\nverified = "D"\n', "utf-8")
    assert [one.file for one in check(folder)] == ["purposes.toml"]


NEVER_PURPOSES = {
    "schooling": ["子女入学", "School admission"],
    "health-care": ["住院", "Health care"],
    "social-security": ["申请低保", "Social security"],
    "housing": ["申请公租房", "Public housing"],
    "travel": ["乘机", "Visa application"],
    "communication": ["开通宽带", "Mobile number"],
    "lending": ["个人贷款", "Loans"],
    "insurance": ["车险保费", "Insurance premium"],
    "pricing": ["免押金", "Discount"],
    "advertising": ["精准营销", "Marketing"],
    "general-hiring": ["员工背景调查", "Background check"],
    "publication": ["媒体曝光", "Media"],
    "score": ["信用评分", "Rating"],
    "tips": ["核实举报", "Tip-off"],
    "family": ["婚恋相亲", "Dating"],
}


def test_what_is_never_a_purpose_stands_in_the_catalogue_with_its_reason() -> None:
    law = catalogue()
    assert set(law.never) == set(NEVER_PURPOSES)
    assert all(one.reason.zh and one.reason.en and one.source.verified == "V" for one in law.never.values())


def test_nobody_may_grant_for_such_a_purpose(folder: Path) -> None:
    """In Chinese or in English; a person picks from the list, and the list cannot say it."""
    path = folder / "grant-purposes.toml"
    text = path.read_text("utf-8")
    begins: dict[int, str] = {}
    titles = [(zh, "Errand") for zh, _ in NEVER_PURPOSES.values()] + [("办事", en) for _, en in NEVER_PURPOSES.values()]
    for number, (zh, en) in enumerate(titles):
        begins[text.count("\n") + 4] = zh + en
        text += f'\n[[grant_purpose]]\nid = "g{number}"\ntitle = {{ zh = "{zh}", en = "{en}" }}\n'
    path.write_text(text, "utf-8")
    found = {one.line for one in check(folder) if "may never be a purpose" in one.message.en}
    assert [title for line, title in begins.items() if line not in found] == []


def test_no_record_type_serves_such_a_purpose() -> None:
    """The six types are decisions, qualifications, honours and voluntary service; a seventh needs a legal basis and this line."""
    assert set(catalogue().types) == {"penalty", "permit", "qualification", "disqualification", "honour", "service"}


def test_nothing_in_the_catalogue_is_for_schooling_health_care_housing_travel_lending_or_pricing() -> None:
    law = catalogue()
    words = ("入学", "就医", "社会保险", "住房", "乘机", "乘车", "出行", "贷款", "信贷", "保费", "定价", "租金")
    titles = [
        *(one.title.zh for one in law.types.values()),
        *(column.title.zh for one in law.types.values() for column in one.columns),
        *(words.zh for words in law.scopes.values()),
        *(words.zh for words in law.domains.values()),
        *(one.title.zh for one in law.procedures.values()),
        *(one.title.zh for one in law.purposes.values()),
        *(one.title.zh for one in law.grant_purposes.values()),
        *(one.title.zh for one in law.checks.values()),
    ]
    assert [title for title in titles if any(word in title for word in words)] == []
