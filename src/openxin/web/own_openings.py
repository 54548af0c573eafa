"""Honours and service: their person lets others see one of them, or no more, by a button beside it."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from openxin.disclosure import openings
from openxin.web import standing


@require_POST
def say(request: HttpRequest, own_honour: UUID) -> HttpResponse:
    """Open this record of whoever is logged in to others, or close it again; back to the page of their records."""
    reader = standing.must(request, "person")
    if reader.person_id is None:
        raise Http404
    verb = openings.open_to_others if request.POST.get("say") == "open" else openings.close_to_others
    try:
        verb(reader.person_id, reader, request.POST.get("type", ""), own_honour, at=datetime.now(UTC))
    except openings.NothingToOpen:
        raise Http404 from None
    return HttpResponse(status=303, headers={"Location": reverse("records")})
