"""Supplementing: what a body supplies is laid over what is held, and the whole is judged by the rules of admission.

Shared by pass three (a file comes with dates) and `finality` (a clerk fills them in). A status replaces the old one, a supplement
fills what was empty; where the whole would not be sound then (finality before the decision, a day that has not come), nothing of
it is taken. Works on values; reads and writes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from openxin.intake.judging.judge import judge
from openxin.law.catalogue import Authority, Catalogue, Column, RecordType
from openxin.records.states import opens_on, standing
from openxin.records.supplements import Held, Supplied
from openxin.vault import tokens

_FEN = 100


@dataclass(frozen=True, slots=True)
class Bench:
    """Under what it is judged: the record's type, the body that sent it, law and day."""

    type: RecordType
    authority: Authority
    law: Catalogue
    day: date
    synthetic: bool


class Merge:
    """A held payload with new values over it: which columns are taken, which differ and are only noted.

    `extras_token`: of the row that came in a file; None: of what the merge comes to.
    """

    def __init__(
        self, place: tuple[int, int], held: Held, new: Mapping[str, Any], columns: Sequence[Column], token: bytes | None
    ) -> None:
        self.place, self.held, self.extras_token = place, held, token
        self.merged = dict(held.payload)
        self.taken: list[str] = []
        self.differ: list[str] = []
        for column in columns:
            self._weigh(column, new.get(column.code))

    def _weigh(self, column: Column, value: Any) -> None:
        old = self.merged.get(column.code)
        if value is None or value == old or column.part == "content":
            return
        if column.part == "status" or (column.part == "supplement" and old is None):
            self.merged[column.code] = value
            self.taken.append(column.code)
        elif "ox" in column.editions:
            self.differ.append(column.code)

    def drop(self) -> None:
        """The whole would not be sound: nothing is taken, and the columns are told as differing."""
        self.differ += self.taken
        self.taken.clear()

    def notes(self) -> list[tuple[int, int, str, str]]:
        """What the receipt says of this row."""
        return [
            *((*self.place, code, "SUPPLIED") for code in self.taken),
            *((*self.place, code, "OX_DIFFERS") for code in self.differ),
        ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a merge comes to: the record as it will stand, or why it cannot stand so: (field, code) of each fault."""

    merge: Merge
    supplied: Supplied | None
    problems: tuple[tuple[str, str], ...]


def judged(bench: Bench, merges: Sequence[Merge]) -> list[Outcome]:
    """Where each record would stand with what is supplied to it."""
    if not merges:
        return []
    found = judge(
        _as_rows(bench.type, merges),
        type=bench.type,
        authority=bench.authority,
        law=bench.law,
        day=bench.day,
        synthetic=bench.synthetic,
    )
    faults = _faults(bench.type, found.problems, len(merges))
    return [
        Outcome(one, None if faults[n] or row["payload"] is None else _supplied(one, row, bench), faults[n])
        for n, (one, row) in enumerate(zip(merges, found.rows.iter_rows(named=True), strict=True))
    ]


def _as_rows(type_: RecordType, merges: Sequence[Merge]) -> pl.DataFrame:
    """What is held and supplied, as the cells of a file that says the same."""
    return pl.DataFrame(
        {
            "sheet": pl.Series([one.place[0] for one in merges], dtype=pl.UInt16),
            "row": pl.Series([one.place[1] for one in merges], dtype=pl.UInt32),
            **{
                column.code: pl.Series(
                    [_as_cell(column, one.merged.get(column.code)) for one in merges], dtype=pl.String
                )
                for column in type_.columns
            },
        }
    )


def _as_cell(column: Column, value: Any) -> str | None:
    """A kept value as a cell. Money is kept in fen; a plain number in a cell would be 万元."""
    if value is None:
        return None
    if column.kind == "amount":
        return f"{value // _FEN}.{value % _FEN:02}元"
    return str(value)


def _faults(type_: RecordType, problems: pl.DataFrame, count: int) -> list[tuple[tuple[str, str], ...]]:
    """The problems of columns that can be supplied. What the other columns say was admitted, and is not weighed again."""
    suppliable = [column.code for column in type_.columns if column.part in ("status", "supplement")]
    faults: list[list[tuple[str, str]]] = [[] for _ in range(count)]
    for at, field, code in problems.select("at", "field", "code").iter_rows():
        if field in suppliable:
            faults[at].append((field, code))
    return [tuple(found) for found in faults]


def _supplied(merge: Merge, row: Mapping[str, Any], bench: Bench) -> Supplied:
    held = merge.held
    adverse = bench.type.needs_finality
    return Supplied(
        held=held,
        payload=row["payload"].encode(),
        extras_token=merge.extras_token or tokens.token("extras", row["extras"].encode()),
        state=standing(row["final_on"], held.notice_until, row["closes"], bench.day)
        if adverse
        else ("expired" if row["past"] else "in_force"),
        final_on=row["final_on"],
        # The notice began at admission and does not begin anew.
        opens=opens_on(row["final_on"], held.notice_until, row["closes"]) if adverse else row["opens"],
        closes=row["closes"],
        erase_on=row["erase_on"],
    )
