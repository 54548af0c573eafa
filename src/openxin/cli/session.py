"""The register, open for one command: Django set up, the server up (started or joined), the keys loaded."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openxin.operations.installation import Installation

_SETTINGS = "openxin.config.settings"


def installation() -> "Installation":
    """What the environment says. Needs no server."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS)
    from django.conf import settings

    chosen: Installation = settings.OPENXIN_INSTALLATION
    return chosen


@contextmanager
def server_up() -> Iterator["Installation"]:
    """Django set up and the server up; neither keys nor tables need exist yet. For `init`."""
    chosen = installation()
    import django
    from django.db import connections

    from openxin.operations import embedded
    from openxin.operations.databases import point_django_at
    from openxin.operations.installation import make_passwords

    django.setup()
    # 0711: the embedded server's user may pass through, nobody may look. A home that exists keeps its mode.
    chosen.home.mkdir(mode=0o711, parents=True, exist_ok=True)
    make_passwords(chosen.keys)
    point_django_at(chosen)
    with embedded.running(chosen) if chosen.is_embedded else nullcontext():
        try:
            yield chosen
        finally:
            connections.close_all()  # before the server is told to stop


@contextmanager
def register_open(*, law_from: date | None = None) -> Iterator["Installation"]:
    """The register, open; what a killed command left in the spool is cleared away. Raises KeysMissing before `init`.

    `law_from`: for commands that judge by the law; sees to it that the hash of the catalogue in use is in the ledger.
    """
    from openxin.intake import spool_folders
    from openxin.vault import keyring

    keyring.use(installation().keys)
    spool_folders.sweep(installation().home / "spool")
    with server_up() as chosen:
        if law_from is not None:
            from openxin.operations.setup import note_catalogue

            note_catalogue(law_from)
        yield chosen
