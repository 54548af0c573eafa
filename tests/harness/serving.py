"""A real `openxin serve` for a register, with its child processes; any of them can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

_PATIENCE_S = 60
_WORKER = b"openxin.cli.uploads_worker"


class Serving:
    """`serve`, and its worker of uploads. Started again, it is another process of the same register."""

    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "openxin.cli.main", "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)

    def answers(self) -> None:
        """Wait until the pages are served."""

        def served() -> bool:
            assert self._process.poll() is None, "the server ended before it answered"
            with suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(self.address, timeout=5).close()
                return True
            return False

        until(served)

    def kill(self) -> None:
        """SIGKILL to `serve` itself: its children end with it."""
        children = self._children()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        until(lambda: not any(is_alive(child) for child in children))

    def kill_worker(self) -> None:
        """SIGKILL to the worker of uploads alone."""
        for child in self._children():
            with suppress(OSError):
                if _WORKER in (Path("/proc") / str(child) / "cmdline").read_bytes().split(b"\0"):
                    os.kill(child, signal.SIGKILL)

    def cores_of(self, module: str) -> set[int]:
        """On which cores the child that runs this module may be, and all of its own children's threads."""
        (child,) = [one for one in psutil.Process(self._process.pid).children() if module in one.cmdline()]
        return {
            core
            for process in (child, *child.children(recursive=True))
            for thread in process.threads()
            for core in os.sched_getaffinity(thread.id)
        }

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(_PATIENCE_S)

    def _children(self) -> list[int]:
        pid = self._process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def serving() -> Iterator[Serving]:
    """Serve the register to which the environment points, until the body ends."""
    started = Serving()
    try:
        yield started
    finally:
        started.stop()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def is_alive(pid: int) -> bool:
    """A process that ended and was not yet taken notice of is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that must come; it is no measurement of how long it takes."""
    give_up = time.monotonic() + _PATIENCE_S
    while not holds():
        if time.monotonic() > give_up:
            raise TimeoutError(holds)
        time.sleep(0.05)
