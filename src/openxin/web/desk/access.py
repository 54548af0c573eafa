"""Who stands at the desk: an official of one body, in the role that the page is for. Others are sent away, with nothing read."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from openxin.law.catalogue import Authority
from openxin.law.loading import catalogue
from openxin.web import rendering, standing


@dataclass(frozen=True, slots=True)
class Clerk:
    """The log-in of an official, the body for which they act, and their roles."""

    login: UUID
    authority: Authority
    roles: frozenset[str]


def clerk(request: HttpRequest, *roles: str) -> Clerk:
    """The official whose request this is, in one of these roles; none named: whoever hands in for their body.

    Raises what `standing.must` raises.
    """
    wanted = roles or ("clerk",)
    who = standing.must(request, *wanted)
    authority = catalogue().authorities.get(who.authority or "")
    if authority is None:
        raise standing.OtherRole(wanted)
    return Clerk(who.login, authority, who.roles)


def page(request: HttpRequest, template: str, *, clerk: Clerk, status: int = 200, **shown: Any) -> HttpResponse:
    """A page of the desk: what all of them show (`clerk`), and what this one does."""
    return rendering.page(request, template, status=status, clerk=clerk, here=request.path, **shown)
