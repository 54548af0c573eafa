"""Signed notes and their keys (C2SP signed-note, Ed25519; the text forms of golang.org/x/mod/sumdb/note).

A note is a text, an empty line, and signature lines `— name base64(key id || signature)`. A key is written
`name+keyid+base64(0x01 || public key)`, its secret half `PRIVATE+KEY+name+keyid+base64(0x01 || seed)`. The key id is
only a hint which key is meant; trust comes from the whole key.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_KEY_BYTES = 32
_ID_BYTES = 4
_DASH = "— "
_SIGNATURES_AT_MOST = 100  # as in the Go package; the specification wants at least 16
HIDDEN_HALF = "PRIVATE+KEY+"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteUnsound(ValueError):
    """The note is malformed, or its signature by the known key does not fit."""


class NotAKey(ValueError):
    """The text is not a key of a signed note, or not of the one kind that is used here."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half: whoever has it can tell a true checkpoint from a false one."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand before a signature by this key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class Signer:
    """The secret half. Never printed: its text form is only for the key file."""

    name: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """`text` as a note with one signature by this key."""
        _check_text(text)
        signature = self.private.sign(text.encode())
        return f"{text}\n{_DASH}{self.name} {b64encode(self.key.id + signature).decode()}\n"

    def secret_text(self) -> str:
        """The text of the key file."""
        seed = b64encode(_ED25519 + self.private.private_bytes_raw()).decode()
        return f"{HIDDEN_HALF}{self.name}+{self.key.id.hex()}+{seed}"


def read_key(text: str) -> VerifierKey:
    """The key written in `text`. Raises NotAKey."""
    name, key_id, material = parts(text)
    key = VerifierKey(name, _ed25519(material))
    if str(key) != text or key.id.hex() != key_id:
        raise NotAKey("the key id does not belong to this name and key")
    return key


def read_signer(text: str) -> Signer:
    """The signer written in `text`, as `secret_text` writes it. Raises NotAKey."""
    if not text.startswith(HIDDEN_HALF):
        raise NotAKey("not a secret key")
    name, key_id, material = parts(text.removeprefix(HIDDEN_HALF))
    signer = Signer(name, Ed25519PrivateKey.from_private_bytes(_ed25519(material)))
    if signer.secret_text() != text or signer.key.id.hex() != key_id:
        raise NotAKey("the key id does not belong to this name and key")
    return signer


def open_note(note: str, key: VerifierKey) -> str:
    """The text of `note`, once a signature by `key` is found and fits. Raises NoteUnsound.

    Signatures by other keys (witnesses) are passed over; a second signature by this key that does not fit spoils the
    note.
    """
    text, signatures = divided(note)
    found = False
    for name, signed in signatures:
        if name != key.name or signed[:_ID_BYTES] != key.id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signed[_ID_BYTES:], text.encode())
        except (InvalidSignature, ValueError) as error:
            raise NoteUnsound(f"the signature by {key.name} does not fit the text") from error
        found = True
    if not found:
        raise NoteUnsound(f"no signature by {key.name}+{key.id.hex()}")
    return text


def divided(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Text and signatures: the last empty line divides them."""
    head, empty_line, tail = note.rpartition("\n\n")
    if not empty_line or not tail.endswith("\n"):
        raise NoteUnsound("no text, empty line and signatures")
    text = head + "\n"
    _check_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > _SIGNATURES_AT_MOST:
        raise NoteUnsound("too many signatures")
    return text, [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        signed = b64decode(encoded, validate=True)
    except ValueError as error:
        raise NoteUnsound("a signature is not base64") from error
    if not line.startswith(_DASH) or not space or not _is_name(name) or len(signed) <= _ID_BYTES:
        raise NoteUnsound("a line after the text is not a signature")
    return name, signed


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteUnsound("a text ends in a newline and holds no control characters")


def parts(text: str) -> tuple[str, str, bytes]:
    """Name, key id and key material (a byte for the kind, then the key) of a written key. Raises NotAKey."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")  # base64 may hold further plus signs
    try:
        material = b64decode(encoded, validate=True)
    except ValueError as error:
        raise NotAKey("not base64") from error
    if not _is_name(name) or not material:
        raise NotAKey("not name+id+key")
    return name, key_id, material


def _ed25519(material: bytes) -> bytes:
    if material[:1] != _ED25519 or len(material) != 1 + _KEY_BYTES:
        raise NotAKey("not an Ed25519 key of a signed note")
    return material[1:]


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)
