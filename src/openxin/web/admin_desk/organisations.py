"""Organisations: units that are no body of the catalogue, each of kinds that its papers prove; `checks.toml` says who may ask."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from stdnum.cn import uscc

from openxin.accounts import acts, organisations
from openxin.accounts.organisations import Organisation
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.web import listing
from openxin.web.admin_desk import pages, registered
from openxin.web.admin_desk.pages import Unfit

_LONGEST_TITLE = 128


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """All of them."""
    pages.administrator(request)
    found = organisations.organisations(page=listing.page_number(request))
    shown, beside = listing.uncounted(request, found, acts.PAGE)
    rows = [(one, _kind_titles(one.kinds)) for one in shown]
    return pages.page(request, "web/admin_desk/organisations.html", organisations=rows, **beside)


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new one: credit code, names, kinds. The administrator has its papers in hand."""
    typed = {name: request.POST.get(name, "").strip()[:_LONGEST_TITLE] for name in ("code", "title_zh", "title_en")}
    kinds = request.POST.getlist("kinds")

    def register(by: UUID, at: datetime) -> Organisation:
        _must_be_fit(typed)
        title = Words(typed["title_zh"], typed["title_en"] or typed["title_zh"])
        return organisations.register(typed["code"], title, kinds, at=at, by=by)

    return registered.register(
        request,
        "web/admin_desk/organisation_new.html",
        register,
        lambda made: registered.go_to(_ORGANISATION, made.id),
        chosen=kinds,
        choices=catalogue().organisation_kinds.values(),
        **typed,
    )


@require_GET
def organisation(request: HttpRequest, id_: UUID) -> HttpResponse:
    """One organisation."""
    return registered.one(_ORGANISATION, request, id_)


@require_POST
def kinds(request: HttpRequest, id_: UUID) -> HttpResponse:
    """It is of these kinds from now on."""
    chosen = request.POST.getlist("kinds")
    return registered.change(
        _ORGANISATION, request, id_, lambda by, at: organisations.change_kinds(id_, chosen, at=at, by=by)
    )


@require_POST
def close(request: HttpRequest, id_: UUID) -> HttpResponse:
    """It may neither ask nor receive; its people and machines are let in no more."""
    return registered.close(_ORGANISATION, request, id_, lambda by, at: organisations.close(id_, at=at, by=by))


def _must_be_fit(typed: dict[str, str]) -> None:
    """Raises Unfit."""
    if not uscc.is_valid(typed["code"]):
        raise Unfit("code")
    if typed["code"].upper() in catalogue().by_uscc:
        raise Unfit("body")
    if not typed["title_zh"]:
        raise Unfit("title")


def _shown(found: Organisation) -> dict[str, Any]:
    return {"chosen": found.kinds, "choices": catalogue().organisation_kinds.values()}


_ORGANISATION: Final = registered.Kind(
    "organisation", organisations.find, lambda found: found.closed_at is None, _shown
)


def _kind_titles(kinds: tuple[str, ...]) -> list[Words]:
    known = catalogue().organisation_kinds
    return [known[kind].title if kind in known else Words(kind, kind) for kind in kinds]
