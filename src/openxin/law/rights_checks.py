"""Checks of the law of the door out: what purposes, checks, budgets and columns name exists, and no line is crossed.

Legal source: the articles in `purposes.toml`, `checks.toml` and `never.toml`. Always true: what is never a purpose is
known from the list that comes with OpenXin too, so that a city's own folder cannot shorten it.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from openxin.law.files import Entry, Folder, shipped_folder
from openxin.law.findings import Finding, columns_of, finding, ids, own_columns_of, unknown, values_of

_OWN = {"own", "ward"}  # rights over one's own records, which need no budget and reach every state


def rights_findings(folder: Folder) -> Iterator[Finding]:
    """Everything that the checks below find."""
    yield from _references(folder)
    yield from _purposes(folder)
    yield from _never(folder)
    yield from _forms(folder)
    yield from _columns(folder)


def _references(folder: Folder) -> Iterator[Finding]:
    types = {one.table["id"] for one in folder.only("type")}
    states = {one.table["id"] for one in folder.entries("state") if not one.table.get("flag", False)}
    for key, field, known, where in (
        ("purpose", "types", types, "types/"),
        ("purpose", "states", states, "states.toml"),
        ("budget", "purpose", ids(folder, "purpose"), "purposes.toml"),
        ("check", "bodies", ids(folder, "authority"), "authority"),
        ("check", "kinds", ids(folder, "organisation_kind"), "organisation-kinds.toml"),
        ("check", "scope", values_of(folder, "CL_JRFW"), "CL_JRFW"),
        ("check", "qualification", values_of(folder, "CL_ZGBM"), "CL_ZGBM"),
    ):
        for entry in folder.entries(key):
            yield from unknown(entry, field, known, where)
    for entry in folder.entries("purpose"):
        for at, one in enumerate(entry.table["by"]):
            inside = Entry(entry.file, (*entry.path, "by", at), one, {})
            yield from unknown(inside, "role", ids(folder, "role"), "roles.toml")
            yield from unknown(inside, "right", ids(folder, "right"), "rights.toml")


def _purposes(folder: Folder) -> Iterator[Finding]:
    """A grant has an end, others see what is in force only, and whoever asks about others has a budget."""
    limited = {one.table["purpose"] for one in folder.entries("budget") if one.table["per"] == "principal"}
    for entry in folder.entries("purpose"):
        rights = {one["right"] for one in entry.table["by"]}
        if ("grant" in rights) != ("longest_grant_days" in entry.table):
            yield finding(entry, ("by",), *_GRANT)
        if not rights or rights <= _OWN:
            continue
        if set(entry.table["states"]) != {"in_force"}:
            yield finding(entry, ("states",), *_ONLY_IN_FORCE)
        if not entry.table["open_window_only"]:
            yield finding(entry, ("open_window_only",), *_ONLY_IN_FORCE)
        if entry.table["id"] not in limited:
            yield finding(entry, (), *_NO_BUDGET)


def _never(folder: Folder) -> Iterator[Finding]:
    """No purpose, and nothing that a grant may be for, is one of those that are never one."""
    own = ((one.table["title"]["zh"], word) for one in folder.entries("never") for word in one.table["words"])
    means = [(title, _matching(word)) for title, word in (*own, *_shipped_words())]
    for key in ("purpose", "grant_purpose"):
        for entry in folder.entries(key):
            title = entry.table["title"]
            named = next((never for never, word in means if word.search(f"{title['zh']} {title['en']}")), None)
            if named is not None:
                yield finding(
                    entry,
                    ("title",),
                    f"「{title['zh']}」从来不能作为目的：{named}（never.toml）",
                    f"“{title['en']}” may never be a purpose (never.toml)",
                    "删去这一条：没有人可以为此查询或者授权。",
                    "Remove the entry: nobody may read or grant for this.",
                )


@cache
def _shipped_words() -> tuple[tuple[str, str], ...]:
    listed = tomllib.loads((shipped_folder() / "never.toml").read_text("utf-8"))["never"]
    return tuple((one["title"]["zh"], word) for one in listed for word in one["words"])


def _matching(word: str) -> re.Pattern[str]:
    # An English word is a word of its own ("rent" is not in "current"), in the plural too; Chinese has no spaces.
    return re.compile(rf"(?<![a-z]){re.escape(word)}s?(?![a-z])" if word.isascii() else re.escape(word), re.IGNORECASE)


def _forms(folder: Folder) -> Iterator[Finding]:
    """A0 names an office and answers nothing; A1 has a scope; A2 a scope and a qualification; somebody must ask."""
    bases = {one.table["id"]: one for one in folder.entries("basis")}
    needed = {"A0": {"office"}, "A1": {"scope"}, "A2": {"scope", "qualification"}}
    for entry in folder.entries("check"):
        form, table = entry.table["form"], entry.table
        present = {"office", "scope", "qualification"} & set(table)
        if present != needed[form]:
            absent, extra = sorted(needed[form] - present), sorted(present - needed[form])
            yield finding(
                entry,
                ("form",),
                f"{form} 的答复缺少 {'、'.join(absent) or '—'}，多出 {'、'.join(extra) or '—'}",
                f"An answer {form} lacks {', '.join(absent) or 'nothing'} and has {', '.join(extra) or 'nothing'} too many",
                "A0 写 office；A1 写 scope；A2 写 scope 和 qualification；别的不写。",
                "A0 names an office; A1 a scope; A2 a scope and a qualification; and nothing else.",
            )
        if not (table.get("bodies") or table.get("kinds")):
            yield finding(entry, (), *_NOBODY_ASKS)
        for at, law in enumerate(table["laws"]):
            inside = Entry(entry.file, (*entry.path, "laws", at), law, {})
            yield from unknown(inside, "basis", bases, "bases/")
            basis = bases.get(law["basis"])
            if basis and law.get("in_force_from", basis.table["in_force_from"]) < basis.table["in_force_from"]:
                yield finding(inside, ("in_force_from",), *_BEFORE_ITS_LAW)


def _columns(folder: Folder) -> Iterator[Finding]:
    """Facts, numbers of documents and what the person does not see either are shown to nobody else."""
    for entry in folder.only("type"):
        roles = entry.file.table["roles"]
        hidden = {roles.get(role) for role in ("facts", "document_type", "document_number")}
        for column in (*columns_of(entry), *own_columns_of(folder, entry)):
            table = column.table
            closed = (
                table["code"] in hidden
                or not table.get("shown_to_person", True)
                or table.get("empty_for_persons", False)
                or "forbidden" in table
            )
            if closed and "shown_to_others" in table:
                yield finding(column, ("shown_to_others",), *_NOT_FOR_OTHERS)


_GRANT = (
    "凭授权的目的须写明授权最长几天，别的目的不写",
    "A purpose by grant says how long a grant may be, and no other purpose does",
    "写上或者删去 longest_grant_days（至多 30）。",
    "Add or remove longest_grant_days (30 at most).",
)
_ONLY_IN_FORCE = (
    "除本人和监护人外，只能看到在展示期间内的有效记录",
    "Others than the person and the guardian see only records that are in force and within their time",
    '写 states = ["in_force"] 和 open_window_only = true。',
    'Write states = ["in_force"] and open_window_only = true.',
)
_NO_BUDGET = (
    "这个目的没有每个登录的限额",
    "This purpose has no budget for a log-in",
    '在 budgets.toml 加一条 per = "principal" 的限额。',
    'Add a budget with per = "principal" to budgets.toml.',
)
_NOBODY_ASKS = (
    "没有写明谁须核查",
    "Nobody is named who must check",
    "写 bodies（机构）或者 kinds（单位种类）。",
    "Name bodies, or kinds of organisation.",
)
_BEFORE_ITS_LAW = (
    "条款的施行日早于法律的施行日",
    "The article is in force before its law",
    "对照 bases/ 里的 in_force_from。",
    "Compare in_force_from in bases/.",
)
_NOT_FOR_OTHERS = (
    "这一栏从不给他人看",
    "This column is never shown to others",
    "删去 shown_to_others。违法事实、证件号码和本人也看不到的栏目不给任何接收者。",
    "Remove shown_to_others: facts, document numbers and what the person does not see go to no recipient.",
)
