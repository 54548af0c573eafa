"""A witness countersigns what continues the last checkpoint it saw, and nothing else, whatever the log shows it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import ledger_exports as exports
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openxin.ledger import cosigning, tiles, witness
from openxin.ledger.notes import Signer
from openxin.ledger.witness import LogContradicts, LogUnreachable, RemoteLog

AT = 1_764_000_000


class Shown:
    """What the log shows at this moment, over real HTTP."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.handed_in: list[dict[str, str]] = []
        self.url = ""

    def show(self, entries: list[bytes], signer: Signer = exports.SIGNER) -> None:
        log = exports.Memory(entries)
        size = len(entries)
        self.files = {"/vkey": f"{signer.key}\n".encode(), "/pending": signer.sign(log.head.text).encode()}
        for level, index, width in tiles.widths(size):
            self.files[f"/{tiles.tile_path(level, index, width)}"] = log.tile(level, index, width) or b""


@pytest.fixture
def shown() -> Iterator[Shown]:
    there = Shown()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = there.files.get(self.path)
            self.send_response(200 if found is not None else 404)
            self.end_headers()
            self.wfile.write(found or b"")

        def do_POST(self) -> None:
            there.handed_in.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there.url = f"http://127.0.0.1:{server.server_port}"
    yield there
    server.shutdown()
    server.server_close()


@pytest.fixture
def remote(shown: Shown) -> Iterator[RemoteLog]:
    with witness.client() as client:
        yield RemoteLog(shown.url, client)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    witness.make_key(tmp_path / "w1", "w1.example")
    return tmp_path / "w1"


ENTRIES = exports.some_leaves(70_000)


def test_a_growing_log_is_countersigned_round_after_round(shown: Shown, remote: RemoteLog, state: Path) -> None:
    key = cosigning.read_witness_key(witness.make_key(state, "another name is not taken"))
    for size in (1, 1, 200, 256, 257, 65_536, 70_000):
        shown.show(ENTRIES[:size])
        seen = witness.witness(state, remote, at=AT)
        assert seen.head.size == size
        assert cosigning.cosignatures(seen.note + seen.cosignature.line, [key]) == [seen.cosignature]
        remote.hand_in(seen.note, seen.cosignature)
    assert len(shown.handed_in) == 7


CONTRADICTIONS = {
    "shorter": ENTRIES[:299],
    "another entry": [*ENTRIES[:100], ENTRIES[101], *ENTRIES[101:400]],
    "an entry removed": [*ENTRIES[:100], *ENTRIES[101:400]],
    "an entry inserted": [*ENTRIES[:100], ENTRIES[500], *ENTRIES[100:400]],
    "two exchanged": [*ENTRIES[:100], ENTRIES[101], ENTRIES[100], *ENTRIES[102:400]],
    "another tree of the same size": [*ENTRIES[:299], ENTRIES[500]],
}


@pytest.mark.parametrize("other", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_second_history_is_not_countersigned(
    shown: Shown, remote: RemoteLog, state: Path, other: list[bytes]
) -> None:
    shown.show(ENTRIES[:300])
    witness.witness(state, remote, at=AT)
    kept = (state / "last-checkpoint").read_text("utf-8")
    shown.show(other)
    with pytest.raises(LogContradicts):
        witness.witness(state, remote, at=AT)
    assert (state / "last-checkpoint").read_text("utf-8") == kept
    shown.show(ENTRIES[:400])  # the true history goes on
    assert witness.witness(state, remote, at=AT).head.size == 400


def test_another_key_is_not_believed(shown: Shown, remote: RemoteLog, state: Path) -> None:
    shown.show(ENTRIES[:300])
    witness.witness(state, remote, at=AT)
    usurper = Signer(exports.SIGNER.name, Ed25519PrivateKey.generate())
    shown.show(ENTRIES[:400], usurper)
    with pytest.raises(LogContradicts, match="another key"):
        witness.witness(state, remote, at=AT)
    shown.files["/vkey"] = f"{exports.SIGNER.key}\n".encode()
    with pytest.raises(LogContradicts, match="no signature by"):
        witness.witness(state, remote, at=AT)


@pytest.mark.parametrize("lost", ["/vkey", "/pending", "/tile/0/001.p/44"])
def test_a_log_that_does_not_answer_decides_nothing(shown: Shown, remote: RemoteLog, state: Path, lost: str) -> None:
    shown.show(ENTRIES[:260])
    witness.witness(state, remote, at=AT)
    shown.show(ENTRIES[:300])
    kept = shown.files.pop(lost)
    with pytest.raises(LogUnreachable):
        witness.witness(state, remote, at=AT)
    shown.files[lost] = kept
    assert witness.witness(state, remote, at=AT).head.size == 300


def test_what_is_countersigned_is_on_disk_before(shown: Shown, remote: RemoteLog, state: Path) -> None:
    """Killed after it was stored and before it was told: the next round signs the same tree again, no smaller one."""
    shown.show(ENTRIES[:300])
    witness.witness(state, remote, at=AT)
    assert (state / "last-checkpoint").read_bytes() == shown.files["/pending"]
    assert witness.witness(state, remote, at=AT + 1).head.size == 300
    shown.show(ENTRIES[:299])
    with pytest.raises(LogContradicts):
        witness.witness(state, remote, at=AT)
