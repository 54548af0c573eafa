"""The synthetic city's face: its people, and files about them with the answers beside.

    write(Path("market.csv"), type="penalty", persons=400, rows=2000, seed=1)  ->  market.csv.answers.csv
    people(1, 400)                                                             ->  who they are

The answers hold `row, fate, codes` as docs/contract.md names them, and beside them `problems` (FIELD:CODE), `day` (the day
under which they are right: windows close, people grow up) and the made-up person meant. They assume a register that does
not know this file's people under other names, and bodies and laws as the city has them.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import numpy as np

from openxin.law.catalogue import Authority, Catalogue
from openxin.law.loading import catalogue
from openxin.synth import cast as casting
from openxin.synth import papers, planning
from openxin.synth import plan as plans
from openxin.synth.breaking_plan import surely_young
from openxin.synth.cast import Cast
from openxin.synth.chance import Ints, key
from openxin.synth.fault import NATIONAL
from openxin.synth.filing import ANSWERS, Filing, Look
from openxin.synth.handwriting import Days, objects
from openxin.synth.placing import place
from openxin.synth.rendering import Body, Habits
from openxin.synth.sheets import ENCODINGS, SEPARATORS
from openxin.synth.templates import Edition, template

TYPES: Final = plans.TYPES
EDITIONS: Final[tuple[Edition, ...]] = ("sgs-2018", "sgs-2019")
MOST_ROWS: Final = 5_000_000
_MOST_SHEET_ROWS: Final = {".xlsx": 1_000_000, ".xls": 60_000}  # with room for titles and free lines
_CHINA: Final = timezone(timedelta(hours=8))
_BEFORE, _AFTER = 5 * plans.YEAR, 10 * plans.YEAR  # the days that a file may speak of, around its own
_SOMEBODY_OLDER: Final = casting.day_number("1980-01-01")  # whose document shows no birth date
_LATER_SERIALS: Final = 600_000  # document numbers of a second file of the same body and year


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the synthetic city, who does not exist."""

    name: str
    document_type: str
    number: str
    issuing_state: str  # of a foreign passport; else empty


class CallUnsound(ValueError):
    """The words of the call do not fit together. Says which and what to do, Chinese first."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


def people(seed: int, count: int) -> list[Person]:
    """The first `count` people of the city `seed`; the same ones whatever the count."""
    cast = casting.citizens(seed, count)
    return [Person(*row) for row in zip(cast.names, cast.document_types(), cast.numbers, cast.states, strict=True)]


def today() -> date:
    """The day in China."""
    return datetime.now(UTC).astimezone(_CHINA).date()


def write(
    path: Path,
    *,
    type: str,  # noqa: A002 (the word of the command line)
    persons: int,
    rows: int,
    seed: int,
    encoding: str = "utf-8",
    rate: float = 0.05,
    authority: str | None = None,
    day: date | None = None,
    edition: str = "sgs-2019",
    extension: bool = True,
    titles: bool = False,
    separator: str = "comma",
    dressed: bool | None = None,
    renamed_from: Path | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Path:
    """Write a file of decisions and, beside it, what the door must say of each row; return the path of the answers.

    `titles` writes the catalogue's Chinese titles in the header, not the codes. `dressed` (by default a workbook) adds a title,
    running numbers, totals and signatures. `renamed_from` is an earlier file of the city: people whom it got admitted come
    again, some under another name, which is NAME_DISAGREES once that file was ingested.
    """
    _check(path, type, persons, rows, encoding, rate, edition, separator)
    law = catalogue()
    body = _body(law, authority, type)
    on = day or today()
    number = (on - date(1970, 1, 1)).days
    rng = np.random.default_rng([key(seed, type, body.id, "again" if renamed_from else "")])
    cast, known = _cast(seed, persons, renamed_from)
    settled = known[number - plans.OLDEST_DECISION - cast.births[known] > plans.CONDUCT_NEEDED_DAYS]
    plan = planning.make(
        rng,
        type,
        body.id,
        cast,
        rows,
        day=number,
        extension=extension,
        has_deputy=bool(body.deputy_uscc),
        known=settled,
    )
    if renamed_from:
        plan.figures["serial"] += _LATER_SERIALS
    offers = {
        "extension": extension,
        "counterpart": edition == "sgs-2019" and type in NATIONAL,
        "known": settled.size > 0,
        "undated": extension and type in plans.ADULTS_ONLY and bool(cast.undated().any()),
        "foreign": extension and {papers.FOREIGN, papers.CHINESE} <= set(cast.kinds.tolist()),
        "young": type in plans.ADULTS_ONLY and surely_young(plan).size > 0,
    }
    placed = place(rng, plan, rate, frozenset(name for name, offered in offers.items() if offered))
    workbook = path.suffix in _MOST_SHEET_ROWS
    days = Days(number - _BEFORE, number + _AFTER, workbook=workbook)
    habits = Habits(
        template(type, next(one for one in EDITIONS if one == edition), extension=extension),
        body,
        days,
        workbook,
        days.habit(rng),
    )
    look = Look(encoding, separator, workbook if dressed is None else dressed, titles, on)
    return Filing(path, law, habits, plan, placed, look, rng).written(advance)


def _check(path: Path, record_type: str, persons: int, rows: int, encoding: str, rate: float, edition: str,
           separator: str) -> None:  # fmt: skip
    most = _MOST_SHEET_ROWS.get(path.suffix, MOST_ROWS)
    if path.suffix not in {".csv", *_MOST_SHEET_ROWS}:
        raise CallUnsound("文件名须以 .csv、.xlsx 或 .xls 结尾", "the file must end with .csv, .xlsx or .xls")
    for value, allowed, zh, en in (
        (record_type, TYPES, "类型", "type"),
        (encoding, ENCODINGS, "编码", "encoding"),
        (edition, EDITIONS, "模板版本", "edition"),
        (separator, SEPARATORS, "分隔符", "separator"),
    ):
        if value not in allowed:
            choice = ", ".join(allowed)
            raise CallUnsound(f"{zh}须为：{choice}", f"{en} must be one of: {choice}")
    if not 0 < persons <= casting.MOST_PEOPLE or not 0 < rows <= most:
        raise CallUnsound(
            f"人数须在 1 至 {casting.MOST_PEOPLE} 之间，行数须在 1 至 {most} 之间",
            f"between 1 and {casting.MOST_PEOPLE} persons and 1 and {most} rows",
        )
    if not 0 <= rate <= 1:
        raise CallUnsound("差错率须在 0 和 1 之间", "the rate must lie between 0 and 1")


def _body(law: Catalogue, authority: str | None, record_type: str) -> Body:
    """The body whose file it is, by credit code or by its id in the catalogue; the first that sends such rows."""
    able = {body.id: body for body in law.authorities.values()
            if record_type in body.submits and plans.cases(record_type, body.id)}  # fmt: skip
    wanted = authority or next(iter(able))
    found = law.by_uscc.get(wanted) or law.authorities.get(wanted)
    if found is None or found.id not in able:
        choice = ", ".join(able)
        raise CallUnsound(
            f"该机关不报送此类信息；可选：{choice}", f"this body sends no such rows; choose one of: {choice}"
        )
    deputies = [law.authorities[other] for other in found.submits_for]
    stranger = next(body for body in law.authorities.values() if _is_another(body, found))
    deputy = deputies[0] if deputies else None
    return Body(
        found.id, found.title.zh, found.uscc, deputy.title.zh if deputy else "", deputy.uscc if deputy else "", stranger.uscc
    )  # fmt: skip


def _is_another(body: Authority, than: Authority) -> bool:
    return body.id != than.id and body.id not in than.submits_for and "penalty" in body.submits


def _cast(seed: int, persons: int, renamed_from: Path | None) -> tuple[Cast, Ints]:
    """The people of the file, and which of them an earlier file has made known."""
    cast = casting.citizens(seed, persons)
    if renamed_from is None:
        return cast, np.empty(0, dtype=np.int64)
    with answers_of(renamed_from).open(encoding="utf-8", newline="") as text:
        met = list(csv.DictReader(text))
    known = {row["number"]: row for row in met if row["fate"] == "admitted" and row["number"]}
    # Whoever else was in that file may have become known or not: they stay away.
    strange = np.array([number not in {row["number"] for row in met} for number in cast.numbers], dtype=bool)
    if not known:
        raise CallUnsound("原文件没有被收录的人", "nobody of the earlier file was admitted")
    kinds = np.array(
        [papers.kind_of(row["document_type"], number, row["issuing_state"]) for number, row in known.items()],
        dtype=np.int64,
    )
    births = [
        _born(number) if dated else _SOMEBODY_OLDER
        for number, dated in zip(known, papers.shows_birth(kinds), strict=True)
    ]
    again = Cast(
        objects([row["name"] for row in known.values()]),
        objects(list(known)),
        np.array(births, dtype=np.int64),
        kinds,
        objects([row["issuing_state"] for row in known.values()]),
    )
    return again.joined(cast.only(np.flatnonzero(strange))), np.arange(len(again))


def _born(number: str) -> int:
    return casting.day_number(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")


def answers_of(path: Path) -> Path:
    """Where the answers to a file stand."""
    return path.with_name(path.name + ANSWERS)
