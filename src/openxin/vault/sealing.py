"""Sealing: AES-256-GCM with the value's place as associated data, so that a value moved elsewhere does not open.

A sealed value is `profile (1 byte) || nonce (12) || ciphertext and tag (n + 16)`. A wrapped key is a sealed
key of 32 bytes: 61 bytes. NIST SP 800-38D: random 96-bit nonces; each record's key seals a handful of
versions, the master key far less than 2^32 keys.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from openxin.store.runs import Run, side_by_side
from openxin.vault.keyring import keys

PROFILE_AES = b"\x01"
KEY_BYTES = 32
SEPARATOR = b"\x1f"
_NONCE_BYTES = 12
_HEAD = 1 + _NONCE_BYTES

Cipher: TypeAlias = AESGCM


class CannotOpen(Exception):
    """The key was destroyed, or the value is not the one that was sealed at this place."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key under the master key of an epoch, or (epoch of that key's own wrapping) under another key."""

    wrapped: bytes
    epoch: int


def place(table: str, *parts: UUID | bytes | str | int) -> bytes:
    """Where a value stands, as associated data: table, then the parts of its key. Ids are their 16 bytes.

    Unambiguous because every part of one table has a fixed length, but the last.
    """
    at = table.encode()
    for part in parts:
        at += SEPARATOR
        at += part if isinstance(part, bytes) else part.bytes if isinstance(part, UUID) else str(part).encode()
    return at


def places(table: str, *columns: Run | bytes) -> list[bytes]:
    """`place` for many, column by column; every part is given as its bytes, or as the same bytes for all."""
    parted = [part for column in columns for part in (SEPARATOR, column)]
    return side_by_side(table.encode(), *parted)


def new_keys(count: int) -> list[bytes]:
    """`count` random keys of 32 bytes."""
    pool = os.urandom(KEY_BYTES * count)
    return [pool[at : at + KEY_BYTES] for at in range(0, len(pool), KEY_BYTES)]


def cipher(key: bytes) -> Cipher:
    """What opens all that was sealed under `key`: made once where there is more than one such value."""
    return AESGCM(key)


def seal(key: bytes, text: bytes | memoryview, at: bytes) -> bytes:
    """Seal `text` under `key` at the place `at`."""
    head, body = seal_in_two(key, text, at)
    return head + body


def seal_in_two(key: bytes, text: bytes | memoryview, at: bytes) -> tuple[bytes, bytes]:
    """`seal`, its head apart: for values of many megabytes, which are written and not put together first."""
    nonce = os.urandom(_NONCE_BYTES)
    return PROFILE_AES + nonce, AESGCM(key).encrypt(nonce, text, at)


def unseal(key: bytes, sealed: bytes, at: bytes) -> bytes:
    """The text. Raises CannotOpen."""
    return opened(AESGCM(key), sealed, at)


def opened(under: Cipher, sealed: bytes, at: bytes) -> bytes:
    """`unseal` under a key whose cipher is there already. Raises CannotOpen."""
    if sealed[:1] != PROFILE_AES:
        raise CannotOpen("unknown profile of sealing")
    try:
        return under.decrypt(sealed[1:_HEAD], memoryview(sealed)[_HEAD:], at)
    except InvalidTag:
        raise CannotOpen("the key or the place is not the one of sealing") from None


def seal_all(sealing_keys: Sequence[bytes], texts: Sequence[bytes], places: Sequence[bytes]) -> list[bytes]:
    """`seal` for many values at once: one pool of nonces, one pass."""
    pool = os.urandom(_NONCE_BYTES * len(texts))
    nonces = [pool[at : at + _NONCE_BYTES] for at in range(0, len(pool), _NONCE_BYTES)]
    sealed, last, encrypt = [], b"", AESGCM(bytes(KEY_BYTES)).encrypt
    for key, nonce, text, at in zip(sealing_keys, nonces, texts, places, strict=True):
        # Neighbours often have one key. Longer it is not kept: a thousand ciphers cost more memory traffic than making them anew.
        if key != last:
            last, encrypt = key, AESGCM(key).encrypt
        sealed.append(PROFILE_AES + nonce + encrypt(nonce, text, at))
    return sealed


def current_epoch() -> int:
    """The master-key epoch under which keys are wrapped now."""
    return keys().epoch


def wrap(key: bytes, at: bytes) -> WrappedKey:
    """Wrap `key` under the current master key."""
    epoch, nonce = current_epoch(), os.urandom(_NONCE_BYTES)
    return WrappedKey(PROFILE_AES + nonce + _master(keys().masters[epoch]).encrypt(nonce, key, at), epoch)


def wrap_all(many: Sequence[bytes], places: Sequence[bytes]) -> list[WrappedKey]:
    """`wrap` for many keys."""
    epoch = current_epoch()
    return [WrappedKey(wrapped, epoch) for wrapped in wrapped_all(many, places)]


def wrapped_all(many: Sequence[bytes], places: Sequence[bytes]) -> list[bytes]:
    """`wrap_all`, all under the epoch that `current_epoch` tells; the master key's cipher is built once."""
    cipher = AESGCM(keys().masters[current_epoch()])
    pool = os.urandom(_NONCE_BYTES * len(many))
    nonces = [pool[at : at + _NONCE_BYTES] for at in range(0, len(pool), _NONCE_BYTES)]
    return [
        PROFILE_AES + nonce + cipher.encrypt(nonce, key, at)
        for key, nonce, at in zip(many, nonces, places, strict=True)
    ]


def unwrap(wrapped: bytes | None, epoch: int, at: bytes) -> bytes:
    """The key. Raises CannotOpen where it, or its epoch, was destroyed."""
    master = keys().masters.get(epoch)
    if wrapped is None or master is None:
        raise CannotOpen("the key was destroyed")
    return opened(_master(master), bytes(wrapped), at)


@lru_cache(maxsize=16)
def _master(key: bytes) -> Cipher:
    """Its cipher: whether the master key still stands is asked of the key ring, each time."""
    return AESGCM(key)


def unwrap_all(many: Iterable[tuple[bytes | None, int, bytes]]) -> list[bytes | None]:
    """`unwrap` for many (wrapped, epoch, place); None where it cannot be opened. Each epoch's cipher is built once."""
    ciphers = {epoch: AESGCM(key) for epoch, key in keys().masters.items()}
    return [_unwrapped(ciphers.get(epoch), wrapped, at) for wrapped, epoch, at in many]


def _unwrapped(cipher: AESGCM | None, wrapped: bytes | None, at: bytes) -> bytes | None:
    if cipher is None or wrapped is None or wrapped[:1] != PROFILE_AES:
        return None
    try:
        return cipher.decrypt(wrapped[1:_HEAD], wrapped[_HEAD:], at)
    except InvalidTag:
        return None
