"""Granted: which of a person's own records a grant would show, told to the person before they give it.

Always true: it asks the same answers of the policy that the database is given when the holder reads (`reach.py`), and the same
days.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from openxin.disclosure import minors
from openxin.disclosure.reach import reach
from openxin.law.catalogue import Catalogue
from openxin.law.rights import Form
from openxin.records.reading import Held, HeldRecord

ROLE: Final = "recipient"
PURPOSE: Final = "report"
RIGHT: Final = "grant"


@dataclass(frozen=True, slots=True)
class Granted:
    """What a grant covers, and in which form. `records`: single ones of these types; None: all of them."""

    types: tuple[str, ...]
    records: tuple[UUID, ...] | None
    form: Form


def reach_under(granted: Granted, held: Held, law: Catalogue, today: date) -> Held:
    """Those of `held` that the holder would see today."""
    of_minor = minors.is_minor(held.documents, law, today)
    may = reach(law, role=ROLE, purpose=PURPOSE, right=RIGHT, form=granted.form, of_minor=of_minor)

    def is_seen(record: HeldRecord) -> bool:
        openable = record.type in may.openable
        in_window = (record.closes is None or record.closes > today) and (
            openable if record.opens is None else record.opens <= today
        )
        # A grant opens what is closed until its person opens it.
        flags = f"{in_window:d}{record.suspended:d}{held.verified:d}1"
        stands = f"{record.type}/{record.state}"
        return stands in may.seen or f"{stands}/{flags}" in may.seen

    return replace(
        held,
        records=tuple(
            one
            for one in held.records
            if one.type in granted.types and (granted.records is None or one.id in granted.records) and is_seen(one)
        ),
    )
