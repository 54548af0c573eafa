"""The door out: show a reader what they may see of a person, and write down that it was shown.

Legal source: PIPL 6, 13, 34, 45 and 河南省社会信用条例 40 (a purpose, a ground, no more than is needed; one's own records, and
who looked at them). Always true: the reading, its line and its entry in the ledger are one statement, so that none exists
without the others; a refused reading leaves a line with the person whose records were asked for, and the rule that refused it.
There is no argument that switches this off.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from openxin.accounts.readers import Reader
from openxin.disclosure import budgets, calling, holders, minors, narrowing, refusing, rights, showing
from openxin.disclosure.asking import BudgetSpent, NotPermitted, Question, Right
from openxin.disclosure.calling import Call
from openxin.disclosure.granted import Granted, reach_under
from openxin.disclosure.reach import reach
from openxin.disclosure.statement import ShownLine, Statement
from openxin.law.catalogue import Catalogue
from openxin.law.loading import catalogue
from openxin.records import reading

_OWN = ("own", "ward")
_AT_ONCE = ("at_once", "if_opened")  # an entry in the person's inbox, beside the line


def own(person: UUID, to: Reader, *, today: date, at: datetime | None = None) -> Statement:
    """Show a person what is held about themself, and who looked. Raises NotPermitted where `to` is not that person."""
    return disclose(Question("self", person, Right("own")), to, today=today, at=at)


def disclose(question: Question, to: Reader, *, today: date, at: datetime | None = None) -> Statement:
    """Show `to` what they may see of the person asked about, and write it down.

    Raises NotPermitted; then nothing has been read, and the refusal is a line in the person's list. Raises BudgetSpent; and
    LineImpossible, where no line can be written.
    """
    return _disclosed(question, to, today, at or datetime.now(UTC))


def beforehand(person: UUID, to: Reader, granted: Granted, *, today: date, at: datetime) -> Statement:
    """What the holder of such a grant would be shown now: to the person, before they give it. A reading of their own records.

    Raises NotPermitted, as `own` does.
    """
    return _disclosed(Question("self", person, Right("own")), to, today, at, granted)


def _disclosed(question: Question, to: Reader, today: date, at: datetime, granted: Granted | None = None) -> Statement:
    law = catalogue()
    try:
        role = rights.established(
            question, to, law, today, at=at
        )  # 1 in which role, by which right, and how often already?
        budgets.spend(question.purpose, to, law, at=at)
        return _shown(question, to, role, law, today, at, granted)
    except (rights.NotEstablished, calling.Refused) as refused:
        line = refusing.write(question, to, refused.rule, law, today=today, at=at)
        raise NotPermitted(refused.rule, line) from None
    except BudgetSpent as spent:
        refusing.write(question, to, spent.rule, law, today=today, at=at)
        raise


def _shown(
    question: Question, to: Reader, role: str, law: Catalogue, today: date, at: datetime, granted: Granted | None
) -> Statement:
    persons: tuple[UUID, ...] = (question.person,)
    of_minor, narrowed = False, question.right.kind not in narrowing.RIGHTS
    while True:
        try:
            return _asked(question, to, role, law, today, at, persons, of_minor, narrowed, granted)
        except calling.OthersToo as told:  # 2 whose: theirs, and of those whose documents were joined with theirs
            persons = told.persons
        except _OfMinor:
            of_minor = True
        except _About as found:
            question, narrowed = replace(question, right=replace(question.right, records=found.records)), True


class _OfMinor(Exception):
    """The person is a minor, and something that is closed for minors was about to be shown. It was not."""


class _About(Exception):
    """What the question is about, as only what is sealed tells. It was not shown, and there is no line yet.

    Always raised once for a right that is narrowed so, also where there is nothing: nobody learns by the time it took.
    """

    def __init__(self, records: tuple[UUID, ...]) -> None:
        super().__init__()
        self.records = records


def _asked(
    question: Question, to: Reader, role: str, law: Catalogue, today: date, at: datetime, persons: tuple[UUID, ...],
    of_minor: bool, narrowed: bool, granted: Granted | None,
) -> Statement:  # fmt: skip
    for_self = question.right.kind in _OWN
    form = None if for_self else rights.form_of(question)
    may = reach(law, role=role, purpose=question.purpose, right=question.right.kind, form=form, of_minor=of_minor)
    said, told_now = _said(question, to, role, at), law.purposes[question.purpose].told in _AT_ONCE
    call = Call(question, persons, to, today, at, form, may, said, told_now)

    def told(held: reading.Held, lines: tuple[UUID, ...]) -> Statement:
        looked: tuple[ShownLine, ...] = ()
        if granted is not None:
            records = showing.to_others(reach_under(granted, held, law, today), law=law, form=granted.form)
        elif form is None:
            records = showing.records(held, law=law, today=today)
            looked = _who_looked(question, persons, lines, law)  # 5 everyone who looked, this reading too
        else:
            # Only what is sealed tells the year of birth: so it is known when the database has answered.
            closed = any(record.type in may.closed_for_minors for record in held.records)
            if closed and not of_minor and minors.is_minor(held.documents, law, today):
                raise _OfMinor
            if not narrowed:
                raise _About(narrowing.about(question.right, to, held.records, law, today))
            records = showing.to_others(held, law=law, form=form)
        return Statement(
            person=question.person,
            purpose=question.purpose,
            read_at=at,
            line=lines[persons.index(question.person)],
            records=records,
            lines=looked,
        )

    return calling.shown(call, told)  # 3 shown; 4 and written down


def _who_looked(
    question: Question, persons: tuple[UUID, ...], these: tuple[UUID, ...], law: Catalogue
) -> tuple[ShownLine, ...]:
    looked = reading.lines_of(persons)
    titles = holders.titles({str(line.content["body"]) for line in looked if "body" in line.content}, law)
    to_guardian = question.right.kind == "ward"
    return showing.lines(looked, law=law, these=these, titles=titles, to_guardian=to_guardian)


def _said(question: Question, to: Reader, role: str, at: datetime) -> dict[str, Any]:
    """What the line says of a reading, but for what was shown."""
    right = question.right
    more = {
        "body": to.holder,
        "reference": right.reference,
        "matter": right.matter,
        "grant": "" if right.grant is None else str(right.grant),
        "name": "other" if right.other_name else "",
    }
    return {
        "at": at.isoformat(),
        "capacity": "self" if right.kind == "own" else role,
        "login": str(to.login),
        "purpose": question.purpose,
        "right": right.kind,
        **{key: value for key, value in more.items() if value},
    }
