"""The reviewed description of the API. Renew it with `python -m tests.web.api.snapshot`, and read what has changed."""

import os
from pathlib import Path

FILE = Path(__file__).with_name("openapi.json")


def served() -> bytes:
    """The description as it is served now."""
    from openxin.web.api import app

    return app.description() + b"\n"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openxin.config.settings")
    django.setup()
    FILE.write_bytes(served())
