"""Case officers: the credit office gives one record to one officer, for a case that has a number; the person sees it at once.

Legal source: 个人信息保护法 arts 6 and 51 (no more access than the purpose needs). Always true: only the body that the catalogue
names as the credit office assigns, to an officer of its own; the officer reads that record and no other; that it was given and
taken back are lines of the person's. The cases themselves come with their own clocks.
"""

import re
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db import connections

from openxin.accounts import listed
from openxin.cases import identities
from openxin.cases.identities import NotPermitted, Office, Presented, Undone
from openxin.disclosure import assignments
from openxin.disclosure.assignments import Assignment
from openxin.people import settling
from openxin.records.lines import NewLine, write_lines
from openxin.store.session import reading_as

REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")  # a number: neither words nor names
_OFFICER = "case-officer"


def assign(presented: Presented, record: UUID, reference: str, officer: UUID, office: Office) -> None:
    """Give a record of the person whose document this is to an officer. One that the person does not have opens nothing.

    Raises NotPermitted, Undone.
    """
    if office.official.authority != office.law.parameters.credit_office:
        raise NotPermitted
    if REFERENCE.fullmatch(reference) is None:
        raise Undone("reference_unsound")
    account = listed.account(officer)
    if (
        account is None
        or not account.is_open
        or _OFFICER not in account.roles
        or account.authority != office.official.authority
    ):
        raise Undone("no_officer")
    document = identities.sound(presented, office)
    found = settling.find(document, reader=office.official.login)
    if found is None:
        raise Undone("nobody")
    if not found.name_agrees:
        raise Undone("other_name")
    with reading_as(office.official.login, found.person_id):
        if not assignments.open_(found.person_id, record, reference, officer, at=office.at):
            raise Undone("assigned_already")
        _tell("assign", found.person_id, office.official.login, office.official.authority, office.day, office.at)


def give_back(assignment: UUID, officer: UUID, authority: str, *, day: date, at: datetime) -> Assignment | None:
    """The officer is done with it, and may no longer read it. None where it is not theirs."""
    mine = next((one for one in assignments.of_officer(officer) if one.id == assignment), None)
    if mine is None:
        return None
    with reading_as(officer, mine.person_id):
        if assignments.close(mine.person_id, assignment, at=at):
            _tell("unassign", mine.person_id, officer, authority, day, at)
    return mine


def _tell(
    act: Literal["assign", "unassign"], person: UUID, login: UUID, authority: str, day: date, at: datetime
) -> None:
    content = {"body": authority, "login": str(login), "at": at.isoformat(), "act": act}
    with connections["default"].cursor() as cursor:
        write_lines(cursor, [NewLine(person, "act", content)], day=day, at=at)
