"""Rights: in which role does this reader ask, and have they the right that they name?

Legal source: PIPL 6, 13, 31, 34, 45. Always true: the policy says which role may ask by which right (`catalogue/access.cedar`);
here, what a right rests on is looked up: whose own records they are, whose guardian somebody is, which duty a body has, which
case was given to whom. What a grant covers the database says itself, in the statement that reads (`door.sql`).
"""

from datetime import date, datetime
from typing import cast

from openxin.accounts import organisations
from openxin.accounts.readers import Reader
from openxin.disclosure import assignments, samples
from openxin.disclosure.asking import Question
from openxin.law import policy
from openxin.law.catalogue import Catalogue
from openxin.law.rights import Form
from openxin.people import guardians

_FORMS = ("statement", "extract")


class NotEstablished(Exception):
    """They have not this right: the rule that says so."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def established(question: Question, to: Reader, law: Catalogue, today: date, *, at: datetime) -> str:
    """The role in which `to` may ask. A warrant is spent by it. Raises NotEstablished."""
    role = _role(question, to, law)
    if (rule := _missing(question, to, law, today, at)) is not None:
        raise NotEstablished(rule)
    return role


def form_of(question: Question) -> Form:
    """How much of a record others see: what they ask for under a grant, and the smallest everywhere else."""
    asked = question.right.reference if question.right.kind == "grant" else ""
    return cast(Form, asked) if asked in _FORMS else "statement"


def _role(question: Question, to: Reader, law: Catalogue) -> str:
    if question.purpose not in law.purposes:
        raise NotEstablished("purpose-unknown")
    refused = "role-absent"
    for role in sorted(to.roles):
        decision = policy.may_ask(law, role=role, purpose=question.purpose, right=question.right.kind)
        if decision.allowed:
            return role
        refused = decision.rule
    raise NotEstablished(refused)


def _missing(question: Question, to: Reader, law: Catalogue, today: date, at: datetime) -> str | None:
    """The rule that refuses, since what the right rests on is not there."""
    right = question.right
    if right.kind == "own":
        return None if to.person_id == question.person else "not-own"
    if right.kind == "ward":
        mine = to.person_id is not None and guardians.is_guardian(to.person_id, question.person, today=today)
        return None if mine else "not-ward"
    if right.kind == "case":
        return None if _named_one(question) and _is_mine(question, to) else "not-your-case"
    if right.kind == "warrant":
        return _missing_sample(question, to, at)
    return _missing_duty(question, to, law) if right.kind == "duty" else None


def _missing_duty(question: Question, to: Reader, law: Catalogue) -> str | None:
    check = law.checks.get(question.right.reference)
    if check is None:
        return "check-unknown"
    return None if check.must_ask(to.holder, _kinds(to)) else "not-duty-holder"


def _named_one(question: Question) -> bool:
    return question.right.records is not None and len(question.right.records) == 1


def _is_mine(question: Question, to: Reader) -> bool:
    records = question.right.records or ()
    return all(assignments.is_mine(to.login, question.person, record) for record in records)


def _missing_sample(question: Question, to: Reader, at: datetime) -> str | None:
    if not _named_one(question):
        return samples.NOT_SAMPLED
    (record,) = question.right.records or ()
    return samples.spend(to.login, question.person, record, at=at)


def _kinds(to: Reader) -> frozenset[str]:
    if to.organisation is None:
        return frozenset()
    found = organisations.several([to.organisation]).get(to.organisation)
    return frozenset(found.kinds) if found is not None and found.closed_at is None else frozenset()
