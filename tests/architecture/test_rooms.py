"""What import-linter cannot see: a room reached by a string, by a foreign key, by raw SQL, or through its `__init__`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import openxin

SOURCE = Path(openxin.__file__).parent
ROOMS = sorted(folder.name for folder in SOURCE.iterdir() if (folder / "__init__.py").exists())
MODULES = sorted(SOURCE.rglob("*.py"))

# A table that another room may name in SQL, and why. Shorter is better.
MAY_NAME = {
    "operations/setup.py": {
        "ledger_outbox": "asks whether the law's hash waits for the ledger",
    },
    "operations/doctor.py": {
        "accounts_user": "holds a person's id and is not under row security: a log-in is found before it is known who reads",
        "accounts_link": "the same",
    },
    "cli/ledger.py": {
        "records_version": "`ledger reconcile` compares every place that holds an entry with the tree",
        "records_move": "the same",
        "records_line": "the same",
        "people_act": "the same",
        "accounts_act": "the same",
        "people_extract": "the same",
        "intake_check": "the same",
        "intake_submission": "the same",
    },
    "records/reading.py": {
        "people_person": "a record's key is wrapped by its person's, bound to its place there",
        "people_identity": "a document is sealed under its person's key, bound to its place there",
    },
    "disclosure/door.sql": {
        "records_record": "a reading, its line and its entry in the ledger are one call",
        "records_version": "the same",
        "records_move": "the same",
        "records_line": "the same",
        "records_line_key": "the same",
        "people_person": "the same",
        "people_identity": "the same",
        "people_joined": "the same",
        "accounts_client": "the same",
        "ledger_outbox": "the same",
    },
    "records/supplements.py": {"people_person": "the same"},
    "cli/bench/disclose.py": {
        "people_person": "a register of a hundred thousand persons, filled for a benchmark by the owner",
        "people_identity": "the same",
        "records_record": "the same",
        "records_version": "the same",
        "records_line": "the lines are counted: no statement without one",
        "disclosure_grant": "the same register",
        "disclosure_way_in": "the same register",
    },
}

# A module named by a string, where an import is impossible or would make every command heavy.
MAY_BE_NAMED_BY_STRING = {
    "cli/session.py": {"openxin.config.settings"},
    "cli/bench/disclose_pages.py": {"openxin.config.wsgi", "openxin.web.urls"},  # the server that is measured
    "config/settings.py": None,  # Django's own way: apps, middleware, URLs
    "config/wsgi.py": {"openxin.config.settings"},
    "cli/main.py": None,  # commands by name, and exceptions by name: what a command does not need is not imported
}


def tables() -> dict[str, str]:
    """Every table, and the room that owns it."""
    found = {"accounts_user": "accounts"}
    for schema in SOURCE.glob("*/schema.sql"):
        for table in re.findall(r"^create table (\w+)", schema.read_text("utf-8"), re.MULTILINE):
            found[table] = schema.parent.name
    return found


def strings(module: Path) -> Iterator[str]:
    """The strings of a module that are no docstrings."""
    tree = ast.parse(module.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def named(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def test_a_table_is_named_by_its_own_room_only():
    owners = tables()
    assert len(owners) > 15
    strangers = set()
    for path in [*MODULES, *SOURCE.rglob("*.sql")]:
        texts = strings(path) if path.suffix == ".py" else [re.sub(r"--.*", "", path.read_text("utf-8"))]
        for text in texts:
            for table in re.findall(r"\w+", text):
                if table in owners and owners[table] != path.relative_to(SOURCE).parts[0]:
                    strangers.add((named(path), table))
    allowed = {(file, table) for file, its_tables in MAY_NAME.items() for table in its_tables}
    assert strangers - allowed == set(), "another room's table is named"
    assert allowed - strangers == set(), "an exception that nobody needs any more"


def test_a_table_begins_with_the_name_of_its_room():
    assert [(table, room) for table, room in tables().items() if not table.startswith(f"{room}_")] == []


def test_no_foreign_key_and_no_reverse_accessor_crosses_rooms():
    """Rooms hold plain ids of each other. `person.record_set` would be a back door past the door out."""
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            assert name not in {"ForeignKey", "OneToOneField", "ManyToManyField"}, named(path)
            assert not name.endswith("_set") or name in {"_set"}, f"{named(path)}: {name}"


def test_no_model_is_fetched_by_name():
    for path in MODULES:
        assert "get_model(" not in path.read_text("utf-8"), named(path)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_room_is_reached_by_a_string(path):
    allowed = MAY_BE_NAMED_BY_STRING.get(named(path), set())
    if allowed is None:
        return
    reached = {text for text in strings(path) if re.fullmatch(rf"openxin\.({'|'.join(ROOMS)})(\.\w+)*", text)}
    own = {text for text in reached if text.startswith(f"openxin.{path.relative_to(SOURCE).parts[0]}")}
    assert reached - own - allowed == set()


@pytest.mark.parametrize("room", ROOMS)
def test_the_init_of_a_room_is_a_docstring(room):
    """Django imports it before any model may exist; and a reader begins there."""
    tree = ast.parse((SOURCE / room / "__init__.py").read_text("utf-8"))
    assert len(tree.body) == 1
    docstring = ast.get_docstring(tree) or ""
    assert len(docstring) > 80, "what the room is for, what is always true in it, where to begin"
