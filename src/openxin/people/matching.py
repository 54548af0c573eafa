"""Matching: which person a document number and a name belong to. Both must agree exactly, or nobody is matched.

Called by the door in; the door out asks `presented`. Tokens only: this module never sees a number or a name in clear, save
those that it seals at enrolment.
In this module a person id is its 16 bytes, so that sets of ten thousand cross the driver without an object for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from psycopg import Cursor
from psycopg.errors import UniqueViolation

from openxin.store.copying import Bytes, Column, Date, Int2, Text, Uuid, copy_in
from openxin.store.identifiers import ID_BYTES, neighbouring_run
from openxin.store.runs import run
from openxin.vault import sealing, tokens


@dataclass(frozen=True, slots=True)
class Identities:
    """Identities that the register knows, column by column. `keys` are their persons' keys; None where one was destroyed."""

    tokens: Sequence[bytes]
    person_ids: Sequence[bytes]
    name_tokens: Sequence[bytes]
    keys: Sequence[bytes | None]

    def __add__(self, other: "Identities") -> "Identities":
        """Both together."""
        return Identities(
            [*self.tokens, *other.tokens],
            [*self.person_ids, *other.person_ids],
            [*self.name_tokens, *other.name_tokens],
            [*self.keys, *other.keys],
        )


_NOBODY = Identities((), (), (), ())


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Documents that the register does not know yet, column by column, with the names that a body gave for them.

    In the order of their tokens: two submissions that share newcomers meet in the same order and cannot lock each other out.
    `sealed_texts`: name, number and issuing state, canonical JSON: sealed under the person's key. `verified`: a verifier agreed
    that this number stands under this name.
    """

    tokens: Sequence[bytes]
    name_tokens: Sequence[bytes]
    document_types: Sequence[str]
    sealed_texts: Sequence[bytes]
    verified: Sequence[bool]

    def without(self, tokens: set[bytes]) -> "Newcomers":
        """Those that have none of `tokens`."""
        rest = [at for at, token in enumerate(self.tokens) if token not in tokens]
        columns = (self.tokens, self.name_tokens, self.document_types, self.sealed_texts, self.verified)
        return Newcomers(*([column[at] for at in rest] for column in columns))  # type: ignore[arg-type]


def identity_message(document_type: str, state: str, number: str) -> bytes:
    """What an identity token is made of: type, issuing state of a foreign passport, canonical number."""
    return f"{document_type}|{state}|{number}".encode()


def name_tokens(identity_tokens: Sequence[bytes], names: Sequence[bytes], number: int | None = None) -> list[bytes]:
    """A name's token is bound to its document's: equal names of unlike people have unlike tokens.

    `number`: of the key for names (the current one where None).
    """
    messages = [token + name for token, name in zip(identity_tokens, names, strict=True)]
    return tokens.tokens("name", messages, number)


# Tokens go in as one run of bytes and are cut on the server: an array of ten thousand costs the driver more than the look-up.
# Lateral with `offset 0`, which the planner does not turn into a join: each is an index look-up, and no whole table is read and
# hashed for every part of a file, as the planner would have it where it knows the table from before it grew.
_KNOWN = """
select i.token, uuid_send(i.person_id), i.name_token, p.wrapped_key, p.key_epoch
from generate_series(0, %(count)s - 1) as asked (n)
cross join lateral (
  select token, person_id, name_token from people_identity
  where head = openxin_head(substr(%(tokens)s::bytea, asked.n * %(width)s + 1, %(width)s))
    and token = substr(%(tokens)s::bytea, asked.n * %(width)s + 1, %(width)s)
  offset 0
) i
cross join lateral (select wrapped_key, key_epoch from people_person where person_id = i.person_id offset 0) p
"""


def known(cursor: Cursor, identity_tokens: Sequence[bytes]) -> Identities:
    """Those of `identity_tokens` that the register knows, each with its person and the person's key."""
    if not identity_tokens:
        return _NOBODY
    asked = {"count": len(identity_tokens), "tokens": b"".join(identity_tokens), "width": tokens.TOKEN_BYTES}
    rows = cursor.execute(_KNOWN, asked, binary=True).fetchall()
    if not rows:
        return _NOBODY
    found, person_ids, names, wrapped, epochs = (list(column) for column in zip(*rows, strict=True))
    places = sealing.places("people_person", run(person_ids, ID_BYTES))
    return Identities(found, person_ids, names, sealing.unwrap_all(zip(wrapped, epochs, places, strict=True)))


def enrol(cursor: Cursor, newcomers: Newcomers, day: date) -> Identities:
    """Make a person and an identity for each newcomer; where another submission was first, theirs is returned.

    The caller compares names again: of two files that name one new number at once, the later sees the earlier one's name.
    """
    if any(before >= after for before, after in pairwise(newcomers.tokens)):
        raise ValueError("newcomers come in the order of their tokens, each once")
    try:
        with cursor.connection.transaction():
            return _enrol_all(cursor, newcomers, day)
    except UniqueViolation:
        # Somebody else enrolled at least one of them meanwhile. Theirs stays; only the rest are new.
        theirs = known(cursor, newcomers.tokens)
        if not theirs.tokens:
            raise  # two unlike tokens with one head: no chance of it in any register, and no reason to try for ever
        return theirs + enrol(cursor, newcomers.without(set(theirs.tokens)), day)


def _enrol_all(cursor: Cursor, newcomers: Newcomers, day: date) -> Identities:
    count = len(newcomers.tokens)
    if not count:
        return _NOBODY
    person_ids = neighbouring_run(count)
    person_keys = sealing.new_keys(count)
    token_run = run(newcomers.tokens, tokens.TOKEN_BYTES)
    places = sealing.places("people_identity", person_ids, token_run)
    columns: dict[str, Column] = {
        "token": Bytes(token_run),
        "person_id": Uuid(person_ids),
        "name_token": Bytes(run(newcomers.name_tokens, tokens.TOKEN_BYTES)),
        "document_type": Text(newcomers.document_types),
        "sealed": Bytes(sealing.seal_all(person_keys, newcomers.sealed_texts, places)),
        "created_on": Date(day),
    }
    copy_in(cursor, "people_identity", columns | _standings(newcomers), count)
    wrapped = sealing.wrapped_all(person_keys, sealing.places("people_person", person_ids))
    copy_in(
        cursor,
        "people_person",
        {
            "person_id": Uuid(person_ids),
            "wrapped_key": Bytes(wrapped),
            "key_epoch": Int2(sealing.current_epoch()),
            "created_on": Date(day),
        },
        count,
    )
    return Identities(newcomers.tokens, person_ids.tolist(), newcomers.name_tokens, person_keys)


def _standings(newcomers: Newcomers) -> dict[str, Column]:
    """Nothing, and so `claimed`, where nobody vouches for any of them."""
    if not any(newcomers.verified):
        return {}
    return {"standing": Text(["verified" if verified else "claimed" for verified in newcomers.verified])}


def dispute(cursor: Cursor, identity_tokens: Sequence[bytes]) -> None:
    """A second name was seen for these: a flag. None of them can become verified until an official settles it."""
    if identity_tokens:
        cursor.execute(
            "update people_identity set disputed = true from unnest(%s::bytea[]) as seen (token)"
            " where head = openxin_head(seen.token) and people_identity.token = seen.token and not disputed",
            (sorted(set(identity_tokens)),),
        )
