"""Problems in words, Chinese first: which column, what is wrong, the value as far as it may be repeated, and what to do."""

from dataclasses import dataclass
from typing import Final

from openxin.law.catalogue import Catalogue, Column, RecordType
from openxin.people import documents, names

_SHOWN_WHOLE: Final = frozenset({"list", "lists", "yes_no", "document_type", "state_code", "date", "time", "uscc"})
_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Message:
    """A message in both languages."""

    zh: str
    en: str


def describe(code: str, field: str, value: str | None, type: RecordType, law: Catalogue) -> Message:  # noqa: A002
    """Say what `code` means in the column `field` of a row. `value`: the cell as it came; None: not to be repeated."""
    problem = law.problems[code]
    column = next((one for one in type.columns if one.code == field), None)
    shown = _shown(value, column)
    where_zh, where_en = (
        (f"「{column.title.zh}」", f"“{column.title.en}”") if column is not None else ("本行", "This row")
    )
    value_zh, value_en = (f"（{shown}）", f" ({shown})") if shown else ("", "")
    return Message(
        zh=f"{where_zh}{value_zh}：{problem.title.zh}。{problem.remedy.zh}",
        en=f"{where_en}{value_en}: {problem.title.en}. {problem.remedy.en}",
    )


def _shown(value: str | None, column: Column | None) -> str:
    """A value masked by its kind: no name, number or wording of a person stands in a message."""
    text = (value or "").strip()
    if not text or column is None:
        return ""
    if column.kind == "name":
        return names.mask(text)
    if column.kind == "document_number":
        return documents.mask(text)
    if column.kind in _SHOWN_WHOLE and not column.forbidden:
        return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
    return f"{text[:1]}***"
