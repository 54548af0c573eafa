"""`--check`: a file is judged exactly as admission would judge it, and nothing of it is kept.

That it was asked is kept: an audit entry, a leaf, and a line for every person whose number was named under another name, since
otherwise a body could learn from a check who is in the register.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import polars as pl
import rfc8785
from psycopg import Cursor

from openxin.intake import spool, submissions, waiting
from openxin.intake.admission import CHUNK_ROWS, Place, digest_of
from openxin.intake.context import Context
from openxin.intake.kept_cells import cells_of
from openxin.intake.pass_two import listed_problems, tally_of, tell_of_other_names
from openxin.intake.passes import Progress, Read, in_file_verdicts, pass_one
from openxin.intake.quarantine import ProblemRow, described
from openxin.intake.receipts import Receipt
from openxin.intake.spool_folders import owned
from openxin.intake.submissions import Tally
from openxin.intake.verdicts import Verdict
from openxin.intake.vouching import vouched
from openxin.intake.weighing import DUPLICATE, FATES, QUARANTINED, weigh
from openxin.intake.workers import Workers, connection
from openxin.law.catalogue import Authority, Catalogue
from openxin.ledger.append import SALT_BYTES, Entries, append, commitment
from openxin.vault import sealing
from openxin.vault.keyring import keys


@dataclass(frozen=True, slots=True)
class Checked:
    """What would become of the file, and every row that would wait or be refused."""

    receipt: Receipt
    problem_rows: tuple[ProblemRow, ...]


def check(
    path: Path,
    *,
    type_id: str,
    authority: Authority,
    law: Catalogue,
    today: date,
    place: Place,
    progress: Progress = lambda _: None,
    keep: Callable[[Cursor, Checked], None] = lambda *_: None,
) -> Checked:
    """Judge everything, admit and keep nothing. Raises FileRefused.

    `keep`: called in the transaction in which the check leaves its trace, so that what it found is stored with the trace or not
    at all.
    """
    began = time.monotonic()
    check_id = uuid4()
    context = Context(
        submission_id=check_id.bytes,
        type_id=type_id,
        authority_id=authority.id,
        day=today,
        shards=1,
        identity_key=keys().current("identity"),
        synthetic=place.synthetic,
        spool=place.spools / f"check-{check_id}",
        spool_key=sealing.new_keys(1)[0],
        laws=place.laws,
        law_hash=law.hash,
    )
    with owned(context.spool):
        with Workers(place.workers_for(path), place.start_worker, place.preload) as workers:
            read = pass_one(path, context, CHUNK_ROWS, workers, progress)
        said = in_file_verdicts(context, read.chunks)
        with connection().transaction(), connection().cursor() as cursor:
            parts = [_weighed(cursor, context, chunk.chunk, said, read, law) for chunk in read.chunks]
            tally = sum((part.tally for part in parts), Tally())
            _leave_a_trace(cursor, context, path, tally, [one for part in parts for one in part.asked])
            rows = sorted((row for part in parts for row in part.rows), key=lambda row: (row.sheet_number, row.row))
            checked = Checked(Receipt(None, tally, read.facts, time.monotonic() - began), tuple(rows))
            keep(cursor, checked)
    return checked


@dataclass(frozen=True, slots=True)
class _Part:
    tally: Tally
    rows: tuple[ProblemRow, ...]
    asked: tuple[bytes, ...]  # persons whose number was named under another name


def _weighed(cursor: Cursor, context: Context, chunk: int, said: list[Verdict], read: Read, law: Catalogue) -> _Part:
    spooled = spool.Part(context.spool, context.spool_key, (chunk,), shard=0)
    weighed = weigh(cursor, spooled.frame("rows"), spooled.frame("problems"), said, context.type)
    # A row that follows another would be a duplicate of it, if that one is admitted; it has the same register behind it.
    follows = pl.col("follows") & ~pl.col("name_disagrees") & ~pl.col("conflicts") & ~pl.col("two_names")
    rows = weighed.rows.with_columns(
        pl.when(follows).then(pl.lit(DUPLICATE, pl.UInt8)).otherwise("outcome").alias("outcome")
    )
    weighed = vouched(replace(weighed, rows=rows), lambda: spooled.frame("wording"), context.type)
    rows = weighed.rows
    troubled = rows.filter(pl.col("outcome") >= QUARANTINED)
    cells = cells_of(spooled, troubled)
    texts = waiting.cells_as_json(cells).to_list() if troubled.height else []
    problem_rows = [
        described(
            sheet, read.facts.sheets.get(sheet), row, FATES[outcome], problems, json.loads(text), context.type, law
        )
        for (sheet, row, outcome), problems, text in zip(
            troubled.select("sheet", "row", "outcome").iter_rows(),
            listed_problems(troubled, weighed.problems),
            texts,
            strict=True,
        )
    ]
    named = rows.filter((pl.col("outcome") == QUARANTINED) & pl.col("name_disagrees"))
    asked = named["person_id"].drop_nulls().to_list()
    return _Part(tally_of(rows, spooled, context.type), tuple(problem_rows), tuple(asked))


def _leave_a_trace(cursor: Cursor, context: Context, path: Path, tally: Tally, asked: list[bytes]) -> None:
    at = datetime.now(UTC)
    counts = {
        "rows": tally.rows,
        "admitted": tally.admitted,
        "duplicates": tally.duplicates,
        "quarantined": tally.quarantined,
        "refused": tally.refused,
    }
    id_, entry, salt = uuid4(), uuid4(), os.urandom(SALT_BYTES)
    content = rfc8785.dumps(
        {
            "at": at.isoformat(),
            "authority": context.authority_id,
            "counts": counts,
            "id": str(id_),
            "type": context.type_id,
        }
    )
    token = submissions.file_token(digest_of(path))
    cursor.execute(
        "insert into intake_check values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (id_, at, context.authority_id, context.type_id, token, json.dumps(counts), entry, salt),
    )
    append(cursor, Entries("check", context.day, [entry.bytes], [commitment(salt, content)]))
    tell_of_other_names(cursor, context, asked, at)
