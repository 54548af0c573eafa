from pathlib import Path

import pytest

from tests.harness.door import Door
from tests.harness.register import Register


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")
