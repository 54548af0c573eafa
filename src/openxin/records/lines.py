"""Lines: who looked at a person's records, and who asked in vain. Both doors write them in the transaction of the reading.

A line is history: nobody changes or deletes one. What it says is sealed under a key that only the lines of this person have,
made with the first of them and destroyed with the person's; its commitment is in the ledger. No line, no reading: whatever
keeps a line from being written (an outbox that refuses, a destroyed key) ends the caller's transaction too.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol
from uuid import UUID, uuid4

import rfc8785

from openxin.ledger.append import SALT_BYTES, Entries, append, commitment
from openxin.vault import sealing

Kind = Literal["disclosure", "refusal", "name_question", "act", "grant", "revocation"]

# docs/contract.md lists the kinds of leaves: whoever names a number with another name has asked in vain,
# an act of an official changes whom records are about, and a person's grant and its end are acts of their own.
_LEAF_KINDS: dict[Kind, str] = {
    "disclosure": "disclosure",
    "refusal": "refusal",
    "name_question": "refusal",
    "act": "change",
    "grant": "grant",
    "revocation": "revocation",
}


class Cursor(Protocol):
    """What a cursor of psycopg and one of Django have in common."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""

    def fetchall(self) -> list[Any]:
        """All its rows."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line to be written into one person's list. `content`: JSON values that name who, purpose, and what was shown."""

    person_id: UUID
    kind: Kind
    content: Mapping[str, Any]


def write_line(cursor: Cursor, line: NewLine, *, day: date, at: datetime) -> UUID:
    """Write one line. Its id."""
    return write_lines(cursor, [line], day=day, at=at)[0]


def write_lines(cursor: Cursor, lines: Sequence[NewLine], *, day: date, at: datetime) -> list[UUID]:
    """Write `lines` and their ledger entries in the caller's transaction. Their ids, in order. Raises CannotOpen."""
    if not lines:
        return []
    keys = _keys_of(cursor, {line.person_id for line in lines})
    ids, entries = [uuid4() for _ in lines], [uuid4() for _ in lines]
    salts = [os.urandom(SALT_BYTES) for _ in lines]
    contents = [rfc8785.dumps(dict(line.content)) for line in lines]
    sealed = sealing.seal_all(
        [keys[line.person_id] for line in lines],
        [salt + content for salt, content in zip(salts, contents, strict=True)],
        [sealing.place("records_line", line.person_id, id_) for line, id_ in zip(lines, ids, strict=True)],
    )
    persons, kinds = [line.person_id for line in lines], [line.kind for line in lines]
    purposes, bodies, rules = zip(*(counted_of(line.content) for line in lines), strict=True)
    cursor.execute(
        """insert into records_line (person_id, id, at, kind, entry_id, sealed, purpose, body, rule)
           select person_id, id, %s, kind, entry_id, sealed, purpose, body, rule
           from unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::bytea[], %s::text[], %s::text[], %s::text[])
             as new (person_id, id, kind, entry_id, sealed, purpose, body, rule)""",
        (at, persons, ids, kinds, entries, sealed, list(purposes), list(bodies), list(rules)),
    )
    for leaf_kind in sorted({_LEAF_KINDS[kind] for kind in kinds}):
        of_kind = [n for n, kind in enumerate(kinds) if _LEAF_KINDS[kind] == leaf_kind]
        append(
            cursor,
            Entries(
                leaf_kind,
                day,
                [entries[n].bytes for n in of_kind],
                [commitment(salts[n], contents[n]) for n in of_kind],
            ),
        )
    return ids


def counted_of(content: Mapping[str, Any]) -> tuple[str, str, str]:
    """What is counted of a line, in clear: its purpose (of a grant: what the person said it is for), its body, its rule."""
    purpose = content.get("purpose") or content.get("for")
    body = content.get("body") or content.get("holder")
    return str(purpose or ""), str(body or ""), str(content.get("rule") or "")


def _keys_of(cursor: Cursor, persons: Iterable[UUID]) -> dict[UUID, bytes]:
    """The line keys of `persons`; a first line makes its person's."""
    wanted = sorted(persons)
    known = _known_keys(cursor, wanted)
    if new := [person for person in wanted if person not in known]:
        _make_keys(cursor, new)
        # Read again, never assumed: of two first lines at the same moment, one made the key and the other waited for it.
        known |= _known_keys(cursor, new)
    return known


def _known_keys(cursor: Cursor, persons: Sequence[UUID]) -> dict[UUID, bytes]:
    cursor.execute(
        "select person_id, wrapped_key, key_epoch from records_line_key where person_id = any(%s::uuid[])",
        (list(persons),),
    )
    return {
        person: sealing.unwrap(wrapped, epoch, sealing.place("records_line_key", person))
        for person, wrapped, epoch in cursor.fetchall()
    }


def _make_keys(cursor: Cursor, persons: Sequence[UUID]) -> None:
    """In the order of their ids: two submissions that tell the same persons something cannot lock each other out."""
    places = [sealing.place("records_line_key", person) for person in persons]
    wrapped = sealing.wrap_all(sealing.new_keys(len(persons)), places)
    cursor.execute(
        """insert into records_line_key (person_id, wrapped_key, key_epoch)
           select * from unnest(%s::uuid[], %s::bytea[], %s::smallint[])
           on conflict do nothing""",
        (list(persons), [one.wrapped for one in wrapped], [one.epoch for one in wrapped]),
    )
