"""Days in their order: conduct, decision, service, finality; start and end. Each pair stands in the catalogue.

Of two hours of the same day the later one is the later; where one of them is not told, the days decide.
"""

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
        if "time" in (cells.rules.by_code[earlier].kind, cells.rules.by_code[later].kind):
            wrong = wrong | _hours_turned(cells.values[earlier], cells.values[later])
        turned[later] = turned[later] | wrong if later in turned else wrong
    for column, rows in turned.items():
        cells.findings.add(rows, column, "DATE_ORDER")


def _hours_turned(first: pl.Series, second: pl.Series) -> pl.Series:
    """Both tell day and hour, as `dates` writes them, so that their letters stand in the order of time."""
    told = first.str.contains("T", literal=True) & second.str.contains("T", literal=True)
    return (told & (first > second)).fill_null(value=False)
