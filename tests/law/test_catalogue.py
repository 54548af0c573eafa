"""What the catalogue that we ship says, where the contract and the law leave no choice."""

import json
import os
import pickle
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from openxin.law.catalogue import Term
from openxin.law.loading import catalogue, load
from tests.law.conftest import CatalogueCopy

LAW = catalogue()
CONTRACT = (Path(__file__).parents[2] / "docs" / "contract.md").read_text("utf-8")


def openxin(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    called = [sys.executable, "-m", "openxin.cli.main", *words]
    return subprocess.run(called, capture_output=True, text=True, env={**os.environ, **environment}, check=False)


def answer(*words: str) -> Any:
    return json.loads(openxin(*words, "--json").stdout)


def test_there_are_six_record_types() -> None:
    assert set(LAW.types) == {"penalty", "permit", "qualification", "disqualification", "honour", "service"}


def test_every_problem_code_of_the_contract_has_words_and_no_other() -> None:
    table = CONTRACT[CONTRACT.index("| fate | codes |") : CONTRACT.index("Limits (`TOO_LARGE`)")]
    notes = re.search(r"notes: ([A-Z_ ]+);", CONTRACT)
    assert notes
    # Codes that stand inside an explanation are codes of the same table, so that a set is enough.
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+|MISSING|MACROS|CONFLICT|UNREADABLE|EMPTY)`", table))
    columns = {column.code for one in LAW.types.values() for column in one.columns}
    hidden = {"HIDDEN_SHEET", "HIDDEN_ROW"}  # "hidden sheets and rows are read and noted"
    assert set(LAW.problems) - hidden == (named - columns) | set(notes[1].split())


@pytest.mark.parametrize("problem", LAW.problems.values(), ids=list(LAW.problems))
def test_every_problem_says_what_is_wrong_and_what_to_do_in_both_languages(problem) -> None:
    assert all((problem.title.zh, problem.title.en, problem.remedy.zh, problem.remedy.en))


@pytest.mark.parametrize(
    ("type_id", "key"),
    [
        ("penalty", {"CF_CFJGDM", "CF_WSH", "CF_JDRQ"}),
        ("permit", {"XK_XKJGDM", "XK_WSH", "XK_JDRQ"}),
        ("qualification", {"ZG_JGDM", "ZG_ZSBH", "ZG_PZRQ"}),
        ("disqualification", {"JR_JGDM", "JR_WSH", "JR_JDRQ", "JR_LX"}),
        ("honour", {"RY_JGDM", "RY_WH", "RY_SYRQ"}),
        ("service", {"ZY_ZZDM", "ZY_XMMC", "ZY_KSSJ"}),
    ],
)
def test_the_natural_key_is_the_law_s(type_id: str, key: set[str]) -> None:
    assert {column.code for column in LAW.types[type_id].columns if column.natural_key} == key


def test_status_columns_and_what_may_be_supplied_later_are_no_content() -> None:
    parts = {column.code: column.part for one in LAW.types.values() for column in one.columns}
    status = {"XK_ZT", "ZG_ZT", "ZG_ZTRQ", "RY_ZT", "RY_CXRQ", "RY_CXWH"}
    assert {code for code, part in parts.items() if part == "status"} == status
    supplied = {"OX_SDRQ", "OX_SXQX", "OX_SXRQ", "OX_JJGZ", "OX_LXRQ"}
    assert {code for code, part in parts.items() if part == "supplement"} == supplied
    assert all(parts[code] == "other" for code in parts if code.startswith("OX_") and code not in supplied)
    assert parts["CF_GSJZQ"] == "other"


def test_no_column_of_ours_is_ever_required() -> None:
    columns = [column for one in LAW.types.values() for column in one.columns if column.code.startswith("OX_")]
    assert columns
    assert not any(column.required or column.required_when for column in columns)


def test_of_two_columns_with_one_title_the_organisation_s_stands_first() -> None:
    """Of equal header titles the n-th is the template's n-th."""
    for type_id in ("penalty", "permit"):
        named = [column for column in LAW.types[type_id].columns if column.title.zh == "证件号码"]
        assert [column.empty_for_persons for column in named] == [True, False]


def test_the_old_names_lead_to_the_columns_of_today() -> None:
    old = {alias: column.code for one in LAW.types.values() for column in one.columns for alias in column.aliases}
    pairs = (
        "XK_XDR>XK_XDR_MC XK_XMMC>XK_XKWS XK_SPLB>XK_XKLB XK_XDR_SFZ>XK_XDR_ZJHM XK_FR>XK_FRDB XK_JZQ>XK_YXQZI "
        "XK_XZJG>XK_XKJG CF_CFLB1>CF_CFLB CF_CFLB2>CF_CFLB CF_JG>CF_NR CF_XZJG>CF_CFJG CF_XDR_SFZ>CF_XDR_ZJHM "
        "CF_FR>CF_FRDB CF_JZRQ>CF_GSJZQ XK_FR_SFZH>XK_FR_ZJHM CF_FR_SFZH>CF_FR_ZJHM"
    )
    assert {pair.split(">")[0]: old[pair.split(">")[0]] for pair in pairs.split()} == dict(
        pair.split(">") for pair in pairs.split()
    )
    assert {"DFBM", "SJC", "QT", "CF_CFMC", "CF_AJMC"} <= set(LAW.types["penalty"].ignored_aliases)


def test_kinds_of_penalty_give_the_class_where_the_body_states_none() -> None:
    kinds = {value.code: value.extra["class"] for value in LAW.lists["CL_CFLB"].values}
    assert {code for code, one in kinds.items() if one == "轻微"} == {"警告", "通报批评"}
    assert {code for code, one in kinds.items() if one == "严重"} == {
        "吊销许可证件",
        "限制从业",
        "责令关闭",
        "责令停产停业",
    }
    values = LAW.lists["CL_CFLB"].values
    assert {(one.extra["class"], one.extra["weight"]) for one in values} == {
        ("轻微", "1"),
        ("一般", "2"),
        ("严重", "3"),
    }


def test_classes_have_the_periods_of_the_repair_measures() -> None:
    assert not LAW.classes["轻微"].admitted
    assert (LAW.classes["一般"].closes_after, LAW.classes["一般"].repair_after) == (Term(12, "mo"), Term(3, "mo"))
    assert (LAW.classes["严重"].closes_after, LAW.classes["严重"].repair_after) == (Term(36, "mo"), Term(12, "mo"))


@pytest.mark.parametrize(
    ("list_id", "cell", "code"),
    [
        ("CL_ZJLX", "居民身份证", "01"),
        ("CL_ZJLX", "身份证", "01"),
        ("CL_ZJLX", "护照", "02"),
        ("CL_ZJLX", "护照号", "02"),
        ("CL_XKLB", "普通", "01"),
        ("CL_XDRLB", "自然人", "自然人"),
        ("CL_JRFW", "food", "food"),
        ("CL_JRFW", "教师", "teacher"),
        ("CL_GJ", "USA", "USA"),
        ("CL_GJ", "日本", "JPN"),
    ],
)
def test_a_cell_may_say_number_text_or_alias(list_id: str, cell: str, code: str) -> None:
    values = LAW.lists[list_id].values
    assert [one.code for one in values if cell in (one.code, one.title.zh, *one.aliases)] == [code]


def test_a_volunteer_who_did_not_ask_has_no_word_for_it() -> None:
    assert [value.code for value in LAW.lists["CL_SQ"].values] == ["Y"]


def test_what_seals_is_no_basis() -> None:
    titles = {basis.title for basis in LAW.bases.values()}
    assert not titles & {"治安管理处罚法", "刑法"}


def test_an_occupation_is_only_a_qualification_or_a_scope() -> None:
    """Fifteen key professions of the plan, and no column that could carry one as a label."""
    assert len(LAW.occupations) == 15
    titles = {one.title.zh for one in LAW.occupations.values()}
    assert not titles & {column.title.zh for one in LAW.types.values() for column in one.columns}


def test_others_see_only_what_is_in_force() -> None:
    shown = {one.id for one in LAW.states.values() if one.shown_to_others and not one.flag}
    assert shown == {"in_force"}
    assert not LAW.states["suspended"].shown_to_others
    assert {one.id for one in LAW.states.values() if not one.shown_to_person} == {"erased"}


def test_every_body_of_the_made_up_city_is_known_as_made_up() -> None:
    assert len(LAW.authorities) == 17
    assert all(one.synthetic for one in LAW.authorities.values())
    assert all(one.permit_basis == "administrative-licensing-law" for one in LAW.authorities.values())
    assert LAW.by_uscc["119999990000010039"].submits_for == ("drug",)


def test_every_entry_says_where_it_comes_from() -> None:
    entries: list[Any] = [
        *LAW.authorities.values(),
        *(column for one in LAW.types.values() for column in (one, *one.columns)),
        *(value for one in LAW.lists.values() for value in (one, *one.values)),
        *LAW.bases.values(),
        *LAW.sealing,
        *LAW.classes.values(),
        *LAW.periods.values(),
        *LAW.procedures.values(),
        *LAW.calendar.values(),
        *LAW.states.values(),
        *LAW.occupations.values(),
        *LAW.problems.values(),
    ]
    assert all(one.source.citation and one.source.verified in ("V", "K", "D") for one in entries)


def test_the_catalogue_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        LAW.parameters.adult_age = 16  # type: ignore[misc]
    with pytest.raises(TypeError):
        LAW.types["score"] = LAW.types["permit"]  # type: ignore[index]


def test_the_catalogue_reaches_another_process_whole() -> None:
    assert pickle.loads(pickle.dumps(LAW)).hash == LAW.hash


def test_the_hash_names_exactly_this_catalogue(catalogue_copy: CatalogueCopy) -> None:
    assert load(catalogue_copy.folder).hash == LAW.hash
    catalogue_copy.add("classes.toml", "# a word more\n")
    assert load(catalogue_copy.folder).hash != LAW.hash


def test_the_catalogue_is_read_once() -> None:
    assert catalogue() is LAW


def test_no_end_is_the_day_of_the_national_template() -> None:
    assert LAW.parameters.no_end == date(2099, 12, 31)


def test_the_command_counts_as_the_clock_does() -> None:
    found = answer("law", "due", "--procedure", "submit", "--received", "2026-09-24")
    assert found["due"] == "2026-10-12"
    assert found["provisional"] is False
    assert found["counted"] == [
        f"2026-{day}" for day in ("09-28", "09-29", "09-30", "10-08", "10-09", "10-10", "10-12")
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["--procedure", "nothing", "--received", "2026-09-24"],
        ["--procedure", "submit", "--received", "2026-09-31"],
        ["--procedure", "submit", "--received", "2026-09-24", "--variant", "x"],
        ["--procedure", "recon-first", "--received", "2026-09-24"],
    ],
)
def test_a_call_whose_words_are_off_exits_with_2(words: list[str]) -> None:
    assert openxin("law", "due", *words).returncode == 2


def test_the_command_checks_the_catalogue_that_a_city_points_to(catalogue_copy: CatalogueCopy) -> None:
    assert openxin("catalogue", "check").returncode == 0
    line = catalogue_copy.change("sample-city.toml", '["honour"]', '["glory"]')
    found = openxin("catalogue", "check", "--json", OPENXIN_CATALOGUE=str(catalogue_copy.folder))
    assert found.returncode == 1
    assert [(one["file"], one["line"]) for one in json.loads(found.stdout)["findings"]] == [("sample-city.toml", line)]
    told = openxin("catalogue", "check", OPENXIN_CATALOGUE=str(catalogue_copy.folder))
    assert told.returncode == 1
    assert f"sample-city.toml:{line}" in told.stdout
