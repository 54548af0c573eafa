"""The door out: show a reader what they may see of a person, and write down that it was shown.

Legal source: PIPL 45 and 河南省社会信用条例 40 (one's own records, and who looked at them). Always true: the reading and its line
are one transaction, so that neither exists without the other; a refused reading leaves a line with the person whose records
were asked for. There is no argument that switches this off.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from openxin.accounts.readers import Reader
from openxin.disclosure import showing
from openxin.disclosure.asking import NotPermitted, Question, Right
from openxin.disclosure.statement import ShownRecord, Statement
from openxin.law import policy
from openxin.law.catalogue import Catalogue
from openxin.law.loading import catalogue
from openxin.people import joined, standing
from openxin.records import lines, reading
from openxin.store.session import reading_as


def own(person: UUID, to: Reader, *, today: date, at: datetime | None = None) -> Statement:
    """Show a person what is held about themself, and who looked. Raises NotPermitted where `to` is not that person."""
    return disclose(Question("self", person, Right("own")), to, today=today, at=at)


def disclose(question: Question, to: Reader, *, today: date, at: datetime | None = None) -> Statement:
    """Show `to` what they may see of the person asked about, and write it down.

    Raises NotPermitted; then nothing has been read, and the refusal is a line in the person's list. Raises BudgetSpent.
    """
    law, at, person, purpose = catalogue(), at or datetime.now(UTC), question.person, question.purpose
    if not _may(question, to, law):  # 1 by which right?
        raise NotPermitted("no-right", _write_refusal(person, to, purpose, today, at, law))
    with reading_as(to.login, person):
        persons = joined.together(person)  # 2 whose: theirs, and of those whose documents were joined with theirs
        held = reading.records_of(persons)  # 3 what is held
        verified = standing.is_verified(persons)
        shown = showing.records(held, law=law, today=today, verified=verified)
        who = _who(person, to)
        of = {record.id: record.person_id for record in held}
        these = [  # 4 no line, no reading; no quiet line: ledger
            _write_line(one, who, purpose, [record for record in shown if of[record.id] == one], today, at)
            for one in persons
        ]
        told = showing.lines(
            reading.lines_of(persons), law=law, these=these
        )  # 5 everyone who looked, this reading included
    return Statement(
        person=person, purpose=purpose, read_at=at, line=these[persons.index(person)], records=shown, lines=told
    )


def _may(question: Question, to: Reader, law: Catalogue) -> bool:
    """The one right that there is so far: a person reads what is held about themself."""
    asked = policy.may_ask(law, role="person", purpose=question.purpose, right=question.right.kind)
    return asked.allowed and to.person_id == question.person


def _write_line(
    person: UUID, who: dict[str, Any], purpose: str, shown: Sequence[ShownRecord], today: date, at: datetime
) -> UUID:
    # A line for each person of a joined set, told to the reader as one; after a parting each keeps what was read of theirs.
    content = who | {"purpose": purpose, "at": at.isoformat(), "shown": _what(shown)}
    with connections["default"].cursor() as cursor:
        return lines.write_line(cursor, lines.NewLine(person, "disclosure", content), day=today, at=at)


def _write_refusal(person: UUID, to: Reader, purpose: str, today: date, at: datetime, law: Catalogue) -> UUID:
    # A purpose outside the list is a word of the caller's; it says nothing to the person and may be anything.
    named = purpose if purpose in law.purposes else ""
    content = _who(person, to) | {"purpose": named, "at": at.isoformat(), "shown": []}
    with reading_as(to.login, person), connections["default"].cursor() as cursor:
        return lines.write_line(cursor, lines.NewLine(person, "refusal", content), day=today, at=at)


def _who(person: UUID, to: Reader) -> dict[str, Any]:
    """Who reads, in which capacity. Another person's id is not written down here: lines tell of a log-in."""
    if to.authority is not None:
        return {"capacity": "official", "login": str(to.login), "body": to.authority}
    return {"capacity": "self" if to.person_id == person else "other_person", "login": str(to.login)}


def _what(shown: Sequence[ShownRecord]) -> list[dict[str, Any]]:
    """Which records, which fields: records that showed the same fields share one entry, so that a line stays short."""
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for record in shown:
        alike[record.type, tuple(field.code for field in record.fields)].append(str(record.id))
    return [{"type": type_, "fields": list(fields), "records": ids} for (type_, fields), ids in alike.items()]
