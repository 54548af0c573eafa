"""A person's own page. It reads through the door out, and through nothing else."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from openxin.accounts.logins import reader as reader_of
from openxin.disclosure.door import NotPermitted, disclose
from openxin.web import rendering, timeline


@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """What is held about whoever is logged in, and who looked."""
    if not request.user.is_authenticated:
        return redirect("landing")
    reader, today = reader_of(request.user), timezone.localdate()
    if reader.person_id is None:
        raise PermissionDenied
    try:
        statement = disclose(reader.person_id, reader, purpose="self", today=today)
    except NotPermitted:
        raise PermissionDenied from None
    return rendering.page(request, "web/records.html", page=timeline.arrange(statement, today))
