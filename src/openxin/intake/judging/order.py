"""Days in their order: conduct, decision, service, finality; start and end. Each pair stands in the catalogue."""

import polars as pl

from openxin.intake.judging.cells import Cells


def judge(cells: Cells) -> None:
    """DATE_ORDER on the later day of each pair that is turned round, once however many pairs it breaks."""
    turned: dict[str, pl.Series] = {}
    for earlier, later in cells.rules.type.date_order:
        first, second = cells.typed.get(earlier), cells.typed.get(later)
        if first is None or second is None:
            continue
        wrong = (first > second).fill_null(value=False)
        turned[later] = turned[later] | wrong if later in turned else wrong
    for column, rows in turned.items():
        cells.findings.add(rows, column, "DATE_ORDER")
