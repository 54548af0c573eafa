"""Uploads: files that come in at the desk of a body. The face of the pages; who works them is `upload_work`.

A file is received (spooled, sealed while it arrives), checked (`--check`: judged, nothing kept of it), shown to the body as a
preview, confirmed by an official of it, and admitted through the one door; or it is refused whole, or discarded. Legal source of
the terms: the catalogue's procedure `upload`. Always true: a body sees its own uploads only; who handed in and who confirmed is
kept; nothing of the file stands on disk in clear; its key is destroyed when the upload ends, however it ends; and an upload is
what its row says, so that a killed process loses nothing and doubles nothing.

What a file was called may hold a person's name: it is kept sealed, shown to its body only, and forgotten after a term.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import PureWindowsPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connections, transaction
from psycopg import Cursor

from openxin.intake import submissions, upload_rows
from openxin.intake.admission import Place, competent
from openxin.intake.previews import Preview, preview_of
from openxin.intake.upload_rows import STATES, Row, State
from openxin.intake.upload_spool import Reception
from openxin.law.catalogue import Words
from openxin.law.clock import due
from openxin.law.loading import catalogue

__all__ = ["STATES", "NoSuchUpload", "NotNow", "Preview", "Reception", "State", "Upload"]

PROCEDURE = "upload"
PAGE_ROWS = 50
_LONGEST_NAME = 200
_PATIENCE = timedelta(minutes=10)
_CHINA = ZoneInfo("Asia/Shanghai")


class NoSuchUpload(Exception):
    """This body handed in no such file."""


class NotNow(Exception):
    """The upload is past that point, or not yet there; `state` says where it is."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a body on its way in.

    `file_name_shown`: for this body's eyes only; empty when it was forgotten. `rows_done` of `rows_total` while it is checked
    (total unknown) and admitted. `preview`: from the check until the upload ends, and only where one upload is asked for.
    `kept_until`: the last day on which it can be confirmed. `was_known`: the same bytes had been admitted before, so it is the
    same submission, of which only what waits was judged anew. `refusal`: code and words, where the file as a whole was refused.
    """

    id: UUID
    authority: str
    type: str
    state: State
    file_name_shown: str
    size_bytes: int
    login: UUID
    received_at: datetime
    kept_until: date
    decided_by: UUID | None
    decided_at: datetime | None
    rows_done: int
    rows_total: int | None
    preview: Preview | None
    was_known: bool
    submission_id: UUID | None
    refusal: tuple[str, Words] | None


@dataclass(frozen=True, slots=True)
class Stalled:
    """So many uploads wait and nobody works; the oldest came at `since` (UTC)."""

    count: int
    since: datetime


def receive(
    stream: Iterable[bytes],
    *,
    file_name: str,
    type_id: str,
    authority_id: str,
    login: UUID,
    place: Place,
    at: datetime | None = None,
) -> UUID:
    """Take a file in. It will be checked soon; `upload` tells how far it is.

    Raises FileRefused: TOO_LARGE, or this body may not submit this type. Then nothing of it is kept.
    """
    with Reception(place.uploads) as reception:
        for chunk in stream:
            reception.write(chunk)
        return keep(
            reception, file_name=file_name, type_id=type_id, authority_id=authority_id, login=login, place=place, at=at
        )


def keep(
    reception: Reception,
    *,
    file_name: str,
    type_id: str,
    authority_id: str,
    login: UUID,
    place: Place,
    at: datetime | None = None,
    confirms_itself: bool = False,
) -> UUID:
    """The end of `receive`, for whoever wrote the file into a `Reception` themselves. Raises FileRefused.

    `confirms_itself`: once it is checked it is confirmed too, unless the preview says that it contradicts the register.
    """
    now, law = at or datetime.now(UTC), catalogue()
    authority = competent(law, law.authorities[authority_id].uscc, type_id, synthetic=place.synthetic)
    spooled = reception.whole()
    # If we die here, or the answer to the commit is lost, only the row can say whether the file counts: `sweep` asks it.
    reception.entrust()
    with _changing() as cursor:
        upload_rows.add(
            cursor,
            spooled,
            authority=authority.id,
            type_=type_id,
            login=login,
            file_tokens=submissions.file_tokens(reception.digest()),
            file_name=_plain(file_name),
            at=now,
            kept_until=due(PROCEDURE, now.astimezone(_CHINA).date(), law).due,
            confirms_itself=confirms_itself,
        )
    return spooled.id


def upload(authority_id: str, id_: UUID) -> Upload:
    """One upload of this body, with its preview. Raises NoSuchUpload, for another body's too."""
    with connections["default"].cursor() as wrapped:
        row = upload_rows.find(wrapped.cursor, authority_id, id_)
    if row is None:
        raise NoSuchUpload(str(id_))
    return _upload(row)


def uploads(authority_id: str, *, state: State | None = None, page: int = 1) -> tuple[Upload, ...]:
    """A page of this body's uploads, the newest first, without their previews; `page` counts from 1, `PAGE_ROWS` each."""
    with connections["default"].cursor() as wrapped:
        rows = upload_rows.listed(
            wrapped.cursor, authority_id, state, limit=PAGE_ROWS, offset=(max(page, 1) - 1) * PAGE_ROWS
        )
    return tuple(_upload(row) for row in rows)


def uploads_after(authority_id: str, after: tuple[datetime, UUID] | None, *, limit: int) -> tuple[Upload, ...]:
    """This body's uploads, the newest first, without their previews, from behind the one received `after` (its time and id)."""
    with connections["default"].cursor() as wrapped:
        rows = upload_rows.listed_after(wrapped.cursor, authority_id, after, limit=limit)
    return tuple(_upload(row) for row in rows)


def file_names(authority_id: str, submission_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """What the files of these submissions were called, where they came in at the desk and it is not forgotten yet."""
    with connections["default"].cursor() as wrapped:
        rows = upload_rows.of_submissions(wrapped.cursor, authority_id, submission_ids)
    return {row.submission_id: row.file_name for row in rows if row.submission_id is not None and row.file_name}


def confirm(authority_id: str, id_: UUID, *, login: UUID, at: datetime | None = None) -> None:
    """Admit what the preview shows. Said again (the first answer was lost) it changes nothing.

    Raises NoSuchUpload, for another body's too, and NotNow where it is not checked yet, was refused or discarded.
    """
    with _changing() as cursor:
        if not upload_rows.confirm(cursor, authority_id, id_, login, at or datetime.now(UTC)):
            _unless(cursor, authority_id, id_, {"confirmed", "admitting", "done"})
        upload_rows.tell(cursor)


def discard(authority_id: str, id_: UUID, *, login: UUID, at: datetime | None = None) -> None:
    """Do not admit it: its key is destroyed at once. Said again it changes nothing.

    Raises NoSuchUpload, for another body's too, and NotNow where it is being admitted or over; a submission can be taken back.
    """
    with _changing() as cursor:
        if not upload_rows.discard(cursor, authority_id, id_, login, at or datetime.now(UTC)):
            _unless(cursor, authority_id, id_, {"discarded"})
        upload_rows.tell(cursor)


def stalled(*, at: datetime) -> Stalled | None:
    """Uploads of any body that wait while nobody works; None where none does. For the operator: a number, and nothing of them."""
    with connections["default"].cursor() as wrapped:
        count, since, changed_at = upload_rows.waiting(wrapped.cursor)
    # Whoever works writes into the row that is worked on, a few times in a second.
    if since is None or changed_at is None or at - changed_at < _PATIENCE:
        return None
    return Stalled(count, since.astimezone(UTC))


@contextmanager
def _changing() -> Iterator[Cursor[Any]]:
    with transaction.atomic(durable=True), connections["default"].cursor() as wrapped:
        yield wrapped.cursor


def _unless(cursor: Cursor[Any], authority_id: str, id_: UUID, done: set[State]) -> None:
    row = upload_rows.find(cursor, authority_id, id_)
    if row is None:
        raise NoSuchUpload(str(id_))
    if row.state not in done:
        raise NotNow(row.state)


def _plain(file_name: str) -> str:
    """The name without the folders that some browsers send, and without what would disturb a page."""
    name = PureWindowsPath(file_name).name
    return "".join(sign for sign in name if sign.isprintable())[-_LONGEST_NAME:]


def _upload(row: Row) -> Upload:
    return Upload(
        id=row.id,
        authority=row.authority,
        type=row.type,
        state=row.state,
        file_name_shown=row.file_name,
        size_bytes=row.size_bytes,
        login=row.login,
        received_at=row.received_at,
        kept_until=row.kept_until,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        rows_done=row.rows_done,
        rows_total=row.rows_total,
        preview=None if row.preview is None else preview_of(row.preview),
        was_known=row.was_known,
        submission_id=row.submission_id,
        refusal=None if row.refused_with is None else (row.refused_with, row.refusal or Words("", "")),
    )
