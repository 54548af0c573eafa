"""Which row gets which fault, and what must therefore be said of each row.

Every applicable fault gets about as many rows as any other. Some rows get two faults: two that let it wait, both of which
must be named, or one that refuses it, beside which the other is not named.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from openxin.synth import breaking_plan
from openxin.synth.chance import Bools, Ints
from openxin.synth.fault import Fate, Fault
from openxin.synth.faults import FAULTS, KNOWN_UNDER_ANOTHER_NAME
from openxin.synth.plan import NO_END, OPEN_TO_MINORS, YEAR, Plan

NONE: Final = -1
_SECOND_FAULT: Final = 0.12  # of the faulty rows
_MINORS: Final = 0.006  # of what may be a minor's
_KNOWN_AGAIN: Final = 0.3  # of the faulty rows, where a register knows the people of an earlier file


@dataclass(slots=True)
class Placed:
    """Up to two faults for each row, as indices into FAULTS; `duplicate` marks the later of two equal rows."""

    first: Ints
    second: Ints
    duplicate: Bools

    def rows_with(self, number: int) -> Ints:
        """Where this fault is."""
        return np.flatnonzero((self.first == number) | (self.second == number))

    def faults(self, row: int) -> tuple[Fault, ...]:
        """The faults of a row."""
        return tuple(FAULTS[number] for number in (int(self.first[row]), int(self.second[row])) if number != NONE)

    def fate(self, row: int) -> tuple[Fate, list[tuple[str, str]]]:
        """What the door must say of a row: its fate, and (part, code) of each problem."""
        if self.duplicate[row]:
            return "duplicate", []
        faults = [fault for fault in self.faults(row) if fault.pair != "duplicate"]
        for fate in ("refused", "quarantined"):
            problems = [problem for fault in faults if fault.fate == fate for problem in fault.problems]
            if problems:
                return fate, problems
        return "admitted", []


def place(rng: np.random.Generator, plan: Plan, rate: float, has: frozenset[str]) -> Placed:
    """Put faults into a share `rate` of the rows of a sound plan; `has` names what the file offers (see Fault.needs)."""
    rows = len(plan)
    if plan.type in OPEN_TO_MINORS:
        breaking_plan.minor_holders(plan, np.flatnonzero(rng.random(rows) < _MINORS))
    usable = [number for number, fault in enumerate(FAULTS) if plan.type in fault.types and fault.needs <= has]
    placed = Placed(np.full(rows, NONE), np.full(rows, NONE), np.zeros(rows, dtype=bool))
    order = rng.permutation(rows)
    bad, spare = np.split(order, [round(rows * rate)])
    placed.first[bad] = np.resize(rng.permutation(usable), bad.size)
    if "known" in has:
        again = rng.random(bad.size) < _KNOWN_AGAIN
        placed.first[bad[again]] = FAULTS.index(KNOWN_UNDER_ANOTHER_NAME)
    _add_second(rng, placed, bad, usable)
    plan.figures["own_number"][placed.first != NONE] = 0
    plan.figures["broken_line"][placed.first != NONE] = 0
    _pair(plan, placed, spare)
    for number in usable:
        change, here = FAULTS[number].in_plan, placed.rows_with(number)
        if change is not None and here.size:
            change(plan, here, rng)
    return placed


def _add_second(rng: np.random.Generator, placed: Placed, bad: Ints, usable: list[int]) -> None:
    """A second fault beside the first, where neither changes what the other's verdict reads."""
    for row in bad[rng.random(bad.size) < _SECOND_FAULT]:
        other = int(rng.choice(usable))
        fault = FAULTS[int(placed.first[row])]
        if FAULTS[other].fate == "quarantined" and fault.goes_with(FAULTS[other]):
            placed.second[row] = other


def _pair(plan: Plan, placed: Placed, spare: Ints) -> None:
    """Faults that take two rows; the other one is taken from the sound rows."""
    for number, fault in enumerate(FAULTS):
        if not fault.pair:
            continue
        ones = placed.rows_with(number)
        kept, left_over = np.split(ones, [min(ones.size, spare.size)])
        placed.first[left_over] = NONE
        others, spare = np.split(spare, [kept.size])
        if fault.pair == "duplicate":
            plan.copy(others, kept)
            placed.duplicate[np.maximum(kept, others)] = True
        elif fault.pair == "conflict":
            plan.copy(others, kept)
            _tell_otherwise(plan, kept)
            placed.first[others] = number
        else:
            breaking_plan.strangers(plan, kept, "two names")
            plan.figures["person"][others] = plan.figures["person"][kept]
            plan.figures["alias"][others] = 1
            placed.first[others] = number


def _tell_otherwise(plan: Plan, rows: Ints) -> None:
    """Another end of its effect, another tier, other hours: the same decision with other content."""
    of = plan.figures
    for name in ("effect_until", "valid_until"):
        if name in of:
            of[name][rows] = np.where(of[name][rows] == NO_END, plan.day + 3 * YEAR, of[name][rows] + YEAR)
    if "tier" in of:
        of["tier"][rows] = 1 - of["tier"][rows]
    if "minutes" in of:
        of["minutes"][rows] += 30
