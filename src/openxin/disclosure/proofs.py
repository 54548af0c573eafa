"""Proofs of lines: what a person takes away to show, without us, that a line of theirs stands in the signed ledger.

It tells the line's own text, which the person sees on their page anyhow, and its salt, which only they have. It opens no record.
Whoever holds it needs the log's public key and `verify.html`, or any implementation of C2SP tlog-proof.
"""

from uuid import UUID

from django.db import connections

from openxin.accounts.readers import Reader
from openxin.ledger import checkpoints, leaves, proofs, witnesses
from openxin.ledger.stored import StoredLog
from openxin.people import joined
from openxin.records import reading
from openxin.store.session import reading_as

_SEQUENCED = "select p.seq, l.body from ledger_position p join ledger_leaf l using (seq) where p.entry_id = %s"


class NoSuchLine(Exception):
    """This person has no such line."""


class NotPublished(Exception):
    """The line waits to be entered into the ledger, or the checkpoint over it to be published: try again in a while."""


def of_line(person: UUID, to: Reader, line: UUID) -> str:
    """The proof of a line of `person`, as the text of a `.tlog-proof` file. Raises NoSuchLine, NotPublished.

    Only to the person: whoever else asks has no such line.
    """
    if to.person_id != person:
        raise NoSuchLine(str(line))
    with reading_as(to.login, person):
        evidence = reading.evidence_of(joined.together(person), line)
    if evidence is None:
        raise NoSuchLine(str(line))
    with connections["default"].cursor() as cursor:
        cursor.execute(_SEQUENCED, (evidence.entry_id,))
        row = cursor.fetchone()
        try:
            note = witnesses.published(cursor, witnesses.policy())
        except witnesses.NothingPublished:
            raise NotPublished(str(line)) from None
        size = checkpoints.signed_by(note, checkpoints.own_signer().key).size
        if row is None or row[0] >= size:
            raise NotPublished(str(line))
        seq, leaf = row[0], leaves.read(bytes(row[1]))
        content = proofs.Content(leaf.kind, leaf.day, evidence.salt, evidence.text)
        return proofs.prove(StoredLog(cursor), seq, note, size, extra=content.written).written
