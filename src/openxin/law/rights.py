"""The law of the door out as frozen values: who may ask, for what, by which right, how much and in which form.

Legal source: PIPL 6, 13, 34 and the article of each check (`catalogue/purposes.toml`, `checks.toml`). Always true: the lists
are closed, what is not here is refused; `access.cedar` decides, and `openxin catalogue check` compares it with these values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from openxin.law.words import Source, Words

RoleId = str  # person guardian clerk case-officer recipient duty-holder auditor administrator identity-officer
PurposeId = str  # self report statutory-check permit-decision case honour-verify audit statistics
RightId = str  # own ward grant duty permit case award warrant none
Form = Literal["statement", "extract"]  # what a recipient sees of a record, the smaller first
CheckForm = Literal["A0", "A1", "A2"]
# A0: refused, the right office is named; A1: a ban in force within one scope; A2: the same and one named qualification
AnswerForm = Literal["whole", "statement", "answer", "record", "cells"]
# whole: everything that is held; statement: what the person chose; answer: one sentence; record: one record; cells: counts
Told = Literal[
    "never", "at_once", "each_step", "if_opened"
]  # when the person learns of a reading, beside their own list
Per = Literal["principal", "body"]  # a log-in or machine; the body or organisation for which it acts
AlertKind = Literal["refusals", "wrong_codes", "budget", "contest"]


@dataclass(frozen=True, slots=True)
class Right:
    """By which right somebody asks: what they must show beside their role."""

    id: RightId
    title: Words
    source: Source


@dataclass(frozen=True, slots=True)
class Role:
    """In which capacity a log-in acts, and what it sees at this door."""

    id: RoleId
    title: Words
    held_by: frozenset[str]  # person body organisation: whose people may have it
    machines: bool  # a machine may have it too
    excludes_others: bool  # separation of duties: whoever has it has no other
    sees: Words
    source: Source


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a record may be read for. The list is closed: the door out refuses every other word."""

    id: PurposeId
    title: Words
    rights: Mapping[RoleId, RightId]  # who may invoke it, each by one right only
    types: tuple[str, ...]  # record types that it reaches; empty: none
    states: tuple[str, ...]  # states that it reaches
    open_window_only: bool  # only records that others may see today
    form: AnswerForm
    longest_grant: timedelta | None  # of a grant for it; None: it needs no grant
    most_uses: int  # of a grant for it
    told: Told
    source: Source

    @property
    def roles(self) -> frozenset[RoleId]:
        """Who may invoke it."""
        return frozenset(self.rights)


@dataclass(frozen=True, slots=True)
class GrantPurpose:
    """What a person may say that a grant is for. They pick one; nobody types."""

    id: str
    title: Words
    source: Source


@dataclass(frozen=True, slots=True)
class NeverPurpose:
    """What no reading and no grant may ever be for. A title that holds one of `words` is refused by `catalogue check`."""

    id: str
    title: Words
    reason: Words
    words: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class CheckLaw:
    """The article that a check rests on. `in_force_from`: since when it says what it says here."""

    basis: str
    title: str
    article: str
    in_force_from: date


@dataclass(frozen=True, slots=True)
class CriminalLimb:
    """The part of a bar that rests on convictions: never answered here; `office` answers."""

    bar: Words
    office: Words


@dataclass(frozen=True, slots=True)
class Check:
    """A question that a law obliges somebody to ask before they appoint, admit or certify a person."""

    id: str
    title: Words
    laws: tuple[CheckLaw, ...]
    bar: Words
    bodies: tuple[str, ...]  # bodies of the catalogue that must ask
    kinds: tuple[str, ...]  # kinds of organisation that must ask
    form: CheckForm
    scope: str | None  # A1, A2: the scope of bans (CL_JRFW) that is answered
    qualification: str | None  # A2: the qualification (CL_ZGBM) whose status is answered
    office: Words | None  # A0: who answers
    criminal: CriminalLimb | None
    own_decisions_only: bool  # only what the asking body itself decided is answered
    source: Source

    def must_ask(self, holder: str, kinds: frozenset[str]) -> bool:
        """Is this a duty of `holder` (a body's id), or of an organisation of these `kinds`?"""
        return holder in self.bodies or not kinds.isdisjoint(self.kinds)


@dataclass(frozen=True, slots=True)
class OrganisationKind:
    """A kind of unit that is no body of the catalogue: what its papers must prove before the administrator says so."""

    id: str
    title: Words
    proof: Words
    source: Source


@dataclass(frozen=True, slots=True)
class Budget:
    """How many questions for `purpose` within `window`, for each principal or each body. Past it: 429 and an alert."""

    id: str
    purpose: PurposeId
    per: Per
    number: int
    window: timedelta
    reason: Words
    source: Source


@dataclass(frozen=True, slots=True)
class AlertRule:
    """How many times within how long makes one alert for the auditors."""

    id: AlertKind
    title: Words
    times: int
    within: timedelta
    source: Source


@dataclass(frozen=True, slots=True)
class RefusalRule:
    """A rule that refuses: what was refused, what would be needed, whom to ask.

    `said_to_reader`: false where saying it to anyone but the person would tell that something is on record.
    """

    id: str
    refused: Words
    needed: Words
    ask: Words
    said_to_reader: bool
    source: Source
