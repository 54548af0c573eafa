"""Reading: what the register holds about a person, unsealed. Only `disclosure` (the door out) may call this.

Every question takes the same number of statements for one record and for five hundred, and needs a transaction in which the
database was told who reads about whom, for what and by which right (`store.session`): without it every statement raises.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from django.db import connections

from openxin.ledger.append import SALT_BYTES
from openxin.records import lines
from openxin.records.lines import Kind
from openxin.records.states import State
from openxin.store import canonical
from openxin.vault import sealing
from openxin.vault.sealing import Cipher

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """What a record said from `at` on, by column code; dates as ISO text, amounts in fen."""

    number: int
    cause: str
    at: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HeldWithdrawal:
    """When a record was withdrawn, and why: a code of the catalogue's list; None where no reason was kept."""

    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """One record with all that it ever said. Erased records are not among them: nothing can open those."""

    id: UUID
    type: str
    authority: str
    state: State
    annotated: bool
    suspended: bool
    decided_on: date
    admitted_on: date
    notice_until: date | None
    final_on: date | None
    opens: date | None
    closes: date | None
    erase_on: date | None
    person_id: UUID  # one of those that were asked about
    opened: bool  # others may see it as far as that is the person's to say
    withdrawal: HeldWithdrawal | None  # of a record that is withdrawn now
    versions: tuple[HeldVersion, ...]

    @property
    def content(self) -> Mapping[str, Any]:
        """What it says now."""
        return self.versions[-1].content


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One line of who looked."""

    id: UUID
    at: datetime
    kind: Kind
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """An identity document of a person, as it was first written."""

    type: str  # code of the list of document types
    number: str


@dataclass(frozen=True, slots=True)
class Held:
    """What one reading found. `verified`: a document of theirs was confirmed; without a record nothing of these is known."""

    records: tuple[HeldRecord, ...] = ()
    verified: bool = False
    documents: tuple[HeldDocument, ...] = ()


# The columns of a row that `openxin_disclose` shows: those of HeldRecord by their names, then what is still sealed.
_STANDING = (
    "id", "type", "authority", "state", "annotated", "suspended", "decided_on", "admitted_on", "notice_until", "final_on",
    "opens", "closes", "erase_on", "person_id",
)  # fmt: skip
SHOWN = (
    *_STANDING, "wrapped_key", "withdrawn_at", "reason", "number", "cause", "at", "sealed", "person_key", "key_epoch", "verified",
    "opened", "documents", "document_tokens", "document_types", "document_persons",
)  # fmt: skip
_AT = {name: at for at, name in enumerate(SHOWN)}
_ID, _PERSON, _PERSON_KEY, _OPENED = _AT["id"], _AT["person_id"], _AT["person_key"], _AT["opened"]
_EPOCH = _AT["key_epoch"]
_OF_STANDING = slice(len(_STANDING))
_OF_RECORD = slice(_AT["wrapped_key"], _AT["number"])
_OF_VERSION = slice(_AT["number"], _PERSON_KEY)
_FACTS = slice(_AT["verified"], None)


def unsealed(rows: Sequence[Row]) -> Held:
    """What is in the rows that the database showed, unsealed, the newest decision first. Raises CannotOpen."""
    if not rows:
        return Held()
    keys: dict[UUID, Cipher] = {}
    records = []
    for _, of_one in groupby(rows, key=itemgetter(_ID)):
        versions = list(of_one)
        person = versions[0][_PERSON]
        key = keys.get(person)
        if key is None:
            key = keys[person] = _key_of(versions[0])
        records.append(_record(key, versions))
    records.sort(key=attrgetter("decided_on", "admitted_on"), reverse=True)
    verified, _, *documents = rows[0][_FACTS]
    return Held(
        records=tuple(records),
        verified=verified,
        documents=tuple(_documents(keys, *documents)),
    )


def _key_of(row: Row) -> Cipher:
    """Of the person whose record it is."""
    return sealing.cipher(
        sealing.unwrap(row[_PERSON_KEY], row[_EPOCH], sealing.place("people_person", row[_PERSON].bytes))
    )


def _record(person_key: Cipher, rows: Sequence[Row]) -> HeldRecord:
    first = rows[0]
    where = first[_PERSON].bytes, first[_ID].bytes
    wrapped, withdrawn_at, reason = first[_OF_RECORD]
    key = sealing.cipher(sealing.opened(person_key, wrapped, sealing.place("records_record", *where)))
    versions = tuple(
        [
            HeldVersion(number, cause, at, _content(key, sealed, sealing.place("records_version", *where, number)))
            for number, cause, at, sealed in [row[_OF_VERSION] for row in rows]
        ]
    )
    withdrawal = None if withdrawn_at is None else HeldWithdrawal(withdrawn_at, reason)
    stands: tuple[Any, ...] = (*first[_OF_STANDING], first[_OPENED], withdrawal, versions)
    return HeldRecord(*stands)


def _documents(
    person_keys: Mapping[UUID, Cipher],
    sealed: Sequence[bytes] | None,
    tokens: Sequence[bytes] | None,
    types: Sequence[str] | None,
    persons: Sequence[UUID] | None,
) -> Iterator[HeldDocument]:
    for text, token, type_, person in zip(sealed or (), tokens or (), types or (), persons or (), strict=True):
        if person in person_keys:
            place = sealing.place("people_identity", person.bytes, token)
            yield HeldDocument(type_, canonical.read(sealing.opened(person_keys[person], text, place))["number"])


def _content(key: Cipher, sealed: bytes, place: bytes) -> Mapping[str, Any]:
    content: Mapping[str, Any] = canonical.read(sealing.opened(key, sealed, place)[SALT_BYTES:])
    return content


_LINES = """
select l.id, l.at, l.kind, l.sealed, l.person_id, l.records, l.groups, k.wrapped_key, k.key_epoch
from unnest(%s::uuid[]) as asked (person_id)
cross join lateral (select * from records_line where person_id = asked.person_id offset 0) l
join records_line_key k on k.person_id = l.person_id and k.line_id = l.id
where k.wrapped_key is not null
order by l.at desc, l.id
"""


_LINE = _LINES.replace("where k.wrapped_key", "where l.id = %s and k.wrapped_key")


def lines_of(persons: Sequence[UUID], *, using: str = "default") -> tuple[HeldLine, ...]:
    """Every line of `persons`, newest first. Inside a reading by the person's own right (`store.session`)."""
    with connections[using].cursor() as cursor:
        cursor.execute(_LINES, [list(persons)])
        return _held_lines(cursor.fetchall())


def line_of(persons: Sequence[UUID], line: UUID, *, using: str = "default") -> HeldLine | None:
    """One line of `persons`; None where they have no such line."""
    with connections[using].cursor() as cursor:
        cursor.execute(_LINE, [list(persons), line])
        rows = cursor.fetchall()
    return next(iter(_held_lines(rows)), None)


def _held_lines(rows: Sequence[Row]) -> tuple[HeldLine, ...]:
    return tuple(
        HeldLine(id_, at, kind, json.loads(lines.opened(person, id_, sealed, (key, epoch), _shown(records, groups))[1]))
        for id_, at, kind, sealed, person, records, groups, key, epoch in rows
    )


def _shown(records: Sequence[UUID] | None, groups: Sequence[int] | None) -> Sequence[tuple[UUID, int]] | None:
    return None if records is None or groups is None else list(zip(records, groups, strict=True))


def has(persons: Sequence[UUID], record: UUID, type_: str, *, using: str = "default") -> bool:
    """Whether one of `persons` has this record of this type. Inside a reading by the person's own right."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select exists (select from records_record where person_id = any(%s) and id = %s and type = %s)",
            [list(persons), record, type_],
        )
        found: bool = cursor.fetchone()[0]
    return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """A record that chance chose: where it is and of which type, nothing that it says."""

    person_id: UUID
    record_id: UUID
    type: str


def drawn(states: Sequence[str], size: int, *, using: str = "default") -> tuple[Drawn, ...]:
    """`size` records in one of `states`, each as likely as any other; under the task `audit`, which sees no sealed column."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            """select person_id, id, type from records_record
               where state = any(%s) and wrapped_key is not null order by random() limit %s""",
            [list(states), size],
        )
        return tuple(Drawn(*row) for row in cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the ledger's entry of a line commits to: with the salt, which nobody else has, the person can prove the line."""

    entry_id: UUID
    salt: bytes
    text: str  # RFC 8785 JSON, as it was committed to


_EVIDENCE = """
select l.person_id, l.entry_id, l.sealed, l.records, l.groups, k.wrapped_key, k.key_epoch
from records_line l join records_line_key k on k.person_id = l.person_id and k.line_id = l.id
where l.person_id = any(%s::uuid[]) and l.id = %s and k.wrapped_key is not null
"""


def evidence_of(persons: Sequence[UUID], line: UUID, *, using: str = "default") -> Evidence | None:
    """The evidence of one line of `persons`; None where they have no such line."""
    with connections[using].cursor() as cursor:
        cursor.execute(_EVIDENCE, [list(persons), line])
        row = cursor.fetchone()
    if row is None:
        return None
    person, entry_id, sealed, records, groups, key, epoch = row
    salt, text = lines.opened(person, line, sealed, (key, epoch), _shown(records, groups))
    return Evidence(entry_id, salt, text.decode())
