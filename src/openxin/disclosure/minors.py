"""Is the person a minor today? Their documents' numbers say so; no birth date is kept anywhere.

What is held about a minor is shown to nobody but the minor and the guardian (docs/contract.md, "Minors"; 个人信息保护法
art. 28, 31). Ages count from the day after the birthday, as at the door in.
"""

from collections.abc import Sequence
from datetime import date

from openxin.law.catalogue import Catalogue
from openxin.people import documents
from openxin.records.reading import HeldDocument

_BIRTHDAYS_OF_29_FEBRUARY = (2, 28)


def is_minor(held: Sequence[HeldDocument], law: Catalogue, today: date) -> bool:
    """Whether one of the person's documents tells a birth date, and it is that of a minor on `today`."""
    born = (documents.born_on(one.number, _form(one.type, law)) for one in held)
    return any(day is not None and today <= _birthday(day, law.parameters.adult_age) for day in born)


def _form(document_type: str, law: Catalogue) -> str:
    return next((one.extra.get("form", "") for one in law.lists["CL_ZJLX"].values if one.code == document_type), "")


def _birthday(born: date, age: int) -> date:
    """The last day on which somebody is under `age`. Who was born on 29 February is older on 1 March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, *_BIRTHDAYS_OF_29_FEBRUARY)
