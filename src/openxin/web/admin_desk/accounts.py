"""Accounts of officials: make one, give it roles, make it anew when telephone or password is lost, close it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openxin.accounts import acts, officials
from openxin.accounts import listed as accounts_listed
from openxin.accounts.officials import NameTaken
from openxin.accounts.readers import Reader
from openxin.accounts.roles import RolesRefused
from openxin.web import doorway, listing
from openxin.web.admin_desk import pages

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
    administrator = pages.administrator(request)
    name, code, roles = (
        request.POST.get("name", "").strip(),
        request.POST.get("holder", ""),
        request.POST.getlist("roles"),
    )
    why = ""
    if request.method == "POST":
        holder = pages.holder(code)
        if holder is None or not 0 < len(name) <= _LONGEST_NAME:
            why = "holder" if holder is None else "name"
        else:
            try:
                made = officials.enrol(
                    holder.authority, name, organisation=holder.organisation, roles=roles, by=administrator.login
                )
            except NameTaken:
                why = "taken"
            except RolesRefused as refused:
                why = f"roles-{refused.why}"
            else:
                return _password(request, made)
    return pages.page(
        request,
        "web/admin_desk/account_new.html",
        status=pages.UNPROCESSABLE if why else 200,
        why=why,
        name=name,
        holder=code,
        chosen=roles,
        choices=pages.choices(),
    )


@require_GET
def account(request: HttpRequest, login: UUID) -> HttpResponse:
    """One account."""
    return _account(request, pages.administrator(request), login)


@require_POST
def roles(request: HttpRequest, login: UUID) -> HttpResponse:
    """It has these roles from now on."""
    administrator, found = _others(request, login)
    if not found:
        return _account(request, administrator, login, why="own")
    try:
        officials.change_roles(login, request.POST.getlist("roles"), by=administrator.login, at=datetime.now(UTC))
    except RolesRefused as refused:
        return _account(request, administrator, login, why=f"roles-{refused.why}")
    return doorway.go(reverse("administration-account", args=[login]))


@require_POST
def reset(request: HttpRequest, login: UUID) -> HttpResponse:
    """Password and second factor anew. The password is shown once."""
    administrator, found = _others(request, login)
    if not found:
        return _account(request, administrator, login, why="own")
    return _password(request, officials.reset(login, at=datetime.now(UTC), by=administrator.login))


@require_POST
def close(request: HttpRequest, login: UUID) -> HttpResponse:
    """Whoever leaves is let in no more. Asked for once more, since nothing opens it again."""
    administrator, found = _others(request, login)
    if not found:
        return _account(request, administrator, login, why="own")
    if request.POST.get("sure") != "yes":
        return _account(request, administrator, login, why="sure")
    officials.close(login, at=datetime.now(UTC), by=administrator.login)
    return doorway.go(reverse("administration-account", args=[login]))


def _others(request: HttpRequest, login: UUID) -> tuple[Reader, bool]:
    """Who administers, and whether the account may be changed by them: it is there, open, by name, and not their own."""
    administrator = pages.administrator(request)
    found = accounts_listed.account(login)
    if found is None or not found.is_open or found.by_link:
        raise Http404
    return administrator, login != administrator.login


def _list(
    request: HttpRequest, shown: Sequence[accounts_listed.Account], *, status: int = 200, why: str = "", **beside: Any
) -> HttpResponse:
    rows = [(one, title, pages.role_titles(one.roles)) for one, title in pages.titled(shown)]
    return pages.page(request, "web/admin_desk/accounts.html", status=status, accounts=rows, why=why, **beside)


def _account(request: HttpRequest, administrator: Reader, login: UUID, *, why: str = "") -> HttpResponse:
    found = accounts_listed.account(login)
    if found is None:
        raise Http404
    ((_, title),) = pages.titled([found])
    return pages.page(
        request,
        "web/admin_desk/account.html",
        status=pages.UNPROCESSABLE if why else 200,
        account=found,
        title=title,
        why=why,
        is_own=login == administrator.login,
        chosen=found.roles,
        choices=pages.choices(),
        acts=acts.acts_on(login)[: acts.PAGE],
    )


def _password(request: HttpRequest, made: officials.Enrolled) -> HttpResponse:
    return pages.page(request, "web/admin_desk/password.html", made=made)
