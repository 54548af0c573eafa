"""One file on its way in: how far it is, the preview, and the two answers to it. The verbs are `intake.uploads`.

While it is worked on the page asks again by itself: with the script for the part that has changed, without it for the whole page.
"""

from contextlib import suppress
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from openxin.intake import uploads
from openxin.intake.previews import Preview
from openxin.intake.uploads import NoSuchUpload, NotNow, State, Upload
from openxin.law.catalogue import Catalogue, Words
from openxin.law.clock import due
from openxin.law.loading import catalogue
from openxin.web import rendering
from openxin.web.desk import access, remarks
from openxin.web.doorway import go
from openxin.web.headers import with_our_script

_WORKED_ON: frozenset[State] = frozenset({"received", "checking", "confirmed", "admitting"})
_SHOWN_ROWS = 20  # of the preview: enough to see what is wrong with a file


@require_GET
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """How far it is; checked, its preview; admitted, on to the receipt."""
    clerk = access.clerk(request)
    one = _upload(clerk, upload_id)
    if request.headers.get("HX-Request"):
        return _part(request, one, seen=request.GET.get("seen", ""))
    if one.submission_id is not None:
        again = "?again=yes" if one.was_known else ""
        return redirect(reverse("desk-receipt", args=[one.submission_id]) + again)
    return _page(request, clerk, one)


@require_POST
def confirm(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Admit what the preview shows. Where most rows contradict the register, only if it is said to be the right file."""
    clerk = access.clerk(request)
    one = _upload(clerk, upload_id)
    if one.preview is not None and one.preview.contradicts and request.POST.get("sure") != "yes":
        return _page(request, clerk, one, is_unsure=True)
    with suppress(NotNow):  # somebody was faster: the page says what became of it
        uploads.confirm(clerk.authority.id, upload_id, login=clerk.login)
    return go(reverse("desk-upload", args=[upload_id]))


@require_POST
def discard(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Do not admit it; what it said is destroyed."""
    clerk = access.clerk(request)
    try:
        with suppress(NotNow):  # likewise
            uploads.discard(clerk.authority.id, upload_id, login=clerk.login)
    except NoSuchUpload:
        raise Http404 from None
    return go(reverse("desk-upload", args=[upload_id]))


def _upload(clerk: access.Clerk, upload_id: UUID) -> Upload:
    try:
        return uploads.upload(clerk.authority.id, upload_id)
    except NoSuchUpload:
        raise Http404 from None


def _page(request: HttpRequest, clerk: access.Clerk, one: Upload, *, is_unsure: bool = False) -> HttpResponse:
    law, preview = catalogue(), one.preview
    page = access.page(
        request,
        "web/desk/upload.html",
        clerk=clerk,
        status=422 if is_unsure else 200,
        upload=one,
        type=law.types[one.type],
        is_worked_on=one.state in _WORKED_ON,
        is_unsure=is_unsure,
        preview=preview,
        rows=[] if preview is None else _rows(preview),
        more_rows=0 if preview is None else preview.quarantined + preview.refused - _SHOWN_ROWS,
        waits_until=due("quarantine", timezone.localdate(), law).due,
        notes=() if preview is None else remarks.told(preview.notes, law.types[one.type], law),
        refused_title=_title_of_refusal(one, law),
    )
    return with_our_script(page)


def _part(request: HttpRequest, one: Upload, *, seen: str) -> HttpResponse:
    """The progress alone; or word that the page is to be asked for anew, since its state is another."""
    if one.state not in _WORKED_ON or one.state != seen:
        answer = HttpResponse(status=204, headers={"HX-Refresh": "true"})
    else:
        answer = rendering.page(request, "web/desk/_progress.html", upload=one)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _rows(preview: Preview) -> list[tuple[str | None, int, str, list[Words]]]:
    return [
        (row.sheet, row.row, row.fate, [Words(one.message.zh, one.message.en) for one in row.problems])
        for row in preview.problem_rows[:_SHOWN_ROWS]
    ]


def _title_of_refusal(one: Upload, law: Catalogue) -> Words | None:
    problem = None if one.refusal is None else law.problems.get(one.refusal[0])
    return None if problem is None else problem.title
