"""The rules as text: access.cedar beside the purposes, checks and budgets that it rests on; and the leaf that proves which."""

from datetime import timedelta
from uuid import UUID

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from openxin.law.loading import catalogue
from openxin.ledger import stored
from openxin.web.audit import pages

_ID_BYTES = 16
_MINUTE = timedelta(minutes=1)


@require_GET
def policy(request: HttpRequest) -> HttpResponse:
    """All of it on one page: an auditor reads it through."""
    pages.auditor(request)
    law = catalogue()
    with connections["default"].cursor() as cursor:
        entered = stored.entered(cursor, UUID(bytes=law.hash[:_ID_BYTES]))
    return pages.page(
        request,
        "web/audit/policy.html",
        hash=law.hash,
        seq=None if entered is None else entered[0],
        purposes=[
            (one, [(law.roles[role].title, law.rights[right].title) for role, right in one.rights.items()],
             [law.types[type_].title for type_ in one.types])
            for one in law.purposes.values()
        ],
        checks=[
            (one, [law.authorities[body].title for body in one.bodies if body in law.authorities]
             + [law.organisation_kinds[kind].title for kind in one.kinds])
            for one in law.checks.values()
        ],
        budgets=[(one, law.purposes[one.purpose].title, one.window // _MINUTE) for one in law.budgets],
        never=law.never.values(),
        text=law.policy,
    )  # fmt: skip


@require_GET
def text(request: HttpRequest) -> HttpResponse:
    """access.cedar, byte for byte."""
    pages.auditor(request)
    response = HttpResponse(catalogue().policy, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="access.cedar"'
    return response
