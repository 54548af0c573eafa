"""The first page of this desk: what one may ask, which grants name one's body, how often one's body asked. No person in it."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from openxin.disclosure import figures, grants
from openxin.law.loading import catalogue
from openxin.web.enquiries import pages
from openxin.web.enquiries.ask import duties

_MONTHS, _GRANTS = 3, 20


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """What can be done here."""
    to, law = pages.asker(request), catalogue()
    has_duty, is_recipient = pages.DUTY in to.roles, pages.RECIPIENT in to.roles
    body = law.authorities.get(to.authority or "")
    submits = body.submits if body else ()
    after = _last_seen(request)
    open_ = grants.open_to(to, at=datetime.now(UTC), older_than=after, most=_GRANTS + 1) if is_recipient else ()
    shown = open_[:_GRANTS]
    counted = figures.of_holder(to, months=_MONTHS, today=timezone.localdate())
    return pages.page(
        request,
        "web/enquiries/front.html",
        to=to,
        duties=duties(to) if has_duty else (),
        decides_permits=has_duty and "permit" in submits,
        awards=has_duty and "honour" in submits,
        grants=[
            (one, [law.types[type_].title for type_ in one.types], law.grant_purposes[one.said_purpose].title)
            for one in shown
        ],
        older=urlencode({"given": shown[-1].given_at.isoformat(), "id": str(shown[-1].id)})
        if len(open_) > _GRANTS
        else "",
        counted=[(one, law.purposes[one.purpose].title) for one in counted if one.purpose in law.purposes],
    )


def _last_seen(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """The last grant of the page before: when it was given, and its random id."""
    try:
        given, id_ = parse_datetime(request.GET.get("given", "")), UUID(request.GET.get("id", ""))
    except ValueError:
        return None
    return None if given is None or timezone.is_naive(given) else (given, id_)
