"""The preview of an upload: what would become of the file, and the first rows that would wait or be refused, in words.

Values are masked as `quarantine` masks them. Always true: it is kept sealed under the key of the file, and gone with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from openxin.intake.checking import Checked
from openxin.intake.judging.words import Message
from openxin.intake.quarantine import ProblemRow, ToldProblem

_MOST_ROWS = 50
_MOST_NOTES = 200
_CONTRADICTING = frozenset({"NAME_DISAGREES", "NAMES_IN_FILE_DISAGREE"})


@dataclass(frozen=True, slots=True)
class FileRemark:
    """A note of the receipt: a place and a code, never a value. `row`, `field`: None where it is about more than that."""

    sheet: str | None
    row: int | None
    field: str | None
    code: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of a file. The four fates add up to `rows`.

    `problem_rows`: the first of those that would wait or be refused; all of them are `quarantined + refused`. `notes`: the first;
    `note_count`: all. `contradicts`: most rows name a number under another name than the register or the file itself does, so
    it is probably the wrong file, or its columns have slipped. `same_as`: the same bytes are this submission already.
    """

    rows: int
    admitted: int
    duplicates: int
    quarantined: int
    refused: int
    problem_rows: tuple[ProblemRow, ...]
    ignored_columns: tuple[str, ...]
    skipped_sheets: tuple[str, ...]
    notes: tuple[FileRemark, ...]
    note_count: int
    contradicts: bool
    same_as: UUID | None


def as_json(checked: Checked, same_as: UUID | None) -> dict[str, Any]:
    """The preview of a file that was checked, to be kept."""
    told, rows = checked.receipt.as_json(), checked.problem_rows
    contradicting = sum(any(one.code in _CONTRADICTING for one in row.problems) for row in rows)
    counts = {name: told[name] for name in ("rows", "admitted", "duplicates", "quarantined", "refused")}
    return counts | {
        "problem_rows": [_row_as_json(row) for row in rows[:_MOST_ROWS]],
        "ignored_columns": told["ignored_columns"],
        "skipped_sheets": told["skipped_sheets"],
        "notes": [
            {name: note.get(name) for name in ("sheet", "row", "field", "code")} for note in told["notes"][:_MOST_NOTES]
        ],
        "note_count": len(told["notes"]),
        "contradicts": 2 * contradicting > told["rows"],
        "same_as": None if same_as is None else str(same_as),
    }


def preview_of(kept: Mapping[str, Any]) -> Preview:
    """The preview that was kept."""
    return Preview(
        **{name: kept[name] for name in ("rows", "admitted", "duplicates", "quarantined", "refused")},
        problem_rows=tuple(_row_of(row) for row in kept["problem_rows"]),
        ignored_columns=tuple(kept["ignored_columns"]),
        skipped_sheets=tuple(kept["skipped_sheets"]),
        notes=tuple(FileRemark(**note) for note in kept["notes"]),
        note_count=kept["note_count"],
        contradicts=kept["contradicts"],
        same_as=None if kept["same_as"] is None else UUID(kept["same_as"]),
    )


def _row_as_json(row: ProblemRow) -> dict[str, Any]:
    """A row that was only checked waits under no reference yet."""
    return asdict(row) | {"reference": None}


def _row_of(kept: Mapping[str, Any]) -> ProblemRow:
    problems: Sequence[Mapping[str, Any]] = kept["problems"]
    told = tuple(ToldProblem(one["field"], one["code"], Message(**one["message"])) for one in problems)
    return ProblemRow(**{**kept, "problems": told})
