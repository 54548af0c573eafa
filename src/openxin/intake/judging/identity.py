"""Whom a row is about, as its cells say: document type, number and name, each sound or not.

The message for the identity token holds type, issuing state and canonical number, so that equal numbers of unlike documents are
unlike identities. The state belongs to foreign passports alone: beside any other document it says nothing of whose it is.
Name and number are compared folded and kept as written: of a travel permit with its count of issues.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from openxin.intake.judging.cells import Cells
from openxin.intake.judging.coding import coded
from openxin.people import documents, names
from openxin.people.papers import PASSPORT


@dataclass(frozen=True, slots=True)
class Person:
    """All null where the cell is empty or not sound; `born` also where the document shows no birth date.

    `number` is canonical, `written` what stands on the document, `state` the issuing state of a foreign passport, else empty.
    """

    identity: pl.Series
    number: pl.Series
    written: pl.Series
    state: pl.Series
    name: pl.Series
    born: pl.Series


def judge(cells: Cells, day: date, *, synthetic: bool) -> Person:
    """Judge the person's cells."""
    numbers = _numbers(cells, day, synthetic)
    return Person(
        _identity(cells, numbers), numbers.canonical, numbers.written, numbers.state, _name(cells), numbers.born
    )


def _numbers(cells: Cells, day: date, synthetic: bool) -> documents.Numbers:
    column = cells.rules.column("document_number")
    written = cells.values.get(column)
    if written is None:
        return documents.judged(
            pl.repeat(None, cells.height, dtype=pl.String, eager=True),
            pl.repeat(None, cells.height, dtype=pl.String, eager=True),
            was_number=None,
            day=day,
            synthetic=synthetic,
        )
    forms = _forms(cells)
    # A passport beside which no sound state stands, but something else: nobody can say whose numbers are meant.
    unsure = cells.failed("passport_state") & forms.eq_missing(PASSPORT)
    judged = documents.judged(
        written,
        forms.set(unsure, None) if unsure.any() else forms,
        states=cells.value("passport_state"),
        was_number=cells.numeric.get(column),
        day=day,
        synthetic=synthetic,
    )
    for code, rows in judged.faults.items():
        cells.findings.fail(rows, column, code)
    cells.findings.fail(judged.stateless, cells.rules.column("passport_state"), "ID_FORMAT")
    cells.findings.note(judged.upgraded, column, "ID_UPGRADED")
    cells.values[column] = judged.written
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


def _identity(cells: Cells, numbers: documents.Numbers) -> pl.Series:
    types = cells.value("document_type")
    if types is None:
        return pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    between = pl.lit("|") + pl.lit(numbers.state) + pl.lit("|")
    return pl.select(pl.lit(types) + between + pl.lit(numbers.canonical)).to_series()
