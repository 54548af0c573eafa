"""What happened, in numbers: one line of figures per row, before anybody writes it down badly.

Every row of a plan is sound under docs/contract.md: a body that may decide, a law in force, a class above 轻微, a person
who was an adult and, where under 25, whose day of conduct is told; dates in their order and a window still open. Faults
(`faults.py`) change figures here, or cells later. Days are counted from 1970-01-01.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from openxin.synth import papers
from openxin.synth.cast import Cast
from openxin.synth.chance import Bools, Ints

ABSENT: Final = -1_000_000  # a date that is not told
NO_END: Final = 1_000_000  # 长期, 2099-12-31
YEAR: Final = 365
HALF_A_YEAR: Final = 184
ADULT_DAYS: Final = 18 * 365.25 + 5  # margins of days, so that no row hangs on a birthday
CONDUCT_NEEDED_DAYS: Final = 25 * 365.25 + 5
CONDUCT_SURELY_NEEDED_DAYS: Final = 25 * 365.25 - 5
LONGEST_BEFORE_DECISION: Final = 120  # days between conduct and decision
OLDEST_DECISION: Final = 345  # days before the day of the file: a 一般 penalty is shown for 12 months
NEWEST_DECISION: Final = 5

Figures = dict[str, Ints]

# How often a thing is so, in made-up files; guesses after published ones.
SHARE: Final = {
    "returning person": 0.35, "deputy": 0.04, "basis id": 0.2, "own number in text": 0.004, "line break in text": 0.003,
    "no end": 0.6, "published until": 0.7, "conduct told": 0.5, "served": 0.6, "final": 0.6, "fulfilled": 0.4,
    "class": 0.3, "procedure": 0.6, "hearing": 0.05, "told": 0.5, "not told": 0.06, "upheld": 0.08, "remedied": 0.2,
    "adult then": 0.1, "warning in earnest": 0.015, "valid from decision": 0.8, "certificate": 0.85,
    "shared document": 0.012, "registered": 0.3, "practice suspended": 0.03, "certificate revoked": 0.4, "proof": 0.5,
    "volunteer number": 0.7, "days only": 0.15, "over midnight": 0.03,
}  # fmt: skip

# The sets of penalties that a row may carry; the first word of each name is what weighs.
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "fine": ("罚款",),
    "fine+seized": ("罚款", "没收违法所得"),
    "warning+fine": ("警告", "罚款"),
    "seized": ("没收违法所得", "没收非法财物"),
    "censure+fine": ("通报批评", "罚款"),
    "suspended": ("暂扣许可证件",),
    "suspended+fine": ("暂扣许可证件", "罚款"),
    "revoked": ("吊销许可证件",),
    "revoked+fine": ("吊销许可证件", "罚款"),
    "closure+fine": ("责令停产停业", "罚款"),
    "ban+fine": ("限制从业", "罚款"),
    "warning": ("警告",),
}
KIND_NAMES: Final = tuple(KINDS)
GRAVE: Final = tuple(KIND_NAMES.index(name) for name in ("revoked", "revoked+fine", "closure+fine", "ban+fine"))
FINED: Final = np.array(["罚款" in kinds for kinds in KINDS.values()])
SEIZED: Final = np.array(["没收违法所得" in kinds for kinds in KINDS.values()])
LICENSED: Final = np.array([any("许可证件" in kind for kind in kinds) for kinds in KINDS.values()])

# Values of the OX_ lists, as figures; 0 is an empty cell everywhere.
PROCEDURES: Final = ("", "普通", "听证", "简易")
CLASSES: Final = ("", "轻微", "一般", "严重")
TOLD: Final = ("", "Y", "N")
HOW_FINAL: Final = ("", "期满未诉", "复议维持且期满", "判决维持")
# Status of a qualification and of an honour.
STATUSES: Final = {
    "qualification": ("有效", "暂停执业", "注销", "撤销", "吊销", "过期"),
    "honour": ("有效", "撤销"),
}
SUSPENDED: Final = 1
NO_HOUR: Final = -1  # of a service only the day is told
ORDINARY, SUMMARY = 1, 3
TRIVIAL, COMMON, SERIOUS = 1, 2, 3


@dataclass(slots=True)
class Plan:
    """A file to be: its people, and its figures by name, each as long as the file."""

    type: str
    day: int
    extension: bool
    cast: Cast
    known: Ints  # people whom an earlier file made known
    figures: Figures

    def __len__(self) -> int:
        return len(self.figures["person"])

    def add_people(self, rows: Ints, people: Cast) -> None:
        """Give each of `rows` a person of their own."""
        self.figures["person"][rows] = len(self.cast) + np.arange(len(people))
        self.cast = self.cast.joined(people)

    def births(self, rows: Ints) -> Ints:
        """Days of birth of the persons of `rows`."""
        return self.cast.births[self.figures["person"][rows]]

    def copy(self, source: Ints, target: Ints, *, but: tuple[str, ...] = ()) -> None:
        """Let rows `target` tell what rows `source` tell."""
        for name, figure in self.figures.items():
            if name not in but:
                figure[target] = figure[source]


_WORDS: Final = {
    "penalty": "penalties.toml", "permit": "permits.toml", "qualification": "qualifications.toml",
    "disqualification": "bans.toml", "honour": "honours.toml", "service": "services.toml",
}  # fmt: skip
TYPES: Final = tuple(_WORDS)
ADULTS_ONLY: Final = ("penalty", "disqualification")  # nothing about conduct as a minor
OPEN_TO_MINORS: Final = ("permit", "qualification", "honour", "service")


@cache
def words(record_type: str) -> dict[str, Any]:
    """The cases, and for some types the places, of the type's file in `words/`."""
    return tomllib.loads((files("openxin.synth") / "words" / _WORDS[record_type]).read_text(encoding="utf-8"))


def cases(record_type: str, authority: str) -> list[dict[str, Any]]:
    """What this body decides; empty where it decides nothing of the type."""
    return [case for case in words(record_type)["case"] if case["authority"] == authority]


def some(rng: np.random.Generator, rows: int, what: str) -> Bools:
    """A share of the rows."""
    return rng.random(rows) < SHARE[what]


def value(rng: np.random.Generator, rows: int, what: str, value: Ints | int = 1) -> Ints:
    """`value` for a share of the rows, 0 for the others."""
    return np.where(some(rng, rows, what), value, 0).astype(np.int64)


def told(which: Bools, date: Ints) -> Ints:
    """The day where it is told, ABSENT elsewhere."""
    return np.where(which, date, ABSENT).astype(np.int64)


def _persons(rng: np.random.Generator, eligible: Ints, rows: int) -> Ints:
    """Whose rows they are: most people once, some again and again."""
    again = (rng.random(rows) ** 1.3 * len(eligible)).astype(np.int64)
    once = rng.permutation(np.arange(rows) % len(eligible))
    return eligible[np.where(some(rng, rows, "returning person"), again, once)]


def _decision_days(rng: np.random.Generator, rows: int, day: int) -> Ints:
    """Weekdays of the year before `day`, in order, as registers keep them."""
    days = rng.integers(day - OLDEST_DECISION, day - NEWEST_DECISION, rows)
    beyond_friday = np.maximum((days + 3) % 7 - 4, 0)  # 1970-01-01 was a Thursday
    return np.sort(days - beyond_friday)


def years(days: Ints) -> Ints:
    """The calendar year of each day."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def base(rng: np.random.Generator, record_type: str, authority: str, cast: Cast, rows: int, *, day: int,
         extension: bool, has_deputy: bool, known: Ints) -> Plan:  # fmt: skip
    """Who, when, by whom, under which number: what every kind of decision has."""
    youngest = day - OLDEST_DECISION - cast.births
    needs_conduct = record_type in ADULTS_ONLY and not extension
    floor = CONDUCT_NEEDED_DAYS if needs_conduct else ADULT_DAYS + LONGEST_BEFORE_DECISION
    # Without our columns nobody can say which state issued a passport, nor that somebody was an adult.
    silent = np.zeros(len(cast), dtype=bool) if extension else cast.kinds == papers.FOREIGN
    eligible = np.flatnonzero((youngest > floor) & ~(silent | (cast.undated() & needs_conduct)))
    if not eligible.size:
        raise ValueError(f"nobody of the {len(cast)} persons is old enough for decisions of that time")
    decided = _decision_days(rng, rows, day)
    figures: Figures = {
        "person": _persons(rng, eligible, rows),
        "alias": np.zeros(rows, dtype=np.int64),
        "case": (rng.random(rows) ** 1.4 * len(cases(record_type, authority))).astype(np.int64),
        "decided_on": decided,
        "serial": 1 + np.arange(rows) - np.searchsorted(years(decided), years(decided)),
        "deputy": value(rng, rows, "deputy") * has_deputy,
        "basis_id": value(rng, rows, "basis id"),
        "variant": rng.integers(0, 1_000_000, rows),
        "count": rng.integers(2, 60, rows),
        "value": rng.integers(10, 4000, rows) * 10,
        "own_number": value(rng, rows, "own number in text"),
        "broken_line": value(rng, rows, "line break in text"),
    }
    plan = Plan(record_type, day, extension, cast, known, figures)
    _share_documents(rng, plan)
    return plan


def _share_documents(rng: np.random.Generator, plan: Plan) -> None:
    """One decision may name two people: same document, same day, two rows, and no conflict."""
    second = 1 + np.flatnonzero(some(rng, len(plan) - 1, "shared document"))
    second = second[np.diff(second, prepend=-2) > 1]
    person = plan.figures["person"]
    second = second[person[second] != person[second - 1]]
    for name in ("case", "decided_on", "serial", "deputy"):
        plan.figures[name][second] = plan.figures[name][second - 1]


def tell_adults(plan: Plan, rows: Ints) -> None:
    """Where a document shows no birth date the body says that its holder was an adult."""
    if plan.type in ADULTS_ONLY:
        undated = rows[plan.cast.undated()[plan.figures["person"][rows]]]
        plan.figures["adult_then"][undated] = TOLD.index("Y")


def drop(plan: Plan, rows: Ints, *names: str) -> None:
    """Empty these dates or list values in `rows`."""
    for name in names:
        plan.figures[name][rows] = ABSENT if name.endswith(("_on", "_until")) else 0


def shown(dates: Ints) -> Bools:
    """Where a date is told."""
    return np.not_equal(dates, ABSENT)
