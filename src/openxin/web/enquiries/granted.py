"""Reading under a person's grant: one that names the caller's body, or one by code together with the person's name."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from openxin.accounts.readers import Reader
from openxin.disclosure import grants, redeeming
from openxin.disclosure.statement import Statement
from openxin.law.loading import catalogue
from openxin.law.rights import Form
from openxin.web import to_others
from openxin.web.enquiries import pages


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, grant: UUID) -> HttpResponse:
    """GET: what reading would use up; nothing is read. POST: the reading."""
    to = pages.asker(request, pages.RECIPIENT)
    law, now = catalogue(), datetime.now(UTC)
    if request.method != "POST":
        found = grants.open_one(grant, to, at=now)
        if found is None:
            raise Http404
        return pages.page(
            request,
            "web/enquiries/grant.html",
            to=to,
            grant=found,
            types=[law.types[type_].title for type_ in found.types],
            said_purpose=law.grant_purposes[found.said_purpose].title,
        )
    form = _form(request)

    def read() -> HttpResponse:
        statement = redeeming.read(grant, to, at=now, form=form)
        return _shown(request, to, statement, form)

    return pages.answered(request, to, read)


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: the reading; a wrong code and a wrong name are one answer."""
    to = pages.asker(request, pages.RECIPIENT)
    if request.method != "POST":
        return pages.page(request, "web/enquiries/code.html", to=to, missing=False)
    typed, name, form = request.POST.get("code", ""), request.POST.get("name", ""), _form(request)
    if not typed.strip() or not name.strip():
        return pages.page(request, "web/enquiries/code.html", to=to, status=pages.UNPROCESSABLE, missing=True)

    def redeem() -> HttpResponse:
        statement = redeeming.redeem(typed, name, to, at=datetime.now(UTC), form=form)
        return _shown(request, to, statement, form, name=name.strip())

    return pages.answered(request, to, redeem)


def _shown(request: HttpRequest, to: Reader, statement: Statement, form: Form, name: str = "") -> HttpResponse:
    return pages.page(
        request,
        "web/enquiries/statement.html",
        to=to,
        statement=statement,
        form=form,
        name=name,
        cards=to_others.cards(statement.records, catalogue()),
    )


def _form(request: HttpRequest) -> Form:
    """How much of each record is asked for; the smaller where nothing was chosen."""
    return "extract" if request.POST.get("form") == "extract" else "statement"
