"""The legal basis of a decision: a law that the catalogue knows and that was in force on the day of the decision.

What the law seals is looked for first, in the text and in the declared basis, at any date and even in a cell that fails by
itself: such a row may not be held, whatever else it says (治安管理处罚法 art. 136; 刑法). Then a declared basis decides alone;
without one the laws named in the text do; a permit without either rests on the basis of its authority's competence.
"""

from datetime import date
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from openxin.intake.judging.cells import Cells
from openxin.intake.judging.coding import Coded, coded
from openxin.intake.judging.rules import Rules, Windows
from openxin.law.catalogue import Authority, LegalBasis
from openxin.people.folding import narrow

_ALWAYS: Final = (date.min, date.max)


def judge(cells: Cells, frame: pl.DataFrame, authority: Authority) -> None:
    """SEALED_BY_LAW and NO_LEGAL_BASIS."""
    rules = cells.rules
    declared, text = _coded(cells, "basis_id"), _coded(cells, "basis_text")
    for role, cell in (("basis_text", text), ("basis_id", declared)):
        _judge_sealed(cells, frame, role, cell)
    decided = cells.day("decided_on")
    if decided is None:
        return
    if declared is not None:
        windows = [_declared_windows(cell, rules) for cell in declared.distinct]
        wrong = _not_in_force(declared, windows, decided)
        cells.findings.add(wrong & ~_nothing(declared), rules.column("basis_id"), "NO_LEGAL_BASIS")
    undeclared = cells.empty("basis_id")
    if text is not None:
        windows = [_named_windows(cell, rules) for cell in text.distinct]
        wrong = _not_in_force(text, windows, decided) & ~_nothing(text)
        cells.findings.add(wrong & undeclared, rules.column("basis_text"), "NO_LEGAL_BASIS")
    elif rules.type.competence_basis:
        competence = _competence(cells, authority)
        windows = [_competence_windows(code, rules) for code in competence.distinct]
        wrong = _not_in_force(competence, windows, decided) & ~_nothing(competence)
        cells.findings.add(wrong & undeclared, rules.column("basis_id"), "NO_LEGAL_BASIS")


def windows_of(basis: LegalBasis) -> Windows:
    """When the law was in force: in one of its versions, where the catalogue has the days of all of them (`bases.in_force`)."""
    law = (basis.in_force_from, basis.in_force_until or date.max)
    dated = [(one.from_, one.until or date.max) for one in basis.versions if one.from_ is not None]
    if not dated or len(dated) < len(basis.versions):
        return (law,)
    within = ((max(first, law[0]), min(last, law[1])) for first, last in dated)
    return tuple((first, last) for first, last in within if first <= last)


def _coded(cells: Cells, role: str) -> Coded | None:
    value = cells.value(role)
    return None if value is None else coded(value)


def _nothing(cell: Coded) -> pl.Series:
    return cell.places.is_null()


def _judge_sealed(cells: Cells, frame: pl.DataFrame, role: str, cell: Coded | None) -> None:
    column = cells.rules.column(role)
    if cell is not None:
        codes = _sealed(cell.distinct, cells.rules)
        if codes.null_count() < len(codes):
            _add_sealed(cells, column, cell.spread(codes))
    failed = cells.findings.failed(column)
    if failed is not None and failed.any() and column in frame.columns:
        at = failed.arg_true()
        codes = _sealed(frame[column].gather(at), cells.rules)
        _add_sealed(cells, column, pl.repeat(None, cells.height, dtype=pl.String, eager=True).scatter(at, codes))


def _add_sealed(cells: Cells, column: str, codes: pl.Series) -> None:
    for code in codes.drop_nulls().unique(maintain_order=True):
        cells.findings.add((codes == code).fill_null(value=False), column, code)


def _sealed(texts: pl.Series, rules: Rules) -> pl.Series:
    """The code of the rule that seals each text; null where none does."""
    suspected = narrow(texts).str.contains(rules.sealed_titles).fill_null(value=False)
    found: list[str | None] = [None] * len(texts)
    for at in suspected.arg_true():
        rule = rules.bases.sealed_by(texts[at])
        found[at] = None if rule is None else rule.code
    return pl.Series(found, dtype=pl.String)


def _named_windows(text: str, rules: Rules) -> Windows:
    known = rules.windows_by_text.get(text)
    if known is None:
        known = tuple(window for basis in rules.bases.named_in(text) for window in windows_of(basis))
        rules.remember_windows(text, known)
    return known


def _declared_windows(cell: str, rules: Rules) -> Windows:
    basis = rules.bases.basis(cell)
    return () if basis is None else windows_of(basis)


def _competence(cells: Cells, authority: Authority) -> Coded:
    """Whose permit it is: the deciding body's, where its cell is sound."""
    decider = cells.value("decider_code")
    everybody = pl.repeat(authority.uscc, cells.height, dtype=pl.String, eager=True)
    return coded(everybody if decider is None else decider)


def _competence_windows(uscc: str, rules: Rules) -> Windows:
    # A body that the catalogue does not know is NOT_SUBMITTER; what it rests on is not our question.
    body = rules.law.by_uscc.get(uscc)
    return (_ALWAYS,) if body is None else windows_of(rules.law.bases[body.permit_basis])


def _not_in_force(cell: Coded, windows: list[Windows], decided: pl.Series) -> pl.Series:
    """The rows whose day of decision is known and lies in none of the windows."""
    most = max(map(len, windows), default=0)
    inside = [
        (decided >= cell.spread(_edge(windows, place, 0))) & (decided <= cell.spread(_edge(windows, place, 1)))
        for place in range(most)
    ]
    known = decided.is_not_null()
    return known if not inside else known & ~reduce(or_, (one.fill_null(value=False) for one in inside))


def _edge(windows: list[Windows], place: int, side: int) -> pl.Series:
    return pl.Series([one[place][side] if place < len(one) else None for one in windows], dtype=pl.Date)
