"""The auditor's first page: how far the ledger is signed and published, what waits, and where to look at what."""

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from openxin.ledger import browsing, stored
from openxin.web.audit import pages


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """Where the ledger stands."""
    pages.auditor(request)
    with connections["default"].cursor() as cursor:
        size, lag = stored.leaf_count(cursor), stored.backlog(cursor)
        newest = browsing.checkpoints(cursor, up_to=None, limit=1)
    return pages.page(request, "web/audit/front.html", size=size, lag=lag, newest=newest[0] if newest else None)
