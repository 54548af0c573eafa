"""Identities in dispute or in several documents: what the official of the named body does with the document in hand.

Verify a document; settle which of two names is right; join several documents of one human being; part them again. Legal source:
PIPL arts 8 and 46 (accuracy, correction); 河南省社会信用条例 art. 17. Always true: only a body that the catalogue names
(`settles_identities`) may; every act has a reason of the catalogue's list; in one transaction the change, its history, its
entry in the ledger, and a line for every person whom it concerns. Nobody is searched for and nobody is listed; who presents a
known number under another name, or in vain, leaves a line with its person too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db import connections

from openxin.law.catalogue import Catalogue
from openxin.people import documents as numbers
from openxin.people import names, settling
from openxin.people.settling import Act, Document, Identity, Verb
from openxin.records.lines import NewLine, write_lines
from openxin.store.session import also_about, reading_as

DOCUMENT_TYPES = "CL_ZJLX"
REASONS: dict[Verb, str] = {"verify": "CL_HSLY", "settle": "CL_XMLY", "join": "CL_HBLY", "part": "CL_FKLY"}

Why = Literal[
    "number_unsound",  # no number of such a document
    "name_unsound",
    "reason_unknown",
    "nobody",  # the register does not know this number
    "other_name",  # it knows the number under another name; now it is disputed
    "disputed",  # two names: settle it first
    "not_disputed",
    "verified_already",
    "same_document",
    "joined_already",
    "not_joined",
    "birth_date_needed",  # guardians.py: the number of the ward's document tells none
    "not_a_minor",
    "guardian_a_minor",
    "guardian_already",
    "no_guardian",
    "reference_unsound",  # assignments.py
    "no_officer",
    "assigned_already",
    "number_of_record",
]


class NotPermitted(Exception):
    """This body does not settle identities. Nothing was looked up."""


class Undone(Exception):
    """Nothing was changed. `why`: see `Why`; where a known person was concerned, that it was tried is a line in their list."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Official:
    """Who acts, and for which body."""

    login: UUID
    authority: str


@dataclass(frozen=True, slots=True)
class Presented:
    """What stands on a document in an official's hand, as typed."""

    document_type: str
    number: str
    name: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """Everything an act needs beside the documents: who, under which law, on which day, for which reason."""

    official: Official
    law: Catalogue
    day: date
    at: datetime
    synthetic: bool
    reason: str

    @property
    def act(self) -> Act:
        """The act to be written down."""
        return Act(self.official.login, self.official.authority, self.reason, self.day, self.at)


def verify(presented: Presented, office: Office) -> None:
    """Confirm a document. Raises NotPermitted, Undone."""

    def decide(documents: Sequence[Known], _: Persons) -> Why | None:
        ((identity, _document),) = documents
        if not identity.name_agrees:
            settling.dispute(identity)
            return "other_name"
        if identity.disputed:
            return "disputed"
        if identity.verified:
            return "verified_already"
        settling.verify(identity, office.act)
        return None

    _carry_out("verify", [presented], office, decide)


def settle(presented: Presented, office: Office) -> None:
    """The name on the document is the right one of two: the one that the register holds, or the other one.

    Where it is the other, what is handed in from now on must carry it; what was recorded stays as its body wrote it. Raises
    NotPermitted, Undone.
    """

    def decide(documents: Sequence[Known], _: Persons) -> Why | None:
        ((identity, document),) = documents
        if not identity.disputed:
            return "not_disputed"
        if identity.name_agrees:
            settling.settle_first(identity, office.act)
        else:
            settling.settle_other(identity, document, office.act)
        return None

    _carry_out("settle", [presented], office, decide)


def join(one: Presented, other: Presented, office: Office) -> None:
    """Two documents of one human being: from now on their records are read as one. Raises NotPermitted, Undone."""

    def decide(documents: Sequence[Known], persons: Persons) -> Why | None:
        first, second = (identity for identity, _ in documents)
        if first.person_id == second.person_id:
            return "same_document"
        if not (first.name_agrees and second.name_agrees):
            return "other_name"
        if first.disputed or second.disputed:
            return "disputed"
        if second.person_id in persons[first.person_id]:
            return "joined_already"
        settling.join(first, second, _all(persons), office.act)
        return None

    _carry_out("join", [one, other], office, decide)


def part(presented: Presented, office: Office) -> None:
    """This document is of somebody else than those with whom it was joined. Raises NotPermitted, Undone."""

    def decide(documents: Sequence[Known], persons: Persons) -> Why | None:
        ((identity, _document),) = documents
        if not identity.name_agrees:
            return "other_name"
        if len(_all(persons)) == 1:
            return "not_joined"
        settling.part(identity, _all(persons), office.act)
        return None

    _carry_out("part", [presented], office, decide)


Known = tuple[Identity, Document]
Persons = Mapping[UUID, tuple[UUID, ...]]  # the persons of the documents, each with all who are read with them


def _carry_out(
    verb: Verb,
    presented: Sequence[Presented],
    office: Office,
    decide: Callable[[Sequence[Known], Persons], Why | None],
) -> None:
    _may(office, verb)  # 1 by which right, for which reason?
    documents = [sound(one, office) for one in presented]  # 2 what was presented?
    found = [settling.find(one, reader=office.official.login) for one in documents]  # 3 who is it?
    known = [identity for identity in found if identity is not None]
    if not known:
        raise Undone("nobody")
    concerned = [identity.person_id for identity in known]
    with reading_as(office.official.login, concerned[0], joined=concerned):
        persons = settling.hold(concerned)
        also_about(_all(persons))
        if len(known) < len(documents):
            why: Why | None = "nobody"
        else:
            pairs = zip(known, documents, strict=True)
            why = decide([(settling.again(one, document), document) for one, document in pairs], persons)  # 4 do it
        _tell(verb, _all(persons), office, in_vain=why is not None)  # 5 whoever it concerns sees it
    if why is not None:
        raise Undone(why)


def _all(persons: Persons) -> list[UUID]:
    return sorted({one for together in persons.values() for one in together})


def _tell(verb: Verb, persons: Sequence[UUID], office: Office, *, in_vain: bool) -> None:
    official = {"body": office.official.authority, "login": str(office.official.login), "at": office.at.isoformat()}
    if in_vain:
        lines = [NewLine(one, "name_question", official | {"purpose": "name-question"}) for one in persons]
    else:
        lines = [NewLine(one, "act", official | {"act": verb}) for one in persons]
    with connections["default"].cursor() as cursor:
        write_lines(cursor, lines, day=office.day, at=office.at)


def _may(office: Office, verb: Verb) -> None:
    body = office.law.authorities.get(office.official.authority)
    if body is None or not body.settles_identities:
        raise NotPermitted
    if office.reason not in {value.code for value in office.law.lists[REASONS[verb]].values}:
        raise Undone("reason_unknown")


def form_of(document_type: str, law: Catalogue) -> str:
    """Which form of number a type of document has; empty: none that is known."""
    forms = {value.code: value.extra.get("form", "") for value in law.lists[DOCUMENT_TYPES].values}
    return forms.get(document_type, "")


def sound(presented: Presented, office: Office) -> Document:
    """What was presented, as the register compares it. Raises Undone."""
    identified = numbers.identified(
        presented.number.strip(),
        form_of(presented.document_type, office.law),
        state=presented.state.strip().upper(),
        day=office.day,
        synthetic=office.synthetic,
    )
    if identified is None:
        raise Undone("number_unsound")
    if not names.is_sound(presented.name.strip()):
        raise Undone("name_unsound")
    return Document(
        presented.document_type,
        identified.state,
        identified.number,
        names.folded(presented.name.strip()),
        presented.number.strip(),
        presented.name.strip(),
    )
