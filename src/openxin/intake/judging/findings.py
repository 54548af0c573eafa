"""What was found in a chunk of rows: problems and notes, and which cells are not to be read by any other rule."""

from collections.abc import Mapping

import polars as pl

PLACES = pl.Schema({"at": pl.UInt32, "field": pl.String, "code": pl.String})


class Findings:
    """Gathered column by column; told row by row."""

    def __init__(self, height: int) -> None:
        self._height = height
        self._problems: list[pl.DataFrame] = []
        self._notes: list[pl.DataFrame] = []
        self._failed: dict[str, pl.Series] = {}

    def add(self, rows: pl.Series, field: str, code: str) -> None:
        """A rule found `code` in these rows. Rows of which the rule knows nothing (null) are not among them."""
        found = _places(rows, field, code)
        if found is not None:
            self._problems.append(found)

    def fail(self, rows: pl.Series, field: str, code: str) -> None:
        """The cell fails by itself: one code, and no rule that reads it is applied."""
        found = _places(rows, field, code)
        if found is not None:
            self._problems.append(found)
            self._failed[field] = self._failed[field] | rows if field in self._failed else rows

    def note(self, rows: pl.Series, field: str, code: str) -> None:
        """Something to be told in the receipt."""
        found = _places(rows, field, code)
        if found is not None:
            self._notes.append(found)

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
        fates = pl.repeat(0, self._height, dtype=pl.UInt8, eager=True)
        for found in sorted(self._problems, key=lambda one: fate_of[one["code"][0]]):
            fates = fates.scatter(found["at"], fate_of[found["code"][0]])
        return fates


def _places(rows: pl.Series, field: str, code: str) -> pl.DataFrame | None:
    if not rows.any():
        return None
    at = rows.arg_true().cast(pl.UInt32).alias("at")
    return at.to_frame().with_columns(pl.lit(field).alias("field"), pl.lit(code).alias("code"))


def _together(found: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(found).sort("at", maintain_order=True) if found else PLACES.to_frame()
