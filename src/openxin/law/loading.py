"""Read the catalogue once, as frozen values; refuse it whole if anything in it is wrong.

A city keeps its own folder and names it with OPENXIN_CATALOGUE; without that, the folder shipped with OpenXin is used.
"""

import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from openxin.law.building import build
from openxin.law.catalogue import Catalogue
from openxin.law.checking import Finding, findings_in
from openxin.law.files import read_folder, shipped_folder


class CatalogueUnsound(Exception):
    """The catalogue has faults; nothing is judged by it until they are mended. `findings` names each: file, line, remedy."""

    def __init__(self, folder: Path, findings: list[Finding]) -> None:
        self.folder = folder
        self.findings = findings
        super().__init__("\n".join([f"{folder}:", *map(str, findings)]))

    def __reduce__(self) -> tuple[type["CatalogueUnsound"], tuple[Path, list[Finding]]]:
        # Shards run in other processes; the fault must come back whole.
        return (CatalogueUnsound, (self.folder, self.findings))


def catalogue() -> Catalogue:
    """The catalogue of this process. Raises CatalogueUnsound."""
    return _loaded(folder_in_use())


def load(folder: Path) -> Catalogue:
    """The catalogue in `folder`. Raises CatalogueUnsound with every fault at once."""
    read = read_folder(folder)
    findings = findings_in(read)
    if findings:
        raise CatalogueUnsound(folder, findings)
    return build(read)


def kept(folder: Path, hash_: bytes) -> Catalogue:
    """The catalogue with this hash, as `keep` kept it below `folder`. Raises FileNotFoundError where it was not kept."""
    place = folder / hash_.hex()
    if not place.is_dir():
        raise FileNotFoundError(place)
    law = _loaded(place)
    if law.hash != hash_:
        raise CatalogueUnsound(place, [])
    return law


def keep(law: Catalogue, folder: Path) -> None:
    """Keep the files of the catalogue in use below `folder`, under its hash: what was begun under it is finished under it."""
    place = folder / law.hash.hex()
    if place.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder, prefix="new-"))
    shutil.copytree(folder_in_use(), fresh, dirs_exist_ok=True)
    if load(fresh).hash != law.hash:  # somebody has changed the folder since it was loaded: this is another law
        shutil.rmtree(fresh)
        return
    try:
        fresh.rename(place)
    except OSError:
        shutil.rmtree(fresh)  # another command was faster


def folder_in_use() -> Path:
    """Where the catalogue lies: OPENXIN_CATALOGUE, else the one that is shipped."""
    named = os.environ.get("OPENXIN_CATALOGUE", "")
    return _folder(named) if named else shipped_folder()


@lru_cache(maxsize=4)
def _folder(named: str) -> Path:
    return Path(named).expanduser().absolute()


@lru_cache(maxsize=4)
def _loaded(folder: Path) -> Catalogue:
    return load(folder)
