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
BOTH: Final = (*PENALTY, *PERMIT)

# What a verdict reads besides the cell that it breaks: two faults go into one row only where these do not meet.
PERSON: Final = frozenset({"name", "id_type", "id_number", "counterpart", "organisation"})
TIMES: Final = frozenset({"decided_on", "conduct_on", "served_on", "final_on", "valid_from", "valid_until"})
WEIGHT: Final = frozenset({"kinds", "fine", "seized", "licence", "class", "procedure"})
BASIS: Final = frozenset({"basis", "basis_id"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the table. `problems`: (part, code); `needs`: what a file must have so that the fault can occur."""

    name: str
    fate: Fate
    problems: tuple[tuple[str, str], ...]
    reads: frozenset[str]
    types: tuple[str, ...] = BOTH
    needs: frozenset[str] = frozenset()
    in_plan: InPlan | None = None
    in_cells: InCells | None = None
    pair: Literal["", "duplicate", "conflict", "two names"] = ""

    def goes_with(self, other: "Fault") -> bool:
        """May both be in one row, each with the verdict that it has alone?"""
        return not (self.pair or other.pair or self.reads & other.reads)
