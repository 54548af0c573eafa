"""A process of its own that hands in one file: FILE DAY SPOOL. It can be killed."""

import os
import sys
from datetime import date
from pathlib import Path


def main() -> None:
    from openxin.cli.worker import start

    start()
    from openxin.intake import admission
    from openxin.law.loading import catalogue
    from openxin.ledger.sequencing import sequence
    from tests.harness import sample

    file, day, spool = sys.argv[1:]
    law = catalogue()
    if os.environ.get("HAND_IN_NOTHING"):
        return
    admission._SMALL_FILE_BYTES = 1024 * 1024  # so that a file of the tests is shared out among workers
    admission._PART_BYTES = 512 * 1024
    admission.CHUNK_ROWS = 2_000
    admission.admit(
        Path(file),
        type_id="penalty",
        authority=admission.competent(law, sample.MARKET, "penalty", synthetic=True),
        law=law,
        today=date.fromisoformat(day),
        place=admission.Place(
            Path(spool), Path(spool).parent / "catalogues", synthetic=True, start_worker=start, workers=2
        ),
    )
    sequence()


if __name__ == "__main__":
    main()
