"""What was found in a chunk of rows: problems and notes, and which cells are not to be read by any other rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

PLACES = pl.Schema({"at": pl.UInt32, "field": pl.String, "code": pl.String})


@dataclass(frozen=True, slots=True)
class _Found:
    """One code in one column, and the rows that have it."""

    at: npt.NDArray[np.uint32]
    field: str
    code: str


class Findings:
    """Gathered column by column; told row by row."""

    def __init__(self, height: int) -> None:
        self._height = height
        self._problems: list[_Found] = []
        self._notes: list[_Found] = []
        self._failed: dict[str, pl.Series] = {}

    def add(self, rows: pl.Series, field: str, code: str) -> None:
        """A rule found `code` in these rows. Rows of which the rule knows nothing (null) are not among them."""
        _find(self._problems, rows, field, code)

    def fail(self, rows: pl.Series, field: str, code: str) -> None:
        """The cell fails by itself: one code, and no rule that reads it is applied."""
        if _find(self._problems, rows, field, code):
            self._failed[field] = self._failed[field] | rows if field in self._failed else rows

    def note(self, rows: pl.Series, field: str, code: str) -> None:
        """Something to be told in the receipt."""
        _find(self._notes, rows, field, code)

    def failed(self, field: str) -> pl.Series | None:
        """The rows whose cell in `field` failed; None where none did."""
        return self._failed.get(field)

    def any_failed(self, fields: set[str]) -> pl.Series | None:
        """The rows in which a cell of one of `fields` failed; None where none did."""
        together: pl.Series | None = None
        for field, rows in self._failed.items():
            if field in fields:
                together = rows if together is None else together | rows
        return together

    def problems(self) -> pl.DataFrame:
        """Every problem, in the order of the rows and, within a row, in the order in which the rules stand."""
        return _together(self._problems)

    def notes(self) -> pl.DataFrame:
        """Every note."""
        return _together(self._notes)

    def fates(self, fate_of: Mapping[str, int]) -> pl.Series:
        """For each row the gravest fate among its problems; 0 where it has none."""
        fates = np.zeros(self._height, np.uint8)
        for found in sorted(self._problems, key=lambda one: fate_of[one.code]):
            fates[found.at] = fate_of[found.code]
        return pl.Series(fates)


def _find(findings: list[_Found], rows: pl.Series, field: str, code: str) -> bool:
    """Add `code` for these rows; whether there are any."""
    if not rows.any():
        return False
    findings.append(_Found(rows.arg_true().to_numpy().astype(np.uint32), field, code))
    return True


def _together(found: Sequence[_Found]) -> pl.DataFrame:
    if not found:
        return PLACES.to_frame()
    at = np.concatenate([one.at for one in found])
    order = np.argsort(at, kind="stable")
    which = np.repeat(np.arange(len(found)), [len(one.at) for one in found])[order]
    return pl.DataFrame(
        {
            "at": at[order],
            "field": pl.Series([one.field for one in found])[which],
            "code": pl.Series([one.code for one in found])[which],
        }
    )
