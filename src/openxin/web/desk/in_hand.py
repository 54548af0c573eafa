"""Acts of the credit office with documents in hand. One frame for all of them: who may, what was typed, and what became of it.

The page answers for what was typed, and for that alone: nobody is listed, nobody searched for, and what was typed stands in no
address.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from openxin.cases.identities import DOCUMENT_TYPES, NotPermitted, Office, Official, Presented, Undone
from openxin.law.loading import catalogue
from openxin.web import doorway
from openxin.web.desk import access
from openxin.web.desk.access import Clerk

_FIELDS = ("document_type", "number", "name", "state")
_UNPROCESSABLE = 422


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


def act(
    request: HttpRequest, clerk: Clerk, verb: str, template: str, do: Callable[[Office], object], **shown: Any
) -> HttpResponse:
    """The form of one act; sent in, `do`, which raises Undone where nothing was done; then on to the next."""
    why = ""
    if request.method == "POST":
        try:
            do(_office(request, clerk))
        except Undone as undone:
            why = undone.why
        except NotPermitted:
            raise PermissionDenied from None
        else:
            return doorway.go(f"{reverse('desk-identities')}?done={verb}")
    return access.page(
        request,
        template,
        clerk=clerk,
        status=_UNPROCESSABLE if why else 200,
        verb=verb,
        why=why,
        types=catalogue().lists[DOCUMENT_TYPES].values,
        reason=request.POST.get("reason", ""),
        **shown,
    )


def _office(request: HttpRequest, clerk: Clerk) -> Office:
    """Everything that an act needs beside the documents."""
    return Office(
        Official(clerk.login, clerk.authority.id),
        catalogue(),
        timezone.localdate(),
        datetime.now(UTC),
        synthetic=settings.OPENXIN_SYNTHETIC,
        reason=request.POST.get("reason", ""),
    )
