"""The official's page for guardians: with the proof in hand, who is the guardian of which minor; and that it has ended.

Like the page for documents in hand it answers for what was typed, and lists nobody.
"""

from datetime import date
from typing import Literal, get_args

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from openxin.cases import guardians
from openxin.cases.guardians import ENDINGS, PROOFS
from openxin.cases.identities import DOCUMENT_TYPES, NotPermitted, Office, Presented, Undone
from openxin.law.loading import catalogue
from openxin.web import doorway
from openxin.web.desk import access, identities

Verb = Literal["entrust", "release"]
_LISTS = {"entrust": PROOFS, "release": ENDINGS}
_PREFIXES = ("ward-", "guardian-")


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, verb: Verb) -> HttpResponse:
    """One act: its form, and what became of it."""
    clerk = identities.officer(request)
    if verb not in get_args(Verb):
        raise Http404
    ward, guardian = (identities.presented(request, prefix) for prefix in _PREFIXES)
    why = ""
    if request.method == "POST":
        try:
            _carry_out(verb, ward, guardian, request.POST.get("born", ""), identities.office(request, clerk))
        except Undone as undone:
            why = undone.why
        except NotPermitted:
            raise PermissionDenied from None
        else:
            return doorway.go(f"{reverse('desk-identities')}?done={verb}")
    return access.page(
        request,
        "web/desk/guardian_act.html",
        clerk=clerk,
        status=identities.UNPROCESSABLE if why else 200,
        verb=verb,
        why=why,
        presented=list(zip(_PREFIXES, (ward, guardian), strict=True)),
        born=request.POST.get("born", ""),
        types=catalogue().lists[DOCUMENT_TYPES].values,
        reasons=catalogue().lists[_LISTS[verb]].values,
        reason=request.POST.get("reason", ""),
    )


def _carry_out(verb: Verb, ward: Presented, guardian: Presented, born: str, office: Office) -> None:
    if verb == "release":
        guardians.end(ward, guardian, office)
        return
    try:
        guardians.record(ward, guardian, date.fromisoformat(born) if born else None, office)
    except ValueError:
        raise Undone("birth_date_needed") from None
