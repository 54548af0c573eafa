"""Narrowing: which of the records that a right reaches it is about, where only what is sealed tells.

Legal source: 个人信息保护法 6 (no more than the purpose needs) and the article of each check. Always true: a check reaches
bans of its one scope and the one qualification that it names; a permit authority reaches its own field; an awarding body its
own award of that number; a name that is not the person's reaches nothing.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import polars as pl

from openxin.accounts.readers import Reader
from openxin.disclosure.asking import Right
from openxin.law.catalogue import Catalogue, RecordType
from openxin.law.rights import Check
from openxin.people.folding import decision_numbers
from openxin.records.reading import HeldRecord

RIGHTS: Final = frozenset({"duty", "permit", "award"})


def about(
    right: Right, to: Reader, held: Sequence[HeldRecord], law: Catalogue, today: date
) -> tuple[UUID, ...]:  # fmt: skip
    """Those of `held` that this right is about on `today`."""
    if right.other_name:
        return ()
    return tuple(one.id for one in held if _is_about(right, to, one, law.types[one.type], law, today))


def _is_about(right: Right, to: Reader, held: HeldRecord, type_: RecordType, law: Catalogue, today: date) -> bool:
    if right.kind == "duty":
        return _answers(law.checks[right.reference], to, held, type_, law, today)
    if right.kind == "permit":
        return _is_of_its_own_field(to, held, type_, law)
    return _same_number(_said(held, type_, "document"), right.reference)


def _answers(check: Check, to: Reader, held: HeldRecord, type_: RecordType, law: Catalogue, today: date) -> bool:
    if type_.column("scope"):
        # A bar on asking for the same permit again concerns the authority that decided, and no other.
        own = not check.own_decisions_only or _is_of_its_own_field(to, held, type_, law)
        return own and _said(held, type_, "scope") == check.scope and _is_running(held, type_, today)
    named = _said(held, type_, "qualification")
    return check.form == "A2" and named != "" and named == check.qualification


def _is_running(held: HeldRecord, type_: RecordType, today: date) -> bool:
    """Whether the ban has begun and not ended: others may see it from its notice on, which may be before its first day."""
    begins, ends = _said(held, type_, "valid_from"), _said(held, type_, "valid_until")
    return begins <= today.isoformat() <= (ends or date.max.isoformat())


def _is_of_its_own_field(to: Reader, held: HeldRecord, type_: RecordType, law: Catalogue) -> bool:
    """What the body decided, or sent in, itself or for another."""
    body = law.authorities.get(to.authority or "")
    if body is None:
        return False
    decider = law.by_uscc.get(_said(held, type_, "decider_code"))
    return held.authority == body.id or (decider is not None and decider.id in (body.id, *body.submits_for))


def _same_number(one: str, other: str) -> bool:
    """Whether two numbers of decisions are the same: brackets, spaces, width and case aside."""
    folded = decision_numbers(pl.Series([one, other]))
    return bool(folded[0] == folded[1]) and folded[0] != ""


def _said(held: HeldRecord, type_: RecordType, role: str) -> str:
    return str(held.content.get(type_.column(role) or "") or "")
