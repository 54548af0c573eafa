"""A copy of the catalogue that a test may spoil."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from openxin.law.checking import check
from openxin.law.files import shipped_folder
from openxin.law.findings import Finding


@dataclass(frozen=True)
class CatalogueCopy:
    folder: Path

    @classmethod
    def of(cls, folder: Path) -> "CatalogueCopy":
        """A fresh copy at `folder`."""
        return cls(Path(shutil.copytree(shipped_folder(), folder)))

    def change(self, file: str, old: str, new: str) -> int:
        """Replace one passage; returns the line on which it stands."""
        path = self.folder / file
        text = path.read_text("utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return text[: text.index(old)].count("\n") + 1

    def add(self, file: str, more: str) -> int:
        """Write something at the end of a file; returns the line on which it begins."""
        path = self.folder / file
        text = path.read_text("utf-8")
        path.write_text(text + more, "utf-8")
        return text.count("\n") + 1

    def findings(self) -> list[Finding]:
        return check(self.folder)


@pytest.fixture
def catalogue_copy(tmp_path: Path) -> CatalogueCopy:
    return CatalogueCopy.of(tmp_path / "catalogue")
