"""The rows of uploads: how far each file is that came in at the desk. SQL of the table `intake_upload`.

Every function works in the caller's transaction. Two keys: what the file was called and the words of a refusal are sealed under
one that lasts as long as the upload is listed; the preview under the key of the file, which is destroyed when the upload ends.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

from psycopg import Cursor

from openxin.intake.upload_spool import Spooled
from openxin.law.catalogue import Term, Words
from openxin.vault import sealing

State = Literal["received", "checking", "checked", "confirmed", "admitting", "done", "refused", "discarded"]
STATES: Final[tuple[State, ...]] = get_args(State)
ENDED: Final[frozenset[State]] = frozenset({"done", "refused", "discarded"})
CHANNEL: Final = "openxin_uploads"
"""Whoever works the uploads listens here (LISTEN, NOTIFY)."""

_PLENTY = 5
"""Times that work is begun on an upload before it must wait between them: nothing may keep the machine busy by failing."""
_PAUSE_S = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One upload as it is stored, its name and words opened. `file_key`: None where the upload has ended."""

    id: UUID
    authority: str
    type: str
    login: UUID
    received_at: datetime
    size_bytes: int
    file_tokens: Sequence[bytes]
    state: State
    kept_until: date
    decided_by: UUID | None
    decided_at: datetime | None
    rows_done: int
    rows_total: int | None
    was_known: bool
    submission_id: UUID | None
    refused_with: str | None
    file_name: str
    refusal: Words | None
    file_key: bytes | None
    preview: Mapping[str, Any] | None

    @property
    def spooled(self) -> Spooled:
        """Its file in the spool, while it is open."""
        assert self.file_key is not None  # noqa: S101  (asked of open uploads only)
        return Spooled(self.id, self.file_key, self.size_bytes)


_PLAIN = (
    "id", "authority", "type", "login", "received_at", "size_bytes", "file_tokens", "state", "kept_until", "decided_by",
    "decided_at", "rows_done", "rows_total", "was_known", "submission_id", "refused_with",
)  # fmt: skip
_COLUMNS = ", ".join(
    (*_PLAIN, "sealed_name", "sealed_refusal", "wrapped_key", "key_epoch", "wrapped_file_key", "file_key_epoch")
)


def add(
    cursor: Cursor,
    spooled: Spooled,
    *,
    authority: str,
    type_: str,
    login: UUID,
    file_tokens: Sequence[bytes],
    file_name: str,
    at: datetime,
    kept_until: date,
    confirms_itself: bool,
) -> None:
    """The file is whole: it has come."""
    key = sealing.new_keys(1)[0]
    own, file = sealing.wrap_all([key, spooled.key], [_place(spooled.id, "key"), _place(spooled.id, "file")])
    cursor.execute(
        "insert into intake_upload (id, authority, type, login, received_at, size_bytes, file_tokens, state, changed_at,"
        " kept_until, confirms_itself, sealed_name, wrapped_key, key_epoch, wrapped_file_key, file_key_epoch)"
        " values (%s, %s, %s, %s, %s, %s, %s, 'received', %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            spooled.id, authority, type_, login, at, spooled.size_bytes, list(file_tokens), at, kept_until, confirms_itself,
            sealing.seal(key, file_name.encode(), _place(spooled.id, "name")),
            own.wrapped, own.epoch, file.wrapped, file.epoch,
        ),
    )  # fmt: skip
    tell(cursor)


def tell(cursor: Cursor) -> None:
    """Whoever works the uploads has something to look at, once this transaction is committed."""
    cursor.execute(f"notify {CHANNEL}")


def find(cursor: Cursor, authority: str, id_: UUID) -> Row | None:
    """One upload of this body, with its preview; None where there is none."""
    cursor.execute(
        f"select {_COLUMNS}, sealed_preview from intake_upload where id = %s and authority = %s", (id_, authority)
    )
    row = cursor.fetchone()
    return None if row is None else _opened([row])[0]


def listed(cursor: Cursor, authority: str, state: str | None, *, limit: int, offset: int) -> list[Row]:
    """Uploads of this body, newest first, without their previews."""
    cursor.execute(
        f"select {_COLUMNS}, null from intake_upload where authority = %(authority)s"
        " and (%(state)s::text is null or state = %(state)s)"
        " order by received_at desc, id limit %(limit)s offset %(offset)s",
        {"authority": authority, "state": state, "limit": limit, "offset": offset},
    )
    return _opened(cursor.fetchall())


def listed_after(cursor: Cursor, authority: str, after: tuple[datetime, UUID] | None, *, limit: int) -> list[Row]:
    """Uploads of this body, newest first, from behind `after`: what comes in meanwhile moves none of them."""
    at, id_ = after or (None, None)
    cursor.execute(
        f"select {_COLUMNS}, null from intake_upload where authority = %(authority)s"
        " and (%(at)s::timestamptz is null or (received_at, id) < (%(at)s, %(id)s))"
        " order by received_at desc, id desc limit %(limit)s",
        {"authority": authority, "at": at, "id": id_, "limit": limit},
    )
    return _opened(cursor.fetchall())


def of_submissions(cursor: Cursor, authority: str, submission_ids: Collection[UUID]) -> list[Row]:
    """The uploads of this body that became these submissions, the newest of each, without their previews."""
    cursor.execute(
        f"select distinct on (submission_id) {_COLUMNS}, null from intake_upload"
        " where authority = %s and submission_id = any(%s) order by submission_id, received_at desc",
        (authority, list(submission_ids)),
    )
    return _opened(cursor.fetchall())


def due(cursor: Cursor, at: datetime) -> Row | None:
    """The upload on which work is due first, locked until the transaction ends."""
    cursor.execute(
        f"select {_COLUMNS}, null from intake_upload"
        " where state in ('received', 'checking', 'confirmed', 'admitting') and wrapped_file_key is not null"
        " and (taken_up < %s or changed_at < %s::timestamptz - %s * interval '1 second')"
        " order by taken_up, received_at limit 1 for update",
        (_PLENTY, at, _PAUSE_S),
    )
    row = cursor.fetchone()
    return None if row is None else _opened([row])[0]


def take_up(cursor: Cursor, id_: UUID, state: State, *, was_known: bool, at: datetime) -> None:
    """Work on it begins, or begins again."""
    cursor.execute(
        "update intake_upload set state = %s, was_known = %s, changed_at = %s, taken_up = taken_up + 1, rows_done = 0"
        " where id = %s",
        (state, was_known, at, id_),
    )


def note_progress(cursor: Cursor, id_: UUID, rows: int, at: datetime) -> None:
    """So many rows are done."""
    cursor.execute("update intake_upload set rows_done = %s, changed_at = %s where id = %s", (rows, at, id_))


def store_preview(cursor: Cursor, one: Row, preview: Mapping[str, Any], rows: int, at: datetime) -> bool:
    """It was checked; and confirmed, where that was said beforehand and the preview does not warn.

    False: it was discarded meanwhile, and nothing may be shown.
    """
    sealed = sealing.seal(one.spooled.key, json.dumps(preview).encode(), _place(one.id, "preview"))
    cursor.execute(
        "update intake_upload set state = 'checked', sealed_preview = %s, rows_done = %s, rows_total = %s, changed_at = %s"
        " where id = %s and state = 'checking' returning confirms_itself",
        (sealed, rows, rows, at, one.id),
    )
    stored = cursor.fetchone()
    if stored is not None and stored[0] and not preview["contradicts"]:
        confirm(cursor, one.authority, one.id, one.login, at)
    return stored is not None


def confirm(cursor: Cursor, authority: str, id_: UUID, login: UUID, at: datetime) -> bool:
    """What the preview shows shall be done. False: it is not at that point."""
    cursor.execute(
        "update intake_upload set state = 'confirmed', decided_by = %s, decided_at = %s, changed_at = %s, taken_up = 0,"
        " rows_done = 0 where id = %s and authority = %s and state = 'checked'",
        (login, at, at, id_, authority),
    )
    return cursor.rowcount == 1


_END = "changed_at = %(at)s, wrapped_file_key = null, sealed_preview = null"


def discard(cursor: Cursor, authority: str, id_: UUID, login: UUID, at: datetime) -> bool:
    """It is not wanted: its key is destroyed. False: it is past that point."""
    cursor.execute(
        f"update intake_upload set state = 'discarded', decided_by = %(login)s, decided_at = %(at)s, {_END}"
        " where id = %(id)s and authority = %(authority)s and state in ('received', 'checking', 'checked', 'confirmed')",
        {"login": login, "at": at, "id": id_, "authority": authority},
    )
    return cursor.rowcount == 1


def finish(cursor: Cursor, id_: UUID, submission_id: UUID, at: datetime) -> None:
    """It was admitted: its submission says the rest, and its key is destroyed."""
    cursor.execute(
        f"update intake_upload set state = 'done', submission_id = %(submission)s, rows_done = rows_total, {_END}"
        " where id = %(id)s",
        {"submission": submission_id, "at": at, "id": id_},
    )


def refuse(cursor: Cursor, one: Row, code: str, words: Words, at: datetime) -> None:
    """The file as a whole cannot be taken: why, and its key is destroyed. One that was discarded meanwhile stays so."""
    cursor.execute("select wrapped_key, key_epoch from intake_upload where id = %s", (one.id,))
    wrapped, epoch = cursor.fetchone() or (None, 0)
    key = sealing.unwrap(wrapped, epoch, _place(one.id, "key"))
    sealed = sealing.seal(key, json.dumps([words.zh, words.en]).encode(), _place(one.id, "refusal"))
    cursor.execute(
        f"update intake_upload set state = 'refused', refused_with = %(code)s, sealed_refusal = %(words)s, {_END}"
        " where id = %(id)s and state in ('checking', 'admitting')",
        {"code": code, "words": sealed, "at": at, "id": one.id},
    )


def end_terms(cursor: Cursor, *, today: date, listed: Term, at: datetime) -> None:
    """Discard what nobody confirmed in time; forget what the files were called of uploads that are long over."""
    cursor.execute(
        f"update intake_upload set state = 'discarded', {_END} where state = 'checked' and kept_until < %(today)s",
        {"today": today, "at": at},
    )
    cursor.execute(
        "update intake_upload set sealed_name = null, sealed_refusal = null, wrapped_key = null"
        " where wrapped_key is not null and wrapped_file_key is null"
        " and (changed_at at time zone 'Asia/Shanghai')::date + make_interval(months => %s, days => %s) < %s",
        (listed.amount, 0, today) if listed.unit == "mo" else (0, listed.amount, today),
    )


def waiting(cursor: Cursor) -> tuple[int, datetime | None, datetime | None]:
    """How many uploads wait for work or are worked on, when the oldest came, and when anything last happened to one of them."""
    cursor.execute(
        "select count(*), min(received_at), max(changed_at) from intake_upload"
        " where state in ('received', 'checking', 'confirmed', 'admitting') and wrapped_file_key is not null"
    )
    return cursor.fetchone() or (0, None, None)


def states_of(cursor: Cursor, ids: Collection[UUID]) -> dict[UUID, State]:
    """The states of those among the ids that are uploads."""
    cursor.execute("select id, state from intake_upload where id = any(%s)", (list(ids),))
    return dict(cursor.fetchall())


def _opened(rows: Sequence[tuple[Any, ...]]) -> list[Row]:
    keys = sealing.unwrap_all(
        key
        for row in rows
        for key in ((row[18], row[19], _place(row[0], "key")), (row[20], row[21], _place(row[0], "file")))
    )
    return [_row(row, *keys[2 * place : 2 * place + 2]) for place, row in enumerate(rows)]


def _row(row: tuple[Any, ...], key: bytes | None, file_key: bytes | None) -> Row:
    id_, sealed_name, sealed_refusal, sealed_preview = row[0], row[16], row[17], row[22]
    refusal = _text(key, sealed_refusal, id_, "refusal")
    preview = _text(file_key, sealed_preview, id_, "preview")
    return Row(
        **dict(zip(_PLAIN, row, strict=False)),
        file_name=_text(key, sealed_name, id_, "name") or "",
        refusal=Words(*json.loads(refusal)) if refusal else None,
        file_key=file_key,
        preview=json.loads(preview) if preview else None,
    )


def _text(key: bytes | None, sealed: bytes | None, id_: UUID, part: str) -> str | None:
    """What is sealed here; None where it or its key is gone."""
    return None if key is None or sealed is None else sealing.unseal(key, bytes(sealed), _place(id_, part)).decode()


def _place(id_: UUID, part: str) -> bytes:
    return sealing.place("intake_upload", id_, part)
