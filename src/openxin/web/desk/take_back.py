"""Taking a submission back: first what would be gone and why, then once more to confirm. The verb is `intake.taking_back`."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from openxin.intake import taking_back
from openxin.intake.taking_back import AlreadyTakenBack, NoSuchReason, NoSuchSubmission, NotFinished, TooLate
from openxin.law.loading import catalogue
from openxin.web.desk import access
from openxin.web.desk.access import Clerk


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, submission: UUID) -> HttpResponse:
    """GET: what would be gone; with `reason`, once more to confirm. POST: take it back, and show what was taken back."""
    clerk = access.clerk(request)
    try:
        if request.method != "POST":
            return _page(request, clerk, submission, request.GET.get("reason"))
        try:
            _take_back(request.POST.get("reason", ""), clerk, submission)
        except NoSuchReason:
            return _page(request, clerk, submission, "", status=400)
        return _here(request)
    except NoSuchSubmission:
        raise Http404 from None
    except NotFinished:
        return access.page(request, "web/desk/take_back_not_yet.html", clerk=clerk, status=409)
    except (AlreadyTakenBack, TooLate):
        return _here(request)  # the page says which, with its day and its words


def _take_back(reason: str, clerk: Clerk, submission: UUID) -> None:
    taking_back.take_back(
        clerk.authority.id,
        submission,
        reason=reason,
        login=clerk.login,
        today=timezone.localdate(),
        law=catalogue(),
    )


def _page(
    request: HttpRequest, clerk: Clerk, submission: UUID, reason: str | None, *, status: int = 200
) -> HttpResponse:
    """`reason`: None where nobody has chosen yet; one that is not in the list is told as a fault."""
    law = catalogue()
    prospect = taking_back.prospect(
        clerk.authority.id, submission, login=clerk.login, today=timezone.localdate(), law=law
    )
    reasons = {one.code: one.title for one in taking_back.reasons(law)}
    done = prospect.taken_back
    return access.page(
        request,
        "web/desk/take_back.html",
        clerk=clerk,
        status=status,
        prospect=prospect,
        type_title=law.types[prospect.type].title,
        reasons=reasons,
        chosen=reason if reason in reasons else None,
        chosen_title=reasons.get(reason or ""),
        is_unchosen=reason is not None and reason not in reasons,
        done_title=reasons.get(done.reason) if done else None,
    )


def _here(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(request.path)
    response.status_code = 303
    return response
