"""The quality of what bodies hand in: how soon after the decision, how much of it sound, what was put right. Counts, and no more.

Legal source: 424号 (submission within seven working days; a measure of departments), 河南省社会信用条例 16 and 17 (who provides
answers for it). Always true: the figures are of bodies, types and months; no person and no record can appear in them, and nothing
is made of them here: no score, no colour, no order. A body sees its own; the credit office sees all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from openxin.intake.counts import Code, Counts, Days, Key, Sent, TakenBack, Waited, counts
from openxin.law.catalogue import Catalogue
from openxin.law.clock import add_months, due

_TERM = "submit"
_NOBODY_WAITED = Waited(0, 0, 0, 0, 0, 0, 0)
_NOTHING_TAKEN_BACK = TakenBack(0, 0)


class NotPermitted(Exception):
    """Only the credit office sees the figures of other bodies."""


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Days from decision to hand-in, of the rows that were admitted. The days are calendar days, `late` counts working days.

    A quantile is a value that occurs: the smallest number of days within which at least that share of the rows was handed in.
    """

    rows: int
    quarter_within: int
    half_within: int
    nine_tenths_within: int
    late: int  # rows handed in after the catalogue's term


@dataclass(frozen=True, slots=True)
class Figures:
    """One body, one type, one month. `timeliness` is None where nothing was admitted; codes stand in order of their counts."""

    authority: str
    type: str
    month: date
    sent: Sent
    waited: Waited
    taken_back: TakenBack
    timeliness: Timeliness | None
    quarantined_by: tuple[Code, ...]
    refused_by: tuple[Code, ...]


def of_body(authority_id: str, *, months: int, today: date, law: Catalogue) -> tuple[Figures, ...]:
    """The figures of one body, for this month and those before it, `months` in all; newest month first, then by type."""
    return _figures(counts(since=_first_month(months, today), authority=authority_id), law)


def of_all(*, asked_by: str, months: int, today: date, law: Catalogue) -> tuple[Figures, ...]:
    """The figures of every body, in the catalogue's order of bodies. Raises NotPermitted unless the credit office asks."""
    if asked_by != law.parameters.credit_office:
        raise NotPermitted
    return _figures(counts(since=_first_month(months, today), authority=None), law)


def _first_month(months: int, today: date) -> date:
    return add_months(today.replace(day=1), 1 - months)


def _figures(counted: Counts, law: Catalogue) -> tuple[Figures, ...]:
    bodies = {id_: at for at, id_ in enumerate(law.authorities)}
    types = {id_: at for at, id_ in enumerate(law.types)}
    ordered = sorted(
        counted.sent,
        key=lambda key: (
            -key.month.toordinal(),
            bodies.get(key.authority, len(bodies)),
            types.get(key.type, len(types)),
        ),
    )
    # Thousands of pairs of days share some hundreds of days of decision.
    last_day = cache(lambda decided_on: due(_TERM, decided_on, law).due)
    return tuple(_of(key, counted, last_day) for key in ordered)


def _of(key: Key, counted: Counts, last_day: Callable[[date], date]) -> Figures:
    codes = counted.codes.get(key, [])
    return Figures(
        authority=key.authority,
        type=key.type,
        month=key.month,
        sent=counted.sent[key],
        waited=counted.waited.get(key, _NOBODY_WAITED),
        taken_back=counted.taken_back.get(key, _NOTHING_TAKEN_BACK),
        timeliness=_timeliness(counted.days.get(key, []), last_day),
        quarantined_by=tuple(one for one in codes if one.fate == "quarantined"),
        refused_by=tuple(one for one in codes if one.fate == "refused"),
    )


def _timeliness(days: Sequence[Days], last_day: Callable[[date], date]) -> Timeliness | None:
    rows = sum(one.rows for one in days)
    if not rows:
        return None
    passed = sorted(((one.handed_in_on - one.decided_on).days, one.rows) for one in days)
    return Timeliness(
        rows=rows,
        quarter_within=_within(passed, rows, 1, 4),
        half_within=_within(passed, rows, 1, 2),
        nine_tenths_within=_within(passed, rows, 9, 10),
        late=sum(one.rows for one in days if one.handed_in_on > last_day(one.decided_on)),
    )


def _within(passed: Sequence[tuple[int, int]], rows: int, part: int, of: int) -> int:
    """The smallest number of days within which at least `part` of `of` parts of the rows came."""
    so_far = 0
    for days, count in passed:
        so_far += count
        if so_far * of >= rows * part:
            return days
    return passed[-1][0]
