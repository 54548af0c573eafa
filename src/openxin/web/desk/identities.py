"""The credit office's page for documents in hand: verify, settle a name, join, part. Nobody is listed, and nobody searched for.

The page answers for what was typed, and for that alone; what was typed stands in no address.
"""

from datetime import UTC, datetime
from typing import get_args

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from openxin.cases import identities
from openxin.cases.identities import DOCUMENT_TYPES, REASONS, NotPermitted, Office, Official, Presented, Undone
from openxin.law.loading import catalogue
from openxin.people.settling import Verb
from openxin.web.desk import access
from openxin.web.desk.access import Clerk

_FIELDS = ("document_type", "number", "name", "state")
_UNPROCESSABLE = 422


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """What can be done with a document in hand; after an act, that it was done."""
    clerk = _clerk(request)
    done = request.GET.get("done", "")
    return access.page(
        request, "web/desk/identities.html", clerk=clerk, verbs=get_args(Verb), done=done if done in REASONS else ""
    )


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, verb: Verb) -> HttpResponse:
    """One act: its form, and what became of it."""
    clerk = _clerk(request)
    if verb not in REASONS:
        raise Http404
    presented = [_presented(request, prefix) for prefix in (("first-", "second-") if verb == "join" else ("first-",))]
    why = ""
    if request.method == "POST":
        try:
            getattr(identities, verb)(*presented, _office(request, clerk))
        except Undone as undone:
            why = undone.why
        except NotPermitted:
            raise PermissionDenied from None
        else:
            response = HttpResponseRedirect(f"{reverse('desk-identities')}?done={verb}")
            response.status_code = 303
            return response
    return access.page(
        request,
        "web/desk/identity_act.html",
        clerk=clerk,
        status=_UNPROCESSABLE if why else 200,
        verb=verb,
        why=why,
        presented=list(zip(("first-", "second-"), presented, strict=False)),
        types=catalogue().lists[DOCUMENT_TYPES].values,
        reasons=catalogue().lists[REASONS[verb]].values,
        reason=request.POST.get("reason", ""),
    )


def _clerk(request: HttpRequest) -> Clerk:
    clerk = access.clerk(request, "identity-officer")
    if not clerk.authority.settles_identities:
        raise PermissionDenied
    return clerk


def _presented(request: HttpRequest, prefix: str) -> Presented:
    typed = {field: request.POST.get(prefix + field, "") for field in _FIELDS}
    return Presented(**typed)


def _office(request: HttpRequest, clerk: Clerk) -> Office:
    return Office(
        Official(clerk.login, clerk.authority.id),
        catalogue(),
        timezone.localdate(),
        datetime.now(UTC),
        synthetic=settings.OPENXIN_SYNTHETIC,
        reason=request.POST.get("reason", ""),
    )
