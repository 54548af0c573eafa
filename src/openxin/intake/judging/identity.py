"""Whom a row is about, as its cells say: document type, number and name, each sound or not.

The message for the identity token holds type, issuing state and canonical number, so that equal numbers of unlike documents are
unlike identities. The name is compared folded and kept as written.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from openxin.intake.judging.cells import Cells
from openxin.intake.judging.coding import coded
from openxin.people import documents, names


@dataclass(frozen=True, slots=True)
class Person:
    """All null where the cell is empty or not sound; `born` also where the document shows no birth date."""

    identity: pl.Series
    number: pl.Series
    name: pl.Series
    born: pl.Series


def judge(cells: Cells, day: date, *, synthetic: bool) -> Person:
    """Judge the person's cells."""
    numbers = _numbers(cells, day, synthetic)
    return Person(_identity(cells, numbers.canonical), numbers.canonical, _name(cells), numbers.born)


def _numbers(cells: Cells, day: date, synthetic: bool) -> documents.Numbers:
    column = cells.rules.column("document_number")
    written = cells.values.get(column)
    if written is None:
        nothing = pl.repeat(None, cells.height, dtype=pl.String, eager=True)
        return documents.Numbers(nothing, nothing.cast(pl.Date), cells.nowhere(), {})
    judged = documents.judged(
        written, _forms(cells), was_number=cells.numeric.get(column), day=day, synthetic=synthetic
    )
    for code, rows in judged.faults.items():
        cells.findings.fail(rows, column, code)
    cells.findings.note(judged.upgraded, column, "ID_UPGRADED")
    cells.values[column] = judged.canonical
    return judged


def _forms(cells: Cells) -> pl.Series:
    """By which form each row's number is judged; null where its type is not sound."""
    types = cells.value("document_type")
    if types is None:
        return pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    known = cells.rules.law.lists[str(cells.rules.by_code[cells.rules.column("document_type")].list)]
    form = {value.code: value.extra.get("form") for value in known.values}
    one = coded(types)
    return one.spread(pl.Series([None if code is None else form.get(code) for code in one.distinct], dtype=pl.String))


def _name(cells: Cells) -> pl.Series:
    column = cells.rules.column("name")
    written = cells.values.get(column)
    if written is None:
        return pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    folded = names.fold(written)
    broken = names.broken(written, folded)
    if not broken.any():
        return folded
    cells.findings.fail(broken, column, "NAME_FORMAT")
    cells.values[column] = written.set(broken, None)
    return folded.set(broken, None)


def _identity(cells: Cells, number: pl.Series) -> pl.Series:
    types = cells.value("document_type")
    if types is None:
        return pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    state = cells.value("passport_state")
    between = pl.lit("|") if state is None else pl.lit("|") + pl.lit(state).fill_null("")
    return pl.select(pl.lit(types) + between + pl.lit("|") + pl.lit(number)).to_series()
