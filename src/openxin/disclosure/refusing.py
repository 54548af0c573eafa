"""Refusing: a reading that was not permitted is a line too, with the rule that refused it; repeated, the auditors are told.

Always true: the person sees that somebody asked, and the ledger has it; nothing was read.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connections

from openxin.accounts.readers import Reader
from openxin.disclosure.asking import LineImpossible, Question
from openxin.law.catalogue import Catalogue
from openxin.notices import alerts
from openxin.records import lines
from openxin.store.session import reading_as


def write(question: Question, to: Reader, rule: str, law: Catalogue, *, today: date, at: datetime) -> UUID:
    """Write the refusal down, in the list of the person who was asked about. Its line. Raises LineImpossible."""
    line = lines.NewLine(question.person, "refusal", said(question, to, rule, law, at))
    alert = law.alerts["refusals"]
    repeated = alerts.Repetition(times=alert.times, within=alert.within)
    try:
        with reading_as(to.login, question.person), connections["default"].cursor() as cursor:
            written = lines.write_line(cursor, line, day=today, at=at)
            alerts.count(cursor, "refusals", to.holder, to.login, at, repeated)
    except (DatabaseError, InterfaceError) as error:
        raise LineImpossible from error
    return written


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
