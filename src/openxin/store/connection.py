"""Plain psycopg connections beside Django's: server-side binding and binary results, for sets of ten thousand rows."""

from typing import Any

import psycopg
from django.db import connections

Connection = psycopg.Connection[tuple[Any, ...]]

# Django's own cursor class binds on the client, and its adapters undo what binary results are for.
_OF_DJANGO = ("cursor_factory", "context", "prepare_threshold")


def open_plain(alias: str) -> Connection:
    """A new connection to the database called `alias`, in autocommit: transactions are opened by name."""
    parameters = connections[alias].get_connection_params()
    for name in _OF_DJANGO:
        parameters.pop(name, None)
    return psycopg.connect(**parameters, autocommit=True)
