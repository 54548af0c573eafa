"""`bench ledger`: into the tree, out of it, and checked again, with as many leaves as are asked for.

Append: entries come in batches of a thousand, each in a transaction of its own as the doors bring them; then they are sequenced,
and the checkpoint over them is signed and committed. Verify: everything anew from an export. Proof: made out of stored tiles.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

_BATCH = 1_000
_PROOFS = 2_000
_ID_BYTES, _COMMITMENT_BYTES = 16, 32


def measure(leaves: int) -> dict[str, Any]:
    """Measure, in an installation that was just made for it. Keys as docs/contract.md names them, and a few more."""
    from openxin.cli.session import register_open, server_up
    from openxin.operations.setup import initialise

    with server_up() as chosen:
        from openxin.cli.ingest import today

        initialise(chosen, today=today(), told=lambda _zh, _en: None)
    with register_open():
        handed_in = _timed(lambda: _hand_in(leaves))
        from openxin.ledger.sequencing import sequence

        sequenced = _timed(sequence)
        proof_ms = _proof_ms()
        verified = _verified()
    return {
        "leaves": leaves,
        "append_per_s": round(leaves / (handed_in + sequenced)),
        "verify_per_s": round(leaves / verified),
        "proof_ms": round(proof_ms, 3),
        "outbox_per_s": round(leaves / handed_in),
        "sequence_per_s": round(leaves / sequenced),
        "batch": _BATCH,
        "cores": os.cpu_count(),
    }


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _hand_in(leaves: int) -> None:
    from datetime import date

    from django.db import connections, transaction

    from openxin.ledger.append import Entries, append

    for _ in range(leaves // _BATCH):
        ids, commitments = os.urandom(_BATCH * _ID_BYTES), os.urandom(_BATCH * _COMMITMENT_BYTES)
        entries = Entries("grant", date(2026, 1, 1), _cut(ids, _ID_BYTES), _cut(commitments, _COMMITMENT_BYTES))
        with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
            append(cursor, entries)


def _cut(run: bytes, size: int) -> list[bytes]:
    return [run[at : at + size] for at in range(0, len(run), size)]


def _proof_ms() -> float:
    """The median of some proofs, spread over the tree."""
    from django.db import connections

    from openxin.ledger import checkpoints, proofs
    from openxin.ledger.stored import StoredLog

    note = checkpoints.latest()
    size = checkpoints.signed_by(note, checkpoints.own_signer().key).size
    with connections["default"].cursor() as cursor:
        log = StoredLog(cursor)
        seconds = [
            _timed(lambda index=index: proofs.prove(log, index, note, size))
            for index in range(0, size, max(1, size // _PROOFS))
        ]
    return statistics.median(seconds) * 1000


def _verified() -> float:
    from openxin.ledger.export import export
    from openxin.ledger.verification import verify

    with tempfile.TemporaryDirectory(prefix="openxin-bench-") as folder:
        out = Path(folder) / "ledger"
        export(out)
        began = time.perf_counter()
        if not verify(out).is_sound:
            raise RuntimeError("the ledger that was measured does not verify")
        return time.perf_counter() - began
