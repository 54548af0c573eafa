"""What goes wrong on our side: the log has it under a number, and whoever asked is told the number to quote.

Always true: no value of a person is in either. Where the line of a reading cannot be written nothing was shown, and a page says
that, with 503, as the API does (`api.readings`). Where the database is away before anything is read: `uncaught`.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID, uuid4

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from openxin.disclosure.asking import LineImpossible
from openxin.law.loading import catalogue
from openxin.web import rendering

# The server ended, cannot be reached or cannot go on now (no connection, no room, a lock that did not come): not our statement.
AWAY: Final = (OperationalError, InterfaceError)
_AWAY_FOR_NOW = 503


def written_down(event: str, error: BaseException) -> UUID:
    """Write down what went wrong, and where. The number under which the log has it."""
    number = uuid4()
    structlog.get_logger(__name__).exception(event, instance=str(number), exc_info=error)
    return number


def no_line(impossible: LineImpossible) -> UUID:
    """Write down why the line of a reading cannot be written. The number under which the log has it."""
    return written_down("no line, no reading", impossible.__cause__ or impossible)


class NoLineNoReading:
    """Middleware: says of every page alike that nothing was shown, since the line could not be written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 in words for LineImpossible; nothing else is answered here."""
        if not isinstance(exception, LineImpossible):
            return None
        rule, number = catalogue().refusals[exception.rule], no_line(exception)
        return rendering.page(request, "web/no_line.html", status=_AWAY_FOR_NOW, rule=rule, number=number)
