"""From what happened to what is written: a part of a plan as columns of cells, by the part that each plays.

What counts as content (facts, basis, outcome) depends on the figures alone, so that two rows of equal figures say the
same however they are written; only the handwriting is drawn anew for each cell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from openxin.synth import handwriting as by_hand
from openxin.synth import papers
from openxin.synth.chance import Ints, Objects
from openxin.synth.handwriting import Days, chosen, nothing, objects
from openxin.synth.names import another
from openxin.synth.plan import (
    CLASSES,
    FINED,
    HOW_FINAL,
    KINDS,
    LICENSED,
    PROCEDURES,
    SEIZED,
    TOLD,
    Figures,
    Plan,
    cases,
    words,
    years,
)
from openxin.synth.templates import EMPTY_FOR_PERSONS, Template

_KIND_SETS = tuple(KINDS.values())
_ANY_SEIZED = SEIZED | np.array(["没收非法财物" in kinds for kinds in _KIND_SETS])
_NATIONAL = ("法", "道路运输条例")  # whose full titles begin with 中华人民共和国
_UNBRACKETED_EVERY = 12
_CODED = 0.2  # of the kinds of permit, those given by number


@dataclass(frozen=True, slots=True)
class Body:
    """A body of the city and the one for which it also submits."""

    id: str
    title: str
    uscc: str
    deputy_title: str
    deputy_uscc: str
    stranger_uscc: str  # of a body for which it does not submit


@dataclass(frozen=True, slots=True)
class Habits:
    """What stays the same in one file."""

    template: Template
    body: Body
    days: Days
    workbook: bool
    date_form: int


@dataclass(slots=True)
class Scene:
    """A run of rows being written: their figures, and their cells by part. Faults work on both."""

    habits: Habits
    plan: Plan
    rows: Ints
    rng: np.random.Generator
    cells: dict[str, Objects]
    of: Figures

    def number(self, at: Ints) -> list[str]:
        """The right identity numbers of these rows."""
        return [str(number) for number in self.plan.cast.numbers[self.of["person"][at]]]

    def name(self, at: Ints) -> list[str]:
        """The right names of these rows."""
        return [str(name) for name in self.plan.cast.names[self.of["person"][at]]]

    def put(self, part: str, at: Ints, values: list[Any]) -> None:
        """Write these cells."""
        self.cells[part][at] = objects(values)

    def put_one_of(self, part: str, at: Ints, *values: str) -> None:
        """Write one of a few values into each of these cells."""
        self.cells[part][at] = objects(values)[self.rng.integers(0, len(values), at.size)]

    def change(self, part: str, at: Ints, to: Callable[[str], str]) -> None:
        """Write each of these cells anew from what stands there."""
        self.put(part, at, [to(str(cell)) for cell in self.cells[part][at]])


def people(scene: Scene) -> None:
    """Whose rows they are."""
    cast, person, rng, count = scene.plan.cast, scene.of["person"], scene.rng, len(scene.rows)
    names = cast.names[person]
    renamed = np.flatnonzero(scene.of["alias"])
    names[renamed] = objects([another(name) for name in names[renamed]])
    kinds = cast.kinds[person]
    scene.cells["name"] = by_hand.names(rng, names)
    scene.cells["id_number"] = by_hand.numbers(
        rng, cast.numbers[person], kinds, cast.births[person], workbook=scene.habits.workbook
    )
    scene.cells["id_type"] = np.choose(kinds, [chosen(rng, count, *said) for said in papers.WORDS])
    scene.cells["issuing_state"] = by_hand.states(rng, cast.states[person], kinds)
    scene.cells["counterpart"] = chosen(rng, count, "自然人")
    for part in (*EMPTY_FOR_PERSONS, "remark"):
        scene.cells[part] = nothing(rng, count)


def bodies(scene: Scene) -> None:
    """Who decided, and who sends it in."""
    body, deputy = scene.habits.body, scene.of["deputy"] == 1
    count = len(scene.rows)
    scene.cells["decider"] = np.where(deputy, body.deputy_title, objects([body.title] * count))
    scene.cells["decider_code"] = np.where(deputy, body.deputy_uscc, objects([body.uscc] * count))
    scene.cells["submitter"] = objects([body.title] * count)
    scene.cells["submitter_code"] = objects([body.uscc] * count)


def dates(scene: Scene, *parts: str) -> None:
    """These days, as the clerk writes days."""
    for part in parts:
        scene.cells[part] = scene.habits.days.written(scene.rng, scene.of[part], scene.habits.date_form)


def _places(scene: Scene) -> Objects:
    places = objects(words(scene.plan.type)["places"])
    return places[scene.of["variant"] % len(places)]


def _filled(templates: list[list[str]], scene: Scene) -> Objects:
    """The sentence of each row's case, with the figures of the row in it."""
    of = scene.of
    figures = zip(
        of["case"].tolist(), of["variant"].tolist(), of["count"].tolist(), of["value"].tolist(), _places(scene), strict=True
    )  # fmt: skip
    return objects(
        [
            templates[case][variant % len(templates[case])].format(
                place=place, no=variant % 180 + 1, month=variant % 9 + 2, count=count, value=value
            )
            for case, variant, count, value, place in figures
        ]
    )


def by_case(scene: Scene, values: list[Any]) -> Objects:
    """Of one value for each case, that of each row's case."""
    return objects(values)[scene.of["case"]]


def documents(scene: Scene, known: list[dict[str, Any]]) -> None:
    """The numbers of the decisions."""
    marks = by_case(scene, [case["mark"] for case in known])
    year = years(scene.of["decided_on"])
    scene.cells["document"] = by_hand.documents(scene.rng, marks, year, scene.of["serial"])


def cited(case: dict[str, Any], *, brackets: bool) -> str:
    """A case's legal basis as it stands in a decision."""
    title = case["law"]
    full = f"中华人民共和国{title}" if title.endswith(_NATIONAL) else title
    if not brackets:
        return f"{title}{case['article']}"
    also = f"、{case['also']}" if "also" in case else ""
    return f"《{full}》{case['article']}{also}"


def penalty(scene: Scene) -> None:
    """What a penalty says."""
    of, rng, cells = scene.of, scene.rng, scene.cells
    known = cases("penalty", scene.habits.body.id)
    documents(scene, known)
    cells["conduct"] = by_case(scene, [case["conduct"] for case in known])
    cells["facts"] = _filled([case["facts"] for case in known], scene)
    _decorate(scene)
    bracketed = by_case(scene, [cited(case, brackets=True) for case in known])
    bare = by_case(scene, [cited(case, brackets=False) for case in known])
    cells["basis"] = np.where(of["variant"] % _UNBRACKETED_EVERY == 0, bare, bracketed)
    licences = by_case(scene, [case.get("licence", "相关许可证件") for case in known])
    cells["kinds"] = by_hand.lists(rng, of["kinds"], _KIND_SETS)
    cells["content"] = _outcomes(of, licences)
    cells["fine"] = by_hand.amounts(rng, of["fine"], FINED[of["kinds"]], workbook=scene.habits.workbook)
    cells["seized"] = by_hand.amounts(rng, of["seized"], _ANY_SEIZED[of["kinds"]], workbook=scene.habits.workbook)
    numbered = [f"{licence}（编号：示{no:06d}）" for licence, no in zip(licences, of["variant"].tolist(), strict=True)]
    cells["licence"] = np.where(LICENSED[of["kinds"]], objects(numbered), "")
    dates(scene, "decided_on", "effect_until", "published_until", "conduct_on", "served_on", "final_on", "fulfilled_on")
    for part, values in (
        ("procedure", PROCEDURES),
        ("class", CLASSES),
        ("told", TOLD),
        ("remedied", TOLD),
        ("adult_then", TOLD),
        ("final_how", HOW_FINAL),
    ):
        cells[part] = objects(values)[of[part]]
    titles = by_case(scene, [case["law"] for case in known])
    cells["basis_id"] = np.where(of["basis_id"] == 1, np.where(of["variant"] % 2 == 0, titles, bracketed), "")


def _decorate(scene: Scene) -> None:
    """Some write the person's own number into the facts, which is allowed, or break the line."""
    of, facts = scene.of, scene.cells["facts"]
    owned = np.flatnonzero(of["own_number"])
    numbers = scene.number(owned)
    facts[owned] = objects([f"{text}（当事人证件号码：{no}）" for text, no in zip(facts[owned], numbers, strict=True)])
    broken = np.flatnonzero(of["broken_line"])
    facts[broken] = objects([text.replace("，", "，\n", 1) for text in facts[broken]])


def _outcomes(of: Figures, licences: Objects) -> Objects:
    rows = zip(
        of["kinds"].tolist(), of["fine"].tolist(), of["seized"].tolist(), licences, of["variant"].tolist(), strict=True
    )  # fmt: skip
    return objects([_outcome(*row) for row in rows])


def _outcome(kinds: int, fine: int, seized: int, licence: str, variant: int) -> str:
    said = {
        "警告": "给予警告",
        "通报批评": "予以通报批评",
        "罚款": f"罚款人民币{fine}元" if variant % 3 else f"处罚款{fine:,}元",
        "没收违法所得": f"没收违法所得{seized}元",
        "没收非法财物": "没收涉案物品",
        "暂扣许可证件": f"暂扣{licence}三个月",
        "吊销许可证件": f"吊销{licence}",
        "责令停产停业": "责令停业整顿",
        "限制从业": "五年内不得从事相关经营活动",
    }
    parts = [said[kind] for kind in _KIND_SETS[kinds]]
    if variant % 5 == 0:
        return "".join(f"{number}.{part}；" for number, part in enumerate(parts, 1))[:-1] + "。"
    return "；".join(parts)


def permit(scene: Scene) -> None:
    """What a permit says."""
    of, rng, cells, count = scene.of, scene.rng, scene.cells, len(scene.rows)
    known = cases("permit", scene.habits.body.id)
    documents(scene, known)
    cells["title"] = by_case(scene, [case["document"] for case in known])
    coded = by_case(scene, [case["category"][0] for case in known])
    cells["category"] = np.where(
        rng.random(count) < _CODED, coded, by_case(scene, [case["category"][1] for case in known])
    )
    certified = of["has_certificate"] == 1
    cells["certificate"] = np.where(certified, by_case(scene, [case["certificate"] for case in known]), "")
    marks = by_case(scene, [case["number"] for case in known])
    numbered = [f"{mark}{year}-{no:06d}" for mark, year, no in
                zip(marks, years(of["decided_on"]).tolist(), of["variant"].tolist(), strict=True)]  # fmt: skip
    cells["certificate_number"] = np.where(certified, objects(numbered), "")
    cells["content"] = _filled([case["content"] for case in known], scene)
    dates(scene, "decided_on", "valid_from", "valid_until")
    cells["status"] = chosen(rng, count, "1", "有效")
    named = np.where(of["variant"] % 2 == 0, "行政许可法", objects(["《中华人民共和国行政许可法》第三十八条"] * count))
    cells["basis_id"] = np.where(of["basis_id"] == 1, named, "")
