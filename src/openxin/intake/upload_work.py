"""The work on uploads: check what came, admit what was confirmed, sweep up what has ended. Done by one process at a time.

The row of an upload is its job: there is no queue beside it. Whoever holds the lease (`lease`) works; the lease is a lock of its
session, so it ends with the process, however that ends, and the next one takes up what the row says. Each step ends in one
commit, with what it must not do twice: the preview is stored with the trace that the check leaves, and a submission that was
finished just before we died is found finished.
"""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from psycopg import Cursor

from openxin.intake import admission, checking, previews, spool_folders, submissions, upload_rows, upload_spool
from openxin.intake.admission import Place
from openxin.intake.checking import Checked
from openxin.intake.reading.refusal import FileRefused, unreadable
from openxin.intake.upload_rows import Row, State
from openxin.intake.upload_spool import SpoolDamaged
from openxin.intake.uploads import PROCEDURE
from openxin.law.catalogue import Authority, Catalogue
from openxin.store.connection import Connection

_TELL_EVERY_S = 0.3
_STEPS_A_ROW = 2  # admission tells each row twice: judged, then written
_LOCK = "select pg_advisory_lock(hashtextextended('openxin uploads', 0))"


class _Discarded(Exception):
    """The body discarded it while it was checked: nothing of the check may stay, and nobody is told."""


@contextmanager
def lease(connection: Connection) -> Iterator[None]:
    """Wait until nobody else works the uploads, then be the one who does: as long as this session lasts."""
    connection.execute(f"listen {upload_rows.CHANNEL}")
    connection.execute(_LOCK)
    yield


def wait(connection: Connection, seconds: float) -> None:
    """Wait until something is said to have come, at most so long."""
    for _ in connection.notifies(timeout=seconds, stop_after=1):
        return


def work(connection: Connection, *, place: Place, law: Catalogue, today: date) -> bool:
    """Take the next step on the upload that is due first. False: none is due.

    `connection`: the one that holds the lease. An exception leaves the upload where it was, to be taken up again.
    """
    taken = _taken_up(connection, datetime.now(UTC))
    if taken is None:
        return False
    one, resumes = taken
    try:
        authority = admission.competent(law, law.authorities[one.authority].uscc, one.type, synthetic=place.synthetic)
        if one.state == "checking":
            _check(connection, one, authority, law, place, today)
        else:
            _admit(connection, one, authority, law, place, today, resumes=resumes)
    except FileRefused as refused:
        with connection.transaction(), connection.cursor() as cursor:
            upload_rows.refuse(cursor, one, refused.code, refused.words, datetime.now(UTC))
    except _Discarded:
        pass
    tidy_up(connection, place)
    return True


def keep_terms(connection: Connection, *, place: Place, law: Catalogue, today: date) -> None:
    """Discard what nobody confirmed within its term, and sweep up."""
    listed = law.procedures[PROCEDURE].limits["listed"]
    with connection.transaction(), connection.cursor() as cursor:
        upload_rows.end_terms(cursor, today=today, listed=listed, at=datetime.now(UTC))
    tidy_up(connection, place)


def tidy_up(connection: Connection, place: Place) -> None:
    """Remove from both spools what belongs to no open upload and to no living process. The keys are gone already: it is noise."""

    def open_among(ids: Collection[UUID]) -> set[UUID]:
        return {id_ for id_, state in _states(connection, ids).items() if state not in upload_rows.ENDED}

    upload_spool.sweep(place.uploads, open_among)
    spool_folders.sweep(place.spools)


def _states(connection: Connection, ids: Collection[UUID]) -> dict[UUID, State]:
    with connection.cursor() as cursor:
        return upload_rows.states_of(cursor, ids)


def _taken_up(connection: Connection, at: datetime) -> tuple[Row, bool] | None:
    """The upload on which we work now, and whether somebody began on this step before us."""
    with connection.transaction(), connection.cursor() as cursor:
        one = upload_rows.due(cursor, at)
        if one is None:
            return None
        if one.state in {"received", "checking"}:
            state: State = "checking"
            was_known = False
        else:
            # Asked before we begin, and once: afterwards a finished submission of these bytes is what we made of them.
            was_known = one.was_known if one.state == "admitting" else _submission_of(cursor, one) is not None
            state = "admitting"
        upload_rows.take_up(cursor, one.id, state, was_known=was_known, at=at)
    return replace(one, state=state, was_known=was_known), one.state == state


def _submission_of(cursor: Cursor, one: Row) -> UUID | None:
    """The finished submission of the same bytes, type and body."""
    found = submissions.find(cursor, one.file_tokens, one.authority, one.type)
    return found.id if found is not None and found.finished else None


def _made_of(cursor: Cursor, one: Row) -> UUID | None:
    """The submission that we finished before we died; though its body may have taken it back since."""
    assert one.decided_at is not None  # noqa: S101  (it was confirmed)
    return submissions.finished_since(cursor, one.file_tokens, one.authority, one.type, one.decided_at)


def _check(connection: Connection, one: Row, authority: Authority, law: Catalogue, place: Place, today: date) -> None:
    def keep(cursor: Cursor, checked: Checked) -> None:
        preview = previews.as_json(checked, _submission_of(cursor, one))
        if not upload_rows.store_preview(cursor, one, preview, checked.receipt.tally.rows, datetime.now(UTC)):
            raise _Discarded

    with _in_memory(one, place) as file:
        checking.check(
            file,
            type_id=one.type,
            authority=authority,
            law=law,
            today=today,
            place=place,
            progress=_Telling(connection, one.id, 1),
            keep=keep,
        )
    # If we die here the preview is stored, and with it the trace of the check: it is not checked again.


def _admit(
    connection: Connection,
    one: Row,
    authority: Authority,
    law: Catalogue,
    place: Place,
    today: date,
    *,
    resumes: bool,
) -> None:
    with connection.cursor() as cursor:
        finished = None if one.was_known else _made_of(cursor, one)
    if finished is None:  # else we died between its last commit and ours: there is nothing left to do but to say so
        with _in_memory(one, place) as file:
            receipt = admission.admit(
                file,
                type_id=one.type,
                authority=authority,
                law=law,
                today=today,
                place=place,
                progress=_Telling(connection, one.id, _STEPS_A_ROW),
                finish_only=resumes and not one.was_known,
            )
        finished = receipt.submission
    assert finished is not None  # noqa: S101  (it was not only checked)
    with connection.transaction(), connection.cursor() as cursor:
        upload_rows.finish(cursor, one.id, finished, datetime.now(UTC))
    # If we die here its key is gone, and whoever works next sweeps its noise away.


@contextmanager
def _in_memory(one: Row, place: Place) -> Iterator[Path]:
    try:
        with upload_spool.in_memory(place.uploads, one.spooled, one.file_name) as file:
            yield file
    except SpoolDamaged:
        raise unreadable(
            "上传的文件在本系统内已损坏，请重新上传", "The uploaded file was damaged in our keeping: upload it again"
        ) from None


class _Telling:
    """Writes into the row how far it is, in short transactions of its own, a few in a second."""

    def __init__(self, connection: Connection, id_: UUID, steps_a_row: int) -> None:
        self._connection = connection
        self._id = id_
        self._steps_a_row = steps_a_row
        self._steps = 0
        self._told_at = time.monotonic()

    def __call__(self, rows: int) -> None:
        self._steps += rows
        if time.monotonic() - self._told_at >= _TELL_EVERY_S:
            with self._connection.cursor() as cursor:
                upload_rows.note_progress(cursor, self._id, self._steps // self._steps_a_row, datetime.now(UTC))
            self._told_at = time.monotonic()
