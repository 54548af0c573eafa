"""Values of columns in words: a day, an amount, a code becomes what a reader of Chinese or of English would write.

What a body wrote freely stays as it wrote it, in both languages: nobody translates a decision on the way out.
"""

import re
from datetime import date

from openxin.law.catalogue import Catalogue, CodeList, Column, Term, Words

_FEN = 100
# Not `calendar.month_name`: that follows the locale of the machine.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"
)  # fmt: skip
_UNITS = {"wd": ("个工作日", "working day"), "cd": ("日", "day"), "mo": ("个月", "month")}
_NO_END = Words("长期", "no end")
_UNIT_IN_TITLE = re.compile(r"\s*[（(][^（）()]*[）)]$")


def day(value: date) -> Words:
    """A calendar day."""
    return Words(f"{value.year}年{value.month}月{value.day}日", f"{value.day} {_MONTHS[value.month - 1]} {value.year}")


def yuan(fen: int) -> Words:
    """Money, kept in fen."""
    amount = f"{fen // _FEN:,}" + (f".{fen % _FEN:02}" if fen % _FEN else "")
    return Words(f"{amount}元", f"{amount} yuan")


def term(value: Term) -> Words:
    """A length of time."""
    zh, en = _UNITS[value.unit]
    return Words(f"{value.amount} {zh}", f"{value.amount} {en}{'' if value.amount == 1 else 's'}")


def title(column: Column) -> Words:
    """The column's title; of an amount without the unit of the template, since the value carries its own."""
    if column.kind != "amount":
        return column.title
    return Words(_UNIT_IN_TITLE.sub("", column.title.zh), _UNIT_IN_TITLE.sub("", column.title.en))


def words(column: Column, stored: str | int, law: Catalogue) -> Words:
    """What `stored` says in this column."""
    text = str(stored)
    if column.kind == "amount" and isinstance(stored, int):
        return yuan(stored)
    if column.kind in ("date", "time"):
        return _NO_END if column.no_end and text == law.parameters.no_end.isoformat() else _day_or_no_end(text)
    if column.kind == "basis" and text in law.bases:
        return Words(f"《{law.bases[text].title}》", law.bases[text].title_en)
    if column.kind == "uscc" and text in law.by_uscc:
        body = law.by_uscc[text].title
        return Words(f"{text}（{body.zh}）", f"{text} ({body.en})")
    if column.list is not None and column.list in law.lists:
        return _listed(law.lists[column.list], text)
    return Words(text, text)


def _day_or_no_end(text: str) -> Words:
    """A day, perhaps with an hour."""
    on, _, hour = text.partition("T")
    try:
        said = day(date.fromisoformat(on))
    except ValueError:
        return Words(text, "no end")  # the only word that a column of days keeps
    return Words(f"{said.zh} {hour}", f"{said.en}, {hour}") if hour else said


def _listed(code_list: CodeList, text: str) -> Words:
    titles = {value.code: value.title for value in code_list.values}
    parts = re.split(f"[{re.escape(code_list.separators)}]", text) if code_list.separators else [text]
    said = [titles.get(part, Words(part, part)) for part in parts if part]
    return Words("、".join(one.zh for one in said), ", ".join(one.en for one in said))
