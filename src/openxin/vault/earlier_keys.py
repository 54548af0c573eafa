"""Tokens under the keys that were current before: what was written then is found again while keys are being changed.

With one key of each kind there is nothing here, and nothing of it costs anything. With two, the door in writes beside each
token column `X` a column `X_was`: the list of what the same message is under every other pair of keys. A token says under which
key it was made (its first byte), so equality alone decides.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import polars as pl

from openxin.vault import tokens
from openxin.vault.keyring import TokenKind, keys

Messages = Mapping[str, Sequence[bytes | None]]
_OF_ROWS: tuple[TokenKind, ...] = ("identity", "natural", "content", "extras")


def with_earlier(rows: pl.DataFrame, messages: Callable[[], Messages]) -> pl.DataFrame:
    """`rows` with the columns `*_token_was`, where some kind has an earlier key. `messages`: of each kind, and the names."""
    if all(len(keys().token_numbers(kind)) == 1 for kind in (*_OF_ROWS, "name")):
        return rows
    of = messages()
    made = {kind: _under_earlier(kind, of[kind]) for kind in _OF_ROWS}
    made["name"] = _names(of["identity"], of["name"])
    return rows.with_columns(
        pl.Series(f"{kind}_token_was", lists, dtype=pl.List(pl.Binary)) for kind, lists in made.items()
    )


def _under_earlier(kind: TokenKind, messages: Sequence[bytes | None]) -> list[list[bytes]]:
    return _turned([_tokens(kind, messages, number) for number in keys().token_numbers(kind)[1:]], len(messages))


def _names(identities: Sequence[bytes | None], names: Sequence[bytes | None]) -> list[list[bytes]]:
    """A name's token is made from its number's: under every pair of keys but the current one."""
    pairs = list(product(keys().token_numbers("identity"), keys().token_numbers("name")))[1:]
    columns = []
    for of_identity, of_name in pairs:
        both = [
            token + name if token is not None and name is not None else None
            for token, name in zip(_tokens("identity", identities, of_identity), names, strict=True)
        ]
        columns.append(_tokens("name", both, of_name))
    return _turned(columns, len(names))


def _tokens(kind: TokenKind, messages: Sequence[bytes | None], number: int) -> list[bytes | None]:
    made = iter(tokens.tokens(kind, [message for message in messages if message is not None], number))
    return [None if message is None else next(made) for message in messages]


def _turned(columns: Sequence[Sequence[bytes | None]], rows: int) -> list[list[bytes]]:
    return [[column[at] for column in columns if column[at] is not None] for at in range(rows)]  # type: ignore[misc]


def agree(rows: pl.DataFrame, token: str, held: str) -> pl.Expr:
    """Whether the row's `token`, under whatever key, is the one that the register holds in `held`; null where it holds none."""
    same = pl.col(token) == pl.col(held)
    if f"{token}_was" not in rows.columns:
        return same
    return same | pl.col(f"{token}_was").list.contains(pl.col(held))


def spread(rows: pl.DataFrame, token: str, *beside: str) -> pl.DataFrame:
    """One line for each token of `rows` under every key, with the columns `beside`; no line where there is none."""
    now = rows.select(*beside, token)
    if f"{token}_was" in rows.columns:
        then = rows.select(*beside, pl.col(f"{token}_was").alias(token)).explode(token)
        now = pl.concat([now, then])
    return now.drop_nulls()
