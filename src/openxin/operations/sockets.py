"""Where the embedded server's socket lies: a short folder of mode 0700, since a socket's path may have 107 bytes and the data
folder's be longer. The same for every command of one home, so that they find one server.
"""

import hashlib
import os
import stat
from itertools import count
from pathlib import Path

from openxin.operations.account import account

_PLACE = Path("/tmp")  # noqa: S108 -- sticky; what is found there is looked at before it is used
_NAME_CHARACTERS = 12


def socket_folder(home: Path) -> Path:
    """The folder; it need not exist yet. Where somebody else already took the name, the next one is used."""
    stem = "openxin-" + hashlib.sha256(os.fsencode(home)).hexdigest()[:_NAME_CHARACTERS]
    candidates = (_PLACE / (stem if number == 0 else f"{stem}-{number}") for number in count())
    return next(folder for folder in candidates if _is_usable(folder, home))


def _is_usable(folder: Path, home: Path) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return True
    runner = account(home / "postgres")
    is_ours = found.st_uid in {os.geteuid(), runner.uid if runner else os.geteuid()}
    return stat.S_ISDIR(found.st_mode) and is_ours and stat.S_IMODE(found.st_mode) == stat.S_IRWXU
