"""The first page of the desk: what waits for this body, what came in last, and where to do what."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from openxin.intake import overview, uploads
from openxin.intake.overview import Wanted
from openxin.intake.upload_rows import ENDED
from openxin.law.loading import catalogue
from openxin.web.desk import access

_LAST = 5


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """What is to be done here, and what may be submitted."""
    clerk, law = access.clerk(request, "clerk", "identity-officer"), catalogue()
    body = clerk.authority.id
    on_the_way = [one for one in uploads.uploads(body) if one.state not in ENDED]
    to_mend = overview.submitted(body, wanted=Wanted(standing="waiting"))
    last = overview.submitted(body).submissions[:_LAST]
    names = uploads.file_names(body, [one.id for one in (*to_mend.submissions, *last)])
    return access.page(
        request,
        "web/desk/front.html",
        clerk=clerk,
        types=[law.types[type_] for type_ in clerk.authority.submits],
        on_the_way=[(one, law.types[one.type].title) for one in on_the_way],
        to_mend=[(one, law.types[one.type].title, names.get(one.id, "")) for one in to_mend.submissions[:_LAST]],
        more_to_mend=to_mend.count - _LAST,
        last=[(one, law.types[one.type].title, names.get(one.id, "")) for one in last],
    )
