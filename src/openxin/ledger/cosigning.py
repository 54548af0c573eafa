"""Witnesses' keys and cosignatures (C2SP tlog-cosignature, Ed25519, `cosignature/v1`).

A cosignature says: at this time, the largest consistent tree that I have seen of this log has this root. It is a signature line
of a note like the log's own, by a key of another kind (0x04), over the text of the checkpoint under two lines of its own, so
that neither can be passed off as the other.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from openxin.ledger import notes

_COSIGNATURE = b"\x04"
_KEY_BYTES, _ID_BYTES, _TIME_BYTES, _SIGNATURE_BYTES = 32, 4, 8, 64
_LATEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """The public half of a witness's key."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand before a cosignature by this key."""
        return sha256(self.name.encode() + b"\n" + _COSIGNATURE + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(_COSIGNATURE + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class Cosignature:
    """What a witness said: it saw this checkpoint at `at` (seconds since the epoch). `line` goes under the note."""

    witness: WitnessKey
    at: int
    line: str


def read_witness_key(text: str) -> WitnessKey:
    """The witness's key written in `text`. Raises NotAKey."""
    name, key_id, material = notes.parts(text)
    if material[:1] != _COSIGNATURE or len(material) != 1 + _KEY_BYTES:
        raise notes.NotAKey("not the key of a witness (Ed25519 cosignature/v1)")
    key = WitnessKey(name, material[1:])
    if str(key) != text or key.id.hex() != key_id:
        raise notes.NotAKey("the key id does not belong to this name and key")
    return key


def cosign(text: str, *, name: str, private: Ed25519PrivateKey, at: int) -> Cosignature:
    """Cosign the text of a checkpoint, as seen at `at`."""
    key = WitnessKey(name, private.public_key().public_bytes_raw())
    signature = private.sign(_message(text, at))
    signed = b64encode(key.id + at.to_bytes(_TIME_BYTES, "big") + signature).decode()
    return Cosignature(key, at, f"— {name} {signed}\n")


def cosignatures(note: str, witnesses: Sequence[WitnessKey]) -> list[Cosignature]:
    """The cosignatures on `note` by these witnesses, one for each at most, in their order.

    Lines by others are passed over, and so is a line by one of these that does not fit: it counts for nothing. Raises NoteUnsound
    where the note itself is malformed.
    """
    text, signed = notes.divided(note)
    found = [_by(witness, text, signed) for witness in witnesses]
    return [one for one in found if one is not None]


def _by(witness: WitnessKey, text: str, signed: Sequence[tuple[str, bytes]]) -> Cosignature | None:
    for name, value in signed:
        if name != witness.name or value[:_ID_BYTES] != witness.id:
            continue
        if len(value) != _ID_BYTES + _TIME_BYTES + _SIGNATURE_BYTES:
            continue
        at = int.from_bytes(value[_ID_BYTES : _ID_BYTES + _TIME_BYTES], "big")
        try:
            Ed25519PublicKey.from_public_bytes(witness.public).verify(
                value[_ID_BYTES + _TIME_BYTES :], _message(text, at)
            )
        except (InvalidSignature, ValueError):
            continue
        return Cosignature(witness, at, f"— {name} {b64encode(value).decode()}\n")
    return None


def _message(text: str, at: int) -> bytes:
    if not 0 <= at <= _LATEST:
        raise ValueError("a time in seconds since the epoch")
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def secret_text(name: str, private: Ed25519PrivateKey) -> str:
    """The text of a witness's key file."""
    key = WitnessKey(name, private.public_key().public_bytes_raw())
    seed = b64encode(_COSIGNATURE + private.private_bytes_raw()).decode()
    return f"{notes.HIDDEN_HALF}{name}+{key.id.hex()}+{seed}"


def read_secret(text: str) -> tuple[str, Ed25519PrivateKey]:
    """Name and secret key of the witness, as `secret_text` writes them. Raises NotAKey."""
    if not text.startswith(notes.HIDDEN_HALF):
        raise notes.NotAKey("not a secret key")
    name, _, material = notes.parts(text.removeprefix(notes.HIDDEN_HALF))
    private = Ed25519PrivateKey.from_private_bytes(material[1:]) if len(material) == 1 + _KEY_BYTES else None
    if private is None or secret_text(name, private) != text:
        raise notes.NotAKey("the key id does not belong to this name and key")
    return name, private
