"""Quarantine: the rows of a submission that wait or were refused, with every reason, in words and with the remedy.

A value is shown masked, and only of rows that wait: of a refused one nothing is held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections

from openxin.intake import open_rows, submissions, waiting
from openxin.intake.judging.words import Message, describe
from openxin.law.catalogue import Catalogue, RecordType
from openxin.store.connection import Connection


class NoSuchSubmission(Exception):
    """Nobody handed in a file under this number."""


@dataclass(frozen=True, slots=True)
class ToldProblem:
    """One problem of a row: column, code, and words (cause, masked value, remedy)."""

    field: str
    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A row that waits or was refused. `reference`: what the mended row carries in OX_HH; None for a refused one."""

    sheet_number: int
    sheet: str | None
    row: int
    fate: str
    problems: tuple[ToldProblem, ...]
    reference: UUID | None

    @property
    def place(self) -> tuple[int, int, str]:
        """Where it stands in the list: sheet, row, and the reference, since what was sent again may stand there twice."""
        return self.sheet_number, self.row, str(self.reference or UUID(int=0))

    def as_json(self) -> dict[str, Any]:
        """The row in the words of docs/contract.md, messages in both languages."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "fate": self.fate,
            "reference": None if self.reference is None else str(self.reference),
            "problems": [
                {
                    "field": one.field,
                    "code": one.code,
                    "message": one.message.zh,
                    "message_en": one.message.en,
                }
                for one in self.problems
            ],
        }


def problem_rows(connection: Connection, submission_id: UUID, law: Catalogue) -> list[ProblemRow]:
    """All rows of a submission that still wait, and all that were refused, in the order of the file. Raises NoSuchSubmission."""
    with connection.transaction(), connection.cursor() as cursor:
        one = submissions.submission(cursor, submission_id)
        if one is None:
            raise NoSuchSubmission(str(submission_id))
        names, type_ = submissions.sheet_names(one), law.types[one.type]
        rows = [
            *(in_words(row, names, law) for row in open_rows.open_rows(cursor, submission_id)),
            *(
                described(row.sheet, names.get(row.sheet), row.row, "refused", row.problems, {}, type_, law)
                for row in waiting.refused_rows(cursor, submission_id)
            ),
        ]
    return sorted(rows, key=lambda row: (row.sheet_number, row.row))


def rows_after(
    authority_id: str, submission_id: UUID, after: tuple[int, int, UUID] | None, *, law: Catalogue, limit: int
) -> list[ProblemRow]:
    """`problem_rows` for the body that sent them: so many, from behind the row whose `place` is `after`.

    Raises NoSuchSubmission, for another body's too.
    """
    with connections["default"].cursor() as cursor:
        one = submissions.submission(cursor, submission_id)
        if one is None or one.authority != authority_id:
            raise NoSuchSubmission(str(submission_id))
        names, type_ = submissions.sheet_names(one), law.types[one.type]
        waits = open_rows.open_rows_after(cursor, submission_id, after, limit=limit)
        rows = [in_words(row, names, law) for row in waits]
        # A refused row stands before one that waits at its place: behind a waiting one there is none left there.
        refused = waiting.refused_rows_after(cursor, submission_id, after and after[:2], limit=limit)
        rows += [
            described(row.sheet, names.get(row.sheet), row.row, "refused", row.problems, {}, type_, law)
            for row in refused
        ]
    return sorted(rows, key=lambda row: row.place)[:limit]


def in_words(row: open_rows.OpenRow, sheet_names: Mapping[int, str | None], law: Catalogue) -> ProblemRow:
    """A row that waits, and what mends it."""
    name = sheet_names.get(row.sheet)
    type_ = law.types[row.type]
    return described(row.sheet, name, row.row, "quarantined", row.problems, row.cells, type_, law, row.reference)


def described(
    sheet_number: int,
    sheet: str | None,
    row: int,
    fate: str,
    problems: Sequence[Sequence[str]],
    cells: Mapping[str, str | None],
    type_: RecordType,
    law: Catalogue,
    reference: UUID | None = None,
) -> ProblemRow:
    """Put a row's problems into words. No value of a refused row is repeated."""
    told = tuple(
        ToldProblem(field, code, describe(code, field, cells.get(field) if fate == "quarantined" else None, type_, law))
        for field, code in problems
    )
    return ProblemRow(sheet_number, sheet, row, fate, told, reference)
