"""What an administrator registers, changes and closes: accounts, machines, organisations. All three are done in this one way.

Always true: nobody but an administrator does it; what was closed is not opened again, so that closing is asked for once more;
what is refused changes nothing, and the page says why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from openxin.accounts import acts
from openxin.accounts.machines import KeyUnfit
from openxin.accounts.officials import NameTaken
from openxin.accounts.organisations import KindUnknown, RegisteredAlready
from openxin.accounts.readers import Reader
from openxin.accounts.roles import RolesRefused
from openxin.web import doorway
from openxin.web.admin_desk import pages
from openxin.web.admin_desk.pages import Unfit

T = TypeVar("T")
Made = TypeVar("Made")
By = Callable[[UUID, datetime], Made]  # what is done: by which administrator, when

_WHY: Final = {KeyUnfit: "keys", KindUnknown: "kinds", NameTaken: "taken", RegisteredAlready: "registered"}


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of what is registered: what its page is called, and what may be done to one of it."""

    name: str  # of its page, and of what the page shows
    find: Callable[[UUID], T | None]
    is_open: Callable[[T], bool]
    shown: Callable[[T], dict[str, Any]]
    is_own: Callable[[T, Reader], bool] = lambda *_: False  # another administrator's business


def register(
    request: HttpRequest, template: str, by: By[Made], then: Callable[[Made], HttpResponse], **shown: Any
) -> HttpResponse:
    """The form of a new one; sent in, what it registers."""
    administrator = pages.administrator(request)
    why = ""
    if request.method == "POST":
        made, why = _done(by, administrator)
        if made is not None:
            return then(made)
    return pages.page(request, template, status=pages.UNPROCESSABLE if why else 200, why=why, **shown)


def one(kind: Kind[T], request: HttpRequest, id_: UUID) -> HttpResponse:
    """The page of one."""
    return _page(kind, request, pages.administrator(request), id_)


def change(
    kind: Kind[T], request: HttpRequest, id_: UUID, by: By[Made], then: Callable[[Made], HttpResponse] | None = None
) -> HttpResponse:
    """Change one that is open; then its page."""
    administrator = pages.administrator(request)
    found = kind.find(id_)
    if found is None or not kind.is_open(found):
        raise Http404
    made, why = (None, "own") if kind.is_own(found, administrator) else _done(by, administrator)
    if why:
        return _page(kind, request, administrator, id_, why)
    return go_to(kind, id_) if then is None or made is None else then(made)


def close(kind: Kind[T], request: HttpRequest, id_: UUID, by: By[Made]) -> HttpResponse:
    """Close one for ever. Whoever has not said that they are sure is asked."""

    def surely(administrator: UUID, at: datetime) -> Made:
        if request.POST.get("sure") != "yes":
            raise Unfit("sure")
        return by(administrator, at)

    return change(kind, request, id_, surely)


def go_to(kind: Kind[T], id_: UUID) -> HttpResponse:
    """To the page of one, after what was done to it."""
    return doorway.go(reverse(f"administration-{kind.name}", args=[id_]))


def _done(by: By[Made], administrator: Reader) -> tuple[Made | None, str]:
    """What was made, or why nothing was."""
    try:
        return by(administrator.login, datetime.now(UTC)), ""
    except Unfit as unfit:
        return None, unfit.why
    except RolesRefused as refused:
        return None, f"roles-{refused.why}"
    except tuple(_WHY) as refused:
        return None, _WHY[type(refused)]


def _page(kind: Kind[T], request: HttpRequest, administrator: Reader, id_: UUID, why: str = "") -> HttpResponse:
    found = kind.find(id_)
    if found is None:
        raise Http404
    return pages.page(
        request,
        f"web/admin_desk/{kind.name}.html",
        status=pages.UNPROCESSABLE if why else 200,
        **{kind.name: found},
        **kind.shown(found),
        why=why,
        is_own=kind.is_own(found, administrator),
        acts=acts.acts_on(id_)[: acts.PAGE],
    )
