"""The receipt: what became of a file, as the contract words it. Places and codes, never a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from openxin.intake.reading.table import Table
from openxin.intake.submissions import Tally


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the file as a whole was like. `sheets`: names by number, None where the format has none."""

    ignored_columns: tuple[str, ...]
    skipped_sheets: tuple[str, ...]
    notes: tuple[Mapping[str, Any], ...]
    sheets: Mapping[int, str | None]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a file. The four fates add up to `rows`. `submission` is None where it was only checked."""

    submission: UUID | None
    tally: Tally
    facts: FileFacts
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The receipt in the words of docs/contract.md; `sheets` tells the names by which `quarantine` calls them."""
        sheets, tally = self.facts.sheets, self.tally
        return {
            "submission": None if self.submission is None else str(self.submission),
            "rows": tally.rows,
            "admitted": tally.admitted,
            "duplicates": tally.duplicates,
            "quarantined": tally.quarantined,
            "refused": tally.refused,
            "seconds": round(self.seconds, 3),
            "ignored_columns": list(self.facts.ignored_columns),
            "skipped_sheets": list(self.facts.skipped_sheets),
            "notes": [
                *(dict(note) for note in self.facts.notes),
                *(
                    {"sheet": sheets.get(sheet), "row": row, "field": column, "code": code}
                    for sheet, row, column, code in sorted(tally.notes)
                ),
            ],
            "duplicate_rows": [{"sheet": sheets.get(sheet), "row": row} for sheet, row in sorted(tally.duplicate_rows)],
            "sheets": {str(number): name for number, name in sheets.items()},
        }


def facts_of(table: Table, sheets: Mapping[int, str | None]) -> FileFacts:
    """The facts of a file that was read to its end."""
    notes = tuple(
        {"sheet": sheets.get(note.sheet), "row": note.row, "field": note.field, "code": note.code}
        for note in table.notes
    )
    return FileFacts(table.ignored_columns, table.skipped_sheets, notes, sheets)
