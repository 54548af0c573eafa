"""Signed checkpoints: what the register has bound itself to. Each is kept; none may contradict an earlier one."""

from pathlib import Path

from django.conf import settings
from django.db import connections, transaction

from openxin.ledger import signing, stored, verification
from openxin.ledger.heads import TreeHead
from openxin.ledger.notes import Signer, VerifierKey

_LATEST = "select note from ledger_checkpoint order by size desc limit 1"
_ALL = "select size, root, note from ledger_checkpoint order by size"
_INSERT = "insert into ledger_checkpoint (size, root, note, at) values (%s, %s, %s, now())"


class NothingSigned(Exception):
    """No checkpoint has been signed yet: `openxin ledger checkpoint` signs one."""


def own_signer() -> Signer:
    """The signer of this installation. Raises SigningKeyMissing."""
    return signing.signer(Path(settings.OPENXIN_KEYS))


def latest(using: str = "default") -> str:
    """The newest checkpoint, a signed note. Raises NothingSigned."""
    with connections[using].cursor() as cursor:
        return latest_note(cursor)


def latest_note(cursor: stored.Cursor) -> str:
    """The newest checkpoint, read through this cursor. Raises NothingSigned."""
    cursor.execute(_LATEST)
    row = cursor.fetchone()
    if row is None:
        raise NothingSigned("nothing has been signed yet; run `openxin ledger checkpoint`")
    return str(row[0])


def all_signed(cursor: stored.Cursor) -> list[tuple[int, bytes, str]]:
    """Every checkpoint ever signed, as its row says: size, root, note."""
    cursor.execute(_ALL)
    return [(size, bytes(root), note) for size, root, note in cursor.fetchall()]


def signed_by(note: str, key: VerifierKey) -> TreeHead:
    """What a stored checkpoint says, once `key` is found to have signed it. Raises LedgerUnsound."""
    try:
        return verification.signed_head(note, key)
    except ValueError as error:
        raise stored.LedgerUnsound(f"a stored checkpoint is not one that {key.name} signed: {error}") from error


def sign(using: str = "default", *, signer: Signer | None = None) -> str:
    """Sign the tree as it is stored, where that has not been done; returns the newest checkpoint.

    Raises LedgerUnsound where the tree does not begin with the one that was signed last: then nothing is signed.
    """
    signer = signer or own_signer()
    with transaction.atomic(using=using, durable=True), connections[using].cursor() as cursor:
        stored.lock(cursor)  # 1 no leaf is added meanwhile, no other checkpoint signed
        edge = stored.edge(cursor)  # 2 what would be signed
        try:
            note = latest_note(cursor)
        except NothingSigned:
            pass
        else:
            last = signed_by(note, signer.key)
            _refuse_contradiction(cursor, last, edge.size)  # 3 C2SP tlog-checkpoint: never two that contradict
            if last.size == edge.size:
                return note
        head = TreeHead(signer.name, edge.size, edge.root)
        note = signer.sign(head.text)
        cursor.execute(_INSERT, (head.size, head.root, note))  # 4
        # If we die here the note was shown to nobody. Ed25519 signs the same text the same way: the next one is equal.
    # The commit point. If its answer is lost the checkpoint is stored, and the next call returns it.
    return note


def _refuse_contradiction(cursor: stored.Cursor, last: TreeHead, size: int) -> None:
    if size < last.size:
        raise stored.LedgerUnsound(f"{last.size} leaves were signed, {size} are there")
    if stored.edge_at(cursor, last.size).root != last.root:
        raise stored.LedgerUnsound(f"the first {last.size} leaves are no longer those that were signed")
