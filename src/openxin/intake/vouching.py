"""Vouching: a service outside is asked about newcomers, once for each part of a file, before anybody is enrolled.

Only where the settings name such a service, and only about numbers that neither the register nor the population extract knows.
What it contradicts waits, as `NAME_DISAGREES`; what it does not know is claimed, as if nobody had been asked.
"""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from openxin.intake.weighing import ADMITTED, QUARANTINED, Weighed
from openxin.law.catalogue import RecordType
from openxin.people import verifying


def vouched(weighed: Weighed, wording: Callable[[], pl.DataFrame], type_: RecordType) -> Weighed:
    """`weighed`, with what the service says of its newcomers. `wording`: what was written, by position."""
    verifier = verifying.elsewhere()
    if verifier is None:
        return weighed
    rows = weighed.rows
    newcomers = rows.filter(
        (pl.col("outcome") == ADMITTED) & pl.col("person_id").is_null() & ~pl.col("vouched")
    ).unique("identity_token", keep="first", maintain_order=True)
    if newcomers.is_empty():
        return weighed
    claims = pl.concat([newcomers.select("document_type"), _said(wording()[newcomers["at"]])], how="horizontal")
    answers = pl.DataFrame({"identity_token": newcomers["identity_token"], "verdict": verifier.verdicts(claims)})
    rows = rows.join(answers, on="identity_token", how="left", maintain_order="left")
    wrong = (pl.col("outcome") == ADMITTED) & (pl.col("verdict") == verifying.CONTRADICTS).fill_null(False)
    rows = rows.with_columns(
        (pl.col("vouched") | (pl.col("verdict") == verifying.AGREES).fill_null(False)).alias("vouched"),
        (pl.col("name_disagrees") | wrong).alias("name_disagrees"),
        pl.when(wrong).then(pl.lit(QUARANTINED, pl.UInt8)).otherwise("outcome").alias("outcome"),
        wrong.alias("told_otherwise"),
    )
    late = rows.filter("told_otherwise").select(
        "at", pl.lit(type_.column("name") or "").alias("field"), pl.lit("NAME_DISAGREES").alias("code")
    )
    return replace(weighed, rows=rows.drop("verdict", "told_otherwise"), problems=pl.concat([weighed.problems, late]))


def _said(wording: pl.DataFrame) -> pl.DataFrame:
    return wording.select(
        pl.col("issuing_state").fill_null(""),
        pl.col("number_written").alias("number"),
        pl.col("name_written").alias("name"),
    )
