"""Signed checkpoints: what the register has bound itself to. Each is kept; none may contradict an earlier one."""

from pathlib import Path

from django.conf import settings
from django.db import connections

from openxin.ledger import signing, stored, verification
from openxin.ledger.heads import TreeHead
from openxin.ledger.notes import Signer, VerifierKey
from openxin.ledger.tiles import Edge

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


def sign(cursor: stored.Cursor, edge: Edge, signer: Signer) -> None:
    """Sign the tree with this right edge, in the transaction in which it came to be.

    The caller holds `stored.lock` and has found by `refuse_contradiction` that it continues what was signed before.
    """
    head = TreeHead(signer.name, edge.size, edge.root)
    cursor.execute(_INSERT, (head.size, head.root, signer.sign(head.text)))


def refuse_contradiction(cursor: stored.Cursor, edge: Edge, key: VerifierKey) -> TreeHead | None:
    """What was signed last, None before anything was. Raises LedgerUnsound where the tree as it is stored does not begin so.

    C2SP tlog-checkpoint: never two that contradict.
    """
    try:
        last = signed_by(latest_note(cursor), key)
    except NothingSigned:
        return None
    if edge.size < last.size:
        raise stored.LedgerUnsound(f"{last.size} leaves were signed, {edge.size} are there")
    begins = edge if edge.size == last.size else stored.edge_at(cursor, last.size)
    if begins.root != last.root:
        raise stored.LedgerUnsound(f"the first {last.size} leaves are no longer those that were signed")
    return last
