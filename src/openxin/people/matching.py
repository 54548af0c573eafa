"""Matching: which person a document number and a name belong to. Both must agree exactly, or nobody is matched.

Called by both doors. Tokens only: this module never sees a number or a name in clear, save those that it seals at enrolment.
In this module a person id is its 16 bytes, so that sets of ten thousand cross the driver without an object for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connections
from psycopg import Cursor
from psycopg.errors import UniqueViolation

from openxin.store.copying import Bytes, Column, Date, Int2, Text, Uuid, copy_in
from openxin.store.identifiers import random_ids
from openxin.store.session import reading_as
from openxin.vault import sealing, tokens
from openxin.vault.keyring import keys


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity that the register knows. `key` is its person's key; None where it was destroyed."""

    person_id: bytes
    name_token: bytes
    key: bytes | None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A document that the register does not know yet, with the name that a body gave for it."""

    token: bytes
    name_token: bytes
    document_type: str
    sealed_text: bytes  # name, number and issuing state, canonical JSON: sealed under the person's key
    verified: bool = False  # a verifier agreed: this number stands under this name


def identity_message(document_type: str, state: str, number: str) -> bytes:
    """What an identity token is made of: type, issuing state of a foreign passport, canonical number."""
    return f"{document_type}|{state}|{number}".encode()


def name_tokens(identity_tokens: Sequence[bytes], names: Sequence[bytes]) -> list[bytes]:
    """A name's token is bound to its number: equal names of unlike people have unlike tokens."""
    return tokens.tokens("name", [token + name for token, name in zip(identity_tokens, names, strict=True)])


# Tokens go in as one run of bytes and are cut on the server: an array of ten thousand costs the driver more than the look-up.
# Lateral with `offset 0`, which the planner does not turn into a join: each is an index look-up, and no whole table is read and
# hashed for every part of a file, as the planner would have it where it knows the table from before it grew.
_KNOWN = """
select i.token, uuid_send(i.person_id), i.name_token, p.wrapped_key, p.key_epoch
from generate_series(0, %(count)s - 1) as asked (n)
cross join lateral (
  select token, person_id, name_token from people_identity
  where token = substr(%(tokens)s::bytea, asked.n * %(width)s + 1, %(width)s)
  offset 0
) i
cross join lateral (select wrapped_key, key_epoch from people_person where person_id = i.person_id offset 0) p
"""


def known(cursor: Cursor, identity_tokens: Sequence[bytes]) -> dict[bytes, Identity]:
    """Those of `identity_tokens` that the register knows, each with its person and the person's key."""
    if not identity_tokens:
        return {}
    asked = {"count": len(identity_tokens), "tokens": b"".join(identity_tokens), "width": tokens.TOKEN_BYTES}
    rows = cursor.execute(_KNOWN, asked, binary=True).fetchall()
    places = sealing.places("people_person", [person_id for _, person_id, _, _, _ in rows])
    person_keys = sealing.unwrap_all(
        (wrapped, epoch, place) for (_, _, _, wrapped, epoch), place in zip(rows, places, strict=True)
    )
    return {
        token: Identity(person_id, name_token, key)
        for (token, person_id, name_token, _, _), key in zip(rows, person_keys, strict=True)
    }


def enrol(cursor: Cursor, newcomers: Sequence[Newcomer], day: date) -> dict[bytes, Identity]:
    """Make a person and an identity for each newcomer; where another submission was first, theirs is returned.

    The caller compares names again: of two files that name one new number at once, the later sees the earlier one's name.
    """
    # In token order: two submissions that share newcomers meet in the same order and cannot lock each other out.
    ordered = sorted(newcomers, key=lambda newcomer: newcomer.token)
    try:
        with cursor.connection.transaction():
            return _enrol_all(cursor, ordered, day)
    except UniqueViolation:
        # Somebody else enrolled at least one of them meanwhile. Theirs stays; only the rest are new.
        theirs = known(cursor, [newcomer.token for newcomer in ordered])
        rest = [newcomer for newcomer in ordered if newcomer.token not in theirs]
        return theirs | enrol(cursor, rest, day)


def _enrol_all(cursor: Cursor, newcomers: Sequence[Newcomer], day: date) -> dict[bytes, Identity]:
    if not newcomers:
        return {}
    count = len(newcomers)
    person_ids = random_ids(count)
    person_keys = sealing.new_keys(count)
    token_list = [newcomer.token for newcomer in newcomers]
    places = sealing.places("people_identity", person_ids, token_list)
    columns: dict[str, Column] = {
        "token": Bytes(token_list),
        "person_id": Uuid(person_ids),
        "name_token": Bytes([newcomer.name_token for newcomer in newcomers]),
        "document_type": Text([newcomer.document_type for newcomer in newcomers]),
        "sealed": Bytes(sealing.seal_all(person_keys, [newcomer.sealed_text for newcomer in newcomers], places)),
        "created_on": Date(day),
    }
    copy_in(cursor, "people_identity", columns | _standings(newcomers), count)
    wrapped = sealing.wrap_all(person_keys, sealing.places("people_person", person_ids))
    copy_in(
        cursor,
        "people_person",
        {
            "person_id": Uuid(person_ids),
            "wrapped_key": Bytes([one.wrapped for one in wrapped]),
            "key_epoch": Int2(wrapped[0].epoch),
            "created_on": Date(day),
        },
        count,
    )
    return {
        newcomer.token: Identity(who, newcomer.name_token, key)
        for newcomer, who, key in zip(newcomers, person_ids, person_keys, strict=True)
    }


def _standings(newcomers: Sequence[Newcomer]) -> dict[str, Column]:
    """Nothing, and so `claimed`, where nobody vouches for any of them."""
    if not any(newcomer.verified for newcomer in newcomers):
        return {}
    return {"standing": Text(["verified" if newcomer.verified else "claimed" for newcomer in newcomers])}


def dispute(cursor: Cursor, identity_tokens: Sequence[bytes]) -> None:
    """A second name was seen for these: a flag. None of them can become verified until an official settles it."""
    if identity_tokens:
        cursor.execute(
            "update people_identity set disputed = true where token = any(%s) and not disputed",
            (sorted(set(identity_tokens)),),
        )


def person_of(document_type: str, number: str, name: str, *, reader: UUID, state: str = "") -> UUID | None:
    """The person whose document this is, if the name agrees; None where it does not, or nobody is there.

    `number` and `name` are canonical (`documents`, `names`). Read as the application, which sees only the identity whose
    token it presents.
    """
    message = identity_message(document_type, state, number)
    for key_number in keys().token_numbers("identity"):
        token = tokens.token("identity", message, key_number)
        with reading_as(reader, token=token), connections["default"].cursor() as cursor:
            cursor.execute("select person_id, name_token from people_identity where token = %s", (token,))
            row = cursor.fetchone()
        if row is not None:
            agrees = bytes(row[1]) == name_tokens([token], [name.encode()])[0]
            return row[0] if agrees else None
    return None
