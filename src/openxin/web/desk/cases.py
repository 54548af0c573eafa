"""Cases, as far as they go yet: which records were given to an officer; and, for the credit office, giving one."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openxin.cases import assignments as cases
from openxin.cases.identities import Office, Undone
from openxin.disclosure import assignments
from openxin.web import doorway
from openxin.web.desk import access, in_hand


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What is assigned to this officer."""
    clerk = access.clerk(request, "case-officer")
    return access.page(request, "web/desk/cases.html", clerk=clerk, assigned=assignments.of_officer(clerk.login))


@require_POST
def give_back(request: HttpRequest, assignment: UUID) -> HttpResponse:
    """This officer is done with it."""
    clerk = access.clerk(request, "case-officer")
    today = timezone.localdate()
    if cases.give_back(assignment, clerk.login, clerk.authority.id, day=today, at=datetime.now(UTC)) is None:
        raise Http404
    return doorway.go(reverse("desk-cases"))


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest) -> HttpResponse:
    """The credit office gives a record to an officer."""
    clerk = in_hand.officer(request)
    shown = in_hand.presented(request, "of-")
    typed = {name: request.POST.get(name, "").strip() for name in ("record", "reference", "officer")}

    def assign_it(office: Office) -> None:
        try:
            record, officer = UUID(typed["record"]), UUID(typed["officer"])
        except ValueError:
            raise Undone("number_of_record") from None
        cases.assign(shown, record, typed["reference"], officer, office)

    return in_hand.act(
        request, clerk, "assign", "web/desk/case_assign.html", assign_it, shown=shown, prefix="of-", **typed
    )
