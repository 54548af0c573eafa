"""The ledger as files for everybody: what the newest checkpoint signs, laid out as C2SP tlog-tiles describes.

Entries and tiles are copied from the database as they lie there, not made anew: an export does not hide what somebody
did to the tables, and `verify` finds it. Leaves that are not signed yet are left for the next export.
"""

from pathlib import Path

from django.db import connections

from openxin.ledger import checkpoints, folders
from openxin.ledger.heads import TreeHead
from openxin.ledger.notes import VerifierKey
from openxin.ledger.stored import StoredLog


def export(out: Path, using: str = "default", *, key: VerifierKey | None = None) -> TreeHead:
    """Write the export to `out`, whole or not at all; returns what its checkpoint says.

    Raises NothingSigned, and FolderInUse where `out` holds something else. `key`: the installation's own where none
    is given.
    """
    key = key or checkpoints.own_signer().key
    with connections[using].cursor() as cursor:
        note = checkpoints.latest_note(cursor)
        head = checkpoints.signed_by(note, key)
        # No snapshot is needed: whatever lies below a checkpoint is never changed.
        folders.write(out, StoredLog(cursor), key=key, note=note, head=head)
    return head
