"""The files of a catalogue folder as they stand: their text, their tables, and the line on which each entry begins.

A folder holds `*.toml` (also in subfolders) and `schema/`. What a file is about is told by its first top-level table, so that
a city can split a long file in two; `schema/<kind>.json` describes it.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openxin
from openxin.law.positions import Lines, lines_of

Table = Mapping[str, Any]

# The top-level table that a file is recognised by -> its kind, which is also the name of its schema.
KINDS: Mapping[str, str] = {
    "catalogue": "catalogue",
    "authority": "authorities",
    "type": "type",
    "own_column": "own-columns",
    "list": "lists",
    "table_list": "countries",
    "basis": "bases",
    "ground": "grounds",
    "sealing": "sealing",
    "class": "classes",
    "period": "periods",
    "procedure": "procedures",
    "year": "calendar",
    "state": "states",
    "occupation": "occupations",
    "domain": "domains",
    "problem": "problems",
    "parameter": "parameters",
    "purpose": "purposes",
    "role": "roles",
    "right": "rights",
    "grant_purpose": "grant-purposes",
    "never": "never",
    "check": "checks",
    "organisation_kind": "organisation-kinds",
    "budget": "budgets",
    "alert": "alerts",
    "refusal": "refusals",
}

POLICY, POLICY_SCHEMA = "access.cedar", "access.cedarschema"
_READ = {".toml", ".json", ".cedar", ".cedarschema"}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One TOML file. `kind` is None where no known table stands in it."""

    name: str
    kind: str | None
    table: Table
    lines: Lines


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A file that is no TOML: what the parser said, and where."""

    name: str
    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything in a catalogue folder that was read, and the hash that names exactly this catalogue."""

    path: Path
    files: tuple[SourceFile, ...]
    unparsed: tuple[Unparsed, ...]
    hash: bytes
    texts: Mapping[str, str]  # what is no TOML and is read as it stands: the policy and its schema, by name

    def of(self, kind: str) -> Iterator[SourceFile]:
        """The files of one kind, in order of name."""
        return (file for file in self.files if file.kind == kind)

    def entries(self, key: str) -> Iterator["Entry"]:
        """All entries `[[key]]` of all files, in order."""
        for file in self.files:
            head = self._head(file)
            for index, table in enumerate(file.table.get(key, ())):
                yield Entry(file, (key, index), table, head)

    def only(self, key: str) -> Iterator["Entry"]:
        """The single table `[key]` of every file that has one."""
        for file in self.files:
            if key in file.table:
                yield Entry(file, (key,), file.table[key], self._head(file))

    def _head(self, file: SourceFile) -> Table:
        """What the entries of a file inherit: its own `[source]`, else what `catalogue.toml` says about it."""
        if "source" in file.table:
            return dict(file.table["source"])
        for other in self.files:
            for named in other.table.get("source_of", ()):
                if named.get("file") == file.name:
                    return dict(named)
        return {}


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a file, with the place where it stands and the source that it inherits from what is around it."""

    file: SourceFile
    path: tuple[str | int, ...]
    table: Table
    inherited: Table

    @property
    def citation(self) -> str:
        """Its own citation, or that of its list or its file."""
        return str(self.table.get("citation") or self.inherited.get("citation", ""))

    @property
    def verified(self) -> str:
        """How far that was verified: V, K or D; empty where nobody says."""
        return str(self.table.get("verified") or self.inherited.get("verified", ""))

    def line(self, *inside: str | int) -> int:
        """The line of the entry, or of what stands `inside` it."""
        return self.file.lines.at(*self.path, *inside)

    def below(self, key: str) -> Iterator["Entry"]:
        """The tables of an array of tables inside this one."""
        own = {name: self.table[name] for name in ("citation", "verified") if name in self.table}
        for index, table in enumerate(self.table.get(key, ())):
            yield Entry(self.file, (*self.path, key, index), table, {**self.inherited, **own})


@cache
def shipped_folder() -> Path:
    """The catalogue that comes with OpenXin: the one in the wheel, else the one of the source tree."""
    package = Path(openxin.__file__).parent
    shipped = package / "_catalogue"
    return shipped if shipped.is_dir() else package.parents[1] / "catalogue"


def read_folder(path: Path) -> Folder:
    """Read every `*.toml` below `path`. A file that does not parse is reported, not raised: faults are shown all at once."""
    digest = hashlib.sha256()
    files: list[SourceFile] = []
    unparsed: list[Unparsed] = []
    texts: dict[str, str] = {}
    # The schemas are law too: they say what is never collected. So is the policy.
    found = (file for file in path.rglob("*") if file.suffix in _READ and file.is_file())
    for file in sorted(found, key=lambda file: file.relative_to(path).as_posix()):
        name, content = file.relative_to(path).as_posix(), file.read_bytes()
        # Each part is preceded by its length, so that no other division of the same bytes gives the same hash.
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
        if file.suffix == ".json":
            continue
        try:
            text = content.decode("utf-8")
            if file.suffix != ".toml":
                texts[name] = text
                continue
            table = tomllib.loads(text)
        except UnicodeDecodeError as error:
            unparsed.append(Unparsed(name, content.count(b"\n", 0, error.start) + 1, "not UTF-8"))
        except tomllib.TOMLDecodeError as error:
            unparsed.append(Unparsed(name, _line_named_in(str(error), text), str(error)))
        else:
            files.append(SourceFile(name, _kind(table), table, lines_of(text)))
    return Folder(path, tuple(files), tuple(unparsed), digest.digest(), texts)


def _kind(table: Table) -> str | None:
    return next((KINDS[key] for key in KINDS if key in table), None)


def _line_named_in(says: str, text: str) -> int:
    # tomllib of Python 3.11 says "... (at line 3, column 7)" or "(at end of document)", and carries no attribute for it.
    _, found, rest = says.rpartition("(at line ")
    return int(rest.partition(",")[0]) if found else text.count("\n") + 1
