"""The spool of uploads: a file on its way in lies on disk sealed, and is in clear in memory only, while the door works on it.

It is sealed in blocks while it arrives, each block bound to its upload and number; the key is made for this file, wrapped by the
master key with its place bound in, and destroyed when the upload ends. A file in the spool counts only once its row is there
(`uploads.keep`); whatever a crash leaves behind is noise without a key, and is swept away. Decision 0019 says why.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID, uuid4

from openxin.intake.reading.limits import FILE_BYTES
from openxin.intake.reading.refusal import too_large
from openxin.vault import sealing

BLOCK_BYTES = 1024 * 1024
_SEALED_BLOCK_BYTES = len(sealing.seal(bytes(sealing.KEY_BYTES), b"", b"")) + BLOCK_BYTES
# What the door may learn of the name that the file bore: any other ending might be part of somebody's name.
_ENDINGS = frozenset({"", ".csv", ".txt", ".tsv", ".xlsx", ".xls"})
_OTHER_ENDING = ".other"
_ID_LENGTH = 36


class SpoolDamaged(Exception):
    """The spooled file is gone, cut short, or not the one that was sealed here."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file that arrived whole: the id of its upload, the key under which it is spooled, its size."""

    id: UUID
    key: bytes
    size_bytes: int


class Reception:
    """One file as it arrives: `write` what comes, `whole` at its end. Whoever leaves it earlier leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.id = uuid4()
        self._path = folder / str(self.id)
        self._key = sealing.new_keys(1)[0]
        self._digest = hashlib.sha256()
        self._bytes = self._blocks = 0
        self._held = bytearray()
        self._is_ours = True
        # Held while a file arrives that has no row yet: `sweep` leaves such files alone as long as anybody holds it.
        self._guard = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._guard, fcntl.LOCK_SH)
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError:
            os.close(self._guard)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def write(self, chunk: bytes) -> None:
        """Take what came. Raises FileRefused (TOO_LARGE)."""
        self._bytes += len(chunk)
        if self._bytes > FILE_BYTES:
            raise too_large("文件超过 512 MiB", "The file is larger than 512 MiB")
        self._digest.update(chunk)
        self._held += chunk
        while len(self._held) >= BLOCK_BYTES:
            self._write_block(bytes(self._held[:BLOCK_BYTES]))
            del self._held[:BLOCK_BYTES]

    def whole(self) -> Spooled:
        """The file has ended: it is on the disk, sealed, and will still be there after a power cut."""
        if self._held:
            self._write_block(bytes(self._held))
            self._held.clear()
        os.fsync(self._file)
        os.fsync(self._guard)
        return Spooled(self.id, self._key, self._bytes)

    def digest(self) -> bytes:
        """SHA-256 of what came."""
        return self._digest.digest()

    def entrust(self) -> None:
        """From here on its row decides: where the answer to a commit is lost, only `sweep` can know."""
        self._is_ours = False

    def close(self) -> None:
        """Let go; a file that was not entrusted is removed. Safe to call again."""
        if self._guard < 0:
            return
        if self._is_ours:
            self._path.unlink(missing_ok=True)
        os.close(self._file)
        os.close(self._guard)
        self._guard = -1

    def _write_block(self, block: bytes) -> None:
        sealed = memoryview(sealing.seal(self._key, block, _place(self.id, self._blocks)))
        self._blocks += 1
        while sealed:
            sealed = sealed[os.write(self._file, sealed) :]


@contextmanager
def in_memory(folder: Path, spooled: Spooled, file_name: str) -> Iterator[Path]:
    """The file in clear, in memory: a path that this process and those that it starts can open. Raises SpoolDamaged.

    The path is a link with the ending of `file_name` into /proc: it holds nothing, and leads nowhere when this process has ended.
    """
    memory = os.memfd_create("upload")
    link = folder / f"{spooled.id}-memory{ending(file_name)}"
    try:
        _unseal(folder / str(spooled.id), spooled, memory)
        link.unlink(missing_ok=True)
        link.symlink_to(f"/proc/{os.getpid()}/fd/{memory}")
        yield link
    finally:
        link.unlink(missing_ok=True)
        os.close(memory)


def ending(file_name: str) -> str:
    """The ending of a file's name, as far as the door may know it."""
    suffix = Path(file_name).suffix.lower()
    return suffix if suffix in _ENDINGS else _OTHER_ENDING


def remove(folder: Path, id_: UUID) -> None:
    """The upload has ended; its key is gone already, and now its noise."""
    (folder / str(id_)).unlink(missing_ok=True)


def sweep(folder: Path, open_among: Callable[[Collection[UUID]], Collection[UUID]]) -> None:
    """Remove what no open upload needs. Only for whoever works the uploads, and while no file is `in_memory`.

    `open_among`: those of the ids whose upload is open. A file that is arriving has no row yet: while
    one does, nothing is swept.
    """
    if not folder.is_dir():
        return
    guard = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Listed and asked under the lock: nobody is between writing a file and storing its row.
        spooled = {file: UUID(file.name[:_ID_LENGTH]) for file in folder.iterdir()}
        still_open = open_among(spooled.values()) if spooled else ()
        for file, id_ in spooled.items():
            if id_ not in still_open or file.name != str(id_):
                file.unlink(missing_ok=True)
    except BlockingIOError:
        return  # a file is arriving; the next sweep comes soon
    finally:
        os.close(guard)


def _unseal(file: Path, spooled: Spooled, memory: int) -> None:
    # Blocks are bound to their number, and the row knows how many bytes there are: none can be left out, added or exchanged.
    missing = spooled.size_bytes
    try:
        with file.open("rb") as sealed:
            for number in range(-(-spooled.size_bytes // BLOCK_BYTES)):
                block = sealing.unseal(spooled.key, sealed.read(_SEALED_BLOCK_BYTES), _place(spooled.id, number))
                missing -= len(block)
                rest = memoryview(block)
                while rest:
                    rest = rest[os.write(memory, rest) :]
    except (OSError, sealing.CannotOpen) as error:
        raise SpoolDamaged(str(spooled.id)) from error
    if missing:
        raise SpoolDamaged(str(spooled.id))


def _place(id_: UUID, block: int) -> bytes:
    return sealing.place("upload", id_, block)
