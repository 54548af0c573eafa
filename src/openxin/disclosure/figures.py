"""How often was read, by whom and what for; how often refused, and by which rule; grants given and revoked. Counts, and no more.

Legal source: 个人信息保护法 54 (regular audits), 56 (records of processing). Always true: the figures are of purposes, bodies,
rules and months; no person and no record can appear in them. They are for auditors, who are no public: small cells are shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from openxin.accounts.readers import Reader
from openxin.law.clock import add_months
from openxin.records import counts
from openxin.records.counts import Counted

_REFUSED = ("refusal", "name_question")  # whoever names a number with another name has asked in vain


class NotPermitted(Exception):
    """Only auditors see the figures of all, and each body its own."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Of one body, for one purpose, in one month. `body` is empty where persons read their own."""

    month: date
    purpose: str
    body: str
    answered: int
    refused: int


@dataclass(frozen=True, slots=True)
class Refusals:
    """By one rule in one month. `rule` is empty where a number was named with another name: no rule of asking refused it."""

    month: date
    rule: str
    times: int


@dataclass(frozen=True, slots=True)
class Grants:
    """In one month: given and revoked by their persons."""

    month: date
    given: int
    revoked: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it, newest month first."""

    readings: tuple[Readings, ...]
    refusals: tuple[Refusals, ...]
    grants: tuple[Grants, ...]


def figures(to: Reader, *, months: int, today: date) -> Figures:
    """For this month and those before it, `months` in all. Raises NotPermitted unless an auditor asks."""
    if "auditor" not in to.roles:
        raise NotPermitted
    return _figures(counts.lines(_since(months, today)))


def of_holder(to: Reader, *, months: int, today: date) -> tuple[Readings, ...]:
    """How often the body or organisation asked for which `to` acts. Raises NotPermitted where it acts for none."""
    if not to.holder:
        raise NotPermitted
    return _figures(counts.lines(_since(months, today), body=to.holder)).readings


def _since(months: int, today: date) -> datetime:
    return timezone.make_aware(datetime.combine(add_months(today.replace(day=1), 1 - months), time()))


def _figures(counted: Sequence[Counted]) -> Figures:
    answered: Counter[tuple[date, str, str]] = Counter()
    refused: Counter[tuple[date, str, str]] = Counter()
    rules: Counter[tuple[date, str]] = Counter()
    given: Counter[date] = Counter()
    revoked: Counter[date] = Counter()
    for one in counted:
        key = (one.month, one.purpose, one.body)
        if one.kind == "disclosure":
            answered[key] += one.lines
        elif one.kind in _REFUSED:
            refused[key] += one.lines
            rules[one.month, one.rule] += one.lines
        elif one.kind == "grant":
            given[one.month] += one.lines
        elif one.kind == "revocation":
            revoked[one.month] += one.lines
    return Figures(
        readings=tuple(
            Readings(*key, answered[key], refused[key])
            for key in sorted(answered | refused, key=lambda key: (-key[0].toordinal(), key[1], key[2]))
        ),
        refusals=tuple(
            Refusals(*key, rules[key]) for key in sorted(rules, key=lambda key: (-key[0].toordinal(), key[1]))
        ),
        grants=tuple(Grants(month, given[month], revoked[month]) for month in sorted(given | revoked, reverse=True)),
    )
