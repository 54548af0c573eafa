"""`openxin serve`: the pages, on this machine only, until real log-in exists. The embedded server stays up meanwhile."""

from __future__ import annotations

import socket
import threading
from typing import Annotated

import typer

from openxin.cli import output

# There is no option for another address: whoever reaches the port may ask for a log-in, and so far a link is all that it takes.
_ADDRESS = "127.0.0.1"
_THREADS = 4
_SEQUENCE_EVERY_S = 5.0


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("serve")(serve)


def serve(port: Annotated[int, typer.Option(min=1, max=65535, help="端口 / port")] = 8000) -> None:
    """启动网页服务，只限本机访问 / Serve the pages, to this machine only."""
    from openxin.cli.session import register_open

    with register_open():
        serve_forever(port)


def serve_forever(port: int) -> None:
    """Serve until told to stop. The register is open; what the pages write reaches the ledger within seconds."""
    from granian.constants import Interfaces
    from granian.server import Server

    if not _is_free(port):
        output.fail(
            f"端口 {port} 已被占用，请用 --port 换一个。", f"port {port} is taken; choose another with --port.", 1
        )
    typer.echo(f"\nhttp://{_ADDRESS}:{port}/  (Ctrl+C 停止 / Ctrl+C stops)")
    done = threading.Event()
    sequencer = threading.Thread(target=_sequence_until, args=(done,), name="sequencer")
    sequencer.start()
    try:
        Server(
            "openxin.config.wsgi:application",
            address=_ADDRESS,
            port=port,
            interface=Interfaces.WSGI,
            blocking_threads=_THREADS,
            log_enabled=False,  # an access log would hold links
            websockets=False,
        ).serve()
    finally:
        done.set()
        sequencer.join()


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((_ADDRESS, port))
        except OSError:
            return False
    return True


def _sequence_until(done: threading.Event) -> None:
    """Move what waits into the ledger, again and again; another process that does the same is waited for."""
    import structlog
    from django.db import Error, connections

    from openxin.ledger.sequencing import sequence

    while not done.wait(_SEQUENCE_EVERY_S):
        try:
            sequence()
        except Error:
            # The database is away for a moment: what waits goes on waiting, and the next round takes it up.
            structlog.get_logger(__name__).exception("sequencing failed")
            connections.close_all()
    connections.close_all()
