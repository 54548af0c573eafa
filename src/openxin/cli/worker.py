"""How a worker process of the door gets ready: settings, the rooms, the keys. Named by the commands that start workers."""

import django

from openxin.cli.session import installation
from openxin.vault import keyring


def start() -> None:
    """Make this process able to work on the same installation as its parent."""
    chosen = installation()
    django.setup()
    keyring.use(chosen.keys)
