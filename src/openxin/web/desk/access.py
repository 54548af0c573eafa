"""Who stands at the desk: an official of one body. Everybody else is sent away before anything is read."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from openxin.law.catalogue import Authority
from openxin.law.loading import catalogue
from openxin.web import rendering

CREDIT_OFFICE = "credit"  # the body that keeps the register, by its id in the catalogue


@dataclass(frozen=True, slots=True)
class Clerk:
    """The log-in of an official, and the body for which they act."""

    login: UUID
    authority: Authority

    @property
    def is_of_credit_office(self) -> bool:
        """Whether theirs is the office that keeps the register."""
        return self.authority.id == CREDIT_OFFICE


def clerk(request: HttpRequest) -> Clerk:
    """The official whose request this is. Raises PermissionDenied for a person and for nobody."""
    user = request.user
    authority = catalogue().authorities.get(getattr(user, "authority", None) or "")
    if not user.is_authenticated or authority is None:
        raise PermissionDenied
    return Clerk(user.id, authority)


def credit_officer(request: HttpRequest) -> Clerk:
    """An official of the office that keeps the register. Raises PermissionDenied for everybody else."""
    found = clerk(request)
    if not found.is_of_credit_office:
        raise PermissionDenied
    return found


def page(request: HttpRequest, template: str, *, clerk: Clerk, status: int = 200, **shown: Any) -> HttpResponse:
    """A page of the desk: what all of them show (`clerk`), and what this one does."""
    return rendering.page(request, template, status=status, clerk=clerk, here=request.path, **shown)
