"""Pass 2: a part (one shard of some chunks) is weighed and written: records, waiting rows, refusals. One commit.

Runs in worker processes as the role `intake`. The commit point is `complete`: with it everything of the part is stored, without
it nothing. If we die before the commit, the part is done again; if the commit succeeded and its answer was lost, `done` finds it.
Rows that follow a leading row of the file, and duplicates that supply something, are left to `pass_three`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Final
from uuid import UUID

import numpy as np
import polars as pl
from psycopg import Connection, Cursor

from openxin.intake import spool, submissions, waiting
from openxin.intake.context import Context
from openxin.intake.kept_cells import cells_of
from openxin.intake.submissions import Tally
from openxin.intake.vouching import vouched
from openxin.intake.weighing import ADMITTED, DUPLICATE, QUARANTINED, REFUSED, Weighed, weigh
from openxin.law.catalogue import RecordType
from openxin.people import matching
from openxin.records import admission
from openxin.records.lines import NewLine, write_lines
from openxin.store.identifiers import ID_BYTES
from openxin.store.runs import run_of
from openxin.vault.earlier_keys import spread
from openxin.vault.tokens import TOKEN_BYTES

NOT_YET_WAITING: Final[waiting.References] = {}


def admit_part(connection: Connection, context: Context, spooled: spool.Part) -> Tally:
    """Admit what is sound of one part, keep what must wait, and note the rest."""
    with connection.transaction(), connection.cursor() as cursor:
        submissions.part_of_many(cursor)
        id_ = UUID(bytes=context.submission_id)
        before = submissions.done(cursor, id_, spooled.chunks[0], spooled.shard)
        if before is not None:
            return before
        weighed = _weighed(cursor, context, spooled)
        part = write(cursor, context, weighed, spooled)
        submissions.complete(cursor, id_, spooled.chunks[0], spooled.shard, part)
        return part


def _weighed(cursor: Cursor, context: Context, spooled: spool.Part) -> Weighed:
    rows = spooled.frame("rows")
    numbers = rows["row"].to_numpy()
    first, last = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    problems = spooled.frame("problems")
    said = submissions.verdicts_between(cursor, UUID(bytes=context.submission_id), spooled.shard, first, last)
    return weigh(cursor, rows, problems, said, context.type)


def write(
    cursor: Cursor,
    context: Context,
    weighed: Weighed,
    spooled: spool.Part,
    *,
    followers_too: bool = False,
    references: waiting.References = NOT_YET_WAITING,
) -> Tally:
    """Write the outcome of weighed rows. Each ends in exactly one of the four fates, or is deferred to pass 3.

    `references`: of rows that waited before and are judged anew.
    """
    later = pl.col("supplies") if followers_too else pl.col("supplies") | pl.col("follows")
    deferred = weighed.rows.filter(later)
    # Unsealed where it is needed: what is left to pass 3 are duplicates, most of all, of which nothing is written.
    wording = cache(lambda: spooled.frame("wording"))
    now = vouched(Weighed(weighed.rows.filter(~later), weighed.problems), wording, context.type)
    rows, problems = _enrolled(cursor, context, wording, now)
    at = datetime.now(UTC)
    # In the order of their persons, so that rows of one place in the indexes are written one after another.
    admitted = rows.select(*_OF_ADMITTED, "outcome").filter(pl.col("outcome") == ADMITTED).sort("person_id")
    waits = rows.filter(pl.col("outcome") == QUARANTINED)
    refused = rows.filter(pl.col("outcome") == REFUSED)
    if admitted.height:
        admission.admit(cursor, _batch(context, admitted, wording()["payload"], at))
    _keep_waiting(cursor, context, waits, problems, spooled, references)
    waiting.keep_refused(cursor, context, refused, listed_problems(refused, problems))
    _tell_of_other_names(cursor, context, waits, at)
    waiting.close_mended(cursor, context, rows["mends"].drop_nulls().to_list())
    _close_equal(cursor, context, admitted, spooled)
    return replace(
        tally_of(rows, spooled, context.type),
        deferred=tuple(deferred.select("sheet", "row").iter_rows()),
        decided=_decided(context, admitted),
    )


def _decided(context: Context, admitted: pl.DataFrame) -> tuple[tuple[str, str, int], ...]:
    """How many rows of each day of decision, for the body's timeliness: counted here, where they are together."""
    days = admitted.group_by("decided_on").len().sort("decided_on")
    return tuple((context.day.isoformat(), decided.isoformat(), rows) for decided, rows in days.iter_rows())


def _enrolled(
    cursor: Cursor,
    context: Context,
    wording: Callable[[], pl.DataFrame],
    weighed: Weighed,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sound rows get their persons: known ones as they are, new ones enrolled. Names are compared again."""
    rows = weighed.rows
    new = (pl.col("outcome") == ADMITTED) & pl.col("person_id").is_null()
    fresh = rows.select(*_OF_NEWCOMERS, new.alias("new")).filter("new")
    if fresh.is_empty():
        return rows, weighed.problems
    fresh = fresh.unique("identity_token", keep="first", maintain_order=True).sort("identity_token")
    texts = (
        wording()[fresh["at"]]
        .select(
            pl.struct(
                pl.col("name_written").alias("name"),
                pl.col("number_written").alias("number"),
                pl.col("issuing_state").alias("state"),
            )
            .struct.json_encode()
            .cast(pl.Binary)
        )
        .to_series()
    )
    newcomers = matching.Newcomers(
        tokens=fresh["identity_token"].to_list(),
        name_tokens=fresh["name_token"].to_list(),
        document_types=fresh["document_type"].to_list(),
        sealed_texts=texts.to_list(),
        verified=fresh["vouched"].to_list(),
    )
    enrolled = matching.enrol(cursor, newcomers, context.day)
    persons = pl.DataFrame(
        {
            "identity_token": enrolled.tokens,
            "new_id": enrolled.person_ids,
            "new_key": enrolled.keys,
            "new_name": enrolled.name_tokens,
        },
        schema=dict.fromkeys(("identity_token", "new_id", "new_key", "new_name"), pl.Binary),
    )
    rows = rows.join(persons, on="identity_token", how="left", maintain_order="left")
    # Two files at once named this number: the other was first, and its name holds.
    beaten = (pl.col("outcome") == ADMITTED) & (pl.col("new_name") != pl.col("name_token")).fill_null(False)
    rows = rows.with_columns(
        pl.coalesce("person_id", "new_id").alias("person_id"),
        pl.coalesce("person_key", "new_key").alias("person_key"),
        (pl.col("name_disagrees") | beaten).alias("name_disagrees"),
        pl.when(beaten).then(pl.lit(QUARANTINED, pl.UInt8)).otherwise("outcome").alias("outcome"),
        beaten.alias("beaten"),
    )
    late = rows.filter("beaten").select(
        "at", pl.lit(context.type.column("name") or "").alias("field"), pl.lit("NAME_DISAGREES").alias("code")
    )
    return rows, pl.concat([weighed.problems, late])


_OF_NEWCOMERS = ("at", "identity_token", "name_token", "document_type", "vouched")


def _batch(context: Context, rows: pl.DataFrame, payloads: pl.Series, at: datetime) -> admission.Batch:
    return admission.Batch(
        submission_id=context.submission_id,
        type=context.type_id,
        authority=context.authority_id,
        day=context.day,
        at=at,
        person_ids=run_of(rows["person_id"], ID_BYTES),
        person_keys=rows["person_key"].to_list(),
        payloads=payloads.gather(rows["at"]).cast(pl.Binary).to_list(),
        natural_tokens=run_of(rows["natural_token"], TOKEN_BYTES),
        content_tokens=run_of(rows["content_token"], TOKEN_BYTES),
        extras_tokens=run_of(rows["extras_token"], TOKEN_BYTES),
        sheets=rows["sheet"].to_numpy().astype(np.int16),
        rows=rows["row"].to_numpy().astype(np.int32),
        states=rows["state"].to_list(),
        **{name: rows[name].to_numpy() for name in _DAYS},
    )


_DAYS = ("decided_on", "notice_until", "final_on", "opens", "closes", "erase_on")
_OF_ADMITTED = (
    "at", "sheet", "row", "state", *_DAYS, "person_id", "person_key", "natural_token", "content_token", "extras_token",
    "^identity_token(_was)?$",
)  # fmt: skip


def _keep_waiting(
    cursor: Cursor,
    context: Context,
    rows: pl.DataFrame,
    problems: pl.DataFrame,
    spooled: spool.Part,
    references: waiting.References,
) -> None:
    if rows.height:
        listed, texts = listed_problems(rows, problems), _texts(rows, spooled)
        waiting.keep_waiting(cursor, context, rows, listed, texts, references)


def _close_equal(cursor: Cursor, context: Context, admitted: pl.DataFrame, spooled: spool.Part) -> None:
    """Rows of other files that equal an admitted one wait no more."""
    named = spread(admitted, "identity_token", "at")
    # One range for each key under which tokens are made: its number is their first byte.
    token = pl.col("identity_token")
    ranges = named.group_by(token.bin.slice(0, 1).alias("key")).agg(token.min().alias("from"), token.max().alias("to"))
    waits = waiting.waiting_identities(cursor, context, ranges.select("from", "to").rows())
    if waits:
        equal = named.filter(
            pl.Series([token in waits for token in named["identity_token"].to_list()], dtype=pl.Boolean)
        )
        about = admitted.join(equal.select("at").unique(), on="at", how="semi", maintain_order="left")
        waiting.close_admitted(cursor, context, _texts(about, spooled))


def _texts(rows: pl.DataFrame, spooled: spool.Part) -> list[str]:
    return waiting.cells_as_json(cells_of(spooled, rows)).to_list() if rows.height else []


def listed_problems(rows: pl.DataFrame, problems: pl.DataFrame) -> list[list[list[str]]]:
    """The problems of each row, in the order of `rows`."""
    by_row = problems.unique(maintain_order=True).group_by("at", maintain_order=True).agg("field", "code")
    listed = rows.select("at").join(by_row, on="at", how="left", maintain_order="left")
    return [
        [list(pair) for pair in zip(fields or (), codes or (), strict=True)]
        for fields, codes in listed.select("field", "code").iter_rows()
    ]


def _tell_of_other_names(cursor: Cursor, context: Context, waits: pl.DataFrame, at: datetime) -> None:
    """Nobody learns who is in the register without a trace: the person sees that another name was tried on their number.

    A number that only a verifier knows is nobody's here: what is left of it is the row that waits, and the receipt.
    """
    asked = waits.filter(pl.col("name_disagrees") & pl.col("person_id").is_not_null())
    tell_of_other_names(cursor, context, asked["person_id"].to_list(), at)
    matching.dispute(cursor, spread(asked, "identity_token")["identity_token"].to_list())


def tell_of_other_names(cursor: Cursor, context: Context, person_ids: Sequence[bytes], at: datetime) -> None:
    """One line for each row that named a known number under another name; the other name is no part of it."""
    content = {"who": context.authority.title.zh, "body": context.authority_id, "purpose": "name-question"}
    lines = [NewLine(UUID(bytes=one), "name_question", content) for one in person_ids]
    write_lines(cursor, lines, day=context.day, at=at)


def tally_of(rows: pl.DataFrame, spooled: spool.Part, type_: RecordType) -> Tally:
    """Counts, duplicates and notes of weighed rows."""
    count = dict(rows.group_by("outcome").len().iter_rows())
    return Tally(
        rows=rows.height,
        admitted=count.get(ADMITTED, 0),
        duplicates=count.get(DUPLICATE, 0),
        quarantined=count.get(QUARANTINED, 0),
        refused=count.get(REFUSED, 0),
        duplicate_rows=tuple(rows.filter(pl.col("outcome") == DUPLICATE).select("sheet", "row").iter_rows()),
        notes=(*notes_of(rows, spooled.frame("notes")), *unread(rows, spooled, type_)),
    )


def unread(rows: pl.DataFrame, spooled: spool.Part, type_: RecordType) -> tuple[tuple[int, int, str, str], ...]:
    """Duplicates in which a cell that might have supplied something fails by itself: they supply nothing, and are told so."""
    twice = rows.select("at", "sheet", "row", "outcome").filter(pl.col("outcome") == DUPLICATE).drop("outcome")
    if twice.is_empty():
        return ()
    suppliable = [column.code for column in type_.columns if column.part == "supplement"]
    failed = spooled.frame("problems").filter(pl.col("field").is_in(suppliable) & (pl.col("code") != "DATE_ORDER"))
    told = twice.join(failed, on="at", maintain_order="left").with_columns(pl.lit("OX_DIFFERS").alias("code"))
    return tuple(told.select("sheet", "row", "field", "code").iter_rows())


def notes_of(rows: pl.DataFrame, notes: pl.DataFrame) -> tuple[tuple[int, int, str, str], ...]:
    """Notes on rows whose content is kept: nothing is said about a refused one."""
    kept = rows.select("at", "sheet", "row", "outcome").filter(pl.col("outcome") != REFUSED)
    return tuple(kept.join(notes, on="at", maintain_order="left").select("sheet", "row", "field", "code").iter_rows())
