from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from openxin.intake import upload_work
from openxin.intake.workers import forget_connection
from openxin.store.connection import open_plain
from tests.harness.door import Door
from tests.harness.machine import Machine, machine
from tests.harness.register import Register
from tests.harness.uploading import worked


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


@pytest.fixture
def market(register: Register) -> Machine:
    """A machine of the market supervision."""
    return machine("market")


@pytest.fixture
def works(door: Door) -> Iterator[Callable[[], None]]:
    """Do what is due of the uploads, as the worker of `serve` does."""
    forget_connection()
    with open_plain("intake") as connection, upload_work.lease(connection):

        def work() -> None:
            worked(door, connection)
            upload_work.tidy_up(connection, door.place())

        yield work
    forget_connection()
