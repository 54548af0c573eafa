"""In and out: the landing page, one-time links, leaving; and the one place where somebody is let in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET, require_POST

from openxin.accounts import history, links, sessions
from openxin.accounts.logins import BACKEND, official_of, user_of
from openxin.accounts.logins import reader as reader_of
from openxin.web import rendering, standing

_IDLE_S = 30 * 60  # whoever leaves a shared computer without logging out is logged out then
CITY = "city"  # the one identity provider's name in addresses
SESSION = "session"  # where a session holds its id (`accounts.sessions`)


@require_GET
def landing(request: HttpRequest) -> HttpResponse:
    """What this register is, what it refuses to be, how one logs in."""
    inside = standing.reader(request)
    provider = CITY if settings.OPENXIN_INSTALLATION.oidc_issuer else ""
    return rendering.page(
        request,
        "web/landing.html",
        own_page=standing.first_page(inside) if inside else "",
        is_person=inside is not None and inside.person_id is not None,
        provider=provider,
    )


@require_GET
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Use a one-time link up; open the page of its person, or the desk of its official.

    Not for HEAD: what previews a link must not spend it.
    """
    try:
        opened = links.redeem(secret, at=datetime.now(UTC))
    except (links.LinkSpent, links.NotSynthetic):
        return rendering.page(request, "web/link_spent.html", status=410)
    if opened.person_id is not None:
        user = user_of(opened.person_id)
    else:
        user = official_of(opened.authority, opened.organisation, opened.roles)
    let_in(request, user, "link")
    return go(standing.first_page(reader_of(user)))


def let_in(request: HttpRequest, user: Any, way: history.Way) -> None:
    """Log `user` in, who has proved who they are in this `way`: the session, and the line that they will see."""
    now = datetime.now(UTC)
    auth.login(request, user, backend=BACKEND)
    request.session[SESSION] = str(sessions.begin(user.id, way=way, at=now))
    request.session.set_expiry(_IDLE_S)
    history.write(user.id, way=way, outcome="in", at=now)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Log out."""
    if request.user.is_authenticated:
        sessions.end(request.user.id, UUID(request.session[SESSION]), at=datetime.now(UTC))
    auth.logout(request)
    return go("/")


def go(to: str) -> HttpResponse:
    """303: whatever brought the browser here, it goes on with GET."""
    response = HttpResponseRedirect(to)
    response.status_code = 303
    return response
