"""A real browser before the real server: `openxin serve` as a process of its own, Debian's Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.harness.door import Door
from tests.harness.register import Register

_QUIET = (
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--no-first-run",
)  # fmt: skip
_PATIENCE_S = 60


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as Debian ships it."""
    # Playwright keeps an event loop in this thread; our tests use it and the database in turns, never at once.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(_QUIET))
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


@pytest.fixture
def site(register: Register) -> Iterator[str]:
    """The address of a running `openxin serve` for this register."""
    port = _free_port()
    command = [sys.executable, "-m", "openxin.cli.main", "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
    try:
        _wait_for(f"http://127.0.0.1:{port}/", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(_PATIENCE_S)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + _PATIENCE_S
    while time.monotonic() < give_up:
        assert server.poll() is None, "the server ended before it answered"
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)
