"""Settling: what an official does about an identity, with the document in hand. Called by `cases`, which tells the person.

Always true: an act is a row of `people_act`, an entry of the ledger and the change itself, in one transaction of the caller
(`store.session.reading_as`, about the person or persons concerned); nothing about it is kept in clear. Joining links persons
and moves nothing (docs/decisions/0018).
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import rfc8785
from django.db import connections

from openxin.ledger.append import SALT_BYTES, Entries, append, commitment
from openxin.people.joined import sets
from openxin.people.matching import identity_message, name_tokens
from openxin.people.own_key import person_key
from openxin.store.session import reading_as
from openxin.vault import sealing, tokens
from openxin.vault.keyring import keys

Verb = Literal["verify", "settle", "join", "part"]


@dataclass(frozen=True, slots=True)
class Document:
    """A document in an official's hand: `number` canonical, `name` folded; `written_*` as they stand on it."""

    document_type: str
    state: str
    number: str
    name: str
    written_number: str
    written_name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A document as the register knows it. `name_agrees`: with the name on the document that was presented."""

    token: bytes
    person_id: UUID
    name_token: bytes
    verified: bool
    disputed: bool
    name_agrees: bool


@dataclass(frozen=True, slots=True)
class Act:
    """Who did it, for which reason of the catalogue's list, and when. No authority: the person, by a verified log-in."""

    login: UUID
    authority: str | None
    reason: str
    day: date
    at: datetime


def find(document: Document, *, reader: UUID) -> Identity | None:
    """The identity of a document that somebody presents, whatever its name; None where the register does not know the number."""
    message = identity_message(document.document_type, document.state, document.number)
    for number in keys().token_numbers("identity"):
        token = tokens.token("identity", message, number)
        with reading_as(reader, token=token):
            found = _identity(token, document)
        if found is not None:
            return found
    return None


def hold(persons: Sequence[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """For each of `persons` all who are read with them; nobody else joins or parts anybody until the transaction ends."""
    _execute("select pg_advisory_xact_lock(hashtextextended('people_joined', 0))", [])
    return sets(persons)


def again(identity: Identity, document: Document) -> Identity:
    """The identity as it stands now, held until the end of the transaction."""
    found = _identity(identity.token, document, lock=True)
    if found is None:
        raise LookupError("an identity is never deleted")
    return found


def _identity(token: bytes, document: Document, *, lock: bool = False) -> Identity | None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select person_id, name_token, standing, disputed from people_identity"
            " where head = openxin_head(%s) and token = %s" + (" for update" if lock else ""),
            [token, token],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    person_id, name_token, standing, disputed = row
    name_token = bytes(name_token)
    return Identity(
        token, person_id, name_token, standing == "verified", disputed, name_token in _names(token, document.name)
    )


def _names(token: bytes, name: str) -> list[bytes]:
    """The name's token under every key: it may have been written under the one before."""
    return [tokens.token("name", token + name.encode(), number) for number in keys().token_numbers("name")]


def dispute(identity: Identity) -> None:
    """Another name stands on the document: a flag, until an official settles it."""
    _execute(
        "update people_identity set disputed = true where head = openxin_head(%s) and token = %s",
        [identity.token, identity.token],
    )


def verify(identity: Identity, act: Act) -> None:
    """Somebody who may saw the document: this number stands under this name."""
    _verified([identity.token])
    _write("verify", identity, act)


def settle_first(identity: Identity, act: Act) -> None:
    """The name that the register holds is the right one."""
    _verified([identity.token])
    _write("settle", identity, act)


def settle_other(identity: Identity, document: Document, act: Act) -> None:
    """Another name is the right one: it takes the place of the name held, also in what is sealed. Raises CannotOpen."""
    (name_token,) = name_tokens([identity.token], [document.name.encode()])
    written = {"name": document.written_name, "number": document.written_number, "issuing_state": document.state}
    text = json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode()
    place = sealing.place("people_identity", identity.person_id, identity.token)
    _execute(
        "update people_identity set name_token = %s, sealed = %s, standing = 'verified', disputed = false"
        " where head = openxin_head(%s) and token = %s",
        [name_token, sealing.seal(person_key(identity.person_id), text, place), identity.token, identity.token],
    )
    _write("settle", identity, act, name_token=name_token)


def join(first: Identity, second: Identity, persons: Iterable[UUID], act: Act) -> None:
    """Two documents of one human being. `persons`: everyone who is read with either of the two, they among them."""
    together = sorted(set(persons))
    _verified([first.token, second.token])
    _execute(
        """insert into people_joined (person_id, persons) select person_id, %s::uuid[] from unnest(%s::uuid[]) as p (person_id)
           on conflict (person_id) do update set persons = excluded.persons""",
        [together, together],
    )
    _write("join", first, act, other=second.token)


def part(identity: Identity, persons: Iterable[UUID], act: Act) -> None:
    """This document is not of the human being with whom it was joined. `persons`: all of the set, the document's among them."""
    rest = sorted(set(persons) - {identity.person_id})
    gone = [identity.person_id] if len(rest) > 1 else [identity.person_id, *rest]
    _execute("delete from people_joined where person_id = any(%s)", [gone])
    if len(rest) > 1:
        _execute("update people_joined set persons = %s where person_id = any(%s)", [rest, rest])
    _write("part", identity, act)


def entrust(ward: Identity, guardian: Identity, act: Act) -> None:
    """Write down that an official saw the proof: this one is the guardian of that one. `guardians.py` says where it stands."""
    _write("entrust", ward, act, other=guardian.token)


def release(ward: Identity, guardian: Identity, act: Act) -> None:
    """Write down that it has ended."""
    _write("release", ward, act, other=guardian.token)


def _verified(identity_tokens: list[bytes]) -> None:
    _execute(
        "update people_identity set standing = 'verified', disputed = false from unnest(%s::bytea[]) as seen (token)"
        " where head = openxin_head(seen.token) and people_identity.token = seen.token",
        [identity_tokens],
    )


def _write(
    verb: str, identity: Identity, act: Act, *, other: bytes | None = None, name_token: bytes | None = None
) -> None:
    """The row of history and its entry. What is committed to is the row."""
    id_, entry, salt = uuid4(), uuid4(), os.urandom(SALT_BYTES)
    content = rfc8785.dumps(
        {
            "at": act.at.isoformat(),
            "authority": act.authority,
            "id": str(id_),
            "login": str(act.login),
            "other": other.hex() if other else None,
            "name": (name_token or identity.name_token).hex(),
            "reason": act.reason,
            "token": identity.token.hex(),
            "verb": verb,
        }
    )
    _execute(
        """insert into people_act
           (id, at, verb, reason, login, authority, token, other_token, name_was, name_token, entry_id, salt)
           values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            id_, act.at, verb, act.reason, act.login, act.authority, identity.token, other,
            identity.name_token if name_token else None, name_token or identity.name_token, entry, salt,
        ],
    )  # fmt: skip
    with connections["default"].cursor() as cursor:
        append(cursor, Entries("change", act.day, [entry.bytes], [commitment(salt, content)]))


def _execute(statement: str, values: list[Any]) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)
