"""The official's page for guardians: with the proof in hand, who is the guardian of which minor; and that it has ended.

Like the page for documents in hand it answers for what was typed, and lists nobody.
"""

from datetime import date
from typing import Literal, get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from openxin.cases import guardians
from openxin.cases.guardians import ENDINGS, PROOFS
from openxin.cases.identities import Office, Presented, Undone
from openxin.law.loading import catalogue
from openxin.web.desk import in_hand

Verb = Literal["entrust", "release"]
_LISTS = {"entrust": PROOFS, "release": ENDINGS}
_PREFIXES = ("ward-", "guardian-")


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, verb: Verb) -> HttpResponse:
    """One act: its form, and what became of it."""
    clerk = in_hand.officer(request)
    if verb not in get_args(Verb):
        raise Http404
    ward, guardian = (in_hand.presented(request, prefix) for prefix in _PREFIXES)
    born = request.POST.get("born", "")
    return in_hand.act(
        request,
        clerk,
        verb,
        "web/desk/guardian_act.html",
        lambda office: _carry_out(verb, ward, guardian, born, office),
        presented=list(zip(_PREFIXES, (ward, guardian), strict=True)),
        born=born,
        reasons=catalogue().lists[_LISTS[verb]].values,
    )


def _carry_out(verb: Verb, ward: Presented, guardian: Presented, born: str, office: Office) -> None:
    if verb == "release":
        guardians.end(ward, guardian, office)
        return
    try:
        guardians.record(ward, guardian, date.fromisoformat(born) if born else None, office)
    except ValueError:
        raise Undone("birth_date_needed") from None
