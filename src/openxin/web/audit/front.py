"""The auditor's first page: where the ledger stands, which alerts and contests wait, and where to look at what."""

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from openxin.disclosure import contests
from openxin.ledger import browsing, stored
from openxin.notices import alerts
from openxin.web.audit import pages


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """Where the ledger stands, and what waits for an auditor."""
    auditor = pages.auditor(request)
    with connections["default"].cursor() as cursor:
        size, lag = stored.leaf_count(cursor), stored.backlog(cursor)
        newest = browsing.checkpoints(cursor, up_to=None, limit=1)
    told, contested = alerts.open_alerts(), contests.waiting(auditor)
    return pages.page(
        request,
        "web/audit/front.html",
        size=size,
        lag=lag,
        newest=newest[0] if newest else None,
        alerts=len(told.alerts),
        more_alerts=told.more,
        contests=len(contested.contests),
        more_contests=contested.more,
    )
