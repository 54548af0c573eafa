"""Every log-in is visible to its owner: when, in which way, whether it was refused; what is open now, and a button that ends it.

And the middleware that makes ending mean something: a session that is not open any more is nobody's.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import auth
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openxin.accounts import acts, attempts, history, officials, sessions
from openxin.accounts.officials import PasswordRefused
from openxin.web import doorway, rendering, standing

_REFUSED = 422


@require_GET
def log_ins(request: HttpRequest) -> HttpResponse:
    """The page."""
    login, user = standing.anybody(request).login, _user(request)
    return rendering.page(
        request,
        "web/log_ins.html",
        past=history.log_ins(login),
        acts=acts.acts_on(login)[: acts.PAGE],
        open=sessions.sessions(login, at=datetime.now(UTC)),
        has_factors=user.name_token is not None,
        this=UUID(request.session[doorway.SESSION]),
        limits=(sessions.MOST_OPEN, int(sessions.LONGEST.total_seconds()) // 3600),
    )


@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """An official chooses their own password. Wrong old ones are counted with wrong codes, and lock alike."""
    standing.anybody(request)
    user, now = _user(request), datetime.now(UTC)
    if user.name_token is None:
        raise PermissionDenied
    why, counted = "", attempts.of_factor(user.id)
    if request.method == "POST" and attempts.is_locked(counted, at=now):
        why = "locked"
    elif request.method == "POST":
        try:
            old, new = request.POST.get("old", ""), request.POST.get("new", "")
            changed = officials.change_password(user.id, old=old, new=new, at=now)
        except PasswordRefused as refused:
            why = refused.why
            if why == "old":
                locks = attempts.count(counted, at=now)
                history.write(user.id, way="password", outcome="locked" if locks else "refused", at=now)
        else:
            request.session.flush()
            doorway.let_in(request, changed, "password")
            return doorway.go("/log-ins/")
    return rendering.page(request, "web/log_in_password.html", status=_REFUSED if why else 200, why=why)


@require_POST
def end(request: HttpRequest, session: UUID) -> HttpResponse:
    """End one of one's own sessions, this one or another."""
    if not sessions.end(standing.anybody(request).login, session, at=datetime.now(UTC)):
        raise Http404
    return doorway.go("/log-ins/")


def _user(request: HttpRequest) -> Any:
    """Whoever is logged in; persons, and officials who came by a link, have no name to log in by."""
    return request.user


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
