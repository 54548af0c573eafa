"""What a fault is: how it breaks a sound row, and what the door must then say. The answers come from here alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from openxin.synth.chance import Ints
from openxin.synth.plan import Plan
from openxin.synth.rendering import Scene

Fate = Literal["admitted", "duplicate", "quarantined", "refused"]
InPlan = Callable[[Plan, Ints, np.random.Generator], None]
InCells = Callable[[Scene, Ints], None]

PENALTY: Final = ("penalty",)
PERMIT: Final = ("permit",)
QUALIFICATION: Final = ("qualification",)
BAN: Final = ("disqualification",)
HONOUR: Final = ("honour",)
SERVICE: Final = ("service",)
NATIONAL: Final = (*PENALTY, *PERMIT)
OWN: Final = (*QUALIFICATION, *BAN, *HONOUR, *SERVICE)
ALL: Final = (*NATIONAL, *OWN)

# What a verdict reads besides the cell that it breaks: two faults go into one row only where these do not meet.
PERSON: Final = frozenset({"name", "id_type", "id_number", "counterpart", "organisation"})
TIMES: Final = frozenset({"decided_on", "conduct_on", "served_on", "final_on", "valid_from", "valid_until", "ended_on"})
WEIGHT: Final = frozenset({"kinds", "fine", "seized", "licence", "class", "procedure"})
BASIS: Final = frozenset({"basis", "basis_id"})
READS_OF: Final = {
    "name": PERSON, "id_type": PERSON, "id_number": PERSON, "counterpart": PERSON, "basis": BASIS, "basis_id": BASIS,
    "kinds": WEIGHT, "decided_on": TIMES, "valid_from": TIMES, "valid_until": TIMES, "ended_on": TIMES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the table. `problems`: (part, code); `needs`: what a file must have so that the fault can occur."""

    name: str
    fate: Fate
    problems: tuple[tuple[str, str], ...]
    reads: frozenset[str]
    types: tuple[str, ...] = ALL
    needs: frozenset[str] = frozenset()
    in_plan: InPlan | None = None
    in_cells: InCells | None = None
    pair: Literal["", "duplicate", "conflict", "two names"] = ""

    def goes_with(self, other: "Fault") -> bool:
        """May both be in one row, each with the verdict that it has alone?"""
        return not (self.pair or other.pair or self.reads & other.reads)


def waits(
    name: str,
    part: str,
    code: str,
    change: InCells | None = None,
    *,
    reads: frozenset[str] = frozenset(),
    types: tuple[str, ...] = ALL,
    needs: frozenset[str] = frozenset(),
    first: InPlan | None = None,
) -> Fault:
    """A fault that lets the row wait: `change` breaks its cells, `first` its figures before they are written."""
    return Fault(name, "quarantined", ((part, code),), frozenset({part}) | reads, types, needs, first, change)


def refused(
    name: str,
    problems: tuple[tuple[str, str], ...],
    *,
    reads: frozenset[str],
    types: tuple[str, ...],
    first: InPlan | None = None,
    change: InCells | None = None,
    needs: frozenset[str] = frozenset(),
) -> Fault:
    """A fault for which the law refuses the row."""
    return Fault(name, "refused", problems, reads, types, needs, first, change)
