"""The identity provider of the demonstration: a real one, on loopback, at which everybody may say who they are.

It comes with the tools for development (`oidc-provider-mock`); where it is not installed, or another provider is set, the
demonstration goes on with one-time links alone.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import tempfile
import warnings
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from openxin.synth.city import Person

_SETTINGS = {"NUMBER": "document_number", "NAME": "name", "TYPE": "document_type", "STATE": "issuing_state"}


def choose() -> int | None:
    """Name the provider in the environment, before the settings are read. Its port; None where there will be none."""
    if find_spec("oidc_provider_mock") is None or "OPENXIN_OIDC_ISSUER" in os.environ:
        return None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    handle, secret = tempfile.mkstemp(prefix="openxin-demo-")
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe())
    os.environ |= {f"OPENXIN_OIDC_{name}_CLAIM": claim for name, claim in _SETTINGS.items()} | {
        "OPENXIN_OIDC_ISSUER": f"http://localhost:{port}",
        "OPENXIN_OIDC_CLIENT_ID": "openxin-demo",
        "OPENXIN_OIDC_CLIENT_SECRET_FILE": secret,
    }
    return port


def running(port: int | None, residents: Sequence[Person]) -> AbstractContextManager[None]:
    """The provider runs meanwhile, and knows `residents`."""
    return nullcontext() if port is None else _running(port, residents)


@contextmanager
def _running(port: int, residents: Sequence[Person]) -> Iterator[None]:
    with warnings.catch_warnings(action="ignore"):  # of its own parts, to its makers
        from oidc_provider_mock import User, run_server_in_thread

    for logger in ("werkzeug", "oidc_provider_mock"):  # an access log would hold what people logged in with
        logging.getLogger(logger).setLevel(logging.ERROR)
    known = [
        User(
            sub=resident.name,
            claims={
                "document_number": resident.number,
                "name": resident.name,
                "document_type": resident.document_type,
                "issuing_state": resident.issuing_state,
            },
        )
        for resident in residents
    ]
    try:
        with run_server_in_thread(port, user_claims=known):
            yield
    finally:
        Path(os.environ["OPENXIN_OIDC_CLIENT_SECRET_FILE"]).unlink(missing_ok=True)
