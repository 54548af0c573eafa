"""What each kind of decision says beyond who, when and by whom: one function for each type. Sound, as `plan` promises."""

from typing import Any, Final

import numpy as np

from openxin.synth.cast import Cast
from openxin.synth.chance import Ints
from openxin.synth.plan import (
    ABSENT,
    COMMON,
    CONDUCT_NEEDED_DAYS,
    GRAVE,
    HALF_A_YEAR,
    KIND_NAMES,
    LONGEST_BEFORE_DECISION,
    NO_END,
    NO_HOUR,
    ORDINARY,
    SERIOUS,
    SUSPENDED,
    TOLD,
    YEAR,
    Figures,
    Plan,
    base,
    cases,
    some,
    tell_adults,
    told,
    value,
)


def make(rng: np.random.Generator, record_type: str, authority: str, cast: Cast, rows: int, *, day: int,
         extension: bool, has_deputy: bool, known: Ints) -> Plan:  # fmt: skip
    """A sound file of `rows` decisions of `authority` about people of `cast`."""
    plan = base(
        rng, record_type, authority, cast, rows, day=day, extension=extension, has_deputy=has_deputy, known=known
    )
    _BY_TYPE[record_type](rng, plan, cases(record_type, authority))
    return plan


def _penalties(rng: np.random.Generator, plan: Plan, known: list[dict[str, Any]]) -> None:
    rows, of, decided = len(plan), plan.figures, plan.figures["decided_on"]
    of["kinds"] = np.zeros(rows, dtype=np.int64)
    of["fine"] = np.zeros(rows, dtype=np.int64)
    for number, case in enumerate(known):
        here = np.flatnonzero(of["case"] == number)
        kinds = np.array([KIND_NAMES.index(name) for name in case["kinds"]])
        of["kinds"][here] = kinds[(rng.random(here.size) ** 1.5 * len(kinds)).astype(np.int64)]
        of["fine"][here] = np.array(case["fines"])[rng.integers(0, len(case["fines"]), here.size)]
    of["seized"] = rng.integers(3, 900, rows) * 10
    of["effect_until"] = np.where(some(rng, rows, "no end"), NO_END, decided + YEAR * rng.integers(1, 4, rows))
    of["published_until"] = told(some(rng, rows, "published until"), decided + YEAR)
    _conduct(rng, plan)
    _finality(rng, of, plan.day)
    fulfilled = np.minimum(decided + rng.integers(3, 60, rows), plan.day - 1)
    of["fulfilled_on"] = told(some(rng, rows, "fulfilled"), fulfilled)
    of["class"] = value(rng, rows, "class", np.where(np.isin(of["kinds"], GRAVE), SERIOUS, COMMON))
    of["procedure"] = value(rng, rows, "procedure", ORDINARY + value(rng, rows, "hearing"))
    of["remedied"] = value(rng, rows, "remedied", TOLD.index("N"))
    if plan.extension:
        _warn_in_earnest(rng, plan)


def _conduct(rng: np.random.Generator, plan: Plan) -> None:
    """When it happened: told of the young, and of some others."""
    rows, decided = len(plan), plan.figures["decided_on"]
    young = decided - plan.births(np.arange(rows)) < CONDUCT_NEEDED_DAYS
    conduct = decided - rng.integers(10, LONGEST_BEFORE_DECISION, rows)
    plan.figures["conduct_on"] = told(young | some(rng, rows, "conduct told"), conduct)
    plan.figures["adult_then"] = value(rng, rows, "adult then", TOLD.index("Y"))
    tell_adults(plan, np.arange(rows))


def _lasting(rng: np.random.Generator, plan: Plan, known: list[dict[str, Any]]) -> Ints:
    """For how many years each holds; 0 is without end."""
    lasting = np.zeros(len(plan), dtype=np.int64)
    for number, case in enumerate(known):
        here = np.flatnonzero(plan.figures["case"] == number)
        lasting[here] = np.array(case["years"])[rng.integers(0, len(case["years"]), here.size)]
    return lasting


def _finality(rng: np.random.Generator, of: Figures, day: int) -> None:
    """Served within a week; where more than half a year has passed, some are final because nobody sued."""
    rows = len(of["decided_on"])
    served = np.minimum(of["decided_on"] + rng.integers(0, 8, rows), day - 1)
    of["served_on"] = told(some(rng, rows, "served"), served)
    lapsed = served + HALF_A_YEAR + rng.integers(0, 5, rows)
    final = (of["served_on"] != ABSENT) & (lapsed < day) & some(rng, rows, "final")
    of["final_on"] = told(final, lapsed)
    of["final_how"] = np.where(final, 1 + value(rng, rows, "upheld"), 0)
    of["told"] = value(rng, rows, "told", 1 + value(rng, rows, "not told"))


def _warn_in_earnest(rng: np.random.Generator, plan: Plan) -> None:
    """A warning alone weighs little by itself; declared 一般 in an ordinary procedure, it is a sound row."""
    here = np.flatnonzero(some(rng, len(plan), "warning in earnest"))
    plan.figures["kinds"][here] = KIND_NAMES.index("warning")
    plan.figures["class"][here] = COMMON
    plan.figures["procedure"][here] = ORDINARY


def _permits(rng: np.random.Generator, plan: Plan, known: list[dict[str, Any]]) -> None:
    rows, of = len(plan), plan.figures
    lasting = _lasting(rng, plan, known)
    other_start = np.minimum(of["decided_on"] + rng.integers(-20, 6, rows), plan.day - 1)
    of["valid_from"] = np.where(some(rng, rows, "valid from decision"), of["decided_on"], other_start)
    ends = of["valid_from"] + (lasting * 365.25).astype(np.int64) - 1
    of["valid_until"] = np.where(lasting == 0, NO_END, np.maximum(ends, plan.day + 30))
    of["has_certificate"] = value(rng, rows, "certificate")


def _qualifications(rng: np.random.Generator, plan: Plan, known: list[dict[str, Any]]) -> None:
    rows, of = len(plan), plan.figures
    lasting = _lasting(rng, plan, known)
    of["valid_from"] = of["decided_on"].copy()
    ends = of["valid_from"] + (lasting * 365.25).astype(np.int64) - 1
    of["valid_until"] = np.where(lasting == 0, NO_END, np.maximum(ends, plan.day + 30))
    of["registered"] = value(rng, rows, "registered")
    of["status"] = value(rng, rows, "practice suspended", SUSPENDED)
    suspended = np.minimum(of["decided_on"] + rng.integers(1, 60, rows), plan.day - 1)
    of["status_on"] = told(of["status"] == SUSPENDED, suspended)


def _bans(rng: np.random.Generator, plan: Plan, known: list[dict[str, Any]]) -> None:
    rows, of = len(plan), plan.figures
    lasting = _lasting(rng, plan, known)
    of["for_life"] = np.where(lasting == 0, 1, 0)
    of["valid_from"] = of["decided_on"] + np.where(some(rng, rows, "valid from decision"), 0, rng.integers(1, 60, rows))
    ends = of["valid_from"] + (lasting * 365.25).astype(np.int64) - 1
    of["valid_until"] = np.where(lasting == 0, NO_END, np.maximum(ends, plan.day + 30))
    of["certificate"] = value(rng, rows, "certificate revoked")
    _conduct(rng, plan)
    _finality(rng, of, plan.day)


def _honours(rng: np.random.Generator, plan: Plan, _: list[dict[str, Any]]) -> None:
    rows, of = len(plan), plan.figures
    of["tier"] = rng.integers(0, 2, rows)
    of["status"] = np.zeros(rows, dtype=np.int64)
    of["status_on"] = told(np.zeros(rows, dtype=bool), of["decided_on"])


def _services(rng: np.random.Generator, plan: Plan, _: list[dict[str, Any]]) -> None:
    rows, of = len(plan), plan.figures
    of["minutes"] = rng.integers(2, 9, rows) * 30
    of["began_at"] = np.where(some(rng, rows, "days only"), NO_HOUR, rng.integers(16, 36, rows) * 30)
    over = some(rng, rows, "over midnight") & (of["began_at"] == NO_HOUR)
    of["ended_on"] = of["decided_on"] + np.where(over, 1, 0)
    of["numbered"] = value(rng, rows, "volunteer number")
    of["proven"] = value(rng, rows, "proof")


_BY_TYPE: Final = {
    "penalty": _penalties,
    "permit": _permits,
    "qualification": _qualifications,
    "disqualification": _bans,
    "honour": _honours,
    "service": _services,
}
