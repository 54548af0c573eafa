"""stub for now."""

from dataclasses import dataclass

from openxin.law.catalogue import Words
from openxin.law.files import Folder


@dataclass(frozen=True, slots=True)
class Finding:
    file: str
    line: int
    message: Words
    remedy: Words


def findings_in(folder: Folder) -> list[Finding]:
    return []
