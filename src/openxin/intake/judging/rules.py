"""A record type made ready for judging: its roles, its conditions, its lists by spelling, its laws by name.

Made once for each type and process, since a chunk of rows asks for all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from operator import or_
from typing import Final

import polars as pl

from openxin.intake.judging.spellings import Spellings, spellings
from openxin.law.bases import BasisIndex
from openxin.law.catalogue import Catalogue, Condition, RecordType

SEPARATOR: Final = ";"  # between the values of a cell that holds several, in the normal form
WAITS, REFUSED = 1, 2

Windows = tuple[tuple[date, date], ...]  # first and last day of each time in which a law was in force

_MOST_READY = 16
_MOST_TEXTS = 4096


class Rules:
    """One record type under one catalogue."""

    def __init__(self, type_: RecordType, law: Catalogue) -> None:
        self.type = type_
        self.law = law
        self.by_code = {column.code: column for column in type_.columns}
        self.conditions = {one.id: Needed(one) for one in type_.conditions}
        # Files repeat the wording of a legal basis from chunk to chunk. Forgotten when there are too many: some are not repeated.
        self.windows_by_text: dict[str, Windows] = {}
        self._spellings: dict[str, Spellings] = {}

    def column(self, role: str) -> str:
        """The column that plays `role`; an empty string, which is no column's code, where none does."""
        return self.type.roles.get(role, "")

    def spellings(self, list_id: str) -> Spellings:
        """What cells may say for the values of a list."""
        if list_id not in self._spellings:
            self._spellings[list_id] = spellings(self.law.lists[list_id])
        return self._spellings[list_id]

    def remember_windows(self, text: str, windows: Windows) -> None:
        """Keep what the laws named in `text` say."""
        if len(self.windows_by_text) >= _MOST_TEXTS:
            self.windows_by_text.clear()
        self.windows_by_text[text] = windows

    @cached_property
    def bases(self) -> BasisIndex:
        """The laws, by every name that they have."""
        return BasisIndex(self.law)

    @cached_property
    def sealed_titles(self) -> str:
        """An expression that finds every text in which a sealing title may stand, and few others."""
        return "|".join(title for rule in self.law.sealing for title in rule.titles)

    @cached_property
    def fates(self) -> Mapping[str, int]:
        """Problem codes and the fate that each brings."""
        return {one.code: REFUSED if one.fate == "refused" else WAITS for one in self.law.problems.values()}


@dataclass(frozen=True, slots=True)
class Needed:
    """A condition under which a column is required."""

    condition: Condition

    @property
    def column(self) -> str:
        """The column that is looked at."""
        return self.condition.column

    def holds(self, cells: pl.Series) -> pl.Series:
        """In which of the column's cells it does."""
        if not self.condition.contains:
            return cells.is_not_null()
        around = SEPARATOR + cells + SEPARATOR
        wanted = (f"{SEPARATOR}{one}{SEPARATOR}" for one in self.condition.contains)
        return reduce(or_, (around.str.contains(one, literal=True) for one in wanted)).fill_null(value=False)


def rules(type_: RecordType, law: Catalogue) -> Rules:
    """The rules of `type_` under `law`."""
    key = (id(type_), id(law))
    if key not in _ready:
        if len(_ready) >= _MOST_READY:
            _ready.clear()
        # What is kept holds both objects, so that their ids cannot pass to others.
        _ready[key] = Rules(type_, law)
    return _ready[key]


_ready: dict[tuple[int, int], Rules] = {}
