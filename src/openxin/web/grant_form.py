"""The form by which a person says who may see what: from what a browser sends to terms, or to what is still wrong with it.

A decision that was chosen travels as `type/id`, so that nothing need be read to understand the form: an id that is not the
person's covers nothing, and they see that before they agree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeVar
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from openxin.accounts import organisations
from openxin.disclosure.grants import Terms
from openxin.law.catalogue import Catalogue, Words

PURPOSE = "report"
_DAYS_AT_FIRST = 7
_Value = TypeVar("_Value")
_Scope = tuple[tuple[str, ...], tuple[UUID, ...] | None]


@dataclass(frozen=True, slots=True)
class GrantForm:
    """What was filled in, as text, so that it can be shown again; and what is wrong with it, by field."""

    who: str = "code"  # code, body, or unit
    body: str = ""
    uscc: str = ""
    purpose: str = ""
    scope: str = ""  # types, or records
    types: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    form: str = "statement"  # the smaller one, unless the person wants the other
    first: str = ""
    last: str = ""
    uses: str = "1"
    is_listed: bool = False  # the person's decisions stood there to be chosen from
    faults: Mapping[str, Words] = field(default_factory=dict)


class _Wrong(Exception):
    """This field cannot be taken."""

    def __init__(self, field_: str, zh: str, en: str) -> None:
        super().__init__(field_)
        self.field = field_
        self.words = Words(zh, en)


def empty(today: date) -> GrantForm:
    """The form as it is first shown: a code, for a week, once, and the least that can be shown."""
    return GrantForm(first=today.isoformat(), last=(today + timedelta(days=_DAYS_AT_FIRST)).isoformat())


def read(post: QueryDict, law: Catalogue, *, now: datetime) -> tuple[GrantForm, Terms | None]:
    """The form as it was filled in, and the terms that it says: None where something is wrong, which the form then tells, or
    where the person has to be shown their decisions, to choose from them.
    """
    filled = _filled(post)
    faults: dict[str, Words] = {}

    def taken(step: Callable[[], _Value]) -> _Value | None:
        try:
            return step()
        except _Wrong as wrong:
            faults[wrong.field] = wrong.words
            return None

    holder = taken(lambda: _holder(filled, law))
    scope = taken(lambda: _scope(filled, law))
    days = taken(lambda: _days(filled, law, timezone.localdate(now)))
    uses = taken(lambda: _uses(filled))
    purpose = taken(lambda: _purpose(filled, law))
    form = taken(lambda: _form(filled))
    filled = replace(filled, faults=faults)
    if faults or scope is None or days is None or uses is None or purpose is None or form is None:
        return filled, None
    types, records = scope
    first, last = days
    terms = Terms(
        to=holder,
        types=types,
        records=records,
        form=form,
        from_=max(_midnight(first), now),
        until=_midnight(last + timedelta(days=1)),
        uses=uses,
        said_purpose=purpose,
    )
    return filled, terms


def _filled(post: QueryDict) -> GrantForm:
    return GrantForm(
        who=post.get("who", ""),
        body=post.get("body", ""),
        uscc="".join(post.get("uscc", "").split()).upper(),
        purpose=post.get("purpose", ""),
        scope=post.get("scope", ""),
        types=tuple(post.getlist("types")),
        records=tuple(post.getlist("records")),
        form=post.get("form", ""),
        first=post.get("first", ""),
        last=post.get("last", ""),
        uses=post.get("uses", "").strip(),
        is_listed=post.get("listed") == "1",
    )


def _holder(filled: GrantForm, law: Catalogue) -> str | None:
    """For whom: as grants name a holder, None for whoever has the code."""
    if filled.who == "code":
        return None
    if filled.who == "body":
        if filled.body in law.authorities:
            return filled.body
        raise _Wrong("body", "请从列表中选择一个机关。", "Choose a body of the list.")
    if filled.who == "unit":
        if filled.uscc in law.by_uscc:
            return law.by_uscc[filled.uscc].id
        unit = organisations.named(filled.uscc)
        if unit is not None and unit.closed_at is None:
            return f"organisation:{unit.id}"
        raise _Wrong(
            "uscc",
            "本系统没有登记这个统一社会信用代码。请核对，或者改用授权码。",
            "No unit of this credit code is registered here. Check it, or use a code instead.",
        )
    raise _Wrong("who", "请选择给谁看。", "Choose who may see it.")


def _scope(filled: GrantForm, law: Catalogue) -> _Scope | None:
    """Which types, and which single decisions of them; None: they have to be listed first."""
    if filled.scope == "types":
        types = tuple(one for one in law.types if one in filled.types)
        if types:
            return types, None
        raise _Wrong("types", "请至少选一类。", "Choose at least one type.")
    if filled.scope == "records":
        if not filled.is_listed:
            return None
        chosen = [found for one in filled.records if (found := _chosen(one, law)) is not None]
        if chosen:
            return tuple(sorted({type_ for type_, _ in chosen})), tuple(id_ for _, id_ in chosen)
        raise _Wrong("records", "请至少选一项决定。", "Choose at least one decision.")
    raise _Wrong("scope", "请选择给看哪些记录。", "Choose which records are shown.")


def _chosen(written: str, law: Catalogue) -> tuple[str, UUID] | None:
    type_, _, id_ = written.partition("/")
    try:
        return (type_, UUID(id_)) if type_ in law.types else None
    except ValueError:
        return None


def _days(filled: GrantForm, law: Catalogue, today: date) -> tuple[date, date]:
    """The first and the last day, both among those on which it holds."""
    first, last, longest = _day(filled.first), _day(filled.last), law.purposes[PURPOSE].longest_grant
    if first is None or first < today:
        raise _Wrong("first", "开始的那一天是今天或以后。", "The first day is today or a later one.")
    if last is None or last < first:
        raise _Wrong("last", "结束的那一天不早于开始的那一天。", "The last day is not before the first.")
    if longest is not None and last - first >= longest:
        raise _Wrong(
            "last",
            f"最长 {longest.days} 天，首尾都算。",
            f"At most {longest.days} days, the first and the last among them.",
        )
    return first, last


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uses(filled: GrantForm) -> int:
    if filled.uses.isascii() and filled.uses.isdigit() and int(filled.uses):
        return int(filled.uses)
    raise _Wrong("uses", "次数是 1 或更大的整数。", "The number of times is a whole number, 1 or more.")


def _purpose(filled: GrantForm, law: Catalogue) -> str:
    if filled.purpose in law.grant_purposes:
        return filled.purpose
    raise _Wrong("purpose", "请选择用途。", "Choose what it is for.")


def _form(filled: GrantForm) -> Literal["statement", "extract"]:
    if filled.form == "statement":
        return "statement"
    if filled.form == "extract":
        return "extract"
    raise _Wrong("form", "请选择给看多少。", "Choose how much is shown.")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
