"""The web server of `bench disclose`: the one that `serve` starts, with a page for the baseline beside those of the register.

`python -m openxin.cli.bench.disclose_server PORT`
"""

from __future__ import annotations

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def serve(port: int) -> None:
    """Serve until told to stop, or until whoever started it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    from granian.constants import Interfaces
    from granian.server import Server

    from openxin.cli import serve as pages

    pages.stay_on_one_core()
    Server(
        "openxin.cli.bench.disclose_pages:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=pages.THREADS,
        log_enabled=False,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
