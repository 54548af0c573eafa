"""The log's side of witnessing: which witnesses count, what they have countersigned, and which checkpoint is therefore published.

A checkpoint is *published* once the configured number of witnesses cosigned it (`OPENXIN_WITNESSES`, `OPENXIN_WITNESSES_NEEDED`);
with none needed the newest is published at once. Cosignatures are kept beside the checkpoint, never in it: it stays the note that
was signed.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import connections, transaction

from openxin.ledger import checkpoints, cosigning, stored
from openxin.ledger.cosigning import WitnessKey
from openxin.ledger.notes import VerifierKey, divided

_STORED = "select note from ledger_checkpoint where size = %s"
_KEEP = """
    insert into ledger_cosignature (size, witness, line, at) values (%s, %s, %s, to_timestamp(%s))
    on conflict (size, witness) do nothing
"""
# Newest first; few checkpoints lie between the newest and the last that is published.
_PUBLISHED = """
    select c.note, array_remove(array_agg(s.line order by s.witness), null)
    from ledger_checkpoint c left join ledger_cosignature s on s.size = c.size and s.witness = any(%s)
    group by c.size having count(s.size) >= %s order by c.size desc limit 1
"""
_COSIGNED = """
    select c.note, array_remove(array_agg(s.line order by s.witness), null)
    from ledger_checkpoint c left join ledger_cosignature s on s.size = c.size and s.witness = any(%s)
    where c.size = %s group by c.size
"""


class NotAccepted(Exception):
    """Not a cosignature by a witness that counts, on a checkpoint that this log signed."""


class NothingPublished(Exception):
    """No checkpoint has enough cosignatures yet."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which witnesses count, and how many of them make a checkpoint published."""

    witnesses: tuple[WitnessKey, ...]
    needed: int


def policy() -> Policy:
    """The policy of this installation."""
    found = settings.OPENXIN_INSTALLATION
    return Policy(tuple(cosigning.read_witness_key(key) for key in found.witnesses), found.witnesses_needed)


def accept(checkpoint: str, line: str, *, by: Policy, key: VerifierKey, using: str = "default") -> None:
    """Keep the cosignature `line` on `checkpoint`. Again is the same as once. Raises NotAccepted."""
    try:
        head = checkpoints.signed_by(checkpoint, key)
        text = divided(checkpoint)[0]
        found = cosigning.cosignatures(f"{text}\n{line}", by.witnesses)
    except (ValueError, stored.LedgerUnsound) as error:
        raise NotAccepted("not a checkpoint of this log with a cosignature") from error
    if not found:
        raise NotAccepted("not cosigned by a witness that counts here")
    with transaction.atomic(using=using, durable=True), connections[using].cursor() as cursor:
        cursor.execute(_STORED, (head.size,))
        row = cursor.fetchone()
        if row is None or divided(row[0])[0] != text:
            raise NotAccepted("this log signed no such checkpoint")
        for one in found:
            cursor.execute(_KEEP, (head.size, str(one.witness), one.line, one.at))


def published(cursor: stored.Cursor, by: Policy) -> str:
    """The newest published checkpoint with its cosignatures. Raises NothingPublished."""
    cursor.execute(_PUBLISHED, ([str(each) for each in by.witnesses], by.needed))
    row = cursor.fetchone()
    if row is None:
        raise NothingPublished("no checkpoint is published yet")
    note, lines = row
    return str(note) + "".join(lines)


def cosigned(cursor: stored.Cursor, size: int, by: Policy) -> str | None:
    """The checkpoint over `size` leaves with the cosignatures on it that count; None where none was signed."""
    cursor.execute(_COSIGNED, ([str(each) for each in by.witnesses], size))
    row = cursor.fetchone()
    return None if row is None else str(row[0]) + "".join(row[1])
