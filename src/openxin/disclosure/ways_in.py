"""Ways in: how whoever is not its person gets to a grant, by being its holder or by showing its code.

Always true: the database alone opens none. A code is random, told once, and kept as an HMAC under a key of its own; a holder is
kept likewise here, since row security compares what a reader presents with what a row is found by.
"""

import secrets
from typing import Any
from uuid import UUID

from django.db import connections

from openxin.accounts.readers import Reader
from openxin.store.session import reading_as
from openxin.vault import tokens
from openxin.vault.keyring import keys

# No letter that is taken for another or for a digit; 79 bits, and wrong ones are counted.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_GROUPS, _GROUP = 4, 4

Way = tuple[UUID, UUID]  # person, grant


_MOST_REMEMBERED = 10_000
_remembered: dict[tuple[str, str, UUID], Way] = {}


def new_code() -> str:
    """A code that nobody can guess, to be read out and typed: `7K2M-…`."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def of_code(code: str, number: int | None = None) -> bytes:
    """The token of a code, however it was typed."""
    typed = "".join(letter for letter in code.upper() if letter in _ALPHABET)
    return tokens.token("grant", b"code|" + typed.encode(), number)


def of_holder(holder: str, number: int | None = None) -> bytes:
    """The token of a body of the catalogue or an organisation."""
    return tokens.token("grant", b"holder|" + holder.encode(), number)


def by_code(code: str, to: Reader) -> Way | None:
    """The grant with this code. The same statements whether there is one or not."""
    found = [
        _first("select person_id, grant_id from disclosure_way_in where token = %s", [token], to, token)
        for token in (of_code(code, number) for number in keys().token_numbers("grant"))
    ]
    return next((way for way in found if way is not None), None)


def to_holder(to: Reader, grant: UUID) -> Way | None:
    """This grant, where it was given to the body for which `to` stands here.

    Who gave it does not change and is remembered; whether it still covers anything is asked by the statement that reads.
    """
    database = str(connections["default"].settings_dict["NAME"])
    if (way := _remembered.get((database, to.holder, grant))) is not None:
        return way
    if (way := _asked(to, grant)) is not None:
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.clear()
        _remembered[database, to.holder, grant] = way
    return way


def _asked(to: Reader, grant: UUID) -> Way | None:
    one = "select person_id, grant_id from disclosure_way_in where token = %s and grant_id = %s"
    found = [_first(one, [token, grant], to, token) for token in of_holder_under_every_key(to.holder)]
    return next((way for way in found if way is not None), None)


def of_holder_under_every_key(holder: str) -> list[bytes]:
    """The tokens under which grants to a holder may stand; none for a person, who acts for themself."""
    return [of_holder(holder, number) for number in keys().token_numbers("grant")] if holder else []


def _first(query: str, values: list[Any], to: Reader, token: bytes) -> Way | None:
    with reading_as(to.login, token=token), connections["default"].cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
    return None if row is None else (row[0], row[1])
