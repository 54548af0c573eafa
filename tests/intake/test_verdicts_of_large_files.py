"""A file of hundreds of thousands of rows is looked at in shares; what it says of its rows is what a small one would say."""

import numpy as np
import polars as pl

from openxin.intake.pass_one import MARKS, Marks
from openxin.intake.verdicts import FOLLOWS, Held, verdicts

_ROWS, _CHUNK = 230_000, 25_000


def test_rows_of_one_number_are_compared_wherever_they_stand_in_a_large_file():
    """Two names, two contents, and an equal row, each far from its fellow: found; 230,000 sound rows: nothing is said of them."""
    rows = _sound_rows()
    _same(rows, 10, 200_000, other="name")
    _same(rows, 20, 210_000, other="content")
    _same(rows, 30, 220_000, other=None)

    said = verdicts(_chunks(rows), _nothing_is_known)

    assert sorted((one.row, one.code) for one in said) == [
        (10, "NAMES_IN_FILE_DISAGREE"),
        (20, "CONFLICT"),
        (200_000, "NAMES_IN_FILE_DISAGREE"),
        (210_000, "CONFLICT"),
        (220_000, FOLLOWS),
    ]


def test_of_equal_rows_in_one_chunk_the_first_sound_one_leads():
    """An unsound row before it follows, and so does the third."""
    rows = _sound_rows()
    _same(rows, 40, 41, other=None)
    _same(rows, 40, 42, other=None)
    rows["sound"][40] = False

    assert sorted(one.row for one in verdicts(_chunks(rows), _nothing_is_known)) == [40, 42]


def _sound_rows() -> np.ndarray:
    rows = np.zeros(_ROWS, MARKS)
    rows["sheet"], rows["row"], rows["sound"] = 1, np.arange(_ROWS), True
    # Marks are cut from digests: made-up ones that lie all over the range.
    numbers = np.arange(1, _ROWS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for name in ("identity", "identity_rest", "name", "natural", "content"):
        rows[name] = numbers
    return rows


def _same(rows: np.ndarray, first: int, second: int, *, other: str | None) -> None:
    """The second row says what the first does, but for one mark. With another name it is of another decision."""
    kept = {"name": ("identity", "identity_rest"), None: ("identity", "identity_rest", "name", "natural", "content")}
    for name in kept.get(other, ("identity", "identity_rest", "name", "natural")):
        rows[name][second] = rows[name][first]


def _chunks(rows: np.ndarray) -> list[Marks]:
    return [
        Marks(number, len(part), part)
        for number, part in enumerate(rows[at : at + _CHUNK] for at in range(0, _ROWS, _CHUNK))
    ]


def _nothing_is_known(asked: pl.DataFrame) -> Held:
    nothing = np.zeros(asked.height, np.bool_)
    return Held(nothing, nothing)
