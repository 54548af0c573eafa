"""Warrants: the one way in which an auditor sees content. Chance draws the records, a reason of the list says why, each is opened
once, and its person is told. What is opened is shown in the answer to that request and nowhere else.
"""

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from openxin.disclosure import warrants
from openxin.disclosure.asking import BudgetSpent, NotPermitted
from openxin.disclosure.warrants import MOST, REASONS, NoSuchReason
from openxin.law.loading import catalogue
from openxin.web import doorway, to_others
from openxin.web.audit import pages

_UNPROCESSABLE, _FORBIDDEN, _TOO_MANY = 422, 403, 429


@require_http_methods(["GET", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """GET: this auditor's warrants, and the form for a new one. POST: chance draws a sample; nothing is opened yet."""
    auditor, law = pages.auditor(request), catalogue()
    size, faulty = request.POST.get("size", "3"), False
    if request.method == "POST":
        try:
            warrants.draw(auditor, request.POST.get("reason", ""), pages.number(size) or 0, at=datetime.now(UTC))
        except NoSuchReason:
            faulty = True
        else:
            return doorway.go(f"{reverse('audit-warrants')}?done=drawn")
    titles = {value.code: value.title for value in law.lists[REASONS].values}
    return pages.page(
        request,
        "web/audit/warrants.html",
        status=_UNPROCESSABLE if faulty else 200,
        warrants=[
            (one, titles.get(one.reason), [(each, law.types[each.type].title) for each in one.sample])
            for one in warrants.of(auditor)
        ],
        reasons=law.lists[REASONS].values,
        most=MOST,
        asked={"size": size, "reason": request.POST.get("reason", "")},
        faulty=faulty,
        done=request.GET.get("done") == "drawn",
    )


@require_POST
def opened(request: HttpRequest, warrant: UUID, number: int) -> HttpResponse:
    """Open one record of a sample. Once: a second time is refused, and its person sees that it was wanted."""
    auditor, law = pages.auditor(request), catalogue()
    try:
        statement = warrants.open_record(warrant, number, auditor, at=datetime.now(UTC))
    except NotPermitted as refusal:
        told = law.refusals.get(refusal.rule, law.refusals["no-right"])
        return pages.page(request, "web/audit/not_opened.html", status=_FORBIDDEN, rule=told)
    except BudgetSpent as spent:
        response = pages.page(request, "web/audit/not_opened.html", status=_TOO_MANY, rule=None)
        response["Retry-After"] = str(spent.retry_after_seconds)
        return response
    cards = to_others.cards(statement.records, law)
    return pages.page(request, "web/audit/opened.html", statement=statement, cards=cards)
