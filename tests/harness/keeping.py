"""How columns are kept, as the rooms declare it in their `keeping.toml`."""

import tomllib
from pathlib import Path

import openxin

DECLARED: dict[tuple[str, str], str] = {
    (table, column): how
    for file in Path(openxin.__file__).parent.glob("*/keeping.toml")
    for table, kept in tomllib.loads(file.read_text("utf-8")).items()
    for how, columns in kept.items()
    for column in columns
}


def sealed_columns() -> list[tuple[str, str]]:
    """(table, column) of everything that is sealed or wrapped."""
    return sorted(key for key, how in DECLARED.items() if how == "sealed")
