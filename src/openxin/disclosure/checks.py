"""Statutory checks: a law obliges somebody to ask before they appoint, admit or certify a person, and gets one sentence.

Legal source: the article of each check (`catalogue/checks.toml`); 个人信息保护法 13(1)(3), 34. Always true: only a duty-holder
of that very check asks, about one person, for a numbered matter. A0 is never answered here: the right office is named. A1 says
whether a ban is in force within one scope today, until when, by whom, under which number; A2 adds the status of one named
qualification. Never facts, fines, history or another scope; "no such person" and "nothing on record" are one answer. The
person is told at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from openxin.accounts.readers import Reader
from openxin.disclosure import asked, budgets, door, refusing, rights, values
from openxin.disclosure.asked import Presented
from openxin.disclosure.asking import BudgetSpent, NotPermitted, Question, Right
from openxin.disclosure.statement import ShownRecord
from openxin.law.catalogue import Catalogue, Words
from openxin.law.loading import catalogue
from openxin.law.rights import Check, CheckForm

PURPOSE: Final = "statutory-check"
_YES: Final = "Y"
_ELSEWHERE: Final = "answered-elsewhere"


class NoSuchCheck(Exception):
    """The catalogue lists no check of this id."""


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What a duty-holder says: which check, whose document, for which matter. `state`: that issued a foreign passport."""

    check: str
    document_type: str
    number: str
    name: str
    matter: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """The answer, whole. What does not apply is None; nothing in it names the person or tells whether they are known here."""

    check: str
    form: CheckForm
    outcome: Literal["ban", "none", "refused-a0"]
    sentence: Words
    until: date | None
    for_life: bool
    decided_by: Words | None
    document: str | None
    qualification: Words | None  # A2: what it is and how it stands
    office: Words | None  # who answers what this register may not
    asked_at: datetime
    line: UUID
    annotated: bool = False  # the person objected to the ban, and that is not decided yet: never told without


def ask(enquiry: Enquiry, to: Reader, *, today: date, at: datetime) -> CheckAnswer:
    """Answer a check.

    Raises NoSuchCheck, asked.Unclear: nothing was asked yet. Raises NotPermitted, BudgetSpent, as the door does.
    """
    law = catalogue()
    check = law.checks.get(enquiry.check)
    if check is None:
        raise NoSuchCheck
    presented = Presented(enquiry.document_type, enquiry.number, enquiry.name, enquiry.matter, enquiry.state)
    whom = asked.find(presented, to, law=law, today=today)  # 1 about whom? perhaps nobody, and nobody can tell
    right = Right("duty", reference=check.id, matter=enquiry.matter.strip(), other_name=not whom.agrees)
    question = Question(PURPOSE, whom.person, right)
    if check.form == "A0":  # 2 may it be answered here at all?
        return _refused(check, question, to, law, today, at)
    statement = door.disclose(question, to, today=today, at=at)  # 3 is it their duty? no reading without its line
    bans = [one for one in statement.records if law.types[one.type].column("scope")]
    held = [one for one in statement.records if not law.types[one.type].column("scope")]
    return _answer(check, bans, held, statement.line, at, law)


def _refused(
    check: Check, question: Question, to: Reader, law: Catalogue, today: date, at: datetime
) -> CheckAnswer:  # fmt: skip
    """Not answered, and the right office is named: to whoever must ask; to others it is a refusal like any other."""
    try:
        rights.established(question, to, law, today, at=at)
        budgets.spend(PURPOSE, to, law, at=at)
        rule = _ELSEWHERE
    except rights.NotEstablished as missing:
        rule = missing.rule
    except BudgetSpent as spent:
        refusing.write(question, to, spent.rule, law, today=today, at=at)
        raise
    line = refusing.write(question, to, rule, law, today=today, at=at)
    if rule != _ELSEWHERE:
        raise NotPermitted(rule, line)
    office = check.office or Words("", "")
    sentence = Words(f"本系统不答复此项，请向{office.zh}查询。", f"Not answered here: ask {office.en}.")
    return CheckAnswer(check.id, "A0", "refused-a0", sentence, None, False, None, None, None, office, at, line)


def _answer(
    check: Check, bans: Sequence[ShownRecord], held: Sequence[ShownRecord], line: UUID, at: datetime, law: Catalogue
) -> CheckAnswer:
    longest = max(bans, key=lambda one: (_is_for_life(one, law), _until(one, law) or date.max), default=None)
    for_life = longest is not None and _is_for_life(longest, law)
    until = None if longest is None or for_life else _until(longest, law)
    qualification = _qualification(held, law) if check.form == "A2" else None
    ban = _ban(check, longest, until, law) if longest is not None else _no_ban(check, law)
    sentence = ban if qualification is None else Words(ban.zh + qualification.zh, f"{ban.en} {qualification.en}")
    return CheckAnswer(
        check=check.id,
        form=check.form,
        outcome="none" if longest is None else "ban",
        sentence=sentence,
        until=until,
        for_life=for_life,
        decided_by=longest.decider if longest is not None else None,
        document=longest.document if longest is not None else None,
        qualification=qualification,
        office=check.criminal.office if check.criminal is not None else None,
        asked_at=at,
        line=line,
        annotated=longest is not None and longest.is_annotated,
    )


def _stored(record: ShownRecord, role: str, law: Catalogue) -> str:
    return str(record.said.get(law.types[record.type].column(role) or "", ""))


def _is_for_life(record: ShownRecord, law: Catalogue) -> bool:
    return _stored(record, "for_life", law) == _YES


def _until(record: ShownRecord, law: Catalogue) -> date | None:
    said = _stored(record, "valid_until", law)
    return date.fromisoformat(said) if said else None


def _scope(check: Check, law: Catalogue) -> Words:
    return law.scopes.get(check.scope or "", Words("本机关的许可", "the permits of this body"))


def _no_ban(check: Check, law: Catalogue) -> Words:
    scope = _scope(check, law)
    return Words(
        f"本系统没有{scope.zh}范围内现行有效的禁入记录（不是无记录证明）。",
        f"No ban within the scope of {scope.en} is in force on this register (this is not a certificate).",
    )


def _ban(check: Check, record: ShownRecord, until: date | None, law: Catalogue) -> Words:
    scope = _scope(check, law)
    end = values.day(until) if until is not None else None
    ends = Words(f"至{end.zh}止", f"until {end.en}") if end is not None else Words("终身", "for life")
    noted = Words("本人已提出异议，正在办理。", " The person has objected; that is not decided yet.")
    note = noted if record.is_annotated else Words("", "")
    return Words(
        f"{scope.zh}范围内的禁入现行有效，{ends.zh}；决定机关：{record.decider.zh}；文号：{record.document}。{note.zh}",
        f"A ban within the scope of {scope.en} is in force {ends.en}, decided by {record.decider.en}, no. {record.document}."
        f"{note.en}",
    )


def _qualification(held: Sequence[ShownRecord], law: Catalogue) -> Words:
    if not held:
        return Words("本系统没有所查资格的记录。", "The qualification asked about is not on this register.")
    newest = held[0]
    said = {field.code: field.value for field in newest.fields}
    type_ = law.types[newest.type]
    title = said.get(type_.column("qualification") or "", Words("", ""))
    status = said.get(type_.column("status") or "", Words("未写明", "not stated"))
    return Words(f"所查资格“{title.zh}”：{status.zh}。", f"The qualification asked about, {title.en}: {status.en}.")
