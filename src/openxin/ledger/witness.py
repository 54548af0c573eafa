"""A witness: somebody other than the register, who remembers the last checkpoint and countersigns only what continues it.

Without witnesses a register could show one history to one person and another to the next; each would verify. Whoever runs a
witness keeps a folder with a key of their own and, for the log, the last checkpoint that they cosigned (C2SP tlog-witness: the
new one is stored before the cosignature is given out). It fetches from the log what it needs to check (tlog-tiles), and hands
the cosignature in there. It knows neither Django nor a database.

The steps of one round: 1 the log's key is the one that was met first; 2 the checkpoint on offer is signed by it; 3 the tree is
not smaller than the last, and begins with it, by hashes fetched as tiles; 4 it is remembered, on disk; 5 it is cosigned.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openxin.ledger import cosigning, notes, proofs, tiles, tree, verification
from openxin.ledger.cosigning import Cosignature
from openxin.ledger.folders import Log
from openxin.ledger.heads import TreeHead
from openxin.ledger.notes import VerifierKey

_SECRET, _LOG_KEY, _LAST = "witness-key", "log-vkey", "last-checkpoint"
_TIMEOUT_S = 30.0


class LogUnreachable(Exception):
    """The log does not answer, or not in the form of one: nothing was decided."""


class LogContradicts(Exception):
    """What the log shows does not continue what this witness saw before. Not cosigned; both checkpoints are evidence."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One round: the tree that was seen, and the cosignature on it."""

    head: TreeHead
    note: str
    cosignature: Cosignature


class RemoteLog(Log):
    """A log behind an address, as `folders.Log`: tiles are fetched when they are asked for."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        self._url, self._client = url.rstrip("/"), client

    def tile(self, level: int, index: int, width: int) -> bytes | None:
        """The hashes of a tile."""
        return self.fetch(tiles.tile_path(level, index, width))

    def bundle(self, index: int, width: int) -> bytes | None:
        """The bundle of the entries under a tile."""
        return self.fetch(tiles.bundle_path(index, width))

    def surplus(self, size: int) -> str | None:  # noqa: ARG002 (an address cannot be listed)
        """Nothing: whoever asks an address sees only what they ask for."""
        return None

    def fetch(self, path: str) -> bytes:
        """What lies at `path`. Raises LogUnreachable."""
        try:
            return self._client.get(f"{self._url}/{path}").raise_for_status().content
        except httpx.HTTPError as error:
            raise LogUnreachable(f"{path}: {type(error).__name__}") from error

    def hand_in(self, note_text: str, cosignature: Cosignature) -> None:
        """Give the log our cosignature on this checkpoint. Raises LogUnreachable."""
        body = {"checkpoint": note_text, "cosignature": cosignature.line}
        try:
            self._client.post(f"{self._url}/cosignatures", json=body).raise_for_status()
        except httpx.HTTPError as error:
            raise LogUnreachable(f"cosignatures: {type(error).__name__}") from error


def client() -> httpx.Client:
    """A client for the log; it follows nobody elsewhere."""
    return httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False)


def make_key(state: Path, name: str) -> str:
    """Make this witness's key where `state` has none; returns the public key to give to the log."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (state / _SECRET).exists():
        _write(state / _SECRET, cosigning.secret_text(name, Ed25519PrivateKey.generate()) + "\n")
    held, private = _secret(state)
    return str(cosigning.WitnessKey(held, private.public_key().public_bytes_raw()))


def witness(state: Path, log: RemoteLog, *, at: int) -> Witnessed:
    """One round: look at the newest checkpoint of `log`, and cosign it if it continues what was seen last.

    `at`: now, in seconds since the epoch. Raises LogContradicts, LogUnreachable.
    """
    with _alone(state):
        name, private = _secret(state)
        key = _known_key(state, log)  # 1
        note = _text(log.fetch("pending"))
        try:
            head = verification.signed_head(note, key)  # 2
        except ValueError as error:
            raise LogContradicts(f"the checkpoint on offer: {error}") from error
        _refuse_contradiction(log, _last(state, key), head)  # 3
        _write(state / _LAST, note)  # 4: if we die here the log asks again, and gets the same answer
        return Witnessed(head, note, cosigning.cosign(notes.divided(note)[0], name=name, private=private, at=at))  # 5


def _refuse_contradiction(log: RemoteLog, last: TreeHead | None, head: TreeHead) -> None:
    if last is None:
        return
    if head.size < last.size:
        raise LogContradicts(f"{last.size} leaves were seen, {head.size} are shown")
    try:
        proof = proofs.span_hashes(log, tree.consistency_spans(last.size, head.size), head.size)
    except proofs.MissingTile as missing:
        raise LogContradicts(f"hashes are missing: {missing}") from missing
    if not tree.is_consistent(last.size, head.size, proof, last.root, head.root):
        raise LogContradicts(f"the first {last.size} leaves are no longer those that were seen")


def _known_key(state: Path, log: RemoteLog) -> VerifierKey:
    """The log's key: met once, kept for good. Compare it then with the one that was published."""
    try:
        shown = notes.read_key(_text(log.fetch("vkey")).removesuffix("\n"))
    except ValueError as error:
        raise LogUnreachable("no key at this address") from error
    if not (state / _LOG_KEY).exists():
        _write(state / _LOG_KEY, f"{shown}\n")
    known = notes.read_key((state / _LOG_KEY).read_text("utf-8").removesuffix("\n"))
    if known != shown:
        raise LogContradicts("the log shows another key than before")
    return known


def _last(state: Path, key: VerifierKey) -> TreeHead | None:
    kept = state / _LAST
    return verification.signed_head(kept.read_text("utf-8"), key) if kept.exists() else None


def _secret(state: Path) -> tuple[str, Ed25519PrivateKey]:
    return cosigning.read_secret((state / _SECRET).read_text("utf-8").removesuffix("\n"))


def _text(fetched: bytes) -> str:
    try:
        return fetched.decode()
    except UnicodeDecodeError as error:
        raise LogUnreachable("not a text") from error


def _write(file: Path, text: str) -> None:
    """Whole or not at all, and on disk when it returns: a witness that forgets can be made to sign two histories."""
    fresh = file.with_name(f"{file.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """One round at a time: of two, the slower could put an older checkpoint in the place of a newer one."""
    with (state / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
