"""Lines: who looked at a person's records, and who asked in vain. Both doors write them in the transaction of the reading.

A line is history: nobody changes or deletes one. What it says is sealed under a key of its own, which stands apart and is
destroyed with the person's; its commitment is in the ledger. No line, no reading: whatever keeps a line from being written (an
outbox that refuses) ends the caller's transaction too.

A reading's line names what was shown. Only the database knows that when it writes the line, and nothing sealed passes through
it: so the text is sealed with empty groups, and the ids of the records stand beside it.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from openxin.ledger.append import SALT_BYTES, Entries, append, commitment
from openxin.store import canonical
from openxin.vault import sealing

_ID_BYTES = 16

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
    """Write `lines` and their ledger entries in the caller's transaction. Their ids, in order."""
    if not lines:
        return []
    made = [prepared(line.person_id, canonical.written(dict(line.content))) for line in lines]
    persons, kinds, ids = [line.person_id for line in lines], [line.kind for line in lines], [one.id for one in made]
    purposes, bodies, rules = zip(*(counted_of(line.content) for line in lines), strict=True)
    cursor.execute(
        """insert into records_line (person_id, id, at, kind, entry_id, sealed, purpose, body, rule)
           select person_id, id, %s, kind, entry_id, sealed, purpose, body, rule
           from unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::bytea[], %s::text[], %s::text[], %s::text[])
             as new (person_id, id, kind, entry_id, sealed, purpose, body, rule)""",
        (
            at,
            persons,
            ids,
            kinds,
            [one.entry_id for one in made],
            [one.sealed for one in made],
            list(purposes),
            list(bodies),
            list(rules),
        ),
    )
    cursor.execute(
        """insert into records_line_key (person_id, line_id, wrapped_key, key_epoch)
           select * from unnest(%s::uuid[], %s::uuid[], %s::bytea[], %s::smallint[])""",
        (persons, ids, [one.key.wrapped for one in made], [one.key.epoch for one in made]),
    )
    for leaf_kind in sorted({_LEAF_KINDS[kind] for kind in kinds}):
        of_kind = [one for one, kind in zip(made, kinds, strict=True) if _LEAF_KINDS[kind] == leaf_kind]
        append(
            cursor,
            Entries(
                leaf_kind,
                day,
                [one.entry_id.bytes for one in of_kind],
                [commitment(one.salt, one.text) for one in of_kind],
            ),
        )
    return ids


def counted_of(content: Mapping[str, Any]) -> tuple[str, str, str]:
    """What is counted of a line, in clear: its purpose (of a grant: what the person said it is for), its body, its rule."""
    purpose = content.get("purpose") or content.get("for")
    body = content.get("body") or content.get("holder")
    return str(purpose or ""), str(body or ""), str(content.get("rule") or "")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A line made ready to be written: its text and salt sealed under a key of its own, and that key wrapped."""

    id: UUID
    entry_id: UUID
    salt: bytes
    text: bytes
    sealed: bytes
    key: sealing.WrappedKey


def prepared(person: UUID, text: bytes) -> Prepared:
    """Make a line of `person` ready. `text`: RFC 8785 JSON."""
    pool = os.urandom(_ID_BYTES + _ID_BYTES + SALT_BYTES + sealing.KEY_BYTES)
    id_, entry_id = UUID(bytes=pool[:16], version=4), UUID(bytes=pool[16:32], version=4)
    salt, key = pool[32 : 32 + SALT_BYTES], pool[32 + SALT_BYTES :]
    where = person.bytes, id_.bytes
    sealed = sealing.seal(key, salt + text, sealing.place("records_line", *where))
    return Prepared(id_, entry_id, salt, text, sealed, sealing.wrap(key, sealing.place("records_line_key", *where)))


def opened(
    person: UUID, id_: UUID, sealed: bytes, key: tuple[bytes | None, int], shown: Sequence[tuple[UUID, int]] | None
) -> tuple[bytes, bytes]:
    """The salt of a line and its text, as its entry in the ledger commits to it. Raises CannotOpen.

    `shown`: the records of a reading, each with the number of its group, from one; None where the text is whole.
    """
    own_key = sealing.unwrap(*key, sealing.place("records_line_key", person, id_))
    opened_text = sealing.unseal(own_key, bytes(sealed), sealing.place("records_line", person, id_))
    salt, text = opened_text[:SALT_BYTES], opened_text[SALT_BYTES:]
    return salt, (text if shown is None else _filled(text, shown))


def _filled(text: bytes, shown: Sequence[tuple[UUID, int]]) -> bytes:
    """The text with its records: each in its group, and no group without one."""
    said = json.loads(text)
    groups = said["shown"]
    for record, group in shown:
        groups[group - 1]["records"].append(str(record))
    said["shown"] = [group for group in groups if group["records"]]
    return canonical.written(said)
