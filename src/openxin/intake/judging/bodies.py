"""Which body decided, and which submits: a body sends its own decisions, and those of bodies for which the catalogue lets it."""

import polars as pl

from openxin.intake.judging.cells import Cells
from openxin.law.catalogue import Authority


def judge(cells: Cells, authority: Authority) -> None:
    """NOT_SUBMITTER where the submitter is another body, or the deciding body one for which this one does not submit."""
    law = cells.rules.law
    decides = [authority.uscc, *(law.authorities[one].uscc for one in authority.submits_for if one in law.authorities)]
    for role, allowed in (("submitter_code", [authority.uscc]), ("decider_code", decides)):
        code = cells.value(role)
        if code is not None:
            cells.findings.add(_not_among(code, allowed), cells.rules.column(role), "NOT_SUBMITTER")


def _not_among(code: pl.Series, allowed: list[str]) -> pl.Series:
    return (~code.is_in(allowed)).fill_null(value=False)
