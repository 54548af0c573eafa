"""Names: what is one name in two writings, and what are two names."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openxin.people import names
from openxin.people.names import folded

RARE = "𠮷𬀩𰻞㐂"


@pytest.mark.parametrize("dot", ["\u00b7", "\u2022", "\u2027", "\u30fb", "\uff65"])
def test_middle_dots_are_one(dot: str) -> None:
    assert folded(f"阿依古丽{dot}买买提") == "阿依古丽·买买提"


@pytest.mark.parametrize(
    ("one", "other"),
    [("John Smith", "JOHN  SMITH"), ("ＪＯＨＮ\u3000Smith", "john smith"), ("Ann\u00a0Lee ", "ann lee"), ("É", "é")],
)
def test_writings_of_one_name(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("𠮷娜", "吉娜"), ("神\ufa19", "神神"), ("李娜", "李 娜"), ("㐂子", "喜子"), ("塚", "\ufa10")]
)
def test_names_that_look_alike_are_two(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_characters_beyond_the_basic_plane_are_untouched_and_count_as_one_each() -> None:
    assert folded(RARE) == RARE
    written = pl.Series(["𠮷𬀩", "𠮷"])
    assert names.broken(written, names.fold(written)).to_list() == [False, True]


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=6))
def test_a_chinese_name_is_its_own_folding(name: str) -> None:
    assert folded(name) == name


@given(st.text(max_size=12))
def test_folding_twice_is_folding_once(name: str) -> None:
    once = folded(name)
    assert folded(once) == once


@pytest.mark.parametrize(
    "cell", ["李3", "李３", "李?", "李？", "李\ufffd", "李\x00娜", "李\n娜", "李\ue123", "李\U000f0000", "李", "A"]
)
def test_what_cannot_be_a_name(cell: str) -> None:
    written = pl.Series([cell])
    assert names.broken(written, names.fold(written)).to_list() == [True]


def test_folding_leaves_what_was_written_as_it_was() -> None:
    written = pl.Series(["John  SMITH", "阿•布"])
    names.fold(written)
    assert written.to_list() == ["John  SMITH", "阿•布"]


def test_an_empty_cell_is_no_broken_name() -> None:
    written = pl.Series([None, "李娜"])
    assert names.broken(written, names.fold(written)).to_list() == [False, False]


def test_a_mask_shows_the_family_name_only() -> None:
    assert names.mask("李娜") == "李*"
    assert names.mask("𠮷娜娜") == "𠮷*"
