"""What every page of the administrator does: ask who stands here, name the holders of accounts and machines, page a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from openxin.accounts import organisations
from openxin.accounts.readers import Reader
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.law.rights import Role
from openxin.web import rendering, standing

UNPROCESSABLE = 422
_T = TypeVar("_T")


class Unfit(Exception):
    """What was typed cannot be registered; `why` is one of those that `_why.html` puts into words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Held(Protocol):
    """What has a holder: an account, a machine."""

    @property
    def authority(self) -> str | None:
        """A body of the catalogue,"""

    @property
    def organisation(self) -> UUID | None:
        """Or a registered organisation."""


@dataclass(frozen=True, slots=True)
class Holder:
    """For whom an account or a machine is made."""

    authority: str | None
    organisation: UUID | None
    title: Words


def administrator(request: HttpRequest) -> Reader:
    """The administrator whose request this is. Raises what `standing.must` raises."""
    return standing.must(request, "administrator")


def page(request: HttpRequest, template: str, *, status: int = 200, **shown: Any) -> HttpResponse:
    """A page of the administrator."""
    return rendering.page(request, template, status=status, here=request.path, **shown)


def holder(credit_code: str) -> Holder:
    """The body or the open organisation of this credit code. Raises Unfit."""
    code = credit_code.strip().upper()
    body = catalogue().by_uscc.get(code)
    if body is not None:
        return Holder(body.id, None, body.title)
    found = organisations.named(code)
    if found is None or found.closed_at is not None:
        raise Unfit("holder")
    return Holder(None, found.id, found.title)


def titled(many: Sequence[_T]) -> list[tuple[_T, Words]]:
    """Each with the title of its holder, in one question for all."""
    held: Sequence[Any] = many
    known = organisations.several({one.organisation for one in held if one.organisation is not None})
    return [(one, _title(one, known)) for one in held]


def role_titles(roles: Sequence[str]) -> list[Words]:
    """What the roles are called; one that the catalogue no longer has is its id."""
    known = catalogue().roles
    return [known[role].title if role in known else Words(role, role) for role in roles]


def choices(*, machine: bool = False) -> list[Role]:
    """The roles that an administrator may give: to officials, or to machines."""
    given = [role for role in catalogue().roles.values() if role.held_by != {"person"}]
    return [role for role in given if role.machines or not machine]


def _title(one: Held, known: dict[UUID, organisations.Organisation]) -> Words:
    if one.organisation is not None:
        return known[one.organisation].title
    body = catalogue().authorities.get(one.authority or "")
    return body.title if body is not None else Words(one.authority or "", one.authority or "")
