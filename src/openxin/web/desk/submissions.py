"""What this body has handed in: the list with its filters, and the receipt of each file."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from openxin.intake import mending, overview, uploads
from openxin.intake.overview import PAGE_ROWS, STANDINGS, Reason, Wanted
from openxin.intake.quarantine import NoSuchSubmission
from openxin.law.catalogue import Catalogue, RecordType, Words
from openxin.law.loading import catalogue
from openxin.web import listing
from openxin.web.desk import access, remarks

_FIRST_ROWS = 5  # that wait: the list of all of them is a page of its own
_NO_DAY = Words("请写成 2026-04-11 这样的日期", "Write the day as 2026-04-11")
_WRONG_ORDER = Words("截止日期早于起始日期", "The last day lies before the first")


@require_GET
def submissions(request: HttpRequest) -> HttpResponse:
    """A page of the list."""
    clerk, law, page = access.clerk(request), catalogue(), listing.page_number(request)
    wanted, faults = _wanted(request)
    listed = overview.submitted(clerk.authority.id, wanted=wanted, page=page)
    names = uploads.file_names(clerk.authority.id, [one.id for one in listed.submissions])
    return access.page(
        request,
        "web/desk/submissions.html",
        clerk=clerk,
        status=422 if faults else 200,
        listed=[(one, law.types[one.type].title, names.get(one.id, "")) for one in listed.submissions],
        count=listed.count,
        types=[law.types[type_] for type_ in clerk.authority.submits],
        standings=STANDINGS,
        asked={name: request.GET.get(name, "") for name in ("type", "state", "from", "until")},
        is_filtered=wanted != Wanted(),
        faults=faults,
        **listing.counted(page, listed.count, PAGE_ROWS, _kept(request)),
    )


@require_GET
def receipt(request: HttpRequest, submission: UUID) -> HttpResponse:
    """What became of one file."""
    clerk, law, page = access.clerk(request), catalogue(), listing.page_number(request)
    body = clerk.authority.id
    try:
        account = overview.account(body, submission)
        waits = mending.waiting_list(body, submission, law=law, most=_FIRST_ROWS)
        refused, refused_count = overview.refused_rows(body, submission, law=law, page=page)
    except NoSuchSubmission:
        raise Http404 from None
    type_ = law.types[account.submission.type]
    counts = account.submission.counts
    return access.page(
        request,
        "web/desk/receipt.html",
        clerk=clerk,
        account=account,
        submission=account.submission,
        counts=counts,
        type=type_,
        name=uploads.file_names(body, [submission]).get(submission, ""),
        reasons=[_reason(one, type_, law) for one in account.reasons],
        waits=[(row, [Words(one.message.zh, one.message.en) for one in row.problems]) for row in waits.rows],
        refused=[(row, [Words(one.message.zh, one.message.en) for one in row.problems]) for row in refused],
        refused_count=refused_count,
        notes=remarks.told(account.notes, type_, law),
        more_duplicates=0 if counts is None else counts.duplicates - len(account.duplicates),
        more_notes=account.note_count - len(account.notes),
        is_again=request.GET.get("again") == "yes",
        printed_on=timezone.localdate(),
        **listing.counted(page, refused_count, PAGE_ROWS),
    )


@require_GET
def receipt_as_json(request: HttpRequest, submission: UUID) -> HttpResponse:
    """The receipt as docs/contract.md words it."""
    clerk = access.clerk(request)
    try:
        told = overview.receipt_as_json(clerk.authority.id, submission)
    except NoSuchSubmission:
        raise Http404 from None
    if told is None:
        raise Http404
    return HttpResponse(
        told,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="openxin-{submission}.json"'},
    )


def _reason(one: Reason, type_: RecordType, law: Catalogue) -> tuple[Reason, Words | None, Words, Words]:
    problem = law.problems[one.code]
    return one, remarks.column_title(one.field, type_), problem.title, problem.remedy


def _wanted(request: HttpRequest) -> tuple[Wanted, Mapping[str, Words]]:
    """What the filters ask for; and what is wrong with them, by field. Nothing is filtered by what is wrong."""
    asked, faults = request.GET, {}
    days: dict[str, date | None] = {}
    for name in ("from", "until"):
        days[name] = _day(asked.get(name, ""))
        if asked.get(name, "").strip() and days[name] is None:
            faults[name] = _NO_DAY
    since, until = days["from"], days["until"]
    if since and until and until < since:
        faults["until"], until = _WRONG_ORDER, None
    return Wanted(
        type=asked.get("type") or None,
        standing=next((one for one in STANDINGS if one == asked.get("state")), None),
        since=since,
        until=until,
    ), faults


def _day(text: str) -> date | None:
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


def _kept(request: HttpRequest) -> dict[str, str]:
    """The filters, to be kept from page to page."""
    return {name: value for name in ("type", "state", "from", "until") if (value := request.GET.get(name, ""))}
