"""Presented: a document or a name that somebody types, compared with what the register holds.

Asked for the door out. Always true: the same statements run and as much is computed whether or not anybody is found, so that time
tells nobody who is in the register; tokens only, nothing is opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from openxin.people.joined import together
from openxin.people.matching import identity_message
from openxin.store.session import reading_as
from openxin.vault import tokens
from openxin.vault.keyring import keys

_NOBODYS = (b"", b"")


@dataclass(frozen=True, slots=True)
class Claimed:
    """The person whose document it is. `agrees`: the name that was typed is the one under which the document is held."""

    person_id: UUID
    agrees: bool


def claimed(document_type: str, state: str, number: str, name: str, *, reader: UUID) -> Claimed | None:
    """Whose document this is; None where nobody is there. `number` and `name` are canonical (`documents`, `names`)."""
    message = identity_message(document_type, state, number)
    # Under every key, though it may have been found under the first.
    tried = [
        _under(tokens.token("identity", message, key), name.encode(), reader)
        for key in keys().token_numbers("identity")
    ]
    return next((one for one in tried if one is not None), None)


def _under(token: bytes, name: bytes, reader: UUID) -> Claimed | None:
    with reading_as(reader, token=token), connections["default"].cursor() as cursor:
        cursor.execute(
            "select person_id, name_token from people_identity where head = openxin_head(%s) and token = %s",
            [token, token],
        )
        row = cursor.fetchone()
    expected = _named(token, name)
    return None if row is None else Claimed(row[0], bytes(row[1]) in expected)


def is_named(person: UUID, name: str, *, reader: UUID) -> bool:
    """Whether a document of the person, or of who is read as one with them, bears this name. `name` is folded."""
    with reading_as(reader, person), connections["default"].cursor() as cursor:
        cursor.execute(
            "select token, name_token from people_identity where person_id = any(%s)", [list(together(person))]
        )
        held = [(bytes(token), bytes(name_token)) for token, name_token in cursor.fetchall()]
    # One that nobody has is compared too, and every one is: as much is computed where there is none.
    return sum(name_token in _named(token, name.encode()) for token, name_token in (*held, _NOBODYS)) > 0


def _named(token: bytes, name: bytes) -> Sequence[bytes]:
    return [tokens.token("name", token + name, number) for number in keys().token_numbers("name")]
