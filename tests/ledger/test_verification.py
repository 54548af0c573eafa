"""An export alone shows whatever was altered in it, and where it begins."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import ledger_exports as exports
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from openxin.ledger import folders, tiles
from openxin.ledger.notes import Signer
from openxin.ledger.verification import WORDS, Misfit, Reason, verify

SIZE = 70_000  # three levels, each of them with a tile that is not full
BUNDLE = "tile/entries/100"
FIRST = 100 * 256  # the first entry of that bundle


@pytest.fixture(scope="module")
def entries() -> list[bytes]:
    return exports.some_leaves(SIZE)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, entries: list[bytes]) -> Path:
    out = tmp_path_factory.mktemp("export") / "ledger"
    exports.write(out, entries)
    return out


@pytest.fixture
def export(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "ledger"))


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 65_536, 65_537])
def test_an_untouched_export_is_sound_whatever_its_size(tmp_path: Path, entries: list[bytes], size: int) -> None:
    exports.write(tmp_path / "ledger", entries[:size])
    verified = verify(tmp_path / "ledger")
    assert verified.is_sound
    assert verified.head is not None
    assert verified.head.size == verified.entries == size


def rebundle(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    def alter(export: Path) -> None:
        file = export / BUNDLE
        file.write_bytes(tiles.bundle(change(tiles.unbundle(file.read_bytes()))))

    return alter


def flip(path: str, at: int) -> Callable[[Path], None]:
    def alter(export: Path) -> None:
        content = bytearray((export / path).read_bytes())
        content[at] ^= 1
        (export / path).write_bytes(bytes(content))

    return alter


def cut(path: str, by: int) -> Callable[[Path], None]:
    return lambda export: (export / path).write_bytes((export / path).read_bytes()[:-by]) and None


def remove(path: str) -> Callable[[Path], None]:
    return lambda export: (export / path).unlink()


def put(path: str, content: bytes) -> Callable[[Path], None]:
    return lambda export: (export / path).write_bytes(content) and None


def in_checkpoint(old: str, new: str) -> Callable[[Path], None]:
    def alter(export: Path) -> None:
        file = export / "checkpoint"
        note = re.sub(old, new, file.read_text("utf-8"), count=1)
        file.write_text(note, "utf-8")

    return alter


def re_dated(entry: bytes) -> bytes:
    return entry.replace(b"2026-11-24", b"2026-11-25")


def with_name(entry: bytes) -> bytes:
    return entry.replace(b'"v":1', '"v":1,"name":"王伟"'.encode())


LAST = (SIZE - 1) // 256
TAMPERED = [
    # name, what is done, what is found: reason, first entry, last entry
    ("an entry altered", rebundle(lambda e: [*e[:7], re_dated(e[7]), *e[8:]]), Reason.HASH, FIRST + 7, FIRST + 7),
    ("an entry removed", rebundle(lambda e: e[:7] + e[8:]), Reason.HASH, FIRST + 7, FIRST + 7),
    ("the last of a bundle removed", rebundle(lambda e: e[:-1]), Reason.MISSING, FIRST + 255, FIRST + 255),
    ("two entries exchanged", rebundle(lambda e: [*e[:7], e[8], e[7], *e[9:]]), Reason.HASH, FIRST + 7, FIRST + 7),
    ("an entry doubled", rebundle(lambda e: [*e[:8], *e[7:]]), Reason.HASH, FIRST + 8, FIRST + 8),
    ("the last of a bundle doubled", rebundle(lambda e: [*e, e[-1]]), Reason.EXTRA, FIRST + 256, FIRST + 256),
    ("an entry inserted", rebundle(lambda e: [re_dated(e[0]), *e]), Reason.HASH, FIRST, FIRST),
    ("an entry truncated", rebundle(lambda e: [*e[:7], e[7][:-1], *e[8:]]), Reason.HASH, FIRST + 7, FIRST + 7),
    ("a bundle cut off in an entry", cut(BUNDLE, 5), Reason.MISSING, FIRST + 255, FIRST + 255),
    ("a bundle emptied", put(BUNDLE, b""), Reason.MISSING, FIRST, FIRST),
    ("a bundle removed", remove(BUNDLE), Reason.MISSING, FIRST, FIRST),
    ("the last bundle removed", remove(f"tile/entries/{LAST}.p/112"), Reason.MISSING, LAST * 256, LAST * 256),
    ("a hash of a leaf altered", flip("tile/0/100", 32 * 9), Reason.HASH, FIRST + 9, FIRST + 9),
    ("a tile of leaves cut off", cut("tile/0/100", 32), Reason.HASH, FIRST + 255, FIRST + 255),
    ("a tile of leaves removed", remove("tile/0/100"), Reason.TILE, FIRST, FIRST + 255),
    ("a hash above altered", flip("tile/1/000", 32 * 100), Reason.TILE, FIRST, FIRST + 255),
    ("a hash above altered, in a tile not full", flip("tile/1/001.p/17", 32), Reason.TILE, 257 * 256, 258 * 256 - 1),
    ("a hash at the top altered", flip("tile/2/000.p/1", 0), Reason.TILE, 0, 65_535),
    ("a tile above removed", remove("tile/2/000.p/1"), Reason.TILE, 0, 65_535),
    ("the root altered", in_checkpoint(r"\n[A-Za-z0-9+/]", "\nA"), Reason.CHECKPOINT, None, None),
    ("the size altered", in_checkpoint(r"\n70000\n", "\n69999\n"), Reason.CHECKPOINT, None, None),
    ("the origin altered", in_checkpoint("openxin.local", "openxin.lokal"), Reason.CHECKPOINT, None, None),
    ("the signature removed", in_checkpoint("— .*\n", ""), Reason.CHECKPOINT, None, None),
    ("the checkpoint removed", remove("checkpoint"), Reason.CHECKPOINT, None, None),
    ("the checkpoint not text", put("checkpoint", b"\xff\xfe"), Reason.CHECKPOINT, None, None),
    ("the key altered", flip("vkey", 30), Reason.KEY, None, None),
    ("the key removed", remove("vkey"), Reason.KEY, None, None),
    ("a file added", put("tile/0/900", bytes(8192)), Reason.SURPLUS, None, None),
]


@pytest.mark.parametrize(
    ("tamper", "reason", "first", "last"), [row[1:] for row in TAMPERED], ids=[row[0] for row in TAMPERED]
)
def test_whatever_is_done_to_an_export_is_found_and_its_first_entry_named(
    export: Path, tamper: Callable[[Path], None], reason: Reason, first: int | None, last: int | None
) -> None:
    tamper(export)
    misfit = verify(export).misfit
    assert misfit is not None
    assert (misfit.reason, misfit.first, misfit.last) == (reason, first, last)


def test_every_reason_has_its_words_in_both_languages() -> None:
    assert set(WORDS) == set(Reason)
    assert all(zh and en for zh, en in WORDS.values())


def test_a_rewritten_ledger_under_the_old_checkpoint_has_another_root(tmp_path: Path, entries: list[bytes]) -> None:
    """Entry and all tiles agree: only the signed root tells, and it cannot tell where."""
    note = exports.write(tmp_path / "ledger", entries[:600])
    exports.write(tmp_path / "ledger", [*entries[:40], re_dated(entries[40]), *entries[41:600]])
    (tmp_path / "ledger" / "checkpoint").write_text(note, "utf-8")
    assert verify(tmp_path / "ledger").misfit == Misfit(Reason.ROOT, 0, 599, "checkpoint")


@pytest.mark.parametrize("at", [40, 299])
def test_a_ledger_rewritten_and_signed_anew_is_found_by_who_kept_a_checkpoint(
    tmp_path: Path, entries: list[bytes], at: int
) -> None:
    (tmp_path / "kept").write_text(exports.write(tmp_path / "ledger", entries[:300]), "utf-8")
    rewritten = [*entries[:at], re_dated(entries[at]), *entries[at + 1 : 600]]
    exports.write(tmp_path / "ledger", rewritten)
    assert verify(tmp_path / "ledger").is_sound
    assert verify(tmp_path / "ledger", tmp_path / "kept").misfit == Misfit(Reason.EARLIER_ROOT, 0, 299, "checkpoint")


def test_a_kept_checkpoint_narrows_down_where_a_later_root_goes_wrong(tmp_path: Path, entries: list[bytes]) -> None:
    (tmp_path / "kept").write_text(exports.write(tmp_path / "ledger", entries[:300]), "utf-8")
    note = exports.write(tmp_path / "ledger", entries[:600])
    exports.write(tmp_path / "ledger", [*entries[:400], re_dated(entries[400]), *entries[401:600]])
    (tmp_path / "ledger" / "checkpoint").write_text(note, "utf-8")
    assert verify(tmp_path / "ledger", tmp_path / "kept").misfit == Misfit(Reason.ROOT, 300, 599, "checkpoint")


@pytest.mark.parametrize("size", [0, 1, 256, 300, 599, 600])
def test_a_ledger_that_only_grew_is_consistent_with_every_checkpoint_of_it(
    tmp_path: Path, entries: list[bytes], size: int
) -> None:
    (tmp_path / "kept").write_text(exports.write(tmp_path / "ledger", entries[:size]), "utf-8")
    exports.write(tmp_path / "ledger", entries[:600])
    assert verify(tmp_path / "ledger", tmp_path / "kept").is_sound


def test_a_ledger_that_lost_its_end_is_found_by_who_kept_a_checkpoint(tmp_path: Path, entries: list[bytes]) -> None:
    (tmp_path / "kept").write_text(exports.write(tmp_path / "ledger", entries[:300]), "utf-8")
    exports.write(tmp_path / "ledger", entries[:299])
    misfit = verify(tmp_path / "ledger", tmp_path / "kept").misfit
    assert misfit is not None
    assert misfit.reason is Reason.EARLIER_CHECKPOINT


@pytest.mark.parametrize("kept", ["missing", "not a note", "by another key"])
def test_an_earlier_checkpoint_that_does_not_count_is_no_comfort(
    tmp_path: Path, entries: list[bytes], kept: str
) -> None:
    note = exports.write(tmp_path / "ledger", entries[:300])
    if kept == "not a note":
        (tmp_path / "kept").write_text(note.replace("—", "-"), "utf-8")
    if kept == "by another key":
        other = Signer(exports.SIGNER.name, Ed25519PrivateKey.generate())
        (tmp_path / "kept").write_text(exports.write(tmp_path / "other", entries[:300], other), "utf-8")
    misfit = verify(tmp_path / "ledger", tmp_path / "kept").misfit
    assert misfit is not None
    assert misfit.reason is Reason.EARLIER_CHECKPOINT


def test_what_is_not_a_leaf_does_not_pass_even_when_signed(tmp_path: Path, entries: list[bytes]) -> None:
    """A ledger into which its keeper wrote a name: the tree is right, the entry is not."""
    exports.write(tmp_path / "ledger", [*entries[:30], with_name(entries[30]), *entries[31:60]])
    assert verify(tmp_path / "ledger").misfit == Misfit(Reason.NOT_A_LEAF, 30, 30, "tile/entries/000.p/60")


def test_a_checkpoint_of_another_log_does_not_count_though_the_key_signed_it(tmp_path: Path) -> None:
    exports.write(tmp_path / "ledger", exports.some_leaves(3))
    text = exports.Memory(exports.some_leaves(3)).head.text.replace("openxin.local", "elsewhere.example")
    (tmp_path / "ledger" / "checkpoint").write_text(exports.SIGNER.sign(text), "utf-8")
    misfit = verify(tmp_path / "ledger").misfit
    assert misfit is not None
    assert misfit.reason is Reason.CHECKPOINT


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_single_changed_byte_of_an_export_goes_unseen(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    out = tmp_path_factory.mktemp("export") / "ledger"
    exports.write(out, exports.some_leaves(300))
    file = data.draw(st.sampled_from(sorted(f for f in out.rglob("*") if f.is_file())))
    content = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    file.write_bytes(bytes(content))
    assert not verify(out).is_sound


def test_verification_needs_neither_django_nor_a_database_driver(original: Path) -> None:
    program = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"django", "psycopg", "psycopg_pool", "polars", "numpy"}:
            raise ImportError(f"{name} is blocked")
sys.meta_path.insert(0, Blocked())
from pathlib import Path
from openxin.ledger.verification import verify
verified = verify(Path(sys.argv[1]))
assert verified.is_sound and verified.entries == 70_000, verified
"""
    subprocess.run([sys.executable, "-c", program, str(original)], check=True)


def test_an_export_replaces_an_earlier_one_and_touches_nothing_else(tmp_path: Path, entries: list[bytes]) -> None:
    out = tmp_path / "ledger"
    out.mkdir()
    exports.write(out, entries[:300])
    exports.write(out, entries[:600])
    assert verify(out).is_sound
    assert [file.name for file in tmp_path.iterdir()] == ["ledger"]
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("…", "utf-8")
    with pytest.raises(folders.FolderInUse):
        exports.write(tmp_path / "letters", entries[:300])
    with pytest.raises(folders.FolderInUse):
        exports.write(tmp_path / "letters" / "dear.txt", entries[:300])
    assert (tmp_path / "letters" / "dear.txt").read_text("utf-8") == "…"


def test_an_export_that_fails_midway_leaves_the_earlier_one(tmp_path: Path, entries: list[bytes]) -> None:
    note = exports.write(tmp_path / "ledger", entries[:300])

    class Breaks(exports.Memory):
        def tile(self, level: int, index: int, width: int) -> bytes | None:
            if level:
                raise OSError("the disk is full")
            return super().tile(level, index, width)

    log = Breaks(entries[:600])
    with pytest.raises(OSError, match="full"):
        folders.write(tmp_path / "ledger", log, key=exports.SIGNER.key, note=note, head=log.head)
    assert [file.name for file in tmp_path.iterdir()] == ["ledger"]
    assert verify(tmp_path / "ledger").is_sound
