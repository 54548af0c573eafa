"""In and out: the landing page, one-time links, leaving."""

from datetime import UTC, datetime

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET, require_POST

from openxin.accounts import links
from openxin.accounts.logins import official_of, user_of
from openxin.web import rendering

_IDLE_S = 30 * 60  # whoever leaves a shared computer without logging out is logged out then
_LOG_IN = "django.contrib.auth.backends.ModelBackend"


@require_GET
def landing(request: HttpRequest) -> HttpResponse:
    """What this register is, what it refuses to be, how one logs in."""
    inside = request.user
    own = None if not inside.is_authenticated else ("desk" if inside.kind == "official" else "records")
    return rendering.page(request, "web/landing.html", own_page=own)


@require_GET
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Use a one-time link up; open the page of its person, or the desk of its official.

    Not for HEAD: what previews a link must not spend it.
    """
    try:
        opened = links.redeem(secret, at=datetime.now(UTC))
    except (links.LinkSpent, links.NotSynthetic):
        return rendering.page(request, "web/link_spent.html", status=410)
    user = user_of(opened.person_id) if opened.person_id is not None else official_of(opened.authority or "")
    auth.login(request, user, backend=_LOG_IN)
    request.session.set_expiry(_IDLE_S)
    return go("/records/" if user.kind == "person" else "/desk/")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Log out."""
    auth.logout(request)
    return go("/")


def go(to: str) -> HttpResponse:
    """303: whatever brought the browser here, it goes on with GET."""
    response = HttpResponseRedirect(to)
    response.status_code = 303
    return response
