"""Asking: what somebody who stands at the door out says before anything is read, and what the door answers instead of a reading.

Legal source: PIPL 6, 13, 34 (a stated purpose, a ground, and no more than is needed). Always true: a question names one
person, one purpose of the catalogue's closed list and one right; it carries no free text.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

RightKind = Literal["own", "ward", "grant", "duty", "permit", "case", "award", "warrant", "none"]


@dataclass(frozen=True, slots=True)
class Right:
    """By which right somebody reads. `reference`: the article, the check, the reason of a warrant; `matter`: the caller's file.

    `types` and `records` narrow what the purpose reaches; None leaves it as it is. `other_name`: the name that came with the
    document is not the person's; nothing is reached, and the person learns that their number was asked about.
    """

    kind: RightKind
    reference: str = ""
    grant: UUID | None = None
    types: tuple[str, ...] | None = None
    records: tuple[UUID, ...] | None = None
    matter: str = ""
    other_name: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Of whom, what for, by which right. `purpose` is an id of `catalogue/purposes.toml`."""

    purpose: str
    person: UUID
    right: Right


class NotPermitted(Exception):
    """This reader has no right to these records for this purpose. Nothing was read; that they asked is written down.

    `rule`: which rule refused, an id of the catalogue's refusals; `line`: the line that tells the person of it.
    """

    def __init__(self, rule: str, line: UUID | None = None) -> None:
        super().__init__(rule)
        self.rule = rule
        self.line = line


class BudgetSpent(Exception):
    """This reader, or the body for which it acts, has asked as often as it may. Nothing was read; auditors are told."""

    def __init__(self, rule: str, retry_after_seconds: int) -> None:
        super().__init__(rule)
        self.rule = rule
        self.retry_after_seconds = retry_after_seconds


class LineImpossible(Exception):
    """The line of a reading, or of a refused one, cannot be written now. Nothing was shown: no line, no reading."""

    rule = "line-impossible"

    def __init__(self) -> None:
        super().__init__(self.rule)
