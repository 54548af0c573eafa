"""Redeeming: whoever a person chose reads under the grant: as its holder, or with the code and the person's name.

Legal source: 个人信息保护法 13(1)(1), 23; 河南省社会信用条例 18(4). Always true: the grant is used up in the transaction of
the reading, so that of two who use the last use at once one reads; a code that nobody gave and a name that does not agree are
the same answer in the same time; a wrong name on a real code is a refusal in the person's list; who tries codes is stopped,
and auditors are told.
"""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import connections, transaction
from django.utils import timezone

from openxin.accounts.readers import Reader
from openxin.disclosure import door, refusing, ways_in
from openxin.disclosure.asking import BudgetSpent, NotPermitted, Question, Right
from openxin.disclosure.granted import PURPOSE
from openxin.disclosure.statement import Statement
from openxin.law.loading import catalogue
from openxin.law.rights import Form
from openxin.notices import alerts
from openxin.notices.alerts import Repetition
from openxin.people import names, presented

WRONG_CODES: Final = "wrong_codes"
_WRONG: Final = "code-or-name"


def read(grant: UUID, to: Reader, *, at: datetime, form: Form = "statement") -> Statement:
    """Read once under a grant to `to`'s body. Raises NotPermitted, BudgetSpent, as the door does."""
    # Of a grant that is not theirs nobody is the person: a random id takes their place.
    person, _ = ways_in.to_holder(to, grant) or (uuid4(), grant)
    return _disclosed(person, grant, form, to, at)


def redeem(code: str, name: str, to: Reader, *, at: datetime, form: Form = "statement") -> Statement:
    """Read once with the code of a grant and the name of the person who gave it.

    Raises NotPermitted, as the door does; BudgetSpent also after too many codes or names that were wrong.
    """
    law = catalogue()
    rule = Repetition(law.alerts[WRONG_CODES].times, law.alerts[WRONG_CODES].within)
    _must_not_be_guessing(to, rule, at)
    person, grant = ways_in.by_code(code, to) or (uuid4(), uuid4())
    if not presented.is_named(person, names.folded(name.strip()), reader=to.login):
        with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
            alerts.count(cursor, WRONG_CODES, to.holder, to.login, at, rule)
        question = Question(PURPOSE, person, Right("grant"))
        line = refusing.write(question, to, _WRONG, law, today=timezone.localdate(at), at=at)
        raise NotPermitted(_WRONG, line)
    return _disclosed(person, grant, form, to, at)


def _disclosed(person: UUID, grant: UUID, form: Form, to: Reader, at: datetime) -> Statement:
    question = Question(PURPOSE, person, Right("grant", form, grant=grant))
    return door.disclose(question, to, today=timezone.localdate(at), at=at)


def _must_not_be_guessing(to: Reader, rule: Repetition, at: datetime) -> None:
    with connections["default"].cursor() as cursor:
        wrong = alerts.counted(cursor, WRONG_CODES, to.holder, to.login, at, rule)
    if wrong >= rule.times:
        raise BudgetSpent("budget-spent", int(rule.within.total_seconds()))
