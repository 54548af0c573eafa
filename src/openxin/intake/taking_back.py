"""Taking back: a body hands in the wrong file, and takes the whole submission back within its notice days.

Legal source: 行政处罚法 48(2), 河南省社会信用条例 42 (what is wrong or was revoked is withdrawn); the days are the catalogue's
(`take-back`), counted from the day on which the submission was finished. Always true: one transaction in which every record of
the submission is withdrawn with a reason of the closed list, every row that waits is closed and its content destroyed, each
person is told, and the submission gives its place up, so that the same bytes are a new submission. Later only corrections help.

What a submission did to records of others stays: dates that it supplied are history. Decision 0020 says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import connections
from psycopg import Cursor

from openxin.intake import submissions, waiting
from openxin.law.catalogue import Catalogue, ListValue
from openxin.law.clock import after, due
from openxin.records import withdrawal
from openxin.store.session import reading_as

_PROCEDURE = "take-back"
_KEPT = "kept"  # its variant: how long the person still sees what was taken back
_REASONS = "CL_CHYY"


class NoSuchSubmission(Exception):
    """This body handed in no such submission."""


class NotFinished(Exception):
    """It is still being taken in."""


class AlreadyTakenBack(Exception):
    """It was taken back before; `taken_back` says when and why."""

    def __init__(self, taken_back: "TakenBack") -> None:
        super().__init__()
        self.taken_back = taken_back


class TooLate(Exception):
    """The days are over since the end of `last_day`."""

    def __init__(self, last_day: date) -> None:
        super().__init__()
        self.last_day = last_day


class NoSuchReason(Exception):
    """The catalogue does not list this reason."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken back, when and why. `waiting`: rows that waited, and whose content is gone."""

    at: datetime
    day: date
    reason: str
    records: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Prospect:
    """What taking back would do today. `supplied`: rows that only added dates to records of other submissions; those stay.

    `duplicates_elsewhere`: later submissions of the body and type in which rows counted as duplicates: a decision that stands in
    one of them too is held no longer, until that file comes again.
    """

    submission_id: UUID
    type: str
    finished_on: date
    last_day: date
    is_provisional: bool  # the holidays of that year are not known yet
    is_open: bool
    records: int
    persons: int
    waiting: int
    supplied: int
    duplicates_elsewhere: int
    taken_back: TakenBack | None


def reasons(law: Catalogue) -> tuple[ListValue, ...]:
    """The closed list of reasons, in the catalogue's order."""
    return law.lists[_REASONS].values


def prospect(authority_id: str, submission_id: UUID, *, login: UUID, today: date, law: Catalogue) -> Prospect:
    """What would be taken back, and until when that can be done. Raises NoSuchSubmission, NotFinished."""
    with reading_as(login, task=withdrawal.TASK), connections["default"].cursor() as wrapped:
        cursor = wrapped.cursor
        stands = submissions.standing(cursor, submission_id, authority_id)
        if stands is None:
            raise NoSuchSubmission
        if stands.finished_on is None:
            raise NotFinished
        all_of_it = submissions.with_mended(cursor, submission_id)
        made = withdrawal.made_by(cursor, all_of_it)
        limit = due(_PROCEDURE, stands.finished_on, law)
        return Prospect(
            submission_id=submission_id,
            type=stands.type,
            finished_on=stands.finished_on,
            last_day=limit.due,
            is_provisional=limit.provisional,
            is_open=today <= limit.due,
            records=made.records,
            persons=made.persons,
            waiting=waiting.count_open(cursor, all_of_it),
            supplied=stands.supplied,
            duplicates_elsewhere=submissions.later_with_duplicates(cursor, submission_id),
            taken_back=_taken_back(cursor, submission_id),
        )


def take_back(
    authority_id: str, submission_id: UUID, *, reason: str, login: UUID, today: date, law: Catalogue
) -> TakenBack:
    """Take the whole submission back.

    `reason`: a code of `reasons(law)`. Raises NoSuchReason, NoSuchSubmission (also for another body's), NotFinished,
    AlreadyTakenBack, TooLate; then nothing has changed.
    """
    if reason not in {one.code for one in reasons(law)}:
        raise NoSuchReason(reason)
    at = datetime.now(UTC)
    with reading_as(login, task=withdrawal.TASK), connections["default"].cursor() as wrapped:
        cursor = wrapped.cursor
        # Locked: rows of it that were judged anew at the same moment would be left behind.
        stands = submissions.hold_to_take_back(cursor, submission_id, authority_id)
        if stands is None:
            raise NoSuchSubmission
        if (before := _taken_back(cursor, submission_id)) is not None:
            raise AlreadyTakenBack(before)
        if stands.finished_on is None:
            raise NotFinished
        limit = due(_PROCEDURE, stands.finished_on, law)
        if today > limit.due:
            raise TooLate(limit.due)
        all_of_it = submissions.with_mended(cursor, submission_id)
        made = withdrawal.withdraw(
            cursor,
            all_of_it,
            reason=reason,
            erase_on=after(today, law.procedures[_PROCEDURE].limits[_KEPT], law.calendar),
            day=today,
            at=at,
        )
        done = TakenBack(at, today, reason, made.records, waiting.close_taken_back(cursor, all_of_it))
        _write_down(cursor, all_of_it, done, login)
        submissions.give_place_up(cursor, all_of_it)
        # If we die here nothing has happened. If the commit succeeded and its answer was lost, the second attempt says so.
    return done


def _write_down(cursor: Cursor, submission_ids: Sequence[UUID], done: TakenBack, login: UUID) -> None:
    """The first counts for all: the others are its own rows, mended at the desk."""
    cursor.execute(
        "insert into intake_taken_back (submission_id, at, day, login, reason, records, waiting)"
        " select id, %s, %s, %s, %s, case n when 1 then %s else 0 end, case n when 1 then %s else 0 end"
        " from unnest(%s::uuid[]) with ordinality as taken (id, n)",
        (done.at, done.day, login, done.reason, done.records, done.waiting, list(submission_ids)),
    )


def taken_back(submission_id: UUID) -> TakenBack | None:
    """When and why a submission was taken back; None where it was not. For the pages of its own body."""
    with connections["default"].cursor() as wrapped:
        return _taken_back(wrapped.cursor, submission_id)


def _taken_back(cursor: Cursor, submission_id: UUID) -> TakenBack | None:
    row = cursor.execute(
        "select at, day, reason, records, waiting from intake_taken_back where submission_id = %s", (submission_id,)
    ).fetchone()
    return None if row is None else TakenBack(*row)
