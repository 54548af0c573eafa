"""Every check and every purpose says what its law says: written out here by hand, from the laws, and not from the catalogue.

A check: the articles and since when they say so, the form of the answer, the scope and the qualification that it names, who must
ask, who answers what is not answered here. A purpose: who may invoke it, by which right, on which articles, what it reaches, when
the person is told. Where a law says nothing about one of these, that is written down too.
"""

from datetime import date, timedelta
from typing import NamedTuple

import pytest

from openxin.law.catalogue import Catalogue
from openxin.law.loading import catalogue

POLICE, TRAFFIC, COURT = "公安机关", "公安机关交通管理部门", "人民法院"
EVERY_TYPE = {"penalty", "permit", "qualification", "disqualification", "honour", "service"}
NOT_STATED = None


class Said(NamedTuple):
    """What the laws say of one check. `since`: of each law in turn. `asks`: bodies and kinds of unit. `crimes`: who answers."""

    laws: dict[str, tuple[str, date | None]]  # title: articles, since when
    form: str
    scope: str | None
    qualification: str | None
    asks: set[str]
    office: str | None = None
    crimes: str | None = None
    verified: str = "V"


CHECKS = {
    # 教师函〔2023〕1号: for teachers the education authority asks too.
    "minors-62": Said(
        {"未成年人保护法": ("第六十二条、第九十八条、第一百二十六条、第一百三十条", date(2021, 6, 1))},
        "A0", None, None, {"education", "school", "close-contact-unit"}, office="公安机关、人民检察院",
    ),
    "food-135": Said(
        {"食品安全法": ("第一百三十五条", date(2015, 10, 1))},
        "A1", "food", None, {"market", "food-operator"}, crimes=POLICE, verified="K",
    ),
    "food-lab-138": Said(
        {"食品安全法": ("第一百三十八条", date(2015, 10, 1))},
        "A1", "food-lab", None, {"market", "food-inspector"}, crimes=POLICE,
    ),
    "teacher-14-19": Said(
        {"教师法": ("第十四条", date(1994, 1, 1)), "教师资格条例": ("第十八条、第十九条、第二十条", date(1995, 12, 12))},
        "A2", "teacher", "teacher", {"education", "school"}, crimes=POLICE,
    ),
    "lawyer-7-53": Said(
        {"律师法": ("第七条、第四十九条、第五十三条", date(2008, 6, 1))},
        "A2", "lawyer", "lawyer", {"justice", "law-firm"}, crimes=POLICE,
    ),
    "notary-20": Said(
        {"公证法": ("第二十条、第四十二条", date(2006, 3, 1))},
        "A2", "notary", "notary", {"justice"}, crimes=POLICE,
    ),
    "doctor-16": Said(
        {"医师法": ("第十六条、第十七条、第二十一条、第五十八条", date(2022, 3, 1))},
        "A2", "doctor", "doctor", {"health", "medical-institution"}, crimes=POLICE,
    ),
    "nurse-31": Said(
        {"护士条例": ("第七条、第三十一条", date(2008, 5, 12))},
        "A2", "nurse", "nurse", {"health"},
    ),
    "account-40-41": Said(
        {"会计法": ("第三十八条、第四十条第三款、第四十一条、第四十七条", date(2024, 7, 1))},
        "A1", "accounting", None, {"finance", "accounting-employer"}, crimes=POLICE,
    ),
    "cpa-10": Said(
        {"注册会计师法": ("第十条、第十三条", date(1994, 1, 1))},
        "A2", "cpa", "cpa", {"cpa-association"}, crimes=POLICE, verified="K",
    ),
    "appraiser-44-45": Said(
        {"资产评估法": ("第十一条、第四十四条、第四十五条", date(2016, 12, 1))},
        "A1", "appraiser", None, {"finance", "appraisal-body"}, crimes=POLICE,
    ),
    "company-178": Said(
        {"公司法": ("第一百七十八条第一款第四项", date(2024, 7, 1))},
        "A1", "company", None, {"market", "company"}, crimes=COURT,
    ),
    "drug-118": Said(
        {"药品管理法": ("第一百一十八条、第一百二十二条、第一百二十三条、第一百四十条至第一百四十二条", date(2019, 12, 1))},
        "A1", "drug", None, {"drug", "drug-firm"},
    ),
    "safety-92-94": Said(
        {"安全生产法": ("第九十二条、第九十四条", date(2002, 11, 1))},
        "A1", "safety", None, {"emergency", "producing-unit", "safety-assessor"}, crimes=POLICE,
    ),
    "fire-69": Said(
        {"消防法": ("第二十一条、第六十九条", date(2009, 5, 1))},
        "A2", "fire", "fire-engineer", {"fire", "fire-service-body"}, verified="K",
    ),
    "guide-103": Said(
        {"旅游法": ("第一百零三条", date(2013, 10, 1)), "导游人员管理条例": ("第五条", date(1999, 10, 1))},
        "A2", "guide", "guide", {"culture", "travel-agency"},
    ),
    # Of these three the police themselves must look; whoever else is about to appoint somebody is told so.
    "guard-17": Said(
        {"保安服务管理条例": ("第十七条", date(2010, 1, 1))},
        "A0", None, None, {"guard-company"}, office=POLICE,
    ),
    "school-bus-23": Said(
        {"校车安全管理条例": ("第二十三条、第二十四条", date(2012, 4, 5))},
        "A0", None, None, {"education", "school"}, office=TRAFFIC,
    ),
    "driver-91": Said(
        {"道路交通安全法": ("第九十一条、第一百零一条", date(2004, 5, 1))},
        "A0", None, None, {"transport"}, office=TRAFFIC,
    ),
    "architect-13": Said(
        {"注册建筑师条例": ("第十三条", NOT_STATED)},
        "A2", "architect", "architect", {"housing"}, crimes=POLICE,
    ),
    "special-equip": Said(
        {"特种设备安全法": ("第十四条、第九十二条", date(2014, 1, 1))},
        "A2", "special-equip", "special-equip", {"market", "special-equipment-user"},
    ),
    # Every authority that gives permits, about its own ones.
    "permit-78-79": Said(
        {"行政许可法": ("第七十八条、第七十九条", NOT_STATED)},
        "A1", "permit", None,
        {"market", "emergency", "fire", "transport", "environment", "health", "drug", "housing", "labour", "education", "justice",
         "finance", "culture"},
    ),
    "procure-22": Said(
        {"政府采购法": ("第二十二条第一款第五项", NOT_STATED)},
        "A0", None, None, {"procurement-agency"}, office="本人授权",
    ),
    "civil-26": Said(
        {"公务员法": ("第二十六条", date(2019, 6, 1))},
        "A0", None, None, {"labour"}, office="公务员主管部门",
    ),
    "securities-221": Said(
        {"证券法": ("第二百二十一条", date(2020, 3, 1))},
        "A0", None, None, {"securities-firm"}, office="中国证券监督管理委员会",
    ),
}  # fmt: skip


class Stated(NamedTuple):
    """What the laws say of one purpose. `by`: role and right. `articles`: all of them stand in its citation."""

    by: dict[str, str]
    articles: tuple[str, ...]
    types: set[str]
    states: set[str]
    open_only: bool
    form: str
    told: str
    longest: timedelta | None = None
    verified: str = "V"


IN_FORCE = {"in_force"}
PURPOSES = {
    # A close relative of the dead asks at the counter.
    "self": Stated(
        {"person": "own", "guardian": "ward"},
        ("个人信息保护法第四十五条、第四十九条", "河南省社会信用条例第四十条"),
        EVERY_TYPE, {"awaiting_finality", "notice_running", "in_force", "withdrawn", "expired"}, False, "whole", "never",
    ),
    "report": Stated(
        {"recipient": "grant"},
        ("个人信息保护法第十三条第一款第一项、第十四条、第十五条", "河南省社会信用条例第十八条第四款", "征信业管理条例第十八条"),
        EVERY_TYPE, IN_FORCE, True, "statement", "at_once", longest=timedelta(days=30),
    ),
    "statutory-check": Stated(
        {"duty-holder": "duty"},
        ("个人信息保护法第十三条第一款第三项、第三十四条",),
        {"disqualification", "qualification"}, IN_FORCE, True, "answer", "at_once",
    ),
    "permit-decision": Stated(
        {"duty-holder": "permit"},
        ("行政许可法第六十一条、第六十九条、第七十八条、第七十九条", "个人信息保护法第三十四条"),
        {"permit", "penalty", "disqualification"}, IN_FORCE, True, "answer", "at_once",
    ),
    "case": Stated(
        {"case-officer": "case"},
        ("河南省社会信用条例第四十一条至第四十三条", "行政处罚法第四十八条"),
        EVERY_TYPE, IN_FORCE, True, "record", "each_step",
    ),
    "honour-verify": Stated(
        {"duty-holder": "award"}, ("荣誉的依据",), {"honour"}, IN_FORCE, True, "answer", "at_once", verified="D",
    ),
    "audit": Stated(
        {"auditor": "warrant"},
        ("个人信息保护法第五十四条、第六十条、第七十条",),
        EVERY_TYPE, IN_FORCE, True, "record", "if_opened",
    ),
    "statistics": Stated({}, ("政府信息公开条例第二十条第四项",), set(), set(), True, "cells", "never"),
}  # fmt: skip


@pytest.fixture(scope="module")
def law() -> Catalogue:
    return catalogue()


def test_the_list_of_checks_is_whole(law: Catalogue) -> None:
    assert set(law.checks) == set(CHECKS)


@pytest.mark.parametrize("id_", CHECKS)
def test_a_check_is_as_its_law_says(law: Catalogue, id_: str) -> None:
    check, said = law.checks[id_], CHECKS[id_]
    since = {title: day for title, (_, day) in said.laws.items()}
    assert {one.title: one.article for one in check.laws} == {
        title: articles for title, (articles, _) in said.laws.items()
    }
    assert {one.title: since[one.title] and one.in_force_from for one in check.laws} == since
    assert (check.form, check.scope, check.qualification) == (said.form, said.scope, said.qualification)
    assert {*check.bodies, *check.kinds} == said.asks
    assert check.own_decisions_only == (id_ == "permit-78-79")
    assert named(check.office and check.office.zh, said.office)
    assert named(check.criminal and check.criminal.office.zh, said.crimes)
    assert check.source.verified == said.verified


def named(office: str | None, said: str | None) -> bool:
    """Who answers begins with the office that the law names; or nobody does."""
    return office is said if office is None or said is None else said in office


def test_a_check_that_says_no_office_answers_itself_and_the_others_name_one(law: Catalogue) -> None:
    assert {id_ for id_, said in CHECKS.items() if (said.form == "A0") != (said.office is not None)} == set()
    assert {id_ for id_, said in CHECKS.items() if (said.form == "A2") != (said.qualification is not None)} == set()
    assert law.checks["minors-62"].source.citation.endswith("高检发〔2020〕14号；教师函〔2023〕1号；法发〔2022〕32号")


def test_the_list_of_purposes_is_closed(law: Catalogue) -> None:
    assert set(law.purposes) == set(PURPOSES)


@pytest.mark.parametrize("id_", PURPOSES)
def test_a_purpose_is_as_its_law_says(law: Catalogue, id_: str) -> None:
    purpose, stated = law.purposes[id_], PURPOSES[id_]
    assert dict(purpose.rights) == stated.by
    assert [one for one in stated.articles if one not in purpose.source.citation] == []
    assert (set(purpose.types), set(purpose.states)) == (stated.types, stated.states)
    assert (purpose.open_window_only, purpose.form, purpose.told) == (stated.open_only, stated.form, stated.told)
    assert purpose.longest_grant == stated.longest
    assert purpose.source.verified == stated.verified
