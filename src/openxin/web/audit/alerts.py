"""Alerts, and contested lines: what auditors are told of, so that they look; who and what kind of thing, never about whom."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from openxin.disclosure import contests, holders
from openxin.disclosure.contests import ANSWERS, NoSuchAnswer
from openxin.law.loading import catalogue
from openxin.notices import alerts
from openxin.web import doorway, listing
from openxin.web.audit import pages


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What nobody has looked into yet, newest first; and the contests that wait for an answer, oldest first."""
    auditor = pages.auditor(request)
    law = catalogue()
    found = alerts.open_alerts(page=listing.page_number(request))
    waiting = contests.waiting(auditor, page=listing.page_number(request, "contests"))
    titles = holders.titles({one.holder for one in found.alerts if one.holder}, law)
    done = request.GET.get("done", "")
    return pages.page(
        request,
        "web/audit/alerts.html",
        alerts=[(one, law.alerts[one.kind].title, titles.get(one.holder)) for one in found.alerts],
        alert_page=found.page,
        more_alerts=found.more,
        contests=[(one, pages.purpose_title(one.purpose, law)) for one in waiting.contests],
        contest_page=waiting.page,
        more_contests=waiting.more,
        answers=law.lists[ANSWERS].values,
        done=done if done in ("seen", "answered", "late", "unsaid") else "",
    )


@require_POST
def seen(request: HttpRequest, alert: UUID) -> HttpResponse:
    """An auditor has looked into it."""
    auditor = pages.auditor(request)
    done = alerts.seen(alert, auditor.login, datetime.now(UTC))
    return _back("seen" if done else "late")


@require_POST
def answer(request: HttpRequest, contest: UUID) -> HttpResponse:
    """Answer a contest; its person sees it."""
    auditor = pages.auditor(request)
    try:
        done = contests.answer(contest, auditor, request.POST.get("answer", ""), at=datetime.now(UTC))
    except NoSuchAnswer:
        return _back("unsaid")
    return _back("answered" if done else "late")


def _back(done: str) -> HttpResponse:
    return doorway.go(f"{reverse('audit-alerts')}?done={done}")
