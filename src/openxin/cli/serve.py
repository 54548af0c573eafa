"""`openxin serve`: the pages, on this machine only, until real log-in exists. The embedded server stays up meanwhile.

Two processes. This one holds the register open and moves what waits into the ledger; the pages are served by a fresh one
(`python -m openxin.cli.serve PORT`), because the web server forks, and a fork of a process with threads may never wake up.
"""

from __future__ import annotations

import ctypes
import signal
import socket
import subprocess
import sys
from typing import Annotated

import typer

from openxin.cli import output

# There is no option for another address: whoever reaches the port may ask for a log-in, and so far a link is all that it takes.
_ADDRESS = "127.0.0.1"
_THREADS = 4
_SEQUENCE_EVERY_S = 5.0
_PATIENCE_S = 10
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
    pages = subprocess.Popen([sys.executable, "-m", "openxin.cli.serve", str(port)])
    output.say(f"http://{_ADDRESS}:{port}/  (Ctrl+C 停止", "Ctrl+C stops)")
    try:
        _sequence_while_running(pages)
    finally:
        pages.terminate()
        pages.wait(_PATIENCE_S)


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((_ADDRESS, port))
        except OSError:
            return False
    return True


def _sequence_while_running(pages: subprocess.Popen[bytes]) -> None:
    """Move what waits into the ledger, again and again; another process that does the same is waited for."""
    import structlog
    from django.db import Error, connections

    from openxin.ledger.sequencing import sequence

    while pages.poll() is None:
        try:
            sequence()
        except Error:
            # The database is away for a moment: what waits goes on waiting, and the next round takes it up.
            structlog.get_logger(__name__).exception("sequencing failed")
            connections.close_all()
        try:
            pages.wait(_SEQUENCE_EVERY_S)
        except subprocess.TimeoutExpired:
            continue
    output.fail("网页服务已停止。", "the pages are no longer served.", output.EXIT_FAULT)


def serve_pages(port: int) -> None:
    """The other process: the web server itself. It ends when the one that started it does, however that ends."""
    from granian.constants import Interfaces
    from granian.server import Server

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    Server(
        "openxin.config.wsgi:application",
        address=_ADDRESS,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=_THREADS,
        log_enabled=False,  # an access log would hold links
        websockets=False,
    ).serve()


if __name__ == "__main__":
    serve_pages(int(sys.argv[1]))
