"""Faults in what happened, of the four types whose templates are our own. They change figures of a plan."""

import numpy as np

from openxin.synth.chance import Ints
from openxin.synth.plan import NO_END, STATUSES, YEAR, Plan


def for_some_years(plan: Plan, rows: Ints, _: np.random.Generator) -> None:
    """A ban that is not for life."""
    of = plan.figures
    of["for_life"][rows] = 0
    of["valid_until"][rows] = np.where(of["valid_until"][rows] == NO_END, plan.day + 3 * YEAR, of["valid_until"][rows])


def ended_the_day_before(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """The end lies days before the start."""
    plan.figures["ended_on"][rows] = plan.figures["decided_on"][rows] - rng.integers(1, 20, rows.size)


def hours_turned(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """The same day; the end lies before the start by the clock."""
    of = plan.figures
    of["began_at"][rows] = rng.integers(28, 36, rows.size) * 30
    of["ended_on"][rows] = of["decided_on"][rows]
    of["minutes"][rows] = -rng.integers(1, 10, rows.size) * 30


def ended(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """The last day of it lies behind."""
    of = plan.figures
    of["valid_from"][rows] = of["decided_on"][rows] - rng.integers(200, 900, rows.size)
    of["valid_until"][rows] = plan.day - rng.integers(5, 60, rows.size)
    of["valid_from"][rows] = np.minimum(of["valid_from"][rows], of["valid_until"][rows])
    if "for_life" in of:
        of["for_life"][rows] = 0


def taken_away(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """Its status says that it has ended: deregistered, annulled, revoked."""
    of = plan.figures
    statuses = STATUSES[plan.type]
    first = statuses.index("注销") if "注销" in statuses else statuses.index("撤销")
    of["status"][rows] = rng.integers(first, len(statuses), rows.size)
    of["status_on"][rows] = np.minimum(of["decided_on"][rows] + rng.integers(1, 90, rows.size), plan.day - 1)


def revoked_before_the_award(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """A slip of the year in a column that should be empty: the honour is held."""
    plan.figures["status"][rows] = 0
    plan.figures["status_on"][rows] = plan.figures["decided_on"][rows] - rng.integers(1, 300, rows.size)
