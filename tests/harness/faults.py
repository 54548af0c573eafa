"""Faults of the database, at the driver: a commit whose answer is lost, a command that is killed at any moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections

from openxin.intake import workers


class AnswerLost(psycopg.OperationalError):
    """The connection broke at a commit; the client cannot know whether the server stored it."""


class _Breaking(psycopg.Connection[Any]):
    """A real connection that breaks at its n-th commit: before it, or after it was stored."""

    commits = 0
    breaks_at = 0
    stored = False

    @contextmanager
    def transaction(self, *words: Any, **named: Any) -> Iterator[psycopg.Transaction]:
        outermost = self.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        if not outermost:
            with super().transaction(*words, **named) as inner:
                yield inner
            return
        with super().transaction(*words, **named) as outer:
            yield outer
            if not self.stored:
                self._count()
        if self.stored:
            self._count()

    def _count(self) -> None:
        self.commits += 1
        if self.commits == self.breaks_at:
            raise AnswerLost(f"commit {self.commits}")


@contextmanager
def breaking_at(commit: int, *, stored: bool) -> Iterator[_Breaking]:
    """The door's connection breaks at its n-th commit. `stored`: the server had stored it, only the answer was lost."""
    with a_connection_that_breaks(commit, stored=stored) as connection:
        workers.forget_connection()
        workers.use_connection(connection)
        try:
            yield connection
        finally:
            workers.forget_connection()


@contextmanager
def a_connection_that_breaks(commit: int, *, stored: bool) -> Iterator[_Breaking]:
    """A connection of the door's role that breaks at its n-th commit."""
    parameters = connections["intake"].get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    with _Breaking.connect(**parameters, autocommit=True) as connection:
        connection.breaks_at, connection.stored = commit, stored
        yield connection


@contextmanager
def the_pages_lose_an_answer(*, stored: bool) -> Iterator[None]:
    """The application's connection breaks at its next commit, before it or after it was stored: Django's OperationalError."""
    application = connections["default"]
    application.ensure_connection()
    real = application._commit

    def commit() -> None:
        with application.wrap_database_errors:
            if stored:
                real()
            raise AnswerLost("commit of a page")

    application._commit = commit
    try:
        yield
    finally:
        del application._commit
        application.close()
