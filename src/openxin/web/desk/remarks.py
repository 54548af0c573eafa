"""Notes of a receipt in words: where, which column, what was noticed."""

from collections.abc import Iterable
from dataclasses import dataclass

from openxin.intake.previews import FileRemark
from openxin.law.catalogue import Catalogue, RecordType, Words


@dataclass(frozen=True, slots=True)
class Remark:
    """One note. `column`: None where it is about the row, or the file, as a whole."""

    sheet: str | None
    row: int | None
    column: Words | None
    code: str
    words: Words


def told(notes: Iterable[FileRemark], type_: RecordType, law: Catalogue) -> tuple[Remark, ...]:
    """The notes, put into words."""
    return tuple(
        Remark(note.sheet, note.row, column_title(note.field, type_), note.code, law.problems[note.code].title)
        for note in notes
    )


def column_title(code: str | None, type_: RecordType) -> Words | None:
    """What the column is called."""
    return next((column.title for column in type_.columns if column.code == code), None)
