"""From what happened to what is written, for the four types whose templates are our own: one function for each."""

from typing import Any, Final

import numpy as np

from openxin.synth import handwriting as by_hand
from openxin.synth.chance import Objects
from openxin.synth.handwriting import chosen, nothing, objects
from openxin.synth.plan import HOW_FINAL, STATUSES, TOLD, cases, years
from openxin.synth.rendering import Scene, by_case, cited, dates, documents

_WORDS_FOR: Final = {"有效": ("正常",), "暂停执业": ("暂停",), "是": ("Y", "1"), "否": ("N", "0")}
_TIERS: Final = (("市厅级", "市级"), ("县级", "区县级"), ("省部级", "省级"), ("国家级", "国家"))
_AREA: Final = "999999"


def qualification(scene: Scene) -> None:
    """A certificate: its title, its number, how long it holds."""
    of, rng, cells, known = scene.of, scene.rng, scene.cells, _cases(scene)
    cells["title"] = by_case(scene, [case["title"] for case in known])
    cells["title_code"] = by_case(scene, [case["code"] for case in known])
    cells["category"] = _spelt(scene, [case["category"] for case in known])
    cells["level"] = _one_of(scene, [case["levels"] for case in known])
    cells["speciality"] = _one_of(scene, [case["specialities"] for case in known])
    marks = by_case(scene, [case["mark"] for case in known])
    cells["document"] = _numbered(scene, marks, "示{mark}{year}{serial:07d}")
    registered = _numbered(scene, marks, "注{mark}{year}-{serial:06d}")
    cells["registered_as"] = np.where(of["registered"] == 1, registered, nothing(rng, len(scene.rows)))
    dates(scene, "decided_on", "valid_from", "valid_until", "status_on")
    _status(scene)
    _basis_id(scene, known)


def ban(scene: Scene) -> None:
    """A ban: from what, under which article, until when."""
    of, rng, cells, known = scene.of, scene.rng, scene.cells, _cases(scene)
    documents(scene, known)
    cells["category"] = _spelt(scene, [case["category"] for case in known])
    cells["scope"] = _spelt(scene, [case["scope"] for case in known])
    cells["basis"] = by_case(scene, [cited(case, brackets=True) for case in known])
    for_life = _yes_or_no(scene, of["for_life"] == 1)
    cells["for_life"] = for_life
    marks = by_case(scene, [case["mark"] for case in known])
    revoked = _numbered(scene, marks, "{mark}{serial:08d}")
    cells["certificate"] = np.where(of["certificate"] == 1, revoked, nothing(rng, len(scene.rows)))
    dates(scene, "decided_on", "valid_from", "valid_until", "conduct_on", "served_on", "final_on")
    for part, values in (("told", TOLD), ("adult_then", TOLD), ("final_how", HOW_FINAL)):
        cells[part] = objects(values)[of[part]]
    _basis_id(scene, known)


def honour(scene: Scene) -> None:
    """An award, and, where it was revoked, when and by which document."""
    of, cells, known = scene.of, scene.cells, _cases(scene)
    documents(scene, known)
    cells["title"] = _one_of(scene, [case["titles"] for case in known])
    cells["category"] = _spelt(scene, [case["category"] for case in known])
    tiers = np.array(_TIERS, dtype=object)
    cells["tier"] = tiers[of["tier"], (scene.rng.random(len(scene.rows)) < _OTHERWISE).astype(int)]
    dates(scene, "decided_on", "status_on")
    _status(scene)
    marks = by_case(scene, [case["mark"] for case in known])
    revocations = _numbered(scene, marks, "示{mark}撤〔{year}〕{serial}号")
    cells["revocation"] = np.where(of["status"] > 0, revocations, "")
    _basis_id(scene, known)


def service(scene: Scene) -> None:
    """Hours given, on the volunteer's own request. The federation records its own projects."""
    of, rng, cells, known, rows = scene.of, scene.rng, scene.cells, _cases(scene), len(scene.rows)
    body = scene.habits.body
    cells["title"] = objects(
        [project.format(no=no) for project, no in
         zip(_one_of(scene, [case["projects"] for case in known]), of["serial"].tolist(), strict=True)]
    )  # fmt: skip
    cells["volunteer"] = np.where(of["numbered"] == 1, _numbered(scene, objects([""] * rows), "9999{serial:08d}"), "")
    cells["organiser"], cells["organiser_code"] = objects([body.title] * rows), objects([body.uscc] * rows)
    until = np.where(of["began_at"] < 0, of["began_at"], of["began_at"] + of["minutes"])
    for part, minutes in (("decided_on", of["began_at"]), ("ended_on", until)):
        cells[part] = scene.habits.days.with_hours(rng, of[part], minutes, scene.habits.date_form)
    cells["hours"] = by_hand.decimals(rng, np.abs(of["minutes"]) / 60, workbook=scene.habits.workbook)
    cells["area"] = chosen(rng, rows, _AREA, by_hand.wide(_AREA))
    marks = by_case(scene, [case["mark"] for case in known])
    cells["document"] = np.where(of["proven"] == 1, _numbered(scene, marks, "示{mark}{year}{serial:06d}"), "")
    cells["asked"] = _yes_or_no(scene, np.ones(rows, dtype=bool))
    _basis_id(scene, known)


_OTHERWISE: Final = 0.15  # of the cells: another spelling of the same


def _cases(scene: Scene) -> list[dict[str, Any]]:
    return cases(scene.plan.type, scene.habits.body.id)


def _spelt(scene: Scene, spellings: list[list[str]]) -> Objects:
    """The usual spelling in most cells, the other one in some: both mean the same."""
    usual, other = (by_case(scene, [pair[place] for pair in spellings]) for place in (0, 1))
    return np.where(scene.rng.random(len(scene.rows)) < _OTHERWISE, other, usual)


def _one_of(scene: Scene, choices: list[list[str]]) -> Objects:
    """One of a case's values, always the same for equal figures."""
    of = scene.of
    rows = zip(of["case"].tolist(), of["variant"].tolist(), strict=True)
    return objects([choices[case][variant % len(choices[case])] for case, variant in rows])


def _numbered(scene: Scene, marks: Objects, form: str) -> Objects:
    of = scene.of
    rows = zip(marks, years(of["decided_on"]).tolist(), of["serial"].tolist(), strict=True)
    return objects([form.format(mark=mark, year=year, serial=serial) for mark, year, serial in rows])


def _yes_or_no(scene: Scene, yes: Any) -> Objects:
    rows, rng = len(scene.rows), scene.rng
    return np.where(yes, chosen(rng, rows, "是", *_WORDS_FOR["是"]), chosen(rng, rows, "否", *_WORDS_FOR["否"]))


def _status(scene: Scene) -> None:
    titles = STATUSES[scene.plan.type]
    cells = objects(titles)[scene.of["status"]]
    other = objects([_WORDS_FOR.get(title, (title,))[0] for title in titles])[scene.of["status"]]
    scene.cells["status"] = np.where(scene.rng.random(len(scene.rows)) < _OTHERWISE, other, cells)


def _basis_id(scene: Scene, known: list[dict[str, Any]]) -> None:
    """The law by its title, in brackets with its article or alone."""
    titles = by_case(scene, [case["law"] for case in known])
    bracketed = by_case(scene, [cited(case, brackets=True) for case in known])
    scene.cells["basis_id"] = np.where(scene.of["variant"] % 2 == 0, titles, bracketed)
