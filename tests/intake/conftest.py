"""A door for every test of the door."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openxin.intake import upload_work
from openxin.intake.workers import forget_connection
from openxin.store.connection import Connection, open_plain
from tests.harness.door import Door
from tests.harness.register import Register


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


@pytest.fixture
def lease(door: Door) -> Iterator[Connection]:
    """The connection of whoever works the uploads."""
    forget_connection()
    with open_plain("intake") as connection, upload_work.lease(connection):
        yield connection
    forget_connection()
