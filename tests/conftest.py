"""A run of pytest: one server, a template database, and a fresh register for every test that asks for one.

Real transactions as the application's role, never a test case that rolls back: `SET LOCAL` survives a released savepoint,
so a wrapping transaction would hide a reader that nobody named.
"""

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from openxin.operations.installation import Installation
from tests.harness.register import Register, founded_register
from tests.harness.server import clean_environment, shared_server

_RUN = "PYTEST_REGISTER_RUN"  # the folder of this run; pytest-xdist hands the environment on to its workers
_numbers = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    """Before anything of Django is imported: this run's own environment."""
    if _RUN not in os.environ:
        os.environ[_RUN] = tempfile.mkdtemp(prefix="openxin-tests-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(_RUN), ignore_errors=True))
    clean_environment(Path(os.environ[_RUN]))
    # Unhandled, it would leave the server of this run behind.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", 143))
    # A deadline measures the machine, and the machine is shared.
    hypothesis.settings.register_profile("openxin", deadline=None)
    hypothesis.settings.load_profile("openxin")


@pytest.fixture(scope="session")
def shared_installation() -> Iterator[Installation]:
    """The server of this run, with the template."""
    import django
    from django.conf import settings
    from django.test.utils import setup_test_environment, teardown_test_environment

    django.setup()
    setup_test_environment()
    with shared_server(settings.OPENXIN_INSTALLATION):
        yield settings.OPENXIN_INSTALLATION
    teardown_test_environment()


@pytest.fixture
def register(shared_installation: Installation, tmp_path: Path) -> Iterator[Register]:
    """A founded, empty register."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with founded_register(shared_installation, tmp_path / "home", f"register_{worker}_{next(_numbers)}") as founded:
        yield founded
