"""A person's own page. It reads through the door out, and through nothing else."""

from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from openxin.accounts.logins import reader as reader_of
from openxin.disclosure import contests, proofs
from openxin.disclosure.asking import NotPermitted
from openxin.disclosure.door import own
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.web import doorway, rendering, standing, timeline


@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """What is held about whoever is logged in, and who looked."""
    if not request.user.is_authenticated:
        return redirect("landing")
    reader, today = reader_of(request.user), timezone.localdate()
    if reader.person_id is None:
        raise PermissionDenied
    try:
        statement = own(reader.person_id, reader, today=today)
    except NotPermitted:
        raise PermissionDenied from None
    page = timeline.arrange(statement, today, _contested(contests.of(reader.person_id, reader)))
    return rendering.page(request, "web/records.html", page=page)


def _contested(by_line: Mapping[UUID, contests.Contest]) -> dict[UUID, timeline.Contested]:
    answers = {one.code: one.title for one in catalogue().lists[contests.ANSWERS].values}
    return {
        line: timeline.Contested(None if one.answer is None else answers.get(one.answer, Words(one.answer, one.answer)))
        for line, one in by_line.items()
    }


@require_GET
def line_proof(request: HttpRequest, line: UUID) -> HttpResponse:
    """The proof of one line of whoever is logged in, as a file to keep."""
    if not request.user.is_authenticated:
        return redirect("landing")
    reader = reader_of(request.user)
    if reader.person_id is None:
        raise PermissionDenied
    try:
        proof = proofs.of_line(reader.person_id, reader, line)
    except proofs.NoSuchLine:
        raise Http404 from None
    except proofs.NotPublished:
        return rendering.page(request, "web/not_published.html", status=404)
    response = HttpResponse(proof, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{line}.tlog-proof"'
    return response


@require_POST
def contest(request: HttpRequest, looked: UUID) -> HttpResponse:
    """Somebody should not have looked: recorded, and the auditors are told. Said again, it changes nothing."""
    reader = standing.must(request, "person")
    if reader.person_id is None:
        raise Http404
    try:
        contests.contest(reader.person_id, reader, looked, at=timezone.now())
    except contests.NoSuchLine:
        raise Http404 from None
    return doorway.go("/records/#looked")
