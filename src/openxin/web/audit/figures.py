"""How often was read and refused, as counts; for auditors, hence with small cells shown."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from openxin.disclosure import figures as disclosure
from openxin.disclosure import holders
from openxin.law.loading import catalogue
from openxin.web.audit import pages

_SPANS = (3, 12, 24)  # months that can be asked for


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """The tables."""
    auditor, law = pages.auditor(request), catalogue()
    months = next((span for span in _SPANS if request.GET.get("months") == str(span)), _SPANS[1])
    found = disclosure.figures(auditor, months=months, today=timezone.localdate())
    titles = holders.titles({one.body for one in found.readings if one.body}, law)
    return pages.page(
        request,
        "web/audit/figures.html",
        readings=[(one, pages.purpose_title(one.purpose, law), titles.get(one.body)) for one in found.readings],
        refusals=[
            (one, law.refusals[one.rule].refused if one.rule in law.refusals else None) for one in found.refusals
        ],
        grants=found.grants,
        months=months,
        spans=_SPANS,
    )
