"""Is the person a minor today? Their own document's number says so; no birth date is kept anywhere.

What is held about a minor is shown to nobody but the minor and the guardian (docs/contract.md, "Minors"; 个人信息保护法
art. 28, 31). Ages count from the day after the birthday, as at the door in.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from openxin.law.catalogue import Catalogue, RecordType
from openxin.people import documents
from openxin.records.reading import HeldRecord

_BIRTHDAYS_OF_29_FEBRUARY = (2, 28)


def is_minor(held: Sequence[HeldRecord], law: Catalogue, today: date) -> bool:
    """Whether a document that these records of one person name tells a birth date, and it is that of a minor on `today`."""
    named = {
        (_said(one, "document_type", law.types[one.type]), _said(one, "document_number", law.types[one.type])) for one in held
    }  # fmt: skip
    numbers = pl.Series([number or None for _, number in named], dtype=pl.String)
    forms = pl.Series([_form(type_, law) for type_, _ in named], dtype=pl.String)
    # They were judged when they came in, under the rule of that day for made-up people; here only the birth date is asked.
    judged = documents.judged(numbers, forms, was_number=None, day=today, synthetic=True)
    return any(today <= _birthday(born, law.parameters.adult_age) for born in judged.born.drop_nulls())


def _said(held: HeldRecord, role: str, type_: RecordType) -> str:
    return str(held.content.get(type_.roles[role]) or "")


def _form(document_type: str, law: Catalogue) -> str | None:
    return next((one.extra.get("form") for one in law.lists["CL_ZJLX"].values if one.code == document_type), None)


def _birthday(born: date, age: int) -> date:
    """The last day on which somebody is under `age`. Who was born on 29 February is older on 1 March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, *_BIRTHDAYS_OF_29_FEBRUARY)
