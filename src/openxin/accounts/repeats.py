"""Requests that a machine may send again: what it asked under a key of its own choice, and what it was answered.

Always true: of two with one key at the same instant, one is done; an answer is kept sealed, under a key of its own, and no longer
than its term; an answer about a person is never kept. Whoever calls says which is which.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections, transaction

from openxin.vault import sealing, tokens
from openxin.vault.keyring import keys as keyring

# Whoever did it and has not said so for this long was killed: whoever asks again may do it.
_PATIENCE = timedelta(minutes=1)


class UnderWay(Exception):
    """The first request with this key is still being done."""


class KeyReused(Exception):
    """The key was used for another request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, under a key of its machine. `content`: everything that makes it this request and no other."""

    client: UUID
    key: str
    content: bytes


def begin(asked: Asked, *, at: datetime, until: datetime) -> bytes | None:
    """The answer that was kept of the same request; None: do it now, and say so by `keep`, `done` or `give_up`.

    `until`: how long it is remembered. Raises UnderWay, KeyReused.
    """
    print_ = _token(b"print|" + asked.content)
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            "delete from accounts_repeat where (client, key) in"
            " (select client, key from accounts_repeat where expires_at < %s for update skip locked)",
            [at],
        )
        cursor.execute(
            "insert into accounts_repeat (client, key, print, began_at, expires_at) values (%s, %s, %s, %s, %s)"
            " on conflict do nothing",
            [asked.client, _key(asked), print_, at, until],
        )
        if cursor.rowcount:
            return None
        cursor.execute(
            "select print, is_done, began_at, sealed, wrapped_key, key_epoch from accounts_repeat"
            " where client = %s and key = %s for update",
            [asked.client, _key(asked)],
        )
        before, is_done, began_at, sealed, wrapped, epoch = cursor.fetchone()
        if bytes(before) != print_:
            raise KeyReused
        if not is_done and at - began_at < _PATIENCE:
            raise UnderWay
        if sealed is not None:
            return sealing.unseal(sealing.unwrap(wrapped, epoch, _place(asked)), bytes(sealed), _place(asked))
        cursor.execute(
            "update accounts_repeat set is_done = false, began_at = %s where client = %s and key = %s",
            [at, asked.client, _key(asked)],
        )
    return None


def keep(asked: Asked, answer: bytes) -> None:
    """It is done, and whoever asks again is told this."""
    key = sealing.new_keys(1)[0]
    wrapped = sealing.wrap(key, _place(asked))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "update accounts_repeat set is_done = true, sealed = %s, wrapped_key = %s, key_epoch = %s"
            " where client = %s and key = %s",
            [sealing.seal(key, answer, _place(asked)), wrapped.wrapped, wrapped.epoch, asked.client, _key(asked)],
        )


def done(asked: Asked) -> None:
    """It is done, and whoever asks again does it again."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "update accounts_repeat set is_done = true, was_done = true where client = %s and key = %s",
            [asked.client, _key(asked)],
        )


def give_up(asked: Asked) -> None:
    """It was not done: the key is as good as new; or as it was, where it had been done before."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "delete from accounts_repeat where client = %s and key = %s and not was_done", [asked.client, _key(asked)]
        )
        if not cursor.rowcount:
            done(asked)


def _key(asked: Asked) -> bytes:
    return _token(b"repeat|" + asked.client.bytes + asked.key.encode())


def _token(message: bytes) -> bytes:
    # The oldest key in use, so that a change of keys divides no request from its repetition; the next one forgets both.
    return tokens.token("login", message, keyring().token_numbers("login")[-1])


def _place(asked: Asked) -> bytes:
    return sealing.place("accounts_repeat", asked.client, _key(asked))
