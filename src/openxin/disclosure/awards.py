"""Awards: an awarding body asks whether an award of its own stands, by the award's number.

Legal source: the basis of the award; 个人信息保护法 6, 34. Always true: only the body that awarded asks, only about that
award; whether the person has others is not told. An unknown person, an unknown number, an award of another body and one that
its person has not opened are the same answer. The person is told at once.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from openxin.accounts.readers import Reader
from openxin.disclosure import asked, door, refusing
from openxin.disclosure.asked import Presented
from openxin.disclosure.asking import NotPermitted, Question, Right
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue

PURPOSE: Final = "honour-verify"
_NOT_YOURS: Final = "not-your-award"
_TYPE: Final = "honour"
_STANDS = Words("本系统载有这项荣誉，现行有效。", "The award is on this register and stands.")
_NONE = Words(
    "本系统没有可以核实的这项荣誉（不是无记录证明）。",
    "No such award can be verified on this register (this is not a certificate).",
)


@dataclass(frozen=True, slots=True)
class AwardAnswer:
    """Whether the award stands. Nothing in it names the person or tells whether they are known here."""

    outcome: Literal["stands", "none"]
    sentence: Words
    awarded_on: date | None
    asked_at: datetime
    line: UUID


def verify(presented: Presented, award: str, to: Reader, *, today: date, at: datetime) -> AwardAnswer:
    """Answer an awarding body. `award`: the number of its decision; `presented.matter`: the number of the file.

    Raises asked.Unclear: nothing was asked yet. Raises NotPermitted, BudgetSpent, as the door does.
    """
    law = catalogue()
    whom = asked.find(presented, to, law=law, today=today)
    right = Right("award", reference=award.strip(), matter=presented.matter.strip(), other_name=not whom.agrees)
    question = Question(PURPOSE, whom.person, right)
    body = law.authorities.get(to.authority or "")
    if body is None or _TYPE not in body.submits:
        line = refusing.write(question, to, _NOT_YOURS, law, today=today, at=at)
        raise NotPermitted(_NOT_YOURS, line)
    statement = door.disclose(question, to, today=today, at=at)
    found = next(iter(statement.records), None)
    if found is None:
        return AwardAnswer("none", _NONE, None, at, statement.line)
    return AwardAnswer("stands", _STANDS, found.decided_on, at, statement.line)
