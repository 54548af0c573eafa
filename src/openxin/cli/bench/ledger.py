"""`bench ledger`: into the tree, out of it, and checked again, with as many leaves as are asked for.

Append: a door of its own process hands in a thousand entries at a time, each thousand in a transaction of its own, while the
sequencer takes what it finds: leaves, look-up, tiles and the signed checkpoint in one transaction. Both wait for the disk at each
commit. It is measured from the first thousand until the checkpoint over the last is on disk. Beside it the two alone: handing
in, and a sequencer that finds all thousands waiting. Verify: everything anew from an export. Proof: out of stored tiles.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from openxin.cli.bench.fresh import fresh_register

_BATCH = 1_000
_PROOFS = 2_000
_SIGNED_ALONE = 100  # thousands
_ID_BYTES = 16
_LOOK_S = 0.001
_PAUSE_S = 0.1  # between two looks of the sequencer: it takes at once what came meanwhile


def measure(leaves: int) -> dict[str, Any]:
    """Measure, in an installation that was just made for it. Keys as docs/contract.md names them, and a few more."""
    with fresh_register():
        from openxin.ledger.sequencing import sequence

        sequence()  # the leaf of the law
        appended = _appended(leaves)
        entry_ids: list[UUID] = []
        handed_in = _timed(lambda: entry_ids.extend(hand_in(leaves)))
        began = time.process_time()
        sequenced = _timed(sequence)
        busy = time.process_time() - began
        each_signed = _each_signed()
        proof_ms, by_id_ms = _proofs_ms(entry_ids[:_PROOFS])
        leaves_there, verified = _verified()
    return {
        "leaves": leaves,
        "append_per_s": round(leaves / appended),
        "verify_per_s": round(leaves_there / verified),
        "proof_ms": round(proof_ms, 3),
        "proof_by_id_ms": round(by_id_ms, 3),
        "outbox_per_s": round(leaves / handed_in),
        "sequence_per_s": round(leaves / sequenced),
        "each_signed_per_s": round(_SIGNED_ALONE * _BATCH / each_signed),
        "sequence_cpu_us": round(busy / leaves * 1e6, 2),
        "batch": _BATCH,
        "cores": os.cpu_count(),
    }


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _appended(leaves: int) -> float:
    """Seconds until `leaves` that another process hands in are in the tree and signed, from when the first thousand is there."""
    from openxin.ledger.sequencing import sequence

    with subprocess.Popen([sys.executable, "-m", __name__, str(leaves)]) as door:
        while not (missing := leaves - sequence()) < leaves:
            time.sleep(_LOOK_S)
            _must_live(door)
        began = time.perf_counter()
        while missing:
            time.sleep(_PAUSE_S)
            _must_live(door)
            missing -= sequence()
        return time.perf_counter() - began


def _each_signed() -> float:
    """Seconds in which some thousands get a checkpoint, and a wait for the disk, each of its own."""
    from openxin.ledger.sequencing import sequence

    hand_in(_SIGNED_ALONE * _BATCH)
    return _timed(lambda: sequence(batch=_BATCH))


def _must_live(door: subprocess.Popen[bytes]) -> None:
    if door.poll():
        raise RuntimeError("the process that hands in has failed")


def hand_in(leaves: int) -> list[UUID]:
    """Hand in `leaves` entries, a thousand at a time, as the door in does: intake's own connection, ids that begin alike.

    Returns the last id of each thousand.
    """
    from datetime import date

    from openxin.ledger.append import append_run
    from openxin.store.connection import open_plain
    from openxin.store.identifiers import neighbouring_run

    last: list[UUID] = []
    with open_plain("intake") as connection:
        for _ in range(leaves // _BATCH):
            ids, commitments = neighbouring_run(_BATCH).tobytes(), os.urandom(32 * _BATCH)
            with connection.transaction(), connection.cursor() as cursor:
                append_run(cursor, "grant", date(2026, 1, 1), ids, commitments)
            last.append(UUID(bytes=ids[-_ID_BYTES:]))
    return last


def _proofs_ms(entry_ids: Sequence[UUID]) -> tuple[float, float]:
    """The median of some proofs, spread over the tree: of a leaf by its number, and of an entry by its id."""
    from django.db import connections

    from openxin.ledger import checkpoints, proofs
    from openxin.ledger.stored import StoredLog, entered

    note = checkpoints.latest()
    size = checkpoints.signed_by(note, checkpoints.own_signer().key).size
    with connections["default"].cursor() as cursor:

        def by_id(entry_id: UUID) -> None:
            seq, _ = entered(cursor, entry_id) or (size, b"")
            proofs.prove(StoredLog(cursor), seq, note, size)

        by_number = [
            _timed(lambda index=index: proofs.prove(StoredLog(cursor), index, note, size))
            for index in range(0, size, max(1, size // _PROOFS))
        ]
        by_ids = [_timed(lambda entry_id=entry_id: by_id(entry_id)) for entry_id in entry_ids]
    return statistics.median(by_number) * 1000, statistics.median(by_ids) * 1000


def _verified() -> tuple[int, float]:
    """How many leaves an export of it all has, and the seconds in which it is verified."""
    from openxin.ledger.export import export
    from openxin.ledger.verification import verify

    with tempfile.TemporaryDirectory(prefix="openxin-bench-") as folder:
        out = Path(folder) / "ledger"
        export(out)
        began = time.perf_counter()
        found = verify(out)
        if not found.is_sound:
            raise RuntimeError("the ledger that was measured does not verify")
        return found.entries, time.perf_counter() - began


if __name__ == "__main__":
    from openxin.cli.session import register_open

    with register_open():
        hand_in(int(sys.argv[1]))
