"""What no page and no operation answered: the last answer, wherever it went wrong, before a page was begun too.

Django's `handler500` and `handler400`. A session that cannot be read or kept and a log-in that cannot be asked for end here as a
page does. Always true: where the database is away nothing is shown, with 503, whoever asked; a page in the reader's language, an
API as RFC 9457 asks.
"""

import sys

from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse
from django.views import defaults

from openxin.web import faults, rendering, token
from openxin.web.api import entrance

_FOR_MACHINES = (entrance.PREFIX, f"/{token.PATH}")


def fault(request: HttpRequest) -> HttpResponse:
    """The answer to what is being raised: 503 where the database is away, and else 500, which tells nothing of itself."""
    error = sys.exception()
    return _away(request, error) if isinstance(error, faults.AWAY) else defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; but Django says so too of a session that the database could not keep, whatever the reason."""
    if isinstance(exception, SessionInterrupted):
        not_kept = exception.__context__
        if not_kept is not None and isinstance(not_kept.__context__, faults.AWAY):
            return _away(request, not_kept.__context__)
    return defaults.bad_request(request, exception)


def _away(request: HttpRequest, error: Exception) -> HttpResponse:
    if request.path_info.startswith(_FOR_MACHINES):
        return entrance.unexpected(request, error)
    del (
        request.session
    )  # on the way out it would be asked until when it is good: the same fault, and the same wait, again
    number = faults.written_down("the database is away", error)
    return rendering.page(request, "web/away.html", status=503, number=number)
