"""Look-up tokens: HMAC-SHA-256 (RFC 2104, FIPS 198-1) under a key of its own for each kind. 33 bytes: key
number, then digest.

Without the key a token says nothing, and no token of one kind can be made from another. Look-ups try the
current and the previous key (`keyring.token_numbers`), so that keys can be changed while the register runs.
"""

import hashlib
from collections.abc import Iterable

from openxin.vault.keyring import TokenKind, keys

TOKEN_BYTES = 33
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def token(kind: TokenKind, message: bytes, number: int | None = None) -> bytes:
    """The token of `message` under key `number` of the kind (the current one where None)."""
    return tokens(kind, (message,), number)[0]


def tokens(kind: TokenKind, messages: Iterable[bytes], number: int | None = None) -> list[bytes]:
    """Tokens of many messages in one pass."""
    current = keys().token_numbers(kind)[0] if number is None else number
    inner, outer = _pads(keys().tokens[kind][current])
    head = bytes([current])
    made = []
    for message in messages:
        # HMAC by its definition, from the two keyed states: half the time of `hmac.digest`, which keys them each time.
        first = inner.copy()
        first.update(message)
        second = outer.copy()
        second.update(first.digest())
        made.append(head + second.digest())
    return made


def _pads(key: bytes) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    block = key.ljust(64, b"\0")
    return hashlib.sha256(block.translate(_INNER)), hashlib.sha256(block.translate(_OUTER))
