"""Accounts of officials: make one, give it roles, make it anew when telephone or password is lost, close it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openxin.accounts import acts, officials
from openxin.accounts import listed as accounts_listed
from openxin.web import doorway, listing
from openxin.web.admin_desk import pages, registered
from openxin.web.admin_desk.pages import Unfit

_LONGEST_NAME = 64


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """All of them. Log-in names are not there: the register cannot read them."""
    pages.administrator(request)
    shown, beside = listing.uncounted(request, accounts_listed.accounts(page=listing.page_number(request)), acts.PAGE)
    return _list(request, shown, **beside)


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """The account under a log-in name; the name stands in no address."""
    pages.administrator(request)
    found = officials.find(request.POST.get("name", "")[:_LONGEST_NAME])
    if found is None:
        return _list(request, accounts_listed.accounts()[: acts.PAGE], status=pages.UNPROCESSABLE, why="nobody")
    return doorway.go(reverse("administration-account", args=[found.id]))


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new account. Its first password is shown once, for handing over."""
    name, code = request.POST.get("name", "").strip(), request.POST.get("holder", "")
    roles = request.POST.getlist("roles")

    def enrol(by: UUID, _at: datetime) -> officials.Enrolled:
        holder = pages.holder(code)
        if not 0 < len(name) <= _LONGEST_NAME:
            raise Unfit("name")
        return officials.enrol(holder.authority, name, organisation=holder.organisation, roles=roles, by=by)

    return registered.register(
        request,
        "web/admin_desk/account_new.html",
        enrol,
        lambda made: _password(request, made),
        name=name,
        holder=code,
        chosen=roles,
        choices=pages.choices(),
    )


@require_GET
def account(request: HttpRequest, login: UUID) -> HttpResponse:
    """One account."""
    return registered.one(_ACCOUNT, request, login)


@require_POST
def roles(request: HttpRequest, login: UUID) -> HttpResponse:
    """It has these roles from now on."""
    chosen = request.POST.getlist("roles")
    return registered.change(
        _ACCOUNT, request, login, lambda by, at: officials.change_roles(login, chosen, by=by, at=at)
    )


@require_POST
def reset(request: HttpRequest, login: UUID) -> HttpResponse:
    """Password and second factor anew. The password is shown once."""
    return registered.change(
        _ACCOUNT,
        request,
        login,
        lambda by, at: officials.reset(login, at=at, by=by),
        lambda made: _password(request, made),
    )


@require_POST
def close(request: HttpRequest, login: UUID) -> HttpResponse:
    """Whoever leaves is let in no more."""
    return registered.close(_ACCOUNT, request, login, lambda by, at: officials.close(login, at=at, by=by))


def _list(
    request: HttpRequest, shown: Sequence[accounts_listed.Account], *, status: int = 200, why: str = "", **beside: Any
) -> HttpResponse:
    rows = [(one, title, pages.role_titles(one.roles)) for one, title in pages.titled(shown)]
    return pages.page(request, "web/admin_desk/accounts.html", status=status, accounts=rows, why=why, **beside)


def _shown(found: accounts_listed.Account) -> dict[str, Any]:
    ((_, title),) = pages.titled([found])
    return {"title": title, "chosen": found.roles, "choices": pages.choices()}


_ACCOUNT: Final = registered.Kind(
    "account",
    accounts_listed.account,
    lambda found: found.is_open and not found.by_link,
    _shown,
    is_own=lambda found, administrator: found.login == administrator.login,
)


def _password(request: HttpRequest, made: officials.Enrolled) -> HttpResponse:
    return pages.page(request, "web/admin_desk/password.html", made=made)
