"""`openxin serve`: the pages, on this machine only; for others a proxy ends TLS here. The embedded server stays up meanwhile.

Three processes. This one holds the register open and moves what waits into the ledger; the pages are served by a fresh one
(`python -m openxin.cli.serve PORT PARENT`), because the web server forks, and a fork of a process with threads may never wake
up; a third one (`uploads_worker`) checks and admits what comes in at the desk, and is started again whenever it ended.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import Annotated

import psutil
import typer

from openxin.cli import output

# There is no option for another address: nothing here speaks TLS, and without it passwords and sessions would travel in clear.
_ADDRESS = "127.0.0.1"
THREADS = 4
_SEQUENCE_EVERY_S = 5.0
_LOOK_EVERY_S = (
    0.5  # a worker that ended is started again no sooner: one that cannot live must not keep the machine busy
)
_PATIENCE_S = 10
_ANSWERING_S = (
    3  # for what is being answered at the end: a browser that sends a file for minutes would keep the port as long
)
_PR_SET_PDEATHSIG = 1  # prctl(2)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("serve")(serve)


def serve(port: Annotated[int, typer.Option(min=1, max=65535, help="端口 / port")] = 8000) -> None:
    """启动网页服务，只限本机访问 / Serve the pages, to this machine only."""
    from openxin.cli.ingest import today
    from openxin.cli.session import register_open

    # Rows are judged at the desk too: the law in force here is in the ledger before the first of them.
    with register_open(law_from=today()):
        serve_forever(port)


def serve_forever(port: int) -> None:
    """Serve until told to stop. The register is open; what the pages write reaches the ledger within seconds."""
    if not _is_free(port):
        output.fail(f"端口 {port} 已被占用，请用 --port 换一个。", f"port {port} is taken; choose another with --port.")
    pages = subprocess.Popen([sys.executable, "-m", "openxin.cli.serve", str(port), str(os.getpid())])
    uploads = _start_uploads()
    output.say(f"http://{_ADDRESS}:{port}/  (Ctrl+C 停止", "Ctrl+C stops)")
    try:
        sequenced_at = -_SEQUENCE_EVERY_S
        while pages.poll() is None:
            if uploads.poll() is not None:
                uploads = _start_uploads()
            if time.monotonic() - sequenced_at >= _SEQUENCE_EVERY_S:
                _sequence()
                sequenced_at = time.monotonic()
            _ended_within(pages, _LOOK_EVERY_S)
        output.fail("网页服务已停止。", "the pages are no longer served.", output.EXIT_FAULT)
    finally:
        for process in (pages, uploads):
            process.terminate()
        for process in (pages, uploads):
            process.wait(_PATIENCE_S)


def _start_uploads() -> subprocess.Popen[bytes]:
    # It is told whose child it is: one that finds another parent has lost us before it could ask to be ended with us.
    return subprocess.Popen([sys.executable, "-m", "openxin.cli.uploads_worker", str(os.getpid())])


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((_ADDRESS, port))
        except OSError:
            return False
    return True


def _sequence() -> None:
    """Move what waits into the ledger; another process that does the same is waited for."""
    import structlog
    from django.db import Error, connections

    from openxin.ledger.sequencing import sequence

    try:
        sequence()
    except Error:
        # The database is away for a moment: what waits goes on waiting, and the next round takes it up.
        structlog.get_logger(__name__).exception("sequencing failed")
        connections.close_all()


def _ended_within(process: subprocess.Popen[bytes], seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def serve_pages(port: int, parent: int) -> None:
    """The other process: the web server itself. It ends when `parent`, who started it, does, however that ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return  # it ended before we could ask to be told, and nobody would ever end us
    _end_with(parent)
    stay_on_one_core()
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "openxin.config.wsgi:application",
        address=_ADDRESS,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        workers_kill_timeout=_ANSWERING_S,
        log_enabled=False,  # an access log would hold links
        websockets=False,
    ).serve()


def stay_on_one_core() -> None:
    """Keep this process, and what it starts, on one core (docs/decisions/0033).

    The interpreter runs one thread at a time. Where its threads take turns on several cores each finds what it needs in the
    caches of another; on one core they find it in their own, and the database has the others.
    """
    cores = os.sched_getaffinity(0)
    if len(cores) > 1:
        os.sched_setaffinity(0, {max(cores)})


def _end_with(parent: int) -> None:
    """Look every second whether `parent` lives: a signal that comes while the web server starts is lost, so it is sent again.

    By a timer and not by a thread: the web server forks.
    """
    left = _PATIENCE_S

    def look(*_: object) -> None:
        nonlocal left
        if os.getppid() == parent:
            return
        left -= 1
        if left > 0:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        for child in psutil.Process().children(recursive=True):
            child.kill()
        os._exit(1)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)


if __name__ == "__main__":
    serve_pages(int(sys.argv[1]), int(sys.argv[2]))
