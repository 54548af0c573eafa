"""Proofs of lines: what a person takes away to show, without us, that a line of theirs stands in the signed ledger.

It tells the line's own text, which the person sees on their page anyhow, and its salt, which only they have. It opens no record.
Whoever holds it needs the log's public key and `verify.html`, or any implementation of C2SP tlog-proof.
"""

from uuid import UUID

from django.db import connections

from openxin.accounts.readers import Reader
from openxin.ledger import checkpoints, leaves, proofs, stored, witnesses
from openxin.people import joined
from openxin.records import reading
from openxin.store.session import BY_OWN_RIGHT, reading_as


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
    with reading_as(to.login, person, reading=BY_OWN_RIGHT):
        evidence = reading.evidence_of(joined.together(person), line)
    if evidence is None:
        raise NoSuchLine(str(line))
    with connections["default"].cursor() as cursor:
        entered = stored.entered(cursor, evidence.entry_id)
        try:
            note = witnesses.published(cursor, witnesses.policy())
        except witnesses.NothingPublished:
            raise NotPublished(str(line)) from None
        size = checkpoints.signed_by(note, checkpoints.own_signer().key).size
        if entered is None or entered[0] >= size:
            raise NotPublished(str(line))
        seq, leaf = entered[0], leaves.read(entered[1])
        content = proofs.Content(leaf.kind, leaf.day, evidence.salt, evidence.text)
        return proofs.prove(stored.StoredLog(cursor), seq, note, size, extra=content.written).written
