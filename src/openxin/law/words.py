"""The small values that every entry of the law is made of: words in both languages, a source, a length of time."""

from dataclasses import dataclass
from typing import Literal

Verified = Literal["V", "K", "D"]


@dataclass(frozen=True, slots=True)
class Words:
    """What a user reads: Chinese first, English beside it."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry comes from, and how far that was verified."""

    citation: str
    verified: Verified


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time. unit: wd working days, cd calendar days, mo calendar months."""

    amount: int
    unit: Literal["wd", "cd", "mo"]
