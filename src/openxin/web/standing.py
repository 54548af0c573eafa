"""Who stands before a page, and in which role. Every page that is not for everybody asks `must` in its first line.

Always true: whoever is not logged in is sent to where their kind logs in; whoever is, but in another role, is told in words
which role the page is for, and nothing has been read.
"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from openxin.accounts.readers import Reader, of_log_in
from openxin.law.loading import catalogue
from openxin.web import rendering

_OWN = frozenset({"person", "guardian"})  # who come by the identity provider, from the first page
# The first page of each role, by its name among the addresses; whoever has several is sent to that of the first.
_FIRST_PAGES = {
    "person": "records",
    "clerk": "desk",
    "identity-officer": "desk",
    "case-officer": "desk-cases",
    "auditor": "audit",
    "administrator": "administration",
    "duty-holder": "enquiries",
    "recipient": "enquiries",
}
_OF_ANYBODY = "log-ins"


class NobodyYet(Exception):
    """Nobody is logged in. `there`: where whoever the page is for logs in."""

    def __init__(self, there: str) -> None:
        super().__init__(there)
        self.there = there


class OtherRole(PermissionDenied):
    """Somebody is logged in, and not in a role that this page is for. `roles`: those that it is for."""

    def __init__(self, roles: tuple[str, ...]) -> None:
        super().__init__("another role")
        self.roles = roles


def reader(request: HttpRequest) -> Reader | None:
    """Who is logged in; None where nobody is."""
    return of_log_in(request.user) if request.user.is_authenticated else None


def must(request: HttpRequest, *roles: str) -> Reader:
    """Who is logged in, in one of these roles. Raises NobodyYet (answered by the log-in page), OtherRole (403)."""
    found = reader(request)
    if found is None:
        raise NobodyYet("/" if _OWN.intersection(roles) else "/log-in/")
    if not found.roles.intersection(roles):
        raise OtherRole(roles)
    return found


def anybody(request: HttpRequest) -> Reader:
    """Who is logged in, in whatever role. Raises NobodyYet."""
    found = reader(request)
    if found is None:
        raise NobodyYet("/")
    return found


def first_page(found: Reader) -> str:
    """Where somebody is sent who has just logged in."""
    return reverse(next((name for role, name in _FIRST_PAGES.items() if role in found.roles), _OF_ANYBODY))


class ToTheLogIn:
    """Middleware: sends whoever is not logged in to where they do that, and tells others whom the page is for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """303 to the log-in for NobodyYet, 403 in words for OtherRole; nothing else is answered here."""
        if isinstance(exception, OtherRole):
            known = catalogue().roles
            titles = [known[role].title for role in exception.roles if role in known]
            return rendering.page(request, "403.html", status=403, roles=titles)
        if not isinstance(exception, NobodyYet):
            return None
        answer = HttpResponseRedirect(exception.there)
        answer.status_code = 303
        return answer
