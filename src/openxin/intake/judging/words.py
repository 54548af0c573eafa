"""Problems in words: what is wrong, with the value masked, and what mends it. Chinese first, English beside it."""

from dataclasses import dataclass

from openxin.law.catalogue import Catalogue, RecordType
from openxin.people import documents, names

_SHOWN = 24
_HARMLESS_KINDS = (
    "date",
    "time",
    "amount",
    "decimal",
    "list",
    "lists",
    "yes_no",
    "document_type",
    "uscc",
    "state_code",
)


@dataclass(frozen=True, slots=True)
class Message:
    """One problem in words."""

    zh: str
    en: str


def describe(code: str, field: str, value: str | None, type: RecordType, law: Catalogue) -> Message:  # noqa: A002
    """What `code` at column `field` means; `value` is shown masked, and not at all where None."""
    column = next((one for one in type.columns if one.code == field), None)
    words = law.problems[code]
    title_zh, title_en = (column.title.zh, column.title.en) if column else (field, field)
    shown = "" if value is None or column is None else masked(value, column.kind)
    shown_zh, shown_en = (f"（{shown}）", f" ({shown})") if shown else ("", "")
    return Message(
        f"{title_zh}{shown_zh}：{words.title.zh}。{words.remedy.zh}",
        f"{title_en}{shown_en}: {words.title.en}. {words.remedy.en}",
    )


def masked(value: str, kind: str) -> str:
    """A value as its own body may see it again: names and numbers hidden, long texts cut."""
    if kind == "name":
        return names.masked(value)
    if kind == "document_number":
        return documents.masked(value)
    if kind in _HARMLESS_KINDS:
        return value[:_SHOWN]
    return value[:2] + "…"
