"""Refusing: a reading that was not permitted is a line too, with the rule that refused it; repeated, the auditors are told.

Always true: the person sees that somebody asked, and the ledger has it; nothing was read.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from openxin.accounts.readers import Reader
from openxin.disclosure.asking import Question
from openxin.law.catalogue import Catalogue
from openxin.notices import alerts
from openxin.records import lines
from openxin.store.session import reading_as


def write(question: Question, to: Reader, rule: str, law: Catalogue, *, today: date, at: datetime) -> UUID:
    """Write the refusal down, in the list of the person who was asked about. Its line."""
    content = said(question, to, rule, law, at)
    with reading_as(to.login, question.person), connections["default"].cursor() as cursor:
        line = lines.write_line(cursor, lines.NewLine(question.person, "refusal", content), day=today, at=at)
        alert = law.alerts["refusals"]
        alerts.count(
            cursor, "refusals", to.holder, to.login, at, alerts.Repetition(times=alert.times, within=alert.within)
        )
    return line


def said(question: Question, to: Reader, rule: str, law: Catalogue, at: datetime) -> dict[str, Any]:
    """Who asked in vain, in which capacity, what for, and which rule refused it."""
    # A purpose outside the list is a word of the caller's; it says nothing to the person and may be anything.
    named = question.purpose if question.purpose in law.purposes else ""
    # Another person's id is not written down here: lines tell of a log-in.
    capacity = "self" if to.person_id == question.person else "official" if to.holder else "other_person"
    content = {
        "at": at.isoformat(),
        "capacity": capacity,
        "login": str(to.login),
        "purpose": named,
        "rule": rule,
        "shown": [],
    }
    return content | ({"body": to.holder} if to.holder else {})
