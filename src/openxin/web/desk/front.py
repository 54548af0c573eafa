"""The first page of the desk: what one can do here."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from openxin.law.loading import catalogue
from openxin.web.desk import access


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """What this body may submit, and where to do what."""
    clerk = access.clerk(request)
    types = [catalogue().types[type_] for type_ in clerk.authority.submits]
    return access.page(request, "web/desk/front.html", clerk=clerk, types=types)
