"""The process that works the uploads: `python -m openxin.cli.uploads_worker PARENT`. `serve` starts it, and starts it again.

What it has begun when it dies is taken up by the next one, so it needs no care in dying: it ends with whoever started it, and at
the first fault that it does not know.
"""

import ctypes
import os
import signal
import sys

from openxin.cli.worker import start

_PR_SET_PDEATHSIG = 1  # prctl(2)
_LOOK_EVERY_S = 5.0


def main() -> None:
    """Work until our parent ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        return  # it ended before we could ask to be told
    start()
    import structlog

    from openxin.cli.ingest import place, today
    from openxin.intake import upload_work
    from openxin.law.loading import catalogue
    from openxin.ledger.sequencing import sequence
    from openxin.operations.setup import note_catalogue
    from openxin.store.connection import open_plain

    try:
        with open_plain("intake") as connection, upload_work.lease(connection):
            note_catalogue(today())
            while True:
                upload_work.keep_terms(connection, place=place(), law=catalogue(), today=today())
                while upload_work.work(connection, place=place(), law=catalogue(), today=today()):
                    sequence()
                upload_work.wait(connection, _LOOK_EVERY_S)
    except Exception:
        # By type and place, as everything is logged: a traceback on the terminal would hold a message, and that a value.
        structlog.get_logger(__name__).exception("the uploads are not worked on")
        sys.exit(1)


if __name__ == "__main__":
    main()
