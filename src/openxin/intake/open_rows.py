"""The rows of a submission that still wait, as its body reads them: for the list, the mending workbook, and the desk.

A row that was mended at the desk and still waits stands in the list of the submission from which it first came, at its place
there: whoever mends a list must not lose a row by half mending it. Cells are unsealed row by row, as they are read.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from openxin.intake import waiting
from openxin.law.catalogue import Column, RecordType

_LARGEST_EXACT = 15  # digits that a spreadsheet program keeps of a number


class AnyCursor(Protocol):
    """A cursor of either connection: the door's own, or that of a page."""

    def execute(self, query: Any, params: Any = None, /) -> Any:
        """Ask."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def __iter__(self) -> Iterator[Any]:
        """The rows."""


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row that waits. `sheet` and `row`: its place in the file in which it first came; `cells`: as they came, by column."""

    reference: UUID
    submission: UUID
    authority: str
    type: str
    sheet: int
    row: int
    problems: tuple[tuple[str, str], ...]  # (column, code)
    cells: Mapping[str, str | None]
    numbers: frozenset[str]  # columns whose cell was a number to the spreadsheet program

    def offered(self, column: Column) -> str:
        """The cell to be written again as text, such that it says the same, and nothing more, than it said at the door."""
        if column.code not in self.cells:
            return column.absent_means or ""
        text = self.cells[column.code] or ""
        lost = (column.code, "ID_DIGITS_LOST") in self.problems or len(text) > _LARGEST_EXACT
        if column.kind == "document_number" and column.code in self.numbers and lost and text.isdecimal():
            # As text its last digits would pass for digits; in this form the door knows that they were lost.
            return f"{float(text):.{_LARGEST_EXACT}E}"
        return text


_OF = (
    " from intake_waiting w join intake_submission s on s.id = w.submission_id"
    " left join intake_mending m on (m.file_token, m.authority, m.type) = (s.file_token, s.authority, s.type)"
    " where w.closed_by is null and "
)
_IN_LIST = (
    "w.submission_id in (select %(list)s::uuid union all select s.id from intake_mending m join intake_submission s"
    " using (file_token, authority, type) where m.submission_id = %(list)s)"
)
_COLUMNS = (
    "select w.id, coalesce(m.submission_id, w.submission_id), w.authority, w.type, coalesce(m.sheet, w.sheet) as sheet,"
    " coalesce(m.row, w.row) as row, w.problems, w.sealed, w.wrapped_key, w.key_epoch"
)


def open_rows(
    cursor: AnyCursor, submission_id: UUID, *, limit: int | None = None, offset: int = 0
) -> Iterator[OpenRow]:
    """The rows that wait in the list of this submission, in the order of its file. `limit` None: all, as they are read."""
    cursor.execute(
        _COLUMNS + _OF + _IN_LIST + " order by sheet, row, w.id limit %(limit)s offset %(offset)s",
        {"list": submission_id, "limit": limit, "offset": offset},
    )
    return (_open_row(one) for one in cursor)


def open_rows_after(
    cursor: AnyCursor, submission_id: UUID, after: tuple[int, int, UUID] | None, *, limit: int
) -> Iterator[OpenRow]:
    """`open_rows` from behind the row at `after` (sheet, row, reference): what is mended meanwhile moves none of them."""
    sheet, row, reference = after or (None, None, None)
    cursor.execute(
        _COLUMNS
        + _OF
        + _IN_LIST
        + " and (%(sheet)s::int is null or (coalesce(m.sheet, w.sheet), coalesce(m.row, w.row), w.id)"
        " > (%(sheet)s, %(row)s, %(reference)s)) order by sheet, row, w.id limit %(limit)s",
        {"list": submission_id, "sheet": sheet, "row": row, "reference": reference, "limit": limit},
    )
    return (_open_row(one) for one in cursor)


def how_many(cursor: AnyCursor, submission_id: UUID) -> int:
    """How many rows wait in the list of this submission."""
    cursor.execute("select count(*)" + _OF + _IN_LIST, {"list": submission_id})
    (count,) = cursor.fetchone() or (0,)
    return int(count)


def columns_in_question(cursor: AnyCursor, submission_id: UUID, type_: RecordType) -> tuple[Column, ...]:
    """The columns in which something is wrong with a row that waits, in the order of the template."""
    cursor.execute(
        "select distinct problem ->> 0"
        + _OF.replace(" where", ", jsonb_array_elements(w.problems) problem where")
        + _IN_LIST,
        {"list": submission_id},
    )
    named = {code for (code,) in cursor}
    return tuple(column for column in type_.columns if column.code in named)


def open_row(cursor: AnyCursor, reference: UUID) -> OpenRow | None:
    """The row that waits under this reference."""
    cursor.execute(_COLUMNS + _OF + "w.id = %(reference)s", {"reference": reference})
    row = cursor.fetchone()
    return None if row is None else _open_row(row)


def _open_row(row: tuple[Any, ...]) -> OpenRow:
    reference, submission, authority, type_, sheet, number, problems, sealed, wrapped, epoch = row
    came = json.loads(waiting.unsealed(reference, sealed, wrapped, epoch))
    return OpenRow(
        reference=reference,
        submission=submission,
        authority=authority,
        type=type_,
        sheet=sheet,
        row=number,
        problems=waiting.pairs(problems),
        cells={code: cell for code, cell in came.items() if not code.endswith(waiting.IS_NUMBER)},
        numbers=frozenset(
            code[:-1] for code, is_number in came.items() if code.endswith(waiting.IS_NUMBER) and is_number
        ),
    )
