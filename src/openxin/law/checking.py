"""Is a catalogue sound? `openxin catalogue check` prints what this finds, and the loader refuses whatever has a finding.

1 every file is TOML and of a known kind;  2 every file fits its JSON Schema (which also says what is never collected);
3 what no schema can see (`cross_checks`). Steps 1 and 2 stop there: a file whose shape is wrong cannot be compared with others.

The schemas are those that come with OpenXin, never a copy in a city's own folder: what may not be collected is one of the
lines that a city cannot move.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from openxin.law.catalogue import Words
from openxin.law.cross_checks import cross_findings
from openxin.law.files import KINDS, Folder, SourceFile, read_folder, shipped_folder
from openxin.law.findings import Finding

__all__ = ["Finding", "check", "findings_in"]


def check(folder: Path) -> list[Finding]:
    """Everything that is wrong in `folder`, in order of file and line."""
    return findings_in(read_folder(folder))


def findings_in(folder: Folder) -> list[Finding]:
    """Everything that is wrong in a folder that was read already."""
    shape = [*_unparsed(folder), *_unknown(folder), *_absent(folder)]
    forbidden: list[Finding] = []
    for file in folder.files:
        if file.kind:
            for error in _validator(file.kind).iter_errors(_as_json(file.table)):
                (forbidden if _is_forbidden(error) else shape).append(_finding(file, error))
    # A forbidden field has the right shape: it does not keep the other faults from being shown at once.
    found = [*shape, *forbidden] if shape else [*forbidden, *cross_findings(folder)]
    return sorted(set(found), key=lambda one: (one.file, one.line, one.message.zh))


def _unparsed(folder: Folder) -> Iterator[Finding]:
    for file in folder.unparsed:
        yield Finding(
            file.name,
            file.line,
            Words("不是有效的 TOML 文件：" + file.says, "This is no TOML: " + file.says),
            Words(
                "检查引号、括号和等号，文件须是 UTF-8 编码。",
                "Check quotes, brackets and equals signs; the file must be UTF-8.",
            ),
        )


def _unknown(folder: Folder) -> Iterator[Finding]:
    tables = ", ".join(KINDS)
    for file in folder.files:
        if file.kind is None:
            yield Finding(
                file.name,
                1,
                Words("看不出这个文件写的是什么", "Nothing tells what this file is about"),
                Words(f"文件须有下列表之一：{tables}。", f"The file needs one of the tables {tables}."),
            )


def _absent(folder: Folder) -> Iterator[Finding]:
    present = {file.kind for file in folder.files}
    for table, kind in KINDS.items():
        # A broken file may be the one that is missed: then its own finding is enough.
        if kind not in present and not folder.unparsed:
            yield Finding(
                f"{kind}.toml",
                1,
                Words(f"目录里没有写 {table} 的文件", f"No file of the folder has the table {table}"),
                Words(
                    "从本系统自带的目录复制一份，再修改。",
                    "Copy the one that comes with OpenXin, then change it.",
                ),
            )


@lru_cache(maxsize=1)
def _schemas() -> Registry[Any]:
    folder = shipped_folder() / "schema"
    contents = (json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json")))
    return Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in contents)


@cache
def _validator(kind: str) -> Draft202012Validator:
    registry = _schemas()
    return Draft202012Validator(registry.contents(f"{kind}.json"), registry=registry)


def _as_json(value: Any) -> Any:
    """A TOML value as an editor's schema checker sees it: dates are strings."""
    if isinstance(value, dict):
        return {key: _as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_json(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _is_forbidden(error: ValidationError) -> bool:
    return error.validator == "not" and "citation" in _schema(error)


def _schema(error: ValidationError) -> Mapping[str, Any]:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _finding(file: SourceFile, error: ValidationError) -> Finding:
    path = list(error.absolute_path)
    extra = _unexpected(error)
    message, remedy = _forbidden_words(error) if _is_forbidden(error) else _words(error, extra)
    return Finding(file.name, file.lines.at(*path, *extra[:1]), message, remedy)


def _unexpected(error: ValidationError) -> list[str]:
    if error.validator != "additionalProperties" or not isinstance(error.instance, dict):
        return []
    return [key for key in error.instance if key not in _schema(error).get("properties", {})]


def _forbidden_words(error: ValidationError) -> tuple[Words, Words]:
    group = _schema(error)
    zh, _, en = str(group["title"]).partition(" · ")
    basis = f"{group['citation']} [{group['verified']}]"
    return (
        Words(
            f"「{error.instance}」属于从不收集的内容：{zh}（{basis}）。",
            f"“{error.instance}” is never collected: {en}.",
        ),
        Words(
            "删去这一栏。任何机构、任何类型都不能有。", "Remove this column; no body and no record type may have it."
        ),
    )


# Which key of a schema failed -> what that means. {0} is the field, {1} what the schema wants, {2} what stands there.
_MEANINGS = {
    "required": ("缺少 {1}", "{1} is missing"),
    "additionalProperties": ("不认识 {1}", "{1} is not known here"),
    "type": ("{0} 的类型不对：应为 {1}，现为 {2}", "{0} has the wrong type: wanted {1}, found {2}"),
    "enum": ("{0} 不在允许的值之内：{2}", "{0} is none of the allowed values: {2}"),
    "pattern": ("{0} 的写法不对：{2}", "{0} is written in the wrong form: {2}"),
    "minItems": ("{0} 不能为空", "{0} may not be empty"),
    "maxItems": ("{0} 太多：{2}", "{0} has too many: {2}"),
    "minLength": ("{0} 不能为空", "{0} may not be empty"),
    "uniqueItems": ("{0} 有重复", "{0} says something twice"),
    "minimum": ("{0} 太小：{2}", "{0} is too small: {2}"),
    "maximum": ("{0} 太大：{2}", "{0} is too great: {2}"),
    "not": ("{0} 不能这样写：{2}", "{0} may not say: {2}"),
}
_BASIS_MISSING = (
    Words("这一类记录没有法律依据", "This record type has no legal basis"),
    Words(
        "在 legal_basis 写明依据（grounds.toml 中的 ground）和条款；没有依据的不得收集。",
        "Name act and article in legal_basis (a ground of grounds.toml); what has no basis may not be collected.",
    ),
)


def _words(error: ValidationError, extra: list[str]) -> tuple[Words, Words]:
    path = [str(step) for step in error.absolute_path if isinstance(step, str)]
    field = path[-1] if path else "文件 the file"
    wanted = _wanted(error, extra)
    if "legal_basis" in (field, wanted) and error.validator in ("required", "minItems"):
        return _BASIS_MISSING
    zh, en = _MEANINGS.get(str(error.validator), ("{0} 不合规定：{2}", "{0} does not fit: {2}"))
    shown = json.dumps(error.instance, ensure_ascii=False)[:80]
    allowed = f"{wanted}" if error.validator in ("enum", "pattern", "type") else ""
    says = str(_schema(error).get("description", ""))
    return (
        Words(zh.format(field, wanted, shown), en.format(field, wanted, shown)),
        Words(
            f"改正这一处{'（允许：' + allowed + '）' if allowed else ''}；各字段的说明见 schema 和 README.md。",
            f"Mend it{' (allowed: ' + allowed + ')' if allowed else ''}; schema and README.md explain it. {says}".rstrip(),
        ),
    )


def _wanted(error: ValidationError, extra: list[str]) -> str:
    if error.validator == "required":
        # One error for each key that is absent; only its message says which.
        named = re.match(r"'([^']+)'", error.message)
        return named[1] if named else ""
    if extra:
        return ", ".join(extra)
    value = error.validator_value
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
