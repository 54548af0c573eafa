"""Guardians of minors: an official with the proof in hand records who is the guardian of whom, and that it has ended.

Legal source: 民法典 arts 27 (parents; else who is appointed), 34 and 35 (in the ward's interest), 36 and 39 (it is taken away, it
ends); PIPL art. 31. Always true: only a body that the catalogue names (`settles_identities`) may; the proof is one of the
catalogue's list; the ward is a minor today and the guardian is not; both are known to the register under these names; in one
transaction the guardianship, its history, its entry in the ledger, and a line for either of the two. Nobody is searched for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connections

from openxin.cases import identities
from openxin.cases.identities import NotPermitted, Office, Presented, Undone
from openxin.people import documents, guardians, settling
from openxin.people.guardians import Named
from openxin.people.settling import Document, Identity
from openxin.records.lines import NewLine, write_lines
from openxin.store.session import reading_as

PROOFS, ENDINGS = "CL_JHZM", "CL_JHZZ"
_29_FEBRUARY_ELSEWHERE = (2, 28)


@dataclass(frozen=True, slots=True)
class _Known:
    identity: Identity
    document: Document

    @property
    def named(self) -> Named:
        return Named(self.identity.person_id, self.document.written_name)


def record(ward: Presented, guardian: Presented, born: date | None, office: Office) -> None:
    """Record that one is the guardian of the other. `born`: of a ward whose document's number tells no birth date.

    Raises NotPermitted, Undone.
    """

    def begin(child: _Known, grown: _Known) -> None:
        if guardians.are_open(child.identity.person_id, grown.identity.person_id):
            raise Undone("guardian_already")
        until = _last_day_as_a_minor(ward, born, office)
        if until is None:
            raise Undone("birth_date_needed")
        if until < office.day:
            raise Undone("not_a_minor")
        grown_until = _last_day_as_a_minor(guardian, None, office)
        if grown_until is not None and grown_until >= office.day:
            raise Undone("guardian_a_minor")
        guardians.begin(child.named, grown.named, until=until, at=office.at)
        settling.entrust(child.identity, grown.identity, office.act)

    _carry_out("entrust", PROOFS, (ward, guardian), office, begin)


def end(ward: Presented, guardian: Presented, office: Office) -> None:
    """It has ended before the ward is of age. Raises NotPermitted, Undone."""

    def finish(child: _Known, grown: _Known) -> None:
        if not guardians.are_open(child.identity.person_id, grown.identity.person_id):
            raise Undone("no_guardian")
        guardians.end(child.identity.person_id, grown.identity.person_id, at=office.at)
        settling.release(child.identity, grown.identity, office.act)

    _carry_out("release", ENDINGS, (ward, guardian), office, finish)


def _carry_out(
    act: str, reasons: str, presented: tuple[Presented, Presented], office: Office, do: Callable[[_Known, _Known], None]
) -> None:
    body = office.law.authorities.get(office.official.authority)  # 1 by which right, on which proof?
    if body is None or not body.settles_identities:
        raise NotPermitted
    if office.reason not in {value.code for value in office.law.lists[reasons].values}:
        raise Undone("reason_unknown")
    written = [identities.sound(one, office) for one in presented]  # 2 what was presented?
    found = [settling.find(one, reader=office.official.login) for one in written]  # 3 who are they?
    persons = sorted({one.person_id for one in found if one is not None})
    if not persons:
        raise Undone("nobody")
    undone: Undone | None = None
    with reading_as(office.official.login, persons[0], joined=persons):
        settling.hold(persons)
        try:
            child, grown = (_again(one, document) for one, document in zip(found, written, strict=True))
            if child.identity.person_id == grown.identity.person_id:
                raise Undone("same_document")
            do(child, grown)  # 4 do it
        except Undone as why:
            undone = why
        _tell(act, persons, office, in_vain=undone is not None)  # 5 whoever it concerns sees it
    if undone is not None:
        raise undone


def _again(identity: Identity | None, document: Document) -> _Known:
    if identity is None:
        raise Undone("nobody")
    now = settling.again(identity, document)
    if not now.name_agrees:
        settling.dispute(now)
        raise Undone("other_name")
    if now.disputed:
        raise Undone("disputed")
    return _Known(now, document)


def _tell(act: str, persons: list[UUID], office: Office, *, in_vain: bool) -> None:
    official = {"body": office.official.authority, "login": str(office.official.login), "at": office.at.isoformat()}
    content = official | ({"purpose": "name-question"} if in_vain else {"act": act})
    with connections["default"].cursor() as cursor:
        lines = [NewLine(one, "name_question" if in_vain else "act", content) for one in persons]
        write_lines(cursor, lines, day=office.day, at=office.at)


def _last_day_as_a_minor(of: Presented, born: date | None, office: Office) -> date | None:
    """By the number of the document, else by `born`; None where neither tells. Ages count from the day after the birthday."""
    told = documents.birth_date(of.number, identities.form_of(of.document_type, office.law), day=office.day) or born
    if told is None:
        return None
    year = told.year + office.law.parameters.adult_age
    try:
        return told.replace(year=year)
    except ValueError:
        return date(year, *_29_FEBRUARY_ELSEWHERE)
