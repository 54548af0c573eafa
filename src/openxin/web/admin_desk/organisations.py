"""Organisations: units that are no body of the catalogue, each of kinds that its papers prove; `checks.toml` says who may ask."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from stdnum.cn import uscc

from openxin.accounts import acts, organisations
from openxin.accounts.organisations import KindUnknown, RegisteredAlready
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.web import doorway, listing
from openxin.web.admin_desk import pages

_LONGEST_TITLE = 128


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """All of them."""
    pages.administrator(request)
    shown, beside = listing.uncounted(
        request, organisations.organisations(page=listing.page_number(request)), acts.PAGE
    )
    rows = [(one, _kind_titles(one.kinds)) for one in shown]
    return pages.page(request, "web/admin_desk/organisations.html", organisations=rows, **beside)


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new one: credit code, names, kinds. The administrator has its papers in hand."""
    administrator = pages.administrator(request)
    typed = {name: request.POST.get(name, "").strip()[:_LONGEST_TITLE] for name in ("code", "title_zh", "title_en")}
    kinds, why = request.POST.getlist("kinds"), ""
    if request.method == "POST":
        why = _fault(typed)
        if not why:
            title = Words(typed["title_zh"], typed["title_en"] or typed["title_zh"])
            try:
                made = organisations.register(typed["code"], title, kinds, at=datetime.now(UTC), by=administrator.login)
            except RegisteredAlready:
                why = "registered"
            except KindUnknown:
                why = "kinds"
            else:
                return doorway.go(reverse("administration-organisation", args=[made.id]))
    return pages.page(
        request,
        "web/admin_desk/organisation_new.html",
        status=pages.UNPROCESSABLE if why else 200,
        why=why,
        chosen=kinds,
        choices=catalogue().organisation_kinds.values(),
        **typed,
    )


@require_GET
def organisation(request: HttpRequest, id_: UUID) -> HttpResponse:
    """One organisation."""
    pages.administrator(request)
    return _organisation(request, id_)


@require_POST
def kinds(request: HttpRequest, id_: UUID) -> HttpResponse:
    """It is of these kinds from now on."""
    administrator = pages.administrator(request)
    _open(id_)
    try:
        organisations.change_kinds(id_, request.POST.getlist("kinds"), at=datetime.now(UTC), by=administrator.login)
    except KindUnknown:
        return _organisation(request, id_, why="kinds")
    return doorway.go(reverse("administration-organisation", args=[id_]))


@require_POST
def close(request: HttpRequest, id_: UUID) -> HttpResponse:
    """It may neither ask nor receive; its people and machines are let in no more. Asked for once more."""
    administrator = pages.administrator(request)
    _open(id_)
    if request.POST.get("sure") != "yes":
        return _organisation(request, id_, why="sure")
    organisations.close(id_, at=datetime.now(UTC), by=administrator.login)
    return doorway.go(reverse("administration-organisation", args=[id_]))


def _fault(typed: dict[str, str]) -> str:
    if not uscc.is_valid(typed["code"]):
        return "code"
    if typed["code"].upper() in catalogue().by_uscc:
        return "body"
    return "" if typed["title_zh"] else "title"


def _open(id_: UUID) -> None:
    found = organisations.find(id_)
    if found is None or found.closed_at is not None:
        raise Http404


def _organisation(request: HttpRequest, id_: UUID, *, why: str = "") -> HttpResponse:
    found = organisations.find(id_)
    if found is None:
        raise Http404
    return pages.page(
        request,
        "web/admin_desk/organisation.html",
        status=pages.UNPROCESSABLE if why else 200,
        organisation=found,
        why=why,
        chosen=found.kinds,
        choices=catalogue().organisation_kinds.values(),
        acts=acts.acts_on(id_)[: acts.PAGE],
    )


def _kind_titles(kinds: tuple[str, ...]) -> list[Words]:
    known = catalogue().organisation_kinds
    return [known[kind].title if kind in known else Words(kind, kind) for kind in kinds]
