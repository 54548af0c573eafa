"""The register in which a benchmark measures: just made, where the environment points."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openxin.operations.installation import Installation


@contextmanager
def fresh_register() -> Iterator[Installation]:
    """Make a register with what `init` makes, and nothing more; open until the body ends."""
    from openxin.cli.session import register_open, server_up
    from openxin.operations.setup import initialise

    with server_up() as chosen:
        from openxin.cli.ingest import today

        initialise(chosen, today=today(), told=lambda _zh, _en: None)
    with register_open() as installation:
        yield installation
