"""Admission: the door in. A body's file comes; each row becomes a sealed record, or waits with its reasons, or is refused by law.

Legal source: 河南省社会信用条例 arts 13, 16, 17; PIPL arts 5-9, 13(1)(3). Always true: the four fates add up to the file's rows;
a run that was killed at any moment is finished by the same command, under the day and the law of its opening; the same bytes
again double nothing.

The work: open the submission (or find it); pass 1, which judges each row by itself; verdicts of the whole file, stored; pass 2,
which admits part by part, each in one commit; pass 3, which settles rows that had to wait for another; the receipt.
"""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

from openxin.intake import submissions
from openxin.intake.context import Context
from openxin.intake.passes import Progress, admit_parts, pass_one, store_verdicts
from openxin.intake.reading.refusal import FileRefused, refused
from openxin.intake.receipts import Receipt
from openxin.intake.rejudging import judge_anew
from openxin.intake.spool_folders import owned
from openxin.intake.submissions import Submission
from openxin.intake.workers import Workers, connection
from openxin.law.catalogue import Authority, Catalogue
from openxin.law.loading import keep
from openxin.vault import sealing
from openxin.vault.keyring import keys

CHUNK_ROWS = 25_000
_SMALL_FILE_BYTES = 4 * 1024 * 1024
_PART_BYTES = 16 * 1024 * 1024
_PACKED = 8  # a workbook is about an eighth of what it holds
_MOST_SHARDS = 128
_PLAIN = frozenset({"", ".csv", ".txt", ".tsv"})
_BLOCK = 1024 * 1024


class KeyGone(Exception):
    """The key that divided an interrupted submission into parts is no longer there: another would divide it otherwise.

    The submission waits; nothing more of it is admitted until the key is back.
    """


@dataclass(frozen=True, slots=True)
class Place:
    """Where the door works: the folder of spools, and how a worker process gets ready (settings, keys)."""

    spools: Path
    laws: Path
    synthetic: bool
    start_worker: Callable[[], None]
    preload: tuple[str, ...] = ()
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)

    @property
    def uploads(self) -> Path:
        """The spool of files that come in at the desk; it lies beside the folder of spools."""
        return self.spools.parent / "uploads"

    def shards_for(self, path: Path) -> int:
        """Into how many ranges of numbers a file is divided: so many that a range of it is some thirty thousand rows, and each
        worker has as many as the others.
        """
        workers = self.workers_for(path)
        if not workers:
            return 1
        bytes_ = path.stat().st_size * (1 if path.suffix.lower() in _PLAIN else _PACKED)
        return workers * max(1, min(round(bytes_ / _PART_BYTES / workers), _MOST_SHARDS // workers))

    def workers_for(self, path: Path) -> int:
        """A small file is done at once; a large one is shared out."""
        return 0 if path.stat().st_size < _SMALL_FILE_BYTES else self.workers


def competent(law: Catalogue, uscc: str, type_id: str, *, synthetic: bool) -> Authority:
    """The body that this code names, if it may submit this type. Raises FileRefused: it has no right to send us these rows."""
    authority = law.by_uscc.get(uscc)
    if authority is None or (authority.synthetic and not synthetic):
        raise refused(
            "UNKNOWN_AUTHORITY", f"目录中没有代码为 {uscc} 的单位。", f"No body of the catalogue has the code {uscc}."
        )
    if type_id not in authority.submits:
        title = law.types[type_id].title
        raise refused(
            "NOT_COMPETENT",
            f"{authority.title.zh}无权报送“{title.zh}”。",
            f"{authority.title.en} may not submit: {title.en}.",
        )
    return authority


def admit(
    path: Path,
    *,
    type_id: str,
    authority: Authority,
    law: Catalogue,
    today: date,
    place: Place,
    progress: Progress = lambda _: None,
    finish_only: bool = False,
) -> Receipt:
    """Take in one file of `authority`. The same file again is the same submission:
    it is finished, then its waiting rows are judged anew.

    `finish_only`: nobody handed it in again, our own run was interrupted; what it finishes is not judged anew.

    Raises FileRefused where the file as a whole cannot be taken; then nothing of it is kept. Raises KeyGone.
    """
    began = time.monotonic()
    known_as = submissions.file_tokens(digest_of(path))
    token = known_as[0]
    with connection().cursor() as cursor:
        submissions.hold(cursor, token, authority.id, type_id)
        try:
            with Workers(place.workers_for(path), place.start_worker, place.preload) as workers:
                found = submissions.find(cursor, known_as, authority.id, type_id)
                if found is None or not found.finished:
                    keep(law, place.laws)
                    opened = found or _open(token, authority.id, type_id, law, today, place.shards_for(path))
                    receipt = _finish(path, opened, today, place, workers, progress, began)
                if found is None or (finish_only and not found.finished):
                    return receipt
                return judge_anew(
                    path,
                    _context(found, today, law.hash, place),
                    workers=workers,
                    chunk_rows=found.chunk_rows,
                    began=began,
                )
        finally:
            submissions.release(cursor, token, authority.id, type_id)


def digest_of(path: Path) -> bytes:
    """SHA-256 of the file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.digest()


def _open(token: bytes, authority: str, type_id: str, law: Catalogue, today: date, shards: int) -> Submission:
    one = Submission(
        id=uuid4(),
        authority=authority,
        type=type_id,
        opened_on=today,
        catalogue_hash=law.hash,
        shards=shards,
        identity_key=keys().current("identity"),
        chunk_rows=CHUNK_ROWS,
        chunks=None,
        finished=False,
        receipt=None,
    )
    with connection().transaction(), connection().cursor() as cursor:
        submissions.open_(cursor, one, token, datetime.now(UTC))
    return one


def _context(one: Submission, day: date, law_hash: bytes, place: Place) -> Context:
    return Context(
        submission_id=one.id.bytes,
        type_id=one.type,
        authority_id=one.authority,
        day=day,
        shards=one.shards,
        identity_key=one.identity_key,
        synthetic=place.synthetic,
        spool=place.spools / str(one.id),
        spool_key=sealing.new_keys(1)[0],
        laws=place.laws,
        law_hash=law_hash,
    )


def _finish(
    path: Path, one: Submission, today: date, place: Place, workers: Workers, progress: Progress, began: float
) -> Receipt:
    """Bring a submission to its end, from wherever it is, under the day and the law of its opening."""
    if one.identity_key not in keys().tokens["identity"]:
        raise KeyGone(f"token-identity-{one.identity_key}.key")
    context = _context(one, one.opened_on, one.catalogue_hash, place)
    with owned(context.spool):
        try:
            read = pass_one(path, context, one.chunk_rows, workers, progress)
            if one.chunks is None:
                store_verdicts(context, read.chunks)
            facts, parts = read.facts, read.parts(context.shards)
            del read  # its marks are some 50 bytes a row, and nobody asks for them again
            tally = admit_parts(context, parts, workers, progress)
            # If we die here, every part is done; the next run finds them all and only writes the receipt.
            receipt = Receipt(one.id, tally, facts, time.monotonic() - began)
            with connection().transaction(), connection().cursor() as cursor:
                submissions.finish(cursor, one.id, receipt.as_json(), day=today, at=datetime.now(UTC))
            return receipt
        except FileRefused:
            # What was admitted before stays a submission: it is finished when the file can be read again.
            if one.chunks is None:
                _withdraw(one.id)
            raise


def _withdraw(id_: UUID) -> None:
    with connection().transaction(), connection().cursor() as cursor:
        submissions.withdraw(cursor, id_)
