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
UNPROCESSABLE = 422


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """What can be done with a document in hand; after an act, that it was done."""
    clerk = officer(request)
    done = request.GET.get("done", "")
    return access.page(
        request,
        "web/desk/identities.html",
        clerk=clerk,
        verbs=get_args(Verb),
        done=done if done in (*REASONS, "entrust", "release", "assign") else "",
        is_credit_office=clerk.authority.id == catalogue().parameters.credit_office,
    )


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, verb: Verb) -> HttpResponse:
    """One act: its form, and what became of it."""
    clerk = officer(request)
    if verb not in REASONS:
        raise Http404
    shown = [presented(request, prefix) for prefix in (("first-", "second-") if verb == "join" else ("first-",))]
    why = ""
    if request.method == "POST":
        try:
            getattr(identities, verb)(*shown, office(request, clerk))
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
        status=UNPROCESSABLE if why else 200,
        verb=verb,
        why=why,
        presented=list(zip(("first-", "second-"), shown, strict=False)),
        types=catalogue().lists[DOCUMENT_TYPES].values,
        reasons=catalogue().lists[REASONS[verb]].values,
        reason=request.POST.get("reason", ""),
    )


def officer(request: HttpRequest) -> Clerk:
    """The official who may have documents in hand. Raises what `access.clerk` raises, and PermissionDenied."""
    clerk = access.clerk(request, "identity-officer")
    if not clerk.authority.settles_identities:
        raise PermissionDenied
    return clerk


def presented(request: HttpRequest, prefix: str) -> Presented:
    """What was typed of one document."""
    typed = {field: request.POST.get(prefix + field, "") for field in _FIELDS}
    return Presented(**typed)


def office(request: HttpRequest, clerk: Clerk) -> Office:
    """Everything that an act needs beside the documents."""
    return Office(
        Official(clerk.login, clerk.authority.id),
        catalogue(),
        timezone.localdate(),
        datetime.now(UTC),
        synthetic=settings.OPENXIN_SYNTHETIC,
        reason=request.POST.get("reason", ""),
    )
