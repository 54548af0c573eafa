"""The class of a breach: as the body declares it, else as the kinds of penalty say; the heaviest of several counts.

轻微 is not admitted (TRIVIAL_CLASS). Where a body declares more than the penalty shows, a penalty that may have been a summary
one needs its procedure (行政处罚法 art. 51): PROCEDURE_NEEDED.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from openxin.intake.judging.cells import Cells
from openxin.intake.judging.coding import coded
from openxin.intake.judging.lists import base_code
from openxin.intake.judging.rules import SEPARATOR, Rules


@dataclass(frozen=True, slots=True)
class Classes:
    """The class of each row (null: not known), and the rows whose class is not admitted."""

    of: pl.Series
    trivial: pl.Series


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What a combination of kinds means: its class with a small fine and with a greater one; may it be a summary one?"""

    small: str | None
    great: str | None
    fined: bool
    summary_possible: bool


def judge(cells: Cells) -> Classes | None:
    """The class of each row; None where the type has none."""
    rules = cells.rules
    if not (rules.column("class") or rules.column("kinds")):
        return None
    nothing = pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    declared = cells.value("class")
    meant = _meant(cells)
    derived = nothing if meant is None else meant["derived"]
    classes = derived if declared is None else declared.zip_with(declared.is_not_null(), derived)
    failed = cells.findings.failed(rules.column("class"))
    if failed is not None:
        classes = classes.set(failed, None)
    not_admitted = [one.id for one in rules.law.classes.values() if not one.admitted]
    trivial = classes.is_in(not_admitted).fill_null(value=False)
    by_declaration = cells.nowhere() if declared is None else declared.is_not_null()
    cells.findings.add(trivial & by_declaration, rules.column("class"), "TRIVIAL_CLASS")
    cells.findings.add(trivial & ~by_declaration, rules.column("kinds"), "TRIVIAL_CLASS")
    if declared is not None and meant is not None and rules.column("procedure"):
        heavier = declared.is_not_null() & ~trivial
        needed = heavier & cells.empty("procedure") & meant["summary"]
        cells.findings.add(needed.fill_null(value=False), rules.column("procedure"), "PROCEDURE_NEEDED")
    return Classes(classes, trivial)


def _meant(cells: Cells) -> pl.DataFrame | None:
    """By the kinds and the fine: `derived` class, and whether it may have been a `summary` penalty. Null: cannot be said."""
    kinds = cells.value("kinds")
    if kinds is None:
        return None
    rules = cells.rules
    one = coded(kinds)
    meanings = [_kinds(cell, rules) for cell in one.distinct]
    fine = cells.typed.get(rules.column("fine"))
    fine = pl.repeat(None, cells.height, dtype=pl.Int64, eager=True) if fine is None else fine
    small = fine <= rules.law.parameters.summary_fine_limit_fen
    return pl.DataFrame(
        {
            "less": one.spread(pl.Series([meaning.small for meaning in meanings], dtype=pl.String)),
            "more": one.spread(pl.Series([meaning.great for meaning in meanings], dtype=pl.String)),
            "fined": one.spread(pl.Series([meaning.fined for meaning in meanings], dtype=pl.Boolean)),
            "possible": one.spread(pl.Series([meaning.summary_possible for meaning in meanings], dtype=pl.Boolean)),
            "small": small,
        }
    ).select(
        pl.when(pl.col("less") == pl.col("more"))
        .then("more")
        .when("small")
        .then("less")
        .when(~pl.col("small"))
        .then("more")
        .alias("derived"),
        (pl.col("possible") & (~pl.col("fined") | pl.col("small"))).alias("summary"),
    )


def _kinds(cell: str, rules: Rules) -> _Kinds:
    values = {
        value.code: value.extra for value in rules.law.lists[str(rules.by_code[rules.column("kinds")].list)].values
    }
    kinds = [values.get(base_code(code), {}) for code in cell.split(SEPARATOR)]
    return _Kinds(
        small=_heaviest([kind.get("class_up_to_limit") or kind.get("class") for kind in kinds], rules),
        great=_heaviest([kind.get("class") for kind in kinds], rules),
        fined=any("class_up_to_limit" in kind for kind in kinds),
        summary_possible=all(_is_summary(kind) for kind in kinds),
    )


def _is_summary(kind: Mapping[str, str]) -> bool:
    return kind.get("summary_possible") == "yes"


def _heaviest(classes: list[str | None], rules: Rules) -> str | None:
    """The class that is shown longest."""
    known = [rules.law.classes[one] for one in classes if one is not None]
    return max(known, key=lambda one: one.closes_after.amount).id if known else None
