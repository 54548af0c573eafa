"""Where in a TOML file does a value stand?"""

from openxin.law.positions import lines_of

TEXT = """\
# a comment with [[brackets]] = "and quotes
[source]
citation = "a # that is no comment, a ] and a ,"

[[law]]
title = { zh = "甲", en = "A" }
versions = [
  { label = "1", from = 2020-01-01 },

  # between
  { label = "2" },
]
names = [
  "一", "二",
  "三",
]

[[law.value]]
code = 1
[[law.value]]
code = 2
says = \"\"\"
[[law]]
code = 9
\"\"\"
after = true

[[law]]
title.zh = "乙"
"""
LINES = lines_of(TEXT)


def test_tables_and_keys_are_found() -> None:
    assert LINES.at("source", "citation") == 3
    assert LINES.at("law", 0) == 5
    assert LINES.at("law", 1) == 28
    assert LINES.at("law", 1, "title", "zh") == 29


def test_tables_inside_tables_belong_to_the_last_one() -> None:
    assert LINES.at("law", 0, "value", 0, "code") == 19
    assert LINES.at("law", 0, "value", 1, "code") == 21


def test_elements_that_stand_on_their_own_line_are_found() -> None:
    assert LINES.at("law", 0, "versions", 0, "from") == 8
    assert LINES.at("law", 0, "versions", 1) == 11
    assert LINES.at("law", 0, "names", 2) == 15


def test_what_has_no_line_of_its_own_is_told_by_what_is_around_it() -> None:
    assert LINES.at("law", 0, "title", "zh") == 6
    assert LINES.at("law", 0, "absent") == 5
    assert LINES.at("nothing") == 1


def test_text_inside_strings_is_no_structure() -> None:
    assert LINES.at("law", 0, "value", 1, "after") == 26
