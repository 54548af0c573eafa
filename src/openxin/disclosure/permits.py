"""Permit decisions: a permit authority looks at what its own field holds about its own applicant, and decides for itself.

Legal source: 行政许可法 61, 69, 78, 79; 个人信息保护法 34. Always true: only a permit authority asks, for the number of an
application; it reaches records of its own field (`reach.py`) inside their open window; nothing here recommends anything. Who
is unknown, and who has nothing on record, are the same answer. The person is told at once.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from openxin.accounts.readers import Reader
from openxin.disclosure import asked, door, refusing
from openxin.disclosure.asked import Presented
from openxin.disclosure.asking import NotPermitted, Question, Right
from openxin.disclosure.statement import ShownRecord
from openxin.law.loading import catalogue

PURPOSE: Final = "permit-decision"
_NOT_YOURS: Final = "not-your-permit"
_TYPE: Final = "permit"


@dataclass(frozen=True, slots=True)
class PermitAnswer:
    """What the authority's own field holds; nothing in it names the person or tells whether they are known here."""

    records: tuple[ShownRecord, ...]
    asked_at: datetime
    line: UUID


def ask(presented: Presented, to: Reader, *, today: date, at: datetime) -> PermitAnswer:
    """Show a permit authority what it may see of its applicant. `presented.matter`: the number of the application.

    Raises asked.Unclear: nothing was asked yet. Raises NotPermitted, BudgetSpent, as the door does.
    """
    law = catalogue()
    whom = asked.find(presented, to, law=law, today=today)
    right = Right("permit", matter=presented.matter.strip(), other_name=not whom.agrees)
    question = Question(PURPOSE, whom.person, right)
    body = law.authorities.get(to.authority or "")
    if body is None or _TYPE not in body.submits:
        line = refusing.write(question, to, _NOT_YOURS, law, today=today, at=at)
        raise NotPermitted(_NOT_YOURS, line)
    statement = door.disclose(question, to, today=today, at=at)
    return PermitAnswer(statement.records, at, statement.line)
