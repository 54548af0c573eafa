"""A plan with its faults, written out: the file that a body hands in, and the answers beside it."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from openxin.law.catalogue import Catalogue
from openxin.synth.chance import Ints
from openxin.synth.faults import FAULTS
from openxin.synth.handwriting import objects
from openxin.synth.placing import NONE, Placed
from openxin.synth.plan import Plan
from openxin.synth.rendering import Habits, Scene
from openxin.synth.scenes import scene
from openxin.synth.sheets import Sheet, sheet
from openxin.synth.templates import code_of

ANSWERS: Final = ".answers.csv"
ANSWER_COLUMNS: Final = ("row", "fate", "codes", "problems", "day", "name", "document_type", "number", "issuing_state")
_ROWS_AT_ONCE: Final = 20_000
_EMPTY_ROW_AFTER: Final = 83  # in a dressed file: somebody left a line free
_OWN_TITLES: Final = {"CF_FR_SFZH": "法定代表人身份证号", "XK_FR_SFZH": "法定代表人身份证号"}


@dataclass(frozen=True, slots=True)
class Look:
    """How the file as a whole looks."""

    encoding: str
    separator: str
    dressed: bool
    titles: bool
    day: date


@dataclass(slots=True)
class Filing:
    """One file being written."""

    path: Path
    law: Catalogue
    habits: Habits
    plan: Plan
    placed: Placed
    look: Look
    rng: np.random.Generator

    def written(self, advance: Callable[[int], None]) -> Path:
        """Write both files; the answers last, so that answers without their file are never found."""
        answers = self.path.with_name(self.path.name + ANSWERS)
        above, header = self._above(), self._header()
        title = self.law.types[self.plan.type].title.zh
        first = len(above) + 2
        with (
            sheet(self.path, encoding=self.look.encoding, separator=self.look.separator, name=title) as out,
            answers.open("w", encoding="utf-8", newline="") as text,
        ):
            told = csv.writer(text, lineterminator="\n")
            told.writerow(ANSWER_COLUMNS)
            out.rows((*above, header))
            for start in range(0, len(self.plan), _ROWS_AT_ONCE):
                rows = np.arange(start, min(start + _ROWS_AT_ONCE, len(self.plan)))
                drawn = self._drawn(rows)
                self._write(out, drawn)
                told.writerows(self._answers(rows, first))
                advance(rows.size)
            out.rows(self._below())
        return answers

    def _drawn(self, rows: Ints) -> Scene:
        """The cells of some rows, with what is broken in them."""
        drawn = scene(self.habits, self.plan, rows, self.rng)
        first, second = self.placed.first[rows], self.placed.second[rows]
        for number in np.unique(np.concatenate([first, second])):
            change = FAULTS[number].in_cells if number != NONE else None
            if change is not None:
                change(drawn, np.flatnonzero((first == number) | (second == number)))
        return drawn

    def _write(self, out: Sheet, drawn: Scene) -> None:
        columns = [drawn.cells[part] for part in self.habits.template.codes]
        if not self.look.dressed:
            out.rows(zip(*columns, strict=True))
            return
        numbered = [objects([str(row + 1) for row in drawn.rows.tolist()]), *columns]
        for row, cells in zip(drawn.rows.tolist(), zip(*numbered, strict=True), strict=True):
            out.rows([cells] if not self._free_line_after(row) else [cells, [""] * len(cells)])

    @staticmethod
    def _free_line_after(row: int) -> bool:
        return (row + 1) % _EMPTY_ROW_AFTER == 0

    def _answers(self, rows: Ints, first: int) -> Iterator[tuple[Any, ...]]:
        free_lines = rows // _EMPTY_ROW_AFTER if self.look.dressed else np.zeros_like(rows)
        person = self.plan.figures["person"][rows]
        cast, day = self.plan.cast, self.look.day.isoformat()
        shown = (rows + first + free_lines).tolist()
        these = cast.only(person)
        for row, line, name, document_type, number, state in zip(
            rows.tolist(), shown, these.names, these.document_types(), these.numbers, these.states, strict=True
        ):
            fate, problems = self.placed.fate(row)
            codes = ";".join(sorted({code for _, code in problems}))
            fields = ";".join(sorted(f"{code_of(self.plan.type, part)}:{code}" for part, code in problems))
            yield line, fate, codes, fields, day, name, document_type, number, state

    def _header(self) -> list[str]:
        codes = list(self.habits.template.codes.values())
        if self.look.titles:
            titles = {column.code: column.title.zh for column in self.law.types[self.plan.type].columns}
            codes = [titles.get(code) or _OWN_TITLES[code] for code in codes]
        return ["序号", *codes] if self.look.dressed else codes

    def _above(self) -> tuple[list[str], ...]:
        if not self.look.dressed:
            return ()
        body, day = self.habits.body.title, self.look.day
        title = self.law.types[self.plan.type].title.zh
        return (
            [f"{body}{title}信息（自然人）报送表"],
            [f"报送单位：{body}    报送日期：{day.year}年{day.month}月{day.day}日    金额单位：万元"],
        )

    def _below(self) -> tuple[list[str], ...]:
        if not self.look.dressed:
            return ()
        width = len(self.habits.template.codes)
        return (
            ["合计", f"{len(self.plan)}条", *[""] * (width - 1)],
            ["填报人：（签字）", "", "", "审核人：（签字）", *[""] * (width - 3)],
        )
