"""Who stands at the desk: an official of one body. Everybody else is sent away before anything is read."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from openxin.law.catalogue import Authority
from openxin.law.loading import catalogue
from openxin.web import rendering


@dataclass(frozen=True, slots=True)
class Clerk:
    """The log-in of an official, and the body for which they act."""

    login: UUID
    authority: Authority


def clerk(request: HttpRequest) -> Clerk:
    """The official whose request this is. Raises PermissionDenied for a person and for nobody."""
    user = request.user
    authority = catalogue().authorities.get(getattr(user, "authority", None) or "")
    if not user.is_authenticated or authority is None:
        raise PermissionDenied
    return Clerk(user.id, authority)


def page(request: HttpRequest, template: str, *, clerk: Clerk, status: int = 200, **shown: Any) -> HttpResponse:
    """A page of the desk: what all of them show (`clerk`), and what this one does."""
    return rendering.page(request, template, status=status, clerk=clerk, here=request.path, **shown)


def page_number(request: HttpRequest) -> int:
    """Which page of a list is asked for, from 1; whatever is no number asks for the first."""
    asked = request.GET.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1  # noqa: PLR2004
