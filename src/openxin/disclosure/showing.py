"""Showing: from what is held to what a reader is told. Asks the law of every column, state and deadline; reads nothing itself."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from openxin.disclosure import minors, reach, values
from openxin.disclosure.reach import Columns
from openxin.disclosure.statement import (
    Body,
    Change,
    Remedy,
    ShownLine,
    ShownRecord,
    Visibility,
    Withdrawal,
    shown_fields,
)
from openxin.law import clock
from openxin.law.catalogue import Authority, Catalogue, RecordType, Words
from openxin.law.rights import Form
from openxin.records.reading import Held, HeldLine, HeldRecord, HeldVersion, HeldWithdrawal

_WHY_WITHDRAWN = "CL_CHYY"
_ROLES = ("decider", "decider_code", "document", "basis_text", "basis_id")

# What an official did about a document of the person's.
_ACTS = {
    "verify": Words("核实了您的证件", "Confirmed your document"),
    "settle": Words("确认了您的姓名", "Settled which name is yours"),
    "join": Words("把您的几份证件合为一人", "Joined your documents: they are read as one person's"),
    "own_log_in": Words("您的实名登录核实了您的证件", "Your verified log-in confirmed your document"),
    "part": Words("把合为一人的证件分开", "Parted documents that had been joined"),
    "open": Words("把一类记录或者一条记录公开给他人", "Opened records to others"),
    "close": Words("不再把记录公开给他人", "Closed records to others again"),
    "entrust": Words("登记了监护关系", "Recorded who is whose guardian"),
    "release": Words("登记监护关系终止", "Recorded that a guardianship ended"),
    "assign": Words("把您的一条记录交给一名办案人员", "Gave one of your records to a case officer"),
    "unassign": Words("收回交给办案人员的一条记录", "Took a record of yours back from a case officer"),
    "contest": Words("质疑一次查看", "Contested a reading"),
    "contest_answered": Words("答复您对一次查看的质疑", "Answered your contesting of a reading"),
}

_YOU = Words("您本人", "You")
_YOUR_GUARDIAN = Words("您的监护人", "Your guardian")
_OTHER_NAME = Words("姓名与您的不符，没有看到任何记录", "the name was not yours, nothing was seen")

# The same, said to the guardian of the person whom it is about.
_TO_GUARDIAN: Mapping[Words, Words] = {
    _YOU: Words("本人", "They themself"),
    _YOUR_GUARDIAN: Words("监护人", "A guardian of theirs"),
    _OTHER_NAME: Words("姓名与本人的不符，没有看到任何记录", "the name was not theirs, nothing was seen"),
    _ACTS["verify"]: Words("核实了本人的证件", "Confirmed their document"),
    _ACTS["settle"]: Words("确认了本人的姓名", "Settled which name is theirs"),
    _ACTS["join"]: Words("把本人的几份证件合为一人", "Joined their documents: they are read as one person's"),
    _ACTS["own_log_in"]: Words("本人的实名登录核实了证件", "Their verified log-in confirmed their document"),
    _ACTS["assign"]: Words("把本人的一条记录交给一名办案人员", "Gave one of their records to a case officer"),
    _ACTS["unassign"]: Words("收回交给办案人员的一条记录", "Took a record of theirs back from a case officer"),
    _ACTS["contest_answered"]: Words("答复本人对一次查看的质疑", "Answered their contesting of a reading"),
}

_GRANTS: Mapping[str, Words] = {
    "grant": Words("给出一项授权", "Gave a grant"),
    "revocation": Words("撤回一项授权", "Revoked a grant"),
}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the law says of every record of one type in one form: its columns, and which of them play a role at its head."""

    type_: RecordType
    columns: Columns
    decided_title: Words
    decider: str
    decider_code: str
    document: str
    basis_text: str
    basis_id: str


_sheets: dict[tuple[bytes, str, Form | None], _Sheet] = {}


def records(held: Held, *, law: Catalogue, today: date) -> tuple[ShownRecord, ...]:
    """Every record as its person sees it today."""
    of_minor = minors.is_minor(held.documents, law, today)
    return tuple(_to_themself(one, law, today, verified=held.verified, of_minor=of_minor) for one in held.records)


def to_others(held: Held, *, law: Catalogue, form: Form) -> tuple[ShownRecord, ...]:
    """Every record as others see it in this form: what it says now, in the columns that are theirs, and what is annotated."""
    return tuple([_record(one, law, form) for one in held.records])


def _to_themself(held: HeldRecord, law: Catalogue, today: date, *, verified: bool, of_minor: bool) -> ShownRecord:
    """With all that only its person is told: who may see it and until when it is held, what it said before, what can be done."""
    type_ = law.types[held.type]
    columns = reach.columns(law, type_, None)
    return replace(
        _record(held, law, None),
        visibility=_visibility(held, type_, today, verified=verified, of_minor=of_minor),
        erase_on=held.erase_on,
        kept_until_person_erases=law.periods[held.type].kept_until_person_erases,
        final_on=held.final_on,
        notice_until=held.notice_until,
        withdrawal=_withdrawal(held.withdrawal, law),
        changes=tuple(_change(before, after, columns) for before, after in pairwise(held.versions)),
        remedies=tuple(_remedies(held.content, type_, law, today)),
    )


def _record(held: HeldRecord, law: Catalogue, form: Form | None) -> ShownRecord:
    """A record in this form (None: all its columns), as anybody sees it who may see it now."""
    sheet = _sheet(law, held.type, form)
    said = _what_it_says(held.content, sheet.columns)
    submitter = law.authorities[held.authority]
    known = law.by_uscc.get(str(said.get(sheet.decider_code, "")))
    decider = known or submitter
    return ShownRecord(
        id=held.id,
        type=held.type,
        type_title=sheet.type_.title,
        decider=_decider(said.get(sheet.decider), known, submitter),
        contact=_body(decider if decider.phone else submitter),
        submitter=_body(submitter),
        document=str(said.get(sheet.document, "")),
        basis=_basis(said, sheet, law, submitter),
        decided_on=held.decided_on,
        decided_title=sheet.decided_title,
        admitted_on=held.admitted_on,
        state=held.state,
        state_title=law.states[held.state].title,
        is_annotated=held.annotated,
        visibility="open",
        opens=held.opens,
        closes=held.closes,
        erase_on=None,
        kept_until_person_erases=False,
        final_on=None,
        notice_until=None,
        withdrawal=None,
        said=said,
        _columns=sheet.columns,
        changes=(),
        remedies=(),
    )


def _sheet(law: Catalogue, type_id: str, form: Form | None) -> _Sheet:
    key = (law.hash, type_id, form)
    found = _sheets.get(key)
    if found is None:
        type_ = law.types[type_id]
        found = _sheets[key] = _Sheet(
            type_=type_,
            columns=reach.columns(law, type_, form),
            decided_title=_title_of(type_, "decided_on"),
            **{role: type_.column(role) or "" for role in _ROLES},
        )
    return found


def _said(content: Mapping[str, Any], type_: RecordType, role: str) -> str:
    """What the column that plays `role` says; empty where there is none."""
    return str(content.get(type_.column(role) or "") or "")


def _title_of(type_: RecordType, role: str) -> Words:
    """What the column that plays `role` is called."""
    code = type_.column(role)
    return next(column.title for column in type_.columns if column.code == code)


def _decider(written: str | int | None, known: Authority | None, submitter: Authority) -> Words:
    if known is not None and written in (None, known.title.zh):
        return known.title
    # A body may have had another name on the day of the decision: what the decision says stands.
    return Words(str(written), str(written)) if written else submitter.title


def _body(authority: Authority) -> Body:
    return Body(authority.uscc, authority.title, authority.phone)


def _basis(said: Mapping[str, str | int], sheet: _Sheet, law: Catalogue, submitter: Authority) -> Words:
    if written := said.get(sheet.basis_text):
        return Words(str(written), str(written))
    named = str(said.get(sheet.basis_id, ""))
    known = law.bases.get(named)
    if known is None and sheet.type_.competence_basis:
        known = law.bases.get(submitter.permit_basis)
    return Words(named, named) if known is None else Words(f"《{known.title}》", known.title_en)


def _visibility(held: HeldRecord, type_: RecordType, today: date, *, verified: bool, of_minor: bool) -> Visibility:
    """The first reason that applies. Days decide beside the state, so that a page is right before `expire` has run, too."""
    # Judging gives a record without finality a day to open, unless the person opens it, or was a minor.
    was_minor = held.opens is None and not (type_.closed_until_person_opens or type_.needs_finality)
    reasons: tuple[tuple[bool, Visibility], ...] = (
        (held.state == "withdrawn", "withdrawn"),
        (held.state == "expired" or (held.closes is not None and held.closes <= today), "closed"),
        (held.suspended, "suspended"),
        (type_.closed_for_minors and (of_minor or was_minor), "minor"),
        (type_.closed_until_person_opens and not held.opened, "yours_to_open"),
        (held.opens is None and type_.needs_finality and held.final_on is None, "not_final"),
        (held.opens is None and not type_.closed_until_person_opens, "never"),
        (not verified, "identity_unverified"),
        (held.opens is not None and today < held.opens, "later"),
    )
    return next((visibility for applies, visibility in reasons if applies), "open")


def _what_it_says(content: Mapping[str, Any], columns: Columns) -> Mapping[str, str | int]:
    """What stands in `columns`, in the order of the template, without what is empty."""
    said = [(column.code, content.get(column.code)) for column in columns]
    return {code: stored for code, stored in said if stored is not None and stored != ""}


def _change(before: HeldVersion, after: HeldVersion, columns: Columns) -> Change:
    changed = {code: value for code, value in after.content.items() if before.content.get(code) != value}
    return Change(at=after.at, cause=after.cause, fields=shown_fields(_what_it_says(changed, columns), columns))


def _withdrawal(held: HeldWithdrawal | None, law: Catalogue) -> Withdrawal | None:
    if held is None:
        return None
    reason = held.reason or ""
    known = (one.title for one in law.lists[_WHY_WITHDRAWN].values if one.code == reason)
    return Withdrawal(held.at, next(known, Words(reason, reason)))


def _remedies(content: Mapping[str, Any], type_: RecordType, law: Catalogue, today: date) -> list[Remedy]:
    served = _said(content, type_, "served_on")
    # An empty cell counts as not told (docs/contract.md, "Finality"); without a day of service only the plain term can be named.
    variant = "untold" if served and _said(content, type_, "told_remedies") != "Y" else ""
    return [_remedy(procedure, variant, served, law, today) for procedure in type_.remedies]


def _remedy(procedure_id: str, variant: str, served: str, law: Catalogue, today: date) -> Remedy:
    procedure = law.procedures[procedure_id]
    due = clock.due(procedure_id, date.fromisoformat(served), law, variant) if served else None
    return Remedy(
        procedure=procedure_id,
        title=procedure.title,
        term=values.term(procedure.limits[variant]),
        until=due.due if due else None,
        provisional=due.provisional if due else False,
        is_over=due is not None and due.due < today,
        citation=procedure.source.citation,
    )


def lines(
    held: Sequence[HeldLine],
    *,
    law: Catalogue,
    these: Collection[UUID],
    titles: Mapping[str, Words],
    to_guardian: bool,
) -> tuple[ShownLine, ...]:
    """Every line, who looked said in words. What was written for several joined persons at once is told once.

    `titles`: what those are called for whom somebody looked and who are no body of the catalogue. `to_guardian`: said to the
    guardian of the person whom it is about, not to the person.
    """
    addressed = _TO_GUARDIAN if to_guardian else {}
    return tuple(_line(list(alike), law, these, titles, addressed) for alike in _told_once(held))


def _told_once(held: Sequence[HeldLine]) -> Iterable[Sequence[HeldLine]]:
    alike: dict[tuple[object, ...], list[HeldLine]] = {}
    for line in held:
        said = sorted((key, str(value)) for key, value in line.content.items() if key != "shown")
        # Without an instant of its own in the text, a line is told by itself.
        alike.setdefault((line.kind, *said) if "at" in line.content else (line.id,), []).append(line)
    return alike.values()


def _line(
    alike: Sequence[HeldLine],
    law: Catalogue,
    these: Collection[UUID],
    titles: Mapping[str, Words],
    addressed: Mapping[Words, Words],
) -> ShownLine:
    first = alike[0]
    who = _who(first.content, law, titles)
    return ShownLine(
        id=first.id,
        at=first.at,
        kind=first.kind,
        who=addressed.get(who, who),
        purpose=_purpose(first, law, addressed),
        records=sum(len(part["records"]) for line in alike for part in line.content.get("shown", ())),
        is_own=first.kind in ("disclosure", "act", "grant", "revocation") and first.content.get("capacity") == "self",
        is_this=any(line.id in these for line in alike),
        rule=_rule(first, law),
    )


def _rule(line: HeldLine, law: Catalogue) -> Words | None:
    rule = law.refusals.get(str(line.content.get("rule", "")))
    return rule.refused if rule is not None and line.kind == "refusal" else None


def _who(content: Mapping[str, Any], law: Catalogue, titles: Mapping[str, Words]) -> Words:
    if (body := content.get("body")) is not None:
        known = law.authorities[body].title if body in law.authorities else titles.get(body)
        return known or Words(str(body), str(body))
    if content.get("capacity") == "self":
        return _YOU
    if content.get("capacity") == "guardian":
        return _YOUR_GUARDIAN
    return Words("另一个人的登录", "Another person's log-in")


def _purpose(line: HeldLine, law: Catalogue, addressed: Mapping[Words, Words]) -> Words:
    if line.kind in _GRANTS:
        return _GRANTS[line.kind]
    if line.kind == "act":
        act = _ACTS[str(line.content["act"])]
        return addressed.get(act, act)
    if line.kind == "name_question" and "login" in line.content:
        return Words("持证核对姓名", "A name was compared with a document in hand")
    if line.kind == "name_question":
        return Words("报送时核对姓名", "A name was compared when a file was handed in")
    purpose = law.purposes.get(str(line.content.get("purpose", "")))
    if purpose is not None and line.content.get("name") == "other":
        other = addressed.get(_OTHER_NAME, _OTHER_NAME)
        return Words(f"{purpose.title.zh}：{other.zh}", f"{purpose.title.en}: {other.en}")
    return purpose.title if purpose else Words("清单以外的目的", "A purpose that is not on the list")
