"""Every log-in is visible to its owner: when, in which way, whether it was refused; what is open now, and a button that ends it.

And the middleware that makes ending mean something: a session that is not open any more is nobody's.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import auth
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from openxin.accounts import history, sessions
from openxin.web import doorway, rendering


@require_GET
def log_ins(request: HttpRequest) -> HttpResponse:
    """The page."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    login = request.user.id
    return rendering.page(
        request,
        "web/log_ins.html",
        past=history.log_ins(login),
        open=sessions.sessions(login, at=datetime.now(UTC)),
        has_factors=request.user.kind == "official",
        this=UUID(request.session[doorway.SESSION]),
        limits=(sessions.MOST_OPEN, int(sessions.LONGEST.total_seconds()) // 3600),
    )


@require_POST
def end(request: HttpRequest, session: UUID) -> HttpResponse:
    """End one of one's own sessions, this one or another."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    sessions.end(request.user.id, session, at=datetime.now(UTC))
    return doorway.go("/log-ins/")


class OpenSessionsOnly:
    """Middleware: whoever's session was ended is logged out before any page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer whoever is in; or nobody."""
        if request.user.is_authenticated:
            session = request.session.get(doorway.SESSION)
            if session is None or not sessions.is_open(request.user.id, UUID(session), at=datetime.now(UTC)):
                auth.logout(request)
        return self._get_response(request)
