"""Faults in what happened: rows that a body should not have sent, or not like that. They change figures of a plan."""

from collections.abc import Callable

import numpy as np

from openxin.synth import cast as people
from openxin.synth.chance import Ints
from openxin.synth.plan import (
    ADULT_DAYS,
    ADULTS_ONLY,
    COMMON,
    CONDUCT_NEEDED_DAYS,
    CONDUCT_SURELY_NEEDED_DAYS,
    FINED,
    GRAVE,
    KIND_NAMES,
    OLDEST_DECISION,
    SERIOUS,
    SUMMARY,
    TOLD,
    TRIVIAL,
    YEAR,
    Plan,
    drop,
    shown,
    tell_adults,
)

SUMMARY_FINES = np.array([20, 50, 100, 150, 200])
Change = Callable[[Plan, Ints, np.random.Generator], None]


def in_turn(*changes: Change) -> Change:
    """One change after the other."""

    def all_of_them(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
        for change in changes:
            change(plan, rows, rng)

    return all_of_them


def set_figure(name: str, value: int) -> Change:
    """The same figure in every row."""

    def change(plan: Plan, rows: Ints, _: np.random.Generator) -> None:
        plan.figures[name][rows] = value

    return change


def kinds(name: str, *, declared: int = 0) -> Change:
    """Let the penalty be of these kinds; with a fine above 200 yuan and no declared class unless one is named."""

    def change(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
        plan.figures["kinds"][rows] = KIND_NAMES.index(name)
        plan.figures["class"][rows] = declared
        plan.figures["fine"][rows] = rng.choice(np.array([500, 1000, 2000, 5000]), rows.size)

    return change


def small_fine(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """At most 200 yuan, the limit included; with a warning or without."""
    plan.figures["kinds"][rows] = rng.choice([KIND_NAMES.index("fine"), KIND_NAMES.index("warning+fine")], rows.size)
    plan.figures["fine"][rows] = rng.choice(SUMMARY_FINES, rows.size)
    plan.figures["class"][rows] = 0


def only_a_warning(plan: Plan, rows: Ints, _: np.random.Generator) -> None:
    """Nothing but a warning, and no declared class."""
    plan.figures["kinds"][rows] = KIND_NAMES.index("warning")
    plan.figures["class"][rows] = 0


def declared_trivial(plan: Plan, rows: Ints, _: np.random.Generator) -> None:
    """OX_FL says 轻微, whatever the penalty."""
    plan.figures["class"][rows] = TRIVIAL


def summary(plan: Plan, rows: Ints, _: np.random.Generator) -> None:
    """Decided on the spot; a declared class stays empty."""
    plan.figures["procedure"][rows] = SUMMARY


def procedure_untold(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """Declared 一般 or 严重, though it may have been a summary one: a warning or a small fine, and no procedure."""
    small_fine(plan, rows, rng)
    warned = rows[rng.integers(0, 2, rows.size) == 1]
    plan.figures["kinds"][warned] = KIND_NAMES.index("warning")
    plan.figures["class"][rows] = rng.choice([COMMON, COMMON, SERIOUS], rows.size)
    drop(plan, rows, "procedure")


def decided_in_the_future(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """A slip of the year or month: the decision lies after the day of the file."""
    plan.figures["decided_on"][rows] = plan.day + rng.integers(5, 40, rows.size)
    if plan.type in ADULTS_ONLY:
        drop(
            plan,
            rows,
            *({"served_on", "final_on", "final_how", "fulfilled_on", "published_until"} & plan.figures.keys()),
        )
    if plan.type == "penalty":
        plan.figures["effect_until"][rows] = plan.day + 2 * YEAR


def conduct_after_decision(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """The breach after its penalty."""
    plan.figures["conduct_on"][rows] = plan.figures["decided_on"][rows] + rng.integers(1, 4, rows.size)


def served_before_decision(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """Served before it was decided."""
    plan.figures["served_on"][rows] = plan.figures["decided_on"][rows] - rng.integers(1, 20, rows.size)
    drop(plan, rows, "final_on", "final_how")


def final_before_service(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """Final before it was served, but not before it was decided."""
    decided = plan.figures["decided_on"][rows]
    plan.figures["served_on"][rows] = np.minimum(decided + rng.integers(2, 4, rows.size), plan.day - 1)
    plan.figures["final_on"][rows] = decided + 1
    plan.figures["final_how"][rows] = 1


def valid_backwards(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """From and until exchanged by a slip; the window is still open."""
    until = plan.day + rng.integers(40, 200, rows.size)
    plan.figures["valid_until"][rows] = until
    if "for_life" in plan.figures:
        plan.figures["for_life"][rows] = 0
    plan.figures["valid_from"][rows] = until + rng.integers(1, 300, rows.size)


def long_past_penalty(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """Decided so long ago that nobody else may see it any more: 一般, more than 12 months."""
    of = plan.figures
    shift = rng.integers(400, 700, rows.size)
    for name in ("decided_on", "conduct_on", "served_on", "final_on", "fulfilled_on", "published_until"):
        told = shown(of[name][rows])
        of[name][rows] = np.where(told, of[name][rows] - shift, of[name][rows])
    light = rows[np.isin(of["kinds"][rows], GRAVE) | ~FINED[of["kinds"][rows]]]
    kinds("fine")(plan, light, rng)
    drop(plan, rows, "class")
    young = rows[of["decided_on"][rows] - plan.births(rows) < CONDUCT_NEEDED_DAYS]
    strangers(plan, young, "past")


def long_past_permit(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """A permit that has ended."""
    of = plan.figures
    of["decided_on"][rows] = plan.day - rng.integers(120, OLDEST_DECISION, rows.size)
    of["valid_from"][rows] = of["decided_on"][rows]
    of["valid_until"][rows] = plan.day - rng.integers(5, 60, rows.size)


def strangers(plan: Plan, rows: Ints, stream: str) -> None:
    """People whom no other file of the city knows: born before anybody else."""
    seed = int(plan.figures["variant"].sum())
    plan.add_people(rows, people.born_between(seed, f"{stream}/{plan.type}", rows.size, *people.STRANGER))


def minor_at_decision(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """Sixteen or seventeen on the day of the decision."""
    births = plan.figures["decided_on"][rows] - (16 * 365.25 + rng.integers(0, 600, rows.size)).astype(np.int64)
    plan.add_people(rows, people.born_on(plan.day, "minor/decision", births))
    drop(plan, rows, "conduct_on", "adult_then")


def minor_at_conduct(plan: Plan, rows: Ints, _: np.random.Generator) -> None:
    """Eighteen at the decision, seventeen when it happened."""
    decided = plan.figures["decided_on"][rows]
    births = decided - int(18 * 365.25) - 60
    plan.add_people(rows, people.born_on(plan.day, "minor/conduct", births))
    plan.figures["conduct_on"][rows] = decided - 110
    drop(plan, rows, "adult_then")


def said_to_be_a_minor(plan: Plan, rows: Ints, _: np.random.Generator) -> None:
    """OX_CN says so."""
    plan.figures["adult_then"][rows] = TOLD.index("N")


def minor_holders(plan: Plan, rows: Ints) -> None:
    """Permits, qualifications, honours and service may be a minor's; such rows are sound."""
    first, last = plan.day - int(16.5 * 365.25), plan.day - int(9 * 365.25)
    seed = int(plan.figures["variant"].sum())
    plan.add_people(rows, people.born_between(seed, f"minor/{plan.type}", rows.size, first, last))


def surely_young(plan: Plan) -> Ints:
    """Persons between 18 and 25 at every decision of the file."""
    age = plan.day - plan.cast.births
    return np.flatnonzero((age - OLDEST_DECISION > ADULT_DAYS) & (age < CONDUCT_SURELY_NEEDED_DAYS))


def conduct_untold(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """Under 25, and nobody says when it happened."""
    plan.figures["person"][rows] = rng.choice(surely_young(plan), rows.size)
    drop(plan, rows, "conduct_on", "adult_then")


def under_another_name(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
    """Somebody whom the register knows, under another name."""
    plan.figures["person"][rows] = rng.choice(plan.known, rows.size)
    plan.figures["alias"][rows] = 1
    tell_adults(plan, rows)


def with_eighteen(plan: Plan, rows: Ints, _: np.random.Generator) -> None:
    """People whose number has eighteen characters; strangers in the place of the others."""
    other = rows[plan.cast.undated()[plan.figures["person"][rows]]]
    if other.size:
        strangers(plan, other, f"eighteen/{int(other[0])}")


def with_papers(*kinds: int) -> Change:
    """People who hold one of these documents."""

    def change(plan: Plan, rows: Ints, rng: np.random.Generator) -> None:
        holders = np.flatnonzero(np.isin(plan.cast.kinds, kinds))
        plan.figures["person"][rows] = rng.choice(holders, rows.size)
        tell_adults(plan, rows)

    return change
