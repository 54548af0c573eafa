"""A part of a plan as a scene: its people, its bodies, and what a decision of its type says."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from openxin.synth import own_types, rendering
from openxin.synth.chance import Ints
from openxin.synth.plan import Plan
from openxin.synth.rendering import Habits, Scene

_SAYS: Final[Mapping[str, Callable[[Scene], None]]] = {
    "penalty": rendering.penalty,
    "permit": rendering.permit,
    "qualification": own_types.qualification,
    "disqualification": own_types.ban,
    "honour": own_types.honour,
    "service": own_types.service,
}


def scene(habits: Habits, plan: Plan, rows: Ints, rng: np.random.Generator) -> Scene:
    """The sound cells of `rows`."""
    of = {name: figure[rows] for name, figure in plan.figures.items()}
    drawn = Scene(habits, plan, rows, rng, {}, of)
    rendering.people(drawn)
    rendering.bodies(drawn)
    _SAYS[plan.type](drawn)
    return drawn
