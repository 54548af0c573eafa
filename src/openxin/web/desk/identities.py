"""The credit office's page for documents in hand: verify, settle a name, join, part."""

from typing import get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from openxin.cases import identities
from openxin.cases.identities import REASONS
from openxin.law.loading import catalogue
from openxin.people.settling import Verb
from openxin.web.desk import access, in_hand

_PREFIXES = ("first-", "second-")


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """What can be done with a document in hand; after an act, that it was done."""
    clerk = in_hand.officer(request)
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
    clerk = in_hand.officer(request)
    if verb not in REASONS:
        raise Http404
    prefixes = _PREFIXES if verb == "join" else _PREFIXES[:1]
    shown = [in_hand.presented(request, prefix) for prefix in prefixes]
    return in_hand.act(
        request,
        clerk,
        verb,
        "web/desk/identity_act.html",
        lambda office: getattr(identities, verb)(*shown, office),
        presented=list(zip(prefixes, shown, strict=True)),
        reasons=catalogue().lists[REASONS[verb]].values,
    )
