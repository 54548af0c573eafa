"""Which law does a decision rest on, was it in force, and does one seal?"""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openxin.law.bases import BasisIndex, in_force
from openxin.law.catalogue import Version
from openxin.law.loading import catalogue

LAW = catalogue()
INDEX = BasisIndex(LAW)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("《中华人民共和国食品安全法》第一百二十四条第一款", ["food-safety-law"]),
        ("《食品安全法》第一百二十四条、《广告法》第五十五条", ["food-safety-law", "advertising-law"]),
        ("《食品安全法》；《中华人民共和国食品安全法》", ["food-safety-law"]),
        ("《食品安全法（2021年修正）》第一百二十四条", ["food-safety-law"]),
        ("《 食品 安全法 》", ["food-safety-law"]),
        ("〈环保法〉第六十条", ["environment-protection-law"]),
        ("《中华人民共和国〈食品安全法〉》", ["food-safety-law"]),
        ("根据食品安全法第124条规定", ["food-safety-law"]),
        ("依据食品安全法实施条例第六十七条", ["food-safety-regulation"]),
        ("依据河南省志愿服务条例", ["henan-volunteer-regulation"]),
        ("违反注册会计师法", ["cpa-law"]),
        ("《消法》第五十六条", ["consumer-protection-law"]),
    ],
)
def test_a_law_is_found_by_title_or_alias(text: str, ids: list[str]) -> None:
    assert [basis.id for basis in INDEX.named_in(text)] == ids


@pytest.mark.parametrize(
    "text",
    [
        "",
        "有关规定",
        "《不存在的法》，参照食品安全法",  # titles in 《》 are looked up whole, and then nothing else is searched
        "《食品安全法释义》",
        "河南省道路运输条例第五条",  # a province's own regulation
        "药品管理法实施条例第六十条",  # other rules, not in the catalogue
        "违反消防法律法规",
        "取消法人资格",
        "食品安全法院",
    ],
)
def test_what_only_looks_like_a_law_is_none(text: str) -> None:
    assert INDEX.named_in(text) == ()


@pytest.mark.parametrize(
    "cell",
    [
        "food-safety-law",
        "食品安全法",
        "《食品安全法》",
        "中华人民共和国食品安全法",
        "《中华人民共和国食品安全法》第一百二十四条",
        "食品安全法第一百二十四条第一款第（一）项",
        "食品安全法124条",
        "食品安全法(2021修正)第一百二十四条",
        " 食安法 ",
        "food-135",
    ],
)
def test_a_basis_cell_takes_an_id_or_a_title(cell: str) -> None:
    assert INDEX.basis(cell) is LAW.bases["food-safety-law"]


@pytest.mark.parametrize("cell", ["", "治安管理处罚法", "刑法", "某法", "第一百二十四条"])
def test_a_basis_cell_that_names_nothing_is_none(cell: str) -> None:
    assert INDEX.basis(cell) is None


@pytest.mark.parametrize("basis", LAW.bases.values(), ids=list(LAW.bases))
def test_every_law_answers_to_all_its_names(basis) -> None:
    for name in (basis.title, *basis.aliases):
        assert INDEX.basis(name) is basis
        assert INDEX.named_in(f"《{name}》第一条") == (basis,)
        assert INDEX.named_in(f"《中华人民共和国{name}》") == (basis,)
    assert INDEX.named_in(f"根据{basis.title}第三条的规定") == (basis,)
    assert INDEX.sealed_by(f"{basis.title}{''.join(basis.aliases)}") is None


@pytest.mark.parametrize(
    "text",
    [
        "《治安管理处罚法》第二十三条",
        "《中华人民共和国治安管理处罚法》",
        "治安处罚法",
        "治安管理 处罚法规定",
        "《食品安全法》、《刑法》第一百四十条",
        "中华人民共和国刑法",
        "依照刑法规定追究",
        "应受刑法处罚",
        "《刑法修正案（十一）》",
    ],
)
def test_a_law_that_seals_is_found_anywhere(text: str) -> None:
    assert INDEX.sealed_by(text) is not None


OTHER_WORDS = ["", "有期徒刑法院认为", "死刑法官", "减刑法庭"]
OTHER_WORDS += ["社会治安综合治理", "治安法院", "行政处罚法", "刑事处罚"]


@pytest.mark.parametrize("text", OTHER_WORDS)
def test_the_same_letters_inside_another_word_seal_nothing(text: str) -> None:
    assert INDEX.sealed_by(text) is None


@pytest.mark.parametrize(
    ("law", "day", "answer"),
    [
        ("food-safety-law", date(2015, 9, 30), False),
        ("food-safety-law", date(2015, 10, 1), True),
        ("food-safety-law", date(2026, 11, 24), True),
        ("physicians-law", date(2022, 2, 28), False),
        ("licensed-doctors-law-1998", date(2022, 2, 28), True),
        ("licensed-doctors-law-1998", date(2022, 3, 1), False),
    ],
)
def test_a_decision_is_judged_by_the_law_in_force_on_its_day(law: str, day: date, answer: bool) -> None:
    assert in_force(LAW.bases[law], day) is answer
    text = f"《{LAW.bases[law].title}》第一条"
    assert (INDEX.rests_on(text, day) is not None) is answer


def test_a_version_whose_day_is_known_must_cover_the_decision() -> None:
    known = replace(LAW.bases["fire-law"], versions=(Version("2021", date(2021, 4, 29), None),))
    assert not in_force(known, date(2020, 1, 1))
    assert in_force(known, date(2021, 4, 29))


def test_a_version_whose_day_is_not_known_is_not_held_against_a_decision() -> None:
    unknown = replace(
        LAW.bases["fire-law"], versions=(Version("2019", None, None), Version("2021", date(2021, 4, 29), None))
    )
    assert in_force(unknown, date(2020, 1, 1))


@given(st.text(alphabet="《》〈〉食品安全法刑治管理处罚第一条（）中华人民共和国 ", max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    """Any text gives an answer, and the ids that it gives are of the catalogue."""
    assert all(LAW.bases[basis.id] is basis for basis in INDEX.named_in(text))
    INDEX.basis(text)
    INDEX.sealed_by(text)
