"""Weighing: judged rows against the register and the rest of the file. Which fate does each have, and why?

The order is the contract's: refused (but for `PAST_ITS_TIME`), duplicate, `PAST_ITS_TIME`, quarantined, admitted. Reads tokens
only; writes nothing, so that `--check` weighs exactly as admission does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from psycopg import Cursor

from openxin.intake.verdicts import FOLLOWS, Verdict
from openxin.law.catalogue import RecordType
from openxin.people import joined, matching, verifying
from openxin.records import admission
from openxin.vault.earlier_keys import agree, spread

ADMITTED, DUPLICATE, QUARANTINED, REFUSED = range(4)
FATES = ("admitted", "duplicate", "quarantined", "refused")
_JUDGED_REFUSED = 2
_ROWS_OF_A_SHEET = 1 << 32

PROBLEMS = pl.Schema({"at": pl.UInt32, "field": pl.String, "code": pl.String})


@dataclass(frozen=True, slots=True)
class Weighed:
    """Rows with their `outcome` (0 admitted, 1 duplicate, 2 quarantined, 3 refused), and every problem of those that have any.

    Rows gain: `person_id` and `person_key` (null: the register does not know the number), `supplies` (a duplicate that says
    something new in its status or supplement columns), `follows` (weighed again after the row that leads it), `vouched` (a
    verifier says that this number stands under this name) and `contradicted` (that it stands under another).
    """

    rows: pl.DataFrame
    problems: pl.DataFrame


def weigh(
    cursor: Cursor, rows: pl.DataFrame, problems: pl.DataFrame, said: Sequence[Verdict], type_: RecordType
) -> Weighed:
    """Weigh `rows` (as pass 1 spooled them) with their own `problems` and the file's verdicts `said` about them."""
    rows = with_persons(cursor, rows)
    rows = with_records(cursor, rows)
    rows = _with_extract(cursor, rows)
    rows = _with_verdicts(rows, said)
    differs = ~agree(rows, "name_token", "held_name")
    same = agree(rows, "content_token", "held_content").fill_null(False)
    other = ~agree(rows, "content_token", "held_content")
    rows = rows.with_columns(
        (differs.fill_null(False) | pl.col("contradicted")).alias("name_disagrees"),
        same.alias("duplicate"),
        (other.fill_null(False) | pl.col("conflict")).alias("conflicts"),
    )
    waits = (pl.col("fate") != 0) | pl.col("name_disagrees") | pl.col("conflicts") | pl.col("two_names")
    rows = rows.with_columns(
        pl.when(pl.col("fate") == _JUDGED_REFUSED)
        .then(REFUSED)
        .when("duplicate")
        .then(DUPLICATE)
        .when("past")
        .then(REFUSED)
        .when(waits)
        .then(QUARANTINED)
        .otherwise(ADMITTED)
        .cast(pl.UInt8)
        .alias("outcome"),
    )
    rows = rows.with_columns(
        ((pl.col("outcome") == DUPLICATE) & ~agree(rows, "extras_token", "held_extras"))
        .fill_null(False)
        .alias("supplies"),
        # What a duplicate supplies goes to the record that is there, under the key that it has there.
        pl.when("duplicate").then("held_natural").otherwise("natural_token").alias("natural_token"),
        pl.when("duplicate").then("held_by").otherwise("person_id").alias("person_id"),
    )
    # Whatever is done with the rows from here on copies them, and nobody asks any more what the register holds.
    rows = rows.drop(_OF_REGISTER)
    return Weighed(rows, _all_problems(rows, problems, type_))


_OF_REGISTER = ("held_name", "held_by", "held_natural", "held_content", "held_extras", "duplicate", "conflict")


def with_persons(cursor: Cursor, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `person_id`, `person_key` and `held_name`; null where the register does not know the number."""
    known = matching.known(cursor, spread(rows, "identity_token")["identity_token"].unique().to_list())
    persons = pl.DataFrame(
        {
            "identity_token": known.tokens,
            "person_id": known.person_ids,
            "person_key": known.keys,
            "held_name": known.name_tokens,
        },
        schema=dict.fromkeys(("identity_token", "person_id", "person_key", "held_name"), pl.Binary),
    )
    if "identity_token_was" not in rows.columns:
        return rows.join(persons, on="identity_token", how="left", maintain_order="left")
    found = spread(rows, "identity_token", "at").join(persons, on="identity_token").drop("identity_token")
    return rows.join(found, on="at", how="left", maintain_order="left")


def with_records(cursor: Cursor, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `held_content` and `held_extras` of the record that has their natural key, and `held_natural`, that key.

    `held_by`: the person under whom the record is, the row's own or one whose documents were joined with theirs.
    """
    asked = _with_joined(cursor, spread(rows, "natural_token", "at", "person_id"))
    found = admission.held(cursor, asked["person_id"].to_list(), asked["natural_token"].to_list())
    at, natural, persons = (asked[name].to_list() for name in ("at", "natural_token", "person_id"))
    records = pl.DataFrame(
        {
            "at": [at[n] for n in found],
            "held_by": [persons[n] for n in found],
            "held_natural": [natural[n] for n in found],
            "held_content": [one.content_token for one in found.values()],
            "held_extras": [one.extras_token for one in found.values()],
        },
        schema={"at": pl.UInt32} | dict.fromkeys(("held_by", "held_natural", "held_content", "held_extras"), pl.Binary),
    )
    return rows.join(
        records.unique("at", keep="first", maintain_order=True), on="at", how="left", maintain_order="left"
    )


def _with_joined(cursor: Cursor, asked: pl.DataFrame) -> pl.DataFrame:
    """The same natural keys asked of everyone who is read with the row's person."""
    pairs = joined.others(cursor, asked["person_id"].to_list())
    if not pairs:
        return asked
    others = pl.DataFrame(pairs, schema={"person_id": pl.Binary, "other": pl.Binary}, orient="row")
    of_others = asked.join(others, on="person_id").with_columns(pl.col("other").alias("person_id"))
    return pl.concat([asked, of_others.select(asked.columns)])


def _with_extract(cursor: Cursor, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `vouched` and `contradicted`: what the population extract says of number and name, if one is loaded."""
    extract = verifying.Extract(cursor)
    if extract.is_empty():
        return rows.with_columns(pl.lit(False).alias("vouched"), pl.lit(False).alias("contradicted"))
    verdict = extract.verdicts(rows)
    return rows.with_columns(
        (verdict == verifying.AGREES).alias("vouched"), (verdict == verifying.CONTRADICTS).alias("contradicted")
    )


def _with_verdicts(rows: pl.DataFrame, said: Sequence[Verdict]) -> pl.DataFrame:
    columns = {"conflict": "CONFLICT", "two_names": "NAMES_IN_FILE_DISAGREE", "follows": FOLLOWS}
    place = pl.col("sheet").cast(pl.Int64) * _ROWS_OF_A_SHEET + pl.col("row")
    return rows.with_columns(
        place.is_in([one.sheet * _ROWS_OF_A_SHEET + one.row for one in said if one.code == code]).alias(column)
        for column, code in columns.items()
    )


def _all_problems(rows: pl.DataFrame, own: pl.DataFrame, type_: RecordType) -> pl.DataFrame:
    """Of a refused row its refusing codes; of a waiting one everything, the row's own problems first."""
    name, key, decided = type_.column("name"), type_.key_column, type_.column("decided_on")
    standing = rows.filter(pl.col("outcome") >= QUARANTINED)
    added = [
        standing.filter(condition).select("at", pl.lit(field or "").alias("field"), pl.lit(code).alias("code"))
        for condition, field, code in (
            ((pl.col("outcome") == QUARANTINED) & pl.col("name_disagrees"), name, "NAME_DISAGREES"),
            ((pl.col("outcome") == QUARANTINED) & pl.col("two_names"), name, "NAMES_IN_FILE_DISAGREE"),
            ((pl.col("outcome") == QUARANTINED) & pl.col("conflicts"), key, "CONFLICT"),
            (
                (pl.col("outcome") == REFUSED) & (pl.col("fate") != _JUDGED_REFUSED) & pl.col("past"),
                decided,
                "PAST_ITS_TIME",
            ),
        )
    ]
    past_only = standing.filter((pl.col("outcome") == REFUSED) & (pl.col("fate") != _JUDGED_REFUSED))["at"]
    own = own.filter(pl.col("at").is_in(standing["at"].implode()) & ~pl.col("at").is_in(past_only.implode()))
    return pl.concat([own.select("at", "field", "code"), *added])
