"""Who calls what, as the source says it: every function of ours that leads to one of given ones, however far away.

Read from the syntax trees, so that a function which no test runs is known too. Names are followed through imports, also those
inside functions; a function is named as the interpreter names its code, so that what ran can be compared with what is written.
"""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from types import FrameType

import openxin

_SOURCE = Path(openxin.__file__).parent
Function = tuple[str, str]  # module, and the name within it: ("openxin.web.portal", "records")


def leading_to(*these: Function) -> set[Function]:
    """`these` and whoever calls them, or hands them on, directly or by way of others."""
    found, new = set[Function](), set(these)
    while new:
        found |= new
        new = {caller for caller, called in _calls() if called in new} - found
    return found


def seen_while(act: Callable[[], object]) -> set[Function]:
    """Every function of ours that ran, in this thread."""
    seen = set[tuple[str, str]]()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            seen.add((frame.f_code.co_filename, frame.f_code.co_qualname))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    ours = {str(file): _module(file) for file in _SOURCE.rglob("*.py")}
    return {(ours[file], name) for file, name in seen if file in ours}


@cache
def _calls() -> frozenset[tuple[Function, Function]]:
    return frozenset(call for file in _SOURCE.rglob("*.py") for call in _of_file(file))


def _of_file(file: Path) -> Iterator[tuple[Function, Function]]:
    module, tree = _module(file), ast.parse(file.read_text("utf-8"))
    names = {node.name: (module, node.name) for node in tree.body if isinstance(node, ast.FunctionDef)}
    imported = {name: target for node in ast.walk(tree) for name, target in _imported(node)}
    for caller, node in _inside(tree, ()):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
            yield (module, caller), (".".join(imported[node.value.id]), node.attr)
        elif isinstance(node, ast.Name) and node.id in (known := names | imported):
            yield (module, caller), known[node.id]


def _imported(node: ast.AST) -> Iterable[tuple[str, Function]]:
    """A name, and what it stands for: the last part of it a module or a function."""
    if isinstance(node, ast.ImportFrom) and node.module:
        return [(one.asname or one.name, (node.module, one.name)) for one in node.names]
    if isinstance(node, ast.Import):
        dotted = [(one.asname, one.name.rpartition(".")) for one in node.names if one.asname and "." in one.name]
        return [(name, (room, module)) for name, (room, _, module) in dotted]
    return []


def _inside(node: ast.AST, within: tuple[str, ...]) -> Iterator[tuple[str, ast.AST]]:
    """Everything inside a function, beside the function's name. What a module does by itself is not ours to look at."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            own = "<lambda>" if isinstance(child, ast.Lambda) else child.name
            name = ".".join((*within, own))
            closed = name if isinstance(child, ast.ClassDef) else f"{name}.<locals>"
            yield from _inside(child, (closed,))
        else:
            if within and within[0].endswith(".<locals>"):
                yield within[0].removesuffix(".<locals>"), child
            yield from _inside(child, within)


def _module(file: Path) -> str:
    return ".".join(("openxin", *file.relative_to(_SOURCE).with_suffix("").parts))
