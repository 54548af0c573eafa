"""The user who runs the embedded server. PostgreSQL refuses to run as root, and rightly: so root hands it to a user who may
nothing. Everybody else runs it as themselves.

The user is `openxin`, a system user of its own, made at the first start (`nobody` is shared with whatever else runs as nobody;
it serves where no user can be made). A cluster that is already there stays with the user who owns it.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NAME = "openxin"


@dataclass(frozen=True, slots=True)
class Account:
    """A system user."""

    uid: int
    gid: int


def account(data: Path) -> Account | None:
    """Who runs, or would run, the cluster in `data`. None: the user `openxin` is still to be made."""
    if data.exists():
        owner = data.stat()
        return Account(owner.st_uid, owner.st_gid)
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    return _named(_NAME)


def make_account(data: Path) -> Account:
    """`account`, made where it is missing."""
    found = account(data)
    if found is None:
        if adder := shutil.which("useradd"):
            words = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
            subprocess.run([adder, *words, "--shell", "/usr/sbin/nologin", _NAME], check=False, capture_output=True)
        found = _named(_NAME) or _named("nobody")
    if found is None:
        raise LookupError("no unprivileged user to run the embedded server: neither `openxin` nor `nobody` exists")
    return found


def can_reach(who: Account, path: Path) -> bool:
    """Whether `who` may walk to `path`: asked of the system, since modes alone do not tell (access lists, mounts)."""
    if who.uid == os.geteuid():
        return True
    asked = subprocess.run(["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)], check=False, **as_user(who))
    return asked.returncode == 0


def as_user(who: Account) -> dict[str, Any]:
    """Arguments of `subprocess` that start a program as `who`: no other group, no folder, no variable of ours."""
    words: dict[str, Any] = {"cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}}
    if who.uid != os.geteuid():
        words |= {"user": who.uid, "group": who.gid, "extra_groups": []}
    return words


def _named(name: str) -> Account | None:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(found.pw_uid, found.pw_gid)
