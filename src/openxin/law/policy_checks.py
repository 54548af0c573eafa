"""Checks of `access.cedar`: it fits its schema, names only what exists, keeps the prohibitions, and agrees with `purposes.toml`.

Always true: the prohibitions that come with OpenXin stand in every city's policy word for word. A `forbid` overrides every
`permit`, so what a city adds cannot show anybody a record that is not final, suspended, expired or a minor's.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any

import cedarpy

from openxin.law.catalogue import Words
from openxin.law.files import POLICY, POLICY_SCHEMA, Entry, Folder, shipped_folder
from openxin.law.findings import Finding, finding, ids
from openxin.law.policy import NO_RULE, POLICY_ERROR, RecordFacts, decide

# What hides a semicolon: strings and comments. A policy ends with a semicolon, and there is none inside one.
_HIDDEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*')
_NUMBERED = re.compile(r"policy(\d+)")


def policy_findings(folder: Folder) -> Iterator[Finding]:
    """What is wrong with the policy: 1 it is there, 2 it fits its schema, 3 its names exist, 4 it says what the lists say."""
    absent = [name for name in (POLICY, POLICY_SCHEMA) if name not in folder.texts]
    if absent:
        yield from (_at(name, 1, *_ABSENT) for name in absent)
        return
    if folder.texts[POLICY_SCHEMA] != _shipped(POLICY_SCHEMA):
        yield _at(POLICY_SCHEMA, 1, *_OTHER_SCHEMA)
        return
    text = folder.texts[POLICY]
    unfit = list(_unfit(text, folder.texts[POLICY_SCHEMA]))
    yield from unfit
    if not unfit:
        yield from _named(folder, text)
        yield from _prohibitions(text)
        yield from _purposes(folder, text)


def _unfit(text: str, schema: str) -> Iterator[Finding]:
    """What Cedar itself finds: a fault of grammar, or a policy that does not fit the schema."""
    broken = False
    for line, statement in _statements(text):
        try:
            cedarpy.policies_to_json_str(statement)
        except ValueError as error:
            broken = True
            yield _at(
                POLICY, line, f"不是有效的 Cedar 规则：{error}", f"This is no Cedar policy: {error}", *_CEDAR_REMEDY
            )
    if not broken:
        for fault in cedarpy.validate_policies(text, schema).errors:
            # Cedar numbers the policies; a reader knows them by the id that stands above them.
            id_ = _policies(text).get(fault.policy_id, {}).get("annotations", {}).get("id", fault.policy_id)
            says = fault.error.replace(f"`{fault.policy_id}`", f"`{id_}`")
            yield _at(
                POLICY,
                _line(text, fault.policy_id),
                f"规则不合 {POLICY_SCHEMA}：{says}",
                f"The policy does not fit {POLICY_SCHEMA}: {says}",
                *_CEDAR_REMEDY,
            )


def _named(folder: Folder, text: str) -> Iterator[Finding]:
    """Every policy has an id of its own, a permit its purpose; whatever a policy names exists; a refusal has its words."""
    known = {
        "Role": ids(folder, "role"),
        "Purpose": ids(folder, "purpose"),
        "Right": ids(folder, "right"),
        "Type": {one.table["id"] for one in folder.only("type")},
        "State": {one.table["id"] for one in folder.entries("state") if not one.table.get("flag", False)},
    }
    refusals, met = ids(folder, "refusal"), set[str]()
    for rule in {NO_RULE, POLICY_ERROR} - refusals:
        yield _at("refusals.toml", 1, f"缺少 {rule} 的说明", f"The words of {rule} are missing", *_WORDS_REMEDY)
    for name, policy in _policies(text).items():
        line, notes = _line(text, name), policy.get("annotations", {})
        id_, purpose = notes.get("id", ""), notes.get("purpose")
        if not id_ or id_ in met:
            yield _at(POLICY, line, *_NO_ID)
        met.add(id_)
        if (policy["effect"] == "forbid") == (purpose is not None):
            yield _at(POLICY, line, *_PURPOSE_NOTE)
        if policy["effect"] == "forbid" and id_ not in refusals:
            yield _at(POLICY, line, f"缺少 {id_} 的说明", f"The words of {id_} are missing", *_WORDS_REMEDY)
        literals = set(_literals(policy))
        if purpose is not None and ("Purpose", purpose) not in literals:
            yield _at(POLICY, line, *_PURPOSE_NOTE)
        for kind, one in sorted(literals):
            if one not in known.get(kind, {one}):
                yield _at(
                    POLICY,
                    line,
                    f"所指的 {kind}「{one}」不存在",
                    f"It names the {kind} “{one}”, which does not exist",
                    "改正名称，或者先把它写进目录。",
                    "Mend the name, or write what it names into the catalogue first.",
                )


def _prohibitions(text: str) -> Iterator[Finding]:
    """The prohibitions that come with OpenXin are there, unchanged."""
    own = [_bare(one) for one in _policies(text).values() if one["effect"] == "forbid"]
    for policy in _policies(_shipped(POLICY)).values():
        if policy["effect"] == "forbid" and _bare(policy) not in own:
            id_ = policy["annotations"]["id"]
            yield _at(
                POLICY,
                1,
                f"缺少禁止规则 {id_}，或者被改动了",
                f"The prohibition {id_} is missing or was changed",
                "照本系统自带的 access.cedar 恢复；可以增加禁止，不能减少。",
                "Restore it as in the access.cedar that comes with OpenXin; a city may add prohibitions and remove none.",
            )


def _purposes(folder: Folder, text: str) -> Iterator[Finding]:
    """The policy lets ask and see what purposes.toml says, no more and no less."""
    schema = folder.texts[POLICY_SCHEMA]
    types = [one.table["id"] for one in folder.only("type")]
    states = [one.table["id"] for one in folder.entries("state") if not one.table.get("flag", False)]
    for entry in folder.entries("purpose"):
        purpose, stated = entry.table["id"], {(one["role"], one["right"]) for one in entry.table["by"]}
        for role, right in product(sorted(ids(folder, "role")), sorted(_rights(text, purpose, folder))):
            asked = decide(text, schema, role, purpose, right, None)
            if asked.allowed != ((role, right) in stated):
                yield _disagree(entry, "by", f"{role}/{right}", asked.rule)
        for (role, right), type_, state in product(sorted(stated), types, states):
            facts = RecordFacts(type_, state, True, False, False, True, True)
            seen = decide(text, schema, role, purpose, right, facts)
            if seen.allowed != (type_ in entry.table["types"] and state in entry.table["states"]):
                yield _disagree(entry, "types", f"{role}/{right}/{type_}/{state}", seen.rule)


def _rights(text: str, purpose: str, folder: Folder) -> set[str]:
    """The rights worth trying: those that a policy of this purpose names; every one, where it names none."""
    named = {"none"}
    for policy in _policies(text).values():
        if policy["effect"] == "permit" and policy["annotations"]["purpose"] == purpose:
            rights = {one for kind, one in _literals(policy) if kind == "Right"}
            named |= rights or ids(folder, "right")
    return named


def _disagree(entry: Entry, field: str, cell: str, rule: str) -> Finding:
    return finding(
        entry,
        (field,),
        f"目的 {entry.table['id']} 与 {POLICY} 不一致：{cell}（{rule}）",
        f"The purpose {entry.table['id']} and {POLICY} disagree: {cell} ({rule})",
        "两处写成一样：看得到的类型、状态、角色和权利。",
        "Let both say the same of types, states, roles and rights.",
    )


def _policies(text: str) -> Mapping[str, Any]:
    parsed: Mapping[str, Any] = _read(text)
    return parsed


@cache
def _read(text: str) -> Mapping[str, Any]:
    static: Mapping[str, Any] = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
    return static


def _bare(policy: Mapping[str, Any]) -> str:
    """What a policy says, without its notes."""
    return json.dumps({key: one for key, one in policy.items() if key != "annotations"}, sort_keys=True)


def _literals(value: Any) -> Iterator[tuple[str, str]]:
    """Every entity that is named somewhere inside: its kind and id."""
    if isinstance(value, dict):
        if set(value) == {"type", "id"} and str(value["type"]).startswith("OpenXin::"):
            yield str(value["type"]).removeprefix("OpenXin::"), str(value["id"])
        for one in value.values():
            yield from _literals(one)
    elif isinstance(value, list):
        for one in value:
            yield from _literals(one)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each policy of the text, with the line on which it begins."""
    bare = _HIDDEN.sub(lambda hidden: " " * len(hidden.group()), text)
    start = 0
    for end in [*(found.end() for found in re.finditer(";", bare)), len(text)]:
        blank = len(bare[start:end]) - len(bare[start:end].lstrip())
        if bare[start:end].strip():
            yield text.count("\n", 0, start + blank) + 1, text[start:end]
        start = end


def _line(text: str, policy: str) -> int:
    named = _NUMBERED.fullmatch(policy)
    lines = [line for line, _ in _statements(text)]
    return lines[int(named[1])] if named and int(named[1]) < len(lines) else 1


@cache
def _shipped(name: str) -> str:
    return (shipped_folder() / name).read_text("utf-8")


def _at(file: str, line: int, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Finding:
    return Finding(file, line, Words(zh, en), Words(remedy_zh, remedy_en))


_ABSENT = (
    "目录里没有这个文件",
    "The folder has no such file",
    "从本系统自带的目录复制一份，再修改。",
    "Copy the one that comes with OpenXin, then change it.",
)
_OTHER_SCHEMA = (
    "与本系统自带的不同",
    "It differs from the one that comes with OpenXin",
    "照原样复制；城市只改 access.cedar。",
    "Copy it as it is; a city changes access.cedar only.",
)
_CEDAR_REMEDY = (
    "改正这条规则；写法见 README.md 和 access.cedar 里的其他规则。",
    "Mend the policy; README.md and the other policies of access.cedar show how.",
)
_WORDS_REMEDY = ("在 refusals.toml 加一条 [[refusal]]。", "Add a [[refusal]] to refusals.toml.")
_NO_ID = (
    "规则没有编号，或者编号重复",
    "The policy has no id, or that of another",
    '写上 @id("…")，每条各不相同。',
    'Write @id("...") above it, different for each.',
)
_PURPOSE_NOTE = (
    "permit 须写明 @purpose，并在条件里说的是同一个目的；forbid 不写 @purpose，它管所有目的",
    "A permit names its @purpose and speaks of that purpose in its conditions; a forbid has none: it holds for all",
    '写 @purpose("…") 和 context.purpose == OpenXin::Purpose::"…"；forbid 的目的只写在条件里。',
    'Write @purpose("...") and context.purpose == OpenXin::Purpose::"..."; of a forbid, in its conditions only.',
)
