"""From when until when others may see a record, when it is erased, and in which state it begins.

An adverse record opens at the later of finality and the end of the person's notice, and closes by its class, counted from the
decision. Others open with the decision and close with their validity: the last valid day is still shown, `closes` is the day
after. What closes at once, because its status says that it has ended, closes on the day of judging.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from openxin.intake.judging import minors
from openxin.intake.judging.cells import Cells
from openxin.intake.judging.classes import Classes
from openxin.intake.judging.coding import coded
from openxin.intake.judging.finality import final_on
from openxin.law.catalogue import Term
from openxin.law.clock import after, due

_DAY = timedelta(days=1)
_NOTICE = "notice-before"


@dataclass(frozen=True, slots=True)
class Windows:
    """All days are null where there is none, or it is not known. `past`: the window for others has closed already."""

    final_on: pl.Series
    opens: pl.Series
    closes: pl.Series
    erase_on: pl.Series
    notice_until: pl.Series
    state: pl.Series
    past: pl.Series


def judge(cells: Cells, classes: Classes | None, born: pl.Series, day: date) -> Windows:
    """The windows of each row as of `day`."""
    rules = cells.rules
    nothing = pl.repeat(None, cells.height, dtype=pl.Date, eager=True)
    decided = cells.day("decided_on")
    decided = nothing if decided is None else decided
    notice_until = due(_NOTICE, day, rules.law).due if rules.type.notice else None
    closes = _closes(cells, classes, decided, day)
    past = (closes <= day).fill_null(value=False)
    if classes is not None:
        past = past & ~classes.trivial
    final = final_on(cells) if rules.type.needs_finality else nothing
    opens = nothing
    if not rules.type.closed_until_person_opens:
        opens = (
            _opens_adverse(final, closes, notice_until)
            if rules.type.needs_finality
            else _opens(cells, born, decided, day)
        )
    return Windows(
        final_on=final,
        opens=opens,
        closes=closes,
        erase_on=_after(closes, rules.law.periods[rules.type.id].own_view_after_closing, cells),
        notice_until=pl.repeat(notice_until, cells.height, dtype=pl.Date, eager=True),
        state=_state(cells, final, notice_until, day),
        past=past,
    )


def _closes(cells: Cells, classes: Classes | None, decided: pl.Series, day: date) -> pl.Series:
    if classes is not None:
        closes = _closes_by_class(cells, classes, decided)
    else:
        until = cells.day("valid_until")
        nothing = pl.repeat(None, cells.height, dtype=pl.Date, eager=True)
        closes = nothing if until is None else until.dt.offset_by("1d")
    status = cells.value("status")
    if status is None:
        return closes
    ended = _ended(cells, status) & (closes.is_null() | (closes > day))
    return closes.set(ended, day) if ended.any() else closes


def _closes_by_class(cells: Cells, classes: Classes, decided: pl.Series) -> pl.Series:
    closes = pl.repeat(None, cells.height, dtype=pl.Date, eager=True)
    ceiling = cells.rules.law.periods[cells.rules.type.id].ceiling
    for one in cells.rules.law.classes.values():
        rows = (classes.of == one.id).fill_null(value=False)
        if rows.any():
            closing = _after(decided, one.closes_after, cells)
            closes = closing if rows.all() else closes.zip_with(~rows, closing)
    if ceiling is None:
        return closes
    highest = _after(decided, ceiling, cells)
    return closes.zip_with((closes <= highest).fill_null(value=True), highest)


def _ended(cells: Cells, status: pl.Series) -> pl.Series:
    values = cells.rules.law.lists[str(cells.rules.by_code[cells.rules.column("status")].list)].values
    ends = [value.code for value in values if value.extra.get("ends") == "yes"]
    return status.is_in(ends).fill_null(value=False)


def _opens_adverse(final: pl.Series, closes: pl.Series, notice_until: date | None) -> pl.Series:
    if final.null_count() == len(final):
        return final
    opens = (
        final
        if notice_until is None
        else final.zip_with(final > notice_until + _DAY, _same(notice_until + _DAY, final))
    )
    opens = opens.set(final.is_null(), None)
    return opens.set((opens >= closes).fill_null(value=False), None)


def _same(day: date, like: pl.Series) -> pl.Series:
    return pl.repeat(day, len(like), dtype=pl.Date, eager=True)


def _opens(cells: Cells, born: pl.Series, decided: pl.Series, day: date) -> pl.Series:
    """With the decision; the record of who is a minor on `day` stays closed to all but the minor and guardian."""
    if not cells.rules.type.closed_for_minors:
        return decided
    young = minors.is_under(cells.rules.law.parameters.adult_age, born, _same(day, born))
    return decided.set(young, None) if young.any() else decided


def _state(cells: Cells, final: pl.Series, notice_until: date | None, day: date) -> pl.Series:
    if not cells.rules.type.needs_finality:
        return pl.repeat("in_force", cells.height, dtype=pl.String, eager=True)
    after_finality = "in_force" if notice_until is None or notice_until < day else "notice_running"
    is_final = (final <= day).fill_null(value=False)
    return pl.select(pl.when(is_final).then(pl.lit(after_finality)).otherwise(pl.lit("awaiting_finality"))).to_series()


def _after(days: pl.Series, term: Term, cells: Cells) -> pl.Series:
    """Each day and the term after it. A month too short for the day number ends on its last day (民法典 art. 202)."""
    if term.unit == "mo":
        return days.dt.offset_by(f"{term.amount}mo")
    if term.unit == "cd":
        return days.dt.offset_by(f"{term.amount}d")
    one = coded(days.cast(pl.String))
    reached = [after(date.fromisoformat(value), term, cells.rules.law.calendar) for value in one.distinct]
    return one.spread(pl.Series(reached, dtype=pl.Date))
