"""On which line of a TOML file does a value stand?

Python's `tomllib` forgets, and a finding without a line is no help to a lawyer in a file of 400 lines. This walks over text
that `tomllib` has already accepted, so it only has to tell headers, keys, strings and brackets apart.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")
# What can hide a bracket or a comma: strings of four kinds, and comments.
_HIDDEN = re.compile(r'"{3}.*?"{3}|\'{3}.*?\'{3}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Lines:
    """The line of every table, key and element of an array that stands on a line of its own."""

    known: Mapping[Path, int]

    def at(self, *path: str | int) -> int:
        """The line of `path`, or of the nearest thing around it."""
        while path and path not in self.known:
            path = path[:-1]
        return self.known.get(path, 1)


def lines_of(text: str) -> Lines:
    """Find the lines of everything in `text`, which must be TOML."""
    known: dict[Path, int] = {}
    counts: dict[Path, int] = {}  # how many [[x]] there were so far
    table: Path = ()
    # Letters inside strings and comments are blanked, line breaks kept: what is left shows the structure.
    bare = _HIDDEN.sub(lambda hidden: _blank(hidden.group()), text)
    inside: Path = ()
    depth, element = 0, 0
    for number, (line, shown) in enumerate(zip(text.split("\n"), bare.split("\n"), strict=True), start=1):
        if depth == 0 and shown.strip():  # nothing is left of a line inside a string: it holds no header
            header = _HEADER.match(line)
            key = None if header else _KEY.match(line)
            if header:
                table = _opened(_parts(header[2]), is_array=header[1] == "[[", counts=counts)
                known.setdefault(table, number)
            elif key:
                inside, element = (*table, *_parts(key[1])), 0
                for length in range(len(table) + 1, len(inside) + 1):
                    known.setdefault(inside[:length], number)
                depth, element = _step(shown[key.end() :], depth, element)
        elif depth:
            if shown.strip(" ],\t"):
                known.setdefault((*inside, element), number)
            depth, element = _step(shown, depth, element)
    return Lines(known)


def _blank(hidden: str) -> str:
    # A string leaves one mark, so that a line that holds only strings still counts as an element.
    if hidden.startswith("#"):
        return ""
    return "s" + "\n" * hidden.count("\n")


def _parts(dotted: str) -> Path:
    return tuple(one or two or three for one, two, three in _PART.findall(dotted))


def _opened(parts: Path, *, is_array: bool, counts: dict[Path, int]) -> Path:
    """The path of a header: `[[list.value]]` is the next value of the last list."""
    path: Path = ()
    for index, part in enumerate(parts):
        path = (*path, part)
        if index == len(parts) - 1 and is_array:
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path = (*path, counts[path] - 1)
    return path


def _step(shown: str, depth: int, element: int) -> tuple[int, int]:
    """How deep in brackets we stand after these letters, and at which element of the outermost array."""
    for letter in shown:
        if letter in "[{":
            depth += 1
        elif letter in "]}":
            depth -= 1
        elif letter == "," and depth == 1:
            element += 1
    return depth, element
