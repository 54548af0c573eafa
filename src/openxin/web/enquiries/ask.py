"""Asking: a check that a law obliges to make, one's own permit decision, one's own award. One person, one matter, one answer."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from openxin.accounts import organisations
from openxin.accounts.readers import Reader
from openxin.disclosure import awards, checks, permits
from openxin.disclosure.asked import Unclear
from openxin.disclosure.checks import Enquiry, NoSuchCheck
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.law.rights import Check
from openxin.web import to_others
from openxin.web.enquiries import pages
from openxin.web.enquiries.typed import UNCLEAR, Typed, document_types, typed

_NO_CHECK = Words("请选择要核查的事项。", "Choose what you check.")


def duties(to: Reader) -> tuple[Check, ...]:
    """The checks that are a duty of the caller's body or organisation."""
    unit = organisations.find(to.organisation) if to.organisation is not None else None
    kinds = frozenset(unit.kinds) if unit is not None and unit.closed_at is None else frozenset[str]()
    return tuple(check for check in catalogue().checks.values() if check.must_ask(to.holder, kinds))


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: the answer, which is a reading."""
    to = pages.asker(request, pages.DUTY)
    mine = duties(to)
    if request.method != "POST":
        return _check_form(request, to, mine, request.GET.get("check", ""), Typed(), {})
    said, chosen = typed(request.POST), request.POST.get("check", "")
    asked = next((one for one in mine if one.id == chosen), None)
    if asked is None:
        return _check_form(request, to, mine, "", said, {"check": _NO_CHECK})
    shown = said.presented

    def ask() -> HttpResponse:
        enquiry = Enquiry(asked.id, shown.document_type, shown.number, shown.name, shown.matter, shown.state)
        answer = checks.ask(enquiry, to, today=timezone.localdate(), at=datetime.now(UTC))
        return pages.page(request, "web/enquiries/answer.html", to=to, answer=answer, check=asked, asked=shown)

    try:
        return pages.answered(request, to, ask)
    except Unclear as unclear:
        return _check_form(request, to, mine, asked.id, said, _fault(unclear))
    except NoSuchCheck:
        return _check_form(request, to, mine, "", said, {"check": _NO_CHECK})


@require_http_methods(["GET", "POST"])
def permit(request: HttpRequest) -> HttpResponse:
    """What a permit authority's own field holds about its own applicant."""
    to = pages.asker(request, pages.DUTY)
    if request.method != "POST":
        return _form(request, to, "permit", Typed(), {})
    said = typed(request.POST)

    def ask() -> HttpResponse:
        answer = permits.ask(said.presented, to, today=timezone.localdate(), at=datetime.now(UTC))
        return pages.page(
            request,
            "web/enquiries/permit_answer.html",
            to=to,
            answer=answer,
            asked=said.presented,
            cards=to_others.cards(answer.records, catalogue()),
        )

    try:
        return pages.answered(request, to, ask)
    except Unclear as unclear:
        return _form(request, to, "permit", said, _fault(unclear))


@require_http_methods(["GET", "POST"])
def award(request: HttpRequest) -> HttpResponse:
    """Whether an award of the caller's own body stands."""
    to = pages.asker(request, pages.DUTY)
    if request.method != "POST":
        return _form(request, to, "award", Typed(), {})
    said, number = typed(request.POST), request.POST.get("award", "").strip()

    def ask() -> HttpResponse:
        answer = awards.verify(said.presented, number, to, today=timezone.localdate(), at=datetime.now(UTC))
        return pages.page(
            request, "web/enquiries/award_answer.html", to=to, answer=answer, award=number, asked=said.presented
        )

    try:
        return pages.answered(request, to, ask)
    except Unclear as unclear:
        return _form(request, to, "award", said, _fault(unclear), award=number)


def _fault(unclear: Unclear) -> Mapping[str, Words]:
    field, words = UNCLEAR[unclear.why]
    return {field: words}


def _check_form(
    request: HttpRequest, to: Reader, mine: tuple[Check, ...], chosen: str, said: Typed, faults: Mapping[str, Words]
) -> HttpResponse:
    return _form(request, to, "check", said, faults, checks=mine, chosen=chosen)


def _form(
    request: HttpRequest, to: Reader, kind: str, said: Typed, faults: Mapping[str, Words], **shown: Any
) -> HttpResponse:
    return pages.page(
        request,
        "web/enquiries/ask.html",
        to=to,
        status=pages.UNPROCESSABLE if faults else 200,
        kind=kind,
        typed=said,
        types=document_types(),
        faults=faults,
        **shown,
    )
