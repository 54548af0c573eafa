"""What the door out hands over: frozen values with everything that a page, a report or a command needs, in both languages.

Nothing here can read further: no id of a person but the one asked about, no key, no row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from openxin.disclosure.reach import Columns, ShownColumn
from openxin.law.catalogue import Words
from openxin.records.lines import Kind

# Why others may or may not see a record on a day. Sentences for each stand with the pages.
Visibility = Literal[
    "open",  # they may, until the window closes
    "later",  # from a known day on
    "not_final",  # not until the decision is final, and that is not known
    "identity_unverified",  # only a body said whose record this is
    "minor",  # the person is a minor, or was one when it came in
    "yours_to_open",  # honours and service: only if the person wants it
    "suspended",  # an official stopped it
    "never",  # the window would close before it could open
    "closed",  # the window has closed
    "withdrawn",  # the body took the decision back
]


@dataclass(frozen=True, slots=True)
class ShownField:
    """One column of a record. `stored` is the value as it is kept, `value` says it to a reader."""

    _column: ShownColumn
    stored: str | int

    @property
    def code(self) -> str:
        """That of the column."""
        return self._column.code

    @property
    def title(self) -> Words:
        """That of the column."""
        return self._column.title

    @property
    def says(self) -> bool:
        """Part of what the decision says; else a number, a date or a note beside it."""
        return self._column.says

    @property
    def value(self) -> Words:
        """What it says, in both languages: made when a page asks, since a machine does not."""
        return self._column.in_words(self.stored)


def shown_fields(said: Mapping[str, str | int], columns: Columns) -> tuple[ShownField, ...]:
    """Every one of `columns` of which something is said, in their order."""
    return tuple([ShownField(column, said[column.code]) for column in columns if column.code in said])


@dataclass(frozen=True, slots=True)
class Remedy:
    """A way against the decision itself. Where the day of service is not known, `until` is None and only `term` can be told."""

    procedure: str
    title: Words
    term: Words
    until: date | None
    provisional: bool  # a year whose holidays are not yet known decides
    is_over: bool
    citation: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a later version of the record says otherwise than the one before."""

    at: datetime
    cause: str
    fields: tuple[ShownField, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """A public body: whom to call."""

    uscc: str
    title: Words
    phone: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When the body took the record back, and why."""

    at: datetime
    reason: Words


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """One decision as its reader may see it; fields outside their right are absent, not blank."""

    id: UUID
    type: str
    type_title: Words
    decider: Words  # the body that decided, as the decision names it
    contact: Body  # whom to call: the body that decided, where the register knows its telephone
    submitter: Body  # the body that sent it in, and answers for it here
    document: str
    basis: Words  # law and article, in the decision's own words
    decided_on: date
    decided_title: Words  # what the template calls that day: decided, awarded, begun
    admitted_on: date
    state: str
    state_title: Words
    is_annotated: bool
    visibility: Visibility
    opens: date | None
    closes: date | None  # the first day on which others may no longer see it
    erase_on: date | None
    kept_until_person_erases: bool  # has no end of its own
    final_on: date | None
    notice_until: date | None
    withdrawal: Withdrawal | None  # by `submitter`; of a record that is withdrawn now
    said: Mapping[str, str | int]  # column code to value as it is kept, in the order of the template
    _columns: Columns
    changes: tuple[Change, ...]
    remedies: tuple[Remedy, ...]

    @property
    def fields(self) -> tuple[ShownField, ...]:
        """What it says, said to a reader: made when a page asks, since a machine takes `said`."""
        return shown_fields(self.said, self._columns)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of who looked. `is_own`: the person themself; `is_this`: the very reading that made this statement."""

    id: UUID
    at: datetime
    kind: Kind
    who: Words
    purpose: Words
    records: int
    is_own: bool
    is_this: bool
    rule: Words | None = None  # of a refusal: what refused it


@dataclass(frozen=True, slots=True)
class Statement:
    """What one reading showed: the records, newest decision first. `line`: the one that this reading left with the person.

    `lines`: who looked, newest first, this reading among them; for nobody but the person, or who reads for them.
    """

    person: UUID
    purpose: str
    read_at: datetime
    line: UUID
    records: tuple[ShownRecord, ...]
    lines: tuple[ShownLine, ...]
