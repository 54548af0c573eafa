"""Mending: what a body does with its rows that wait. It fetches them as a workbook, mends one at the desk, or gives one up.

There is no second door: a row mended at the desk is handed in as a file of one row that carries the reference of the row that it
mends, held in memory, and judged like any other. Always true: only the body that sent a row sees it; who mended or gave it up
is kept; a row that was mended and still waits keeps its place in the list from which it came.
"""

import csv
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO, Literal, cast
from uuid import UUID

from django.db import connections
from psycopg import Cursor

from openxin.intake import admission, open_rows, quarantine, submissions, waiting
from openxin.intake.mending_book import Contents, write_book
from openxin.intake.open_rows import AnyCursor, OpenRow
from openxin.intake.quarantine import NoSuchSubmission, ProblemRow, ToldProblem
from openxin.intake.template_sheets import ordinary
from openxin.intake.weighing import FATES
from openxin.intake.workers import connection
from openxin.law.catalogue import Catalogue, Column

Fate = Literal["admitted", "duplicate", "quarantined", "refused"]


class NoSuchRow(Exception):
    """No row of this body waits under this reference: it never did, or it was mended, given up, or its period has ended."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row that waits: what stands there, and what is wrong with it."""

    column: Column
    text: str
    problems: tuple[ToldProblem, ...]


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row that waits, to be mended. `cells`: in the order of the template. `submission`: in whose list it stands."""

    reference: UUID
    submission: UUID
    type: str
    sheet: str | None
    row: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class WaitingList:
    """One page of the rows that wait in a submission's list. `count`: of all pages."""

    submission: UUID
    type: str
    rows: tuple[ProblemRow, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of a mended row. `waits_as`: its new reference where it still waits; `problems`: why, or why it was refused."""

    fate: Fate
    submission: UUID
    waits_as: UUID | None
    problems: tuple[ToldProblem, ...]


def workbook(authority_id: str, submission_id: UUID, *, law: Catalogue, out: Path | BinaryIO) -> int:
    """Write the mending workbook of a submission; how many rows wait in it. Raises NoSuchSubmission, for another body's too."""
    # One snapshot: the rows that are counted are the rows that are written.
    with connection().transaction(), connection().cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        one = _submission_of(cursor, authority_id, submission_id)
        type_ = law.types[one.type]
        with connection().cursor("waits") as waits, connection().cursor("refused") as refused:
            return write_book(
                out,
                Contents(
                    type=type_,
                    law=law,
                    rows=open_rows.open_rows(cast(AnyCursor, waits), submission_id),
                    row_count=open_rows.how_many(cursor, submission_id),
                    refused=waiting.refused_rows(cast(Cursor, refused), submission_id),
                    in_question=open_rows.columns_in_question(cursor, submission_id, type_),
                    sheet_names=submissions.sheet_names(one),
                ),
            )


def waiting_list(
    authority_id: str, submission_id: UUID, *, law: Catalogue, first: int = 0, most: int = 50
) -> WaitingList:
    """The rows that wait in a submission's list, from the `first` on (counted from 0). Raises NoSuchSubmission."""
    with connections["default"].cursor() as cursor:
        one = _submission_of(cursor, authority_id, submission_id)
        names = submissions.sheet_names(one)
        count = open_rows.how_many(cursor, submission_id)
        rows = open_rows.open_rows(cursor, submission_id, limit=most, offset=first)
        return WaitingList(
            submission=submission_id,
            type=one.type,
            rows=tuple(quarantine.in_words(row, names, law) for row in rows),
            count=count,
        )


def waiting_row(authority_id: str, reference: UUID, *, law: Catalogue) -> WaitingRow:
    """One row that waits, with every cell as it came. Raises NoSuchRow, for another body's too."""
    with connections["default"].cursor() as cursor:
        row = _row_of(cursor, authority_id, reference)
        one = submissions.submission(cursor, row.submission)
    told = quarantine.in_words(row, {} if one is None else submissions.sheet_names(one), law)
    return WaitingRow(
        reference=reference,
        submission=row.submission,
        type=row.type,
        sheet=told.sheet,
        row=row.row,
        cells=tuple(
            Cell(column, row.offered(column), tuple(one for one in told.problems if one.field == column.code))
            for column in _columns(row, law)
        ),
    )


def mend(
    authority_id: str,
    reference: UUID,
    cells: Mapping[str, str],
    *,
    login: UUID,
    today: date,
    law: Catalogue,
    place: admission.Place,
) -> Mended:
    """Hand in a mended row: `cells` by column code. Whatever becomes of it, the row that waited is closed with it.

    Raises NoSuchRow, and FileRefused where the body may not submit this type (any more) or the cells are no row at all; then
    the row waits on.
    """
    with _held(reference) as cursor:
        row = _row_of(cursor, authority_id, reference)
        authority = admission.competent(law, law.authorities[authority_id].uscc, row.type, synthetic=place.synthetic)
        with _file_of(row, cells, law) as file:
            _write_down(cursor, row, file, login)
            # If we die here the row still waits; what was written down speaks of a file that never came in.
            receipt = admission.admit(file, type_id=row.type, authority=authority, law=law, today=today, place=place)
    return _outcome(receipt.submission, law)


def give_up(authority_id: str, reference: UUID, *, login: UUID) -> UUID:
    """The body does not send this row again: what it said is destroyed. Returns in whose list it stood. Raises NoSuchRow."""
    with _held(reference) as cursor, connection().transaction():
        row = _row_of(cursor, authority_id, reference)
        cursor.execute("insert into intake_given_up values (%s, %s, %s)", (reference, login, datetime.now(UTC)))
        waiting.close_given_up(cursor, reference)
    return row.submission


def _submission_of(cursor: AnyCursor, authority_id: str, submission_id: UUID) -> submissions.Submission:
    one = submissions.submission(cursor, submission_id)
    if one is None or one.authority != authority_id:
        raise NoSuchSubmission(str(submission_id))
    return one


def _row_of(cursor: AnyCursor, authority_id: str, reference: UUID) -> OpenRow:
    row = open_rows.open_row(cursor, reference)
    if row is None or row.authority != authority_id:
        raise NoSuchRow(str(reference))
    return row


def _columns(row: OpenRow, law: Catalogue) -> list[Column]:
    """What the empty workbook asks for, and what must be empty and is not; the reference is ours."""
    return [
        column
        for column in law.types[row.type].columns
        if column.kind != "reference" and (ordinary(column) or row.cells.get(column.code))
    ]


@contextmanager
def _held(reference: UUID) -> Iterator[Cursor]:
    """Two who mend one row at once come one after the other; the second finds that it waits no more."""
    with connection().cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtextextended(%s, 2))", (str(reference),))
        try:
            yield cursor
        finally:
            cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 2))", (str(reference),))


@contextmanager
def _file_of(row: OpenRow, cells: Mapping[str, str], law: Catalogue) -> Iterator[Path]:
    """A file of one row, in memory: nothing in clear touches the disk."""
    type_ = law.types[row.type]
    columns = _columns(row, law)
    text = io.StringIO()
    table = csv.writer(text)
    # The reference leads: a row whose first words read like a total or a signature is a row no less.
    table.writerow([type_.column("mends"), *(column.code for column in columns)])
    table.writerow([str(row.reference), *(cells.get(column.code, "") for column in columns)])
    memory = os.memfd_create("mended-row")
    try:
        with open(memory, "wb", closefd=False) as out:
            out.write(text.getvalue().encode("utf-8-sig"))
        yield Path(f"/proc/self/fd/{memory}")
    finally:
        os.close(memory)


def _write_down(cursor: Cursor, row: OpenRow, file: Path, login: UUID) -> None:
    """Who mends, and in whose list the row keeps its place: before it is done, so that nothing is ever done by nobody."""
    token = submissions.file_token(admission.digest_of(file))
    cursor.execute(
        "insert into intake_mending values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (token, row.authority, row.type, row.submission, row.sheet, row.row, login, datetime.now(UTC)),
    )


def _outcome(submission_id: UUID | None, law: Catalogue) -> Mended:
    assert submission_id is not None  # noqa: S101  (it was not only checked)
    with connection().cursor() as cursor:
        tally = submissions.tally(cursor, submission_id)
    counts = (tally.admitted, tally.duplicates, tally.quarantined, tally.refused)
    fate = cast(Fate, FATES[counts.index(1)])
    rows = quarantine.problem_rows(connection(), submission_id, law)
    return Mended(
        fate,
        submission_id,
        waits_as=rows[0].reference if rows else None,
        problems=rows[0].problems if rows else (),
    )
