"""The folders of the spool: each belongs to the process that holds its lock, and what no living process owns is cleared away.

A lock of the file system ends with its process, however that ends; so nobody has to guess by age or by process number whether a
folder is in use. What lies in a folder that nobody owns is noise: the key under which it was sealed died with its owner.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Begin anew in `folder`, own it as long as the body runs, and leave nothing behind."""
    lock = _taken(folder)
    try:
        _empty(folder)
        yield
    finally:
        # Removed before the lock is let go: whoever waited for it finds that this is no longer the folder, and makes another.
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(spools: Path) -> None:
    """Remove every folder of the spool that no living process owns."""
    for folder in list(spools.iterdir()) if spools.is_dir() else ():
        with suppress(FileNotFoundError, NotADirectoryError, BlockingIOError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is(folder, lock):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _taken(folder: Path) -> int:
    """The lock of the folder, which exists: a descriptor."""
    while True:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Somebody may have swept it away between our making it and our lock.
            if _is(folder, lock):
                return lock
            os.close(lock)


def _is(folder: Path, lock: int) -> bool:
    """Whether the path still leads to what was locked. While we hold that lock nobody else removes it."""
    try:
        return os.path.samestat(folder.stat(), os.fstat(lock))
    except FileNotFoundError:
        return False


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        left.unlink(missing_ok=True)
