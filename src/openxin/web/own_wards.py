"""A guardian's pages: the minors whose guardian somebody is, and what is held about one of them, read through the door out.

In the address stands the place in one's own list, so that no address names anybody.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from openxin.accounts.readers import Reader
from openxin.disclosure.asking import NotPermitted, Question, Right
from openxin.disclosure.door import disclose
from openxin.people import guardians
from openxin.people.guardians import Ward
from openxin.web import rendering, standing, timeline


@require_GET
def wards(request: HttpRequest) -> HttpResponse:
    """Whose guardian one is, as an official recorded it."""
    return rendering.page(request, "web/wards.html", wards=_wards(standing.must(request, "guardian")))


@require_GET
def ward(request: HttpRequest, nth: int) -> HttpResponse:
    """What is held about the n-th of them, and who looked; this reading is a line in their list."""
    reader, today = standing.must(request, "guardian"), timezone.localdate()
    mine = _wards(reader)
    if not 1 <= nth <= len(mine):
        raise Http404
    one = mine[nth - 1]
    try:
        statement = disclose(Question("self", one.person_id, Right("ward")), reader, today=today)
    except NotPermitted:
        raise Http404 from None  # ended between the list and the reading
    page = timeline.arrange(statement, today, {})
    return rendering.page(request, "web/ward.html", ward=one, page=page, here=request.path)


def _wards(reader: Reader) -> tuple[Ward, ...]:
    if reader.person_id is None:
        return ()
    return guardians.wards_of(reader.person_id, today=timezone.localdate())
