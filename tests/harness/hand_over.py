"""A process of its own that receives one file, as the pages do, slowly: FILE NAME. It can be killed."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

_PIECE = 4096
_PAUSE_S = 0.01


def main() -> None:
    from openxin.cli.worker import start

    start()
    from openxin.cli.ingest import place
    from openxin.intake import uploads

    file, name = Path(sys.argv[1]), sys.argv[2]
    print("receiving", flush=True)  # noqa: T201  (so that whoever kills us knows that there is something to kill)
    uploads.receive(
        _slowly(file), file_name=name, type_id="penalty", authority_id="market", login=UUID(int=7), place=place()
    )


def _slowly(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while piece := content.read(_PIECE):
            time.sleep(_PAUSE_S)
            yield piece


if __name__ == "__main__":
    main()
