"""No score, grade, rank, points, stars or label of a person, in any field: the catalogue refuses such a column."""

import shutil
from pathlib import Path

import pytest

from openxin.law.catalogue import Column
from openxin.law.checking import check
from openxin.law.files import shipped_folder
from openxin.law.loading import CatalogueUnsound, catalogue, load

# A code, a Chinese title, an English title: each is tried as a new column beside harmless ones.
SCORES = [
    ("CF_X", "信用评分", "Value"),
    ("CF_X", "诚信积分", "Value"),
    ("CF_X", "个人信用分", "Value"),
    ("CF_X", "信用等级", "Value"),
    ("CF_X", "志愿者星级", "Value"),
    ("CF_X", "综合评价", "Value"),
    ("CF_X", "排名", "Value"),
    ("CF_X", "人员标签", "Value"),
    ("CF_X", "用户画像", "Value"),
    ("CF_X", "数值", "Credit score"),
    ("CF_X", "数值", "CREDIT SCORE"),
    ("CF_X", "数值", "Rank of the person"),
    ("CF_X", "数值", "Rating"),
    ("CF_X", "数值", "Grade"),
    ("CF_X", "数值", "Points"),
    ("CF_X", "数值", "Stars"),
    ("CF_X", "数值", "Risk label"),
    ("CF_SCORE", "数值", "Value"),
    ("OX_CREDITSCORE", "数值", "Value"),
    ("OX_JF", "数值", "Value"),
    ("OX_XJ", "数值", "Value"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_folder(), tmp_path / "catalogue"))


def _with_columns(
    folder: Path, columns: list[tuple[str, str, str]], place: str = "types/penalty.toml column"
) -> list[int]:
    """Write these columns at the end of a file; returns the lines on which they begin."""
    file, key = place.split()
    text = (folder / file).read_text("utf-8")
    begins = []
    for code, zh, en in columns:
        begins.append(text.count("\n") + 2)
        text += f'\n[[{key}]]\ncode = "{code}"\ntitle = {{ zh = "{zh}", en = "{en}" }}\n'
        text += 'kind = "text"\nkeeping = "sealed"\npart = "other"\n'
    (folder / file).write_text(text, "utf-8")
    return begins


def test_an_ordinary_column_may_be_added(folder: Path) -> None:
    """The refusals below are about the words, not about the adding."""
    _with_columns(folder, [("CF_X", "数值", "Value")])
    assert check(folder) == []


@pytest.mark.parametrize(
    "place", ["types/penalty.toml column", "types/honour.toml column", "types/own-columns.toml own_column"]
)
def test_a_column_that_judges_a_person_is_refused(folder: Path, place: str) -> None:
    begins = _with_columns(folder, SCORES, place)
    refused = {one.line for one in check(folder) if "never collected" in one.message.en and "[V]" in one.message.zh}
    assert [
        column for begin, column in zip(begins, SCORES, strict=True) if not refused & set(range(begin, begin + 6))
    ] == []
    with pytest.raises(CatalogueUnsound):
        load(folder)


def test_an_alias_hides_no_score(folder: Path) -> None:
    path = folder / "types" / "penalty.toml"
    path.write_text(
        path.read_text("utf-8").replace('aliases = ["CF_JG", "处罚结果"]', 'aliases = ["CF_JG", "信用分"]'), "utf-8"
    )
    assert [one.file for one in check(folder)] == ["types/penalty.toml"]


def test_a_code_list_of_grades_is_refused(folder: Path) -> None:
    path = folder / "lists" / "own.toml"
    more = '\n[[list]]\nid = "CL_DENG"\ntitle = { zh = "信用等级", en = "Credit grade" }\n'
    more += '[[list.value]]\ncode = "A"\ntitle = { zh = "甲", en = "A" }\n'
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    assert {one.file for one in check(folder)} == {"lists/own.toml"}


def test_a_city_cannot_move_the_line_by_its_own_schema(folder: Path) -> None:
    """The words that are refused come with OpenXin, not with a city's folder."""
    (folder / "schema" / "forbidden.json").write_text(
        '{"$id": "forbidden.json", "$defs": {"title": {}, "code": {}}}', "utf-8"
    )
    _with_columns(folder, [("CF_SCORE", "信用评分", "Credit score")])
    assert check(folder) != []


def test_no_code_list_and_no_column_that_we_ship_is_a_grade_of_a_person() -> None:
    law = catalogue()
    columns: list[Column] = [column for one in law.types.values() for column in one.columns]
    words = ("评分", "积分", "信用分", "信用等级", "星级", "评级", "排名", "标签")
    titles = [one.title.zh for one in columns] + [one.title.zh for one in law.lists.values()]
    assert not [title for title in titles if any(word in title for word in words)]
