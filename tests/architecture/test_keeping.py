"""Every column says how it is kept; a column that nobody declared does not pass."""

import re
import tomllib
from pathlib import Path

import pytest

import openxin
from openxin.vault.sealing import PROFILE_AES
from tests.harness.keeping import DECLARED, sealed_columns

COLUMNS = """
    select c.relname, a.attname, format_type(a.atttypid, null) from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped"""


def test_every_column_is_declared_and_only_what_is_there(register):
    stored = {(table, column) for table, column, _ in register.rows(COLUMNS)}
    assert {key for key in stored if key not in DECLARED} == set(), "declare it in the keeping.toml of its room"
    assert DECLARED.keys() - stored == set(), "declared, and not there"


def test_what_is_sealed_or_wrapped_is_bytes(register):
    kinds = {(table, column): kind for table, column, kind in register.rows(COLUMNS)}
    assert {key: kinds[key] for key in sealed_columns() if kinds[key] != "bytea"} == {}


def test_every_column_named_sealed_is_declared_sealed(register):
    named = {(table, column) for table, column, _ in register.rows(COLUMNS) if re.search("sealed|wrapped", column)}
    assert named == set(sealed_columns())


@pytest.mark.parametrize(
    "file", sorted(Path(openxin.__file__).parent.glob("*/keeping.toml")), ids=lambda file: file.parent.name
)
def test_a_room_declares_its_own_tables(file):
    room = file.parent.name
    for table, kept in tomllib.loads(file.read_text("utf-8")).items():
        assert table.startswith(f"{room}_") or room == "config", table
        assert kept.keys() <= {"sealed", "token", "harmless"}, table


def test_clear_text_in_a_sealed_column_is_noticed(register):
    """The check that knows everything knows this too."""
    clear = b"\x7b" + b"x" * 60
    assert clear[:1] != PROFILE_AES
    register.rows(
        "insert into records_line_key values (gen_random_uuid(), gen_random_uuid(), %s, 1::smallint) returning 1",
        clear,
    )
    with pytest.raises(AssertionError, match=r"records_line_key\.wrapped_key"):
        register.is_sound()
