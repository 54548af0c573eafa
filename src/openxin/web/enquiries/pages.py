"""What every page of this desk does: ask who stands here, render in its frame, and tell a refusal in words.

Denied is told: which rule, what would be needed, whom to ask; but not where the rule would tell that something is on record.
"""

import math
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from openxin.accounts.readers import Reader
from openxin.disclosure import holders
from openxin.disclosure.asking import BudgetSpent, NotPermitted
from openxin.law.loading import catalogue
from openxin.web import rendering, standing

DUTY, RECIPIENT = "duty-holder", "recipient"
_CLERK = "clerk"  # who has another desk beside this one
UNPROCESSABLE = 422
_FORBIDDEN, _TOO_MANY = 403, 429
_UNSAID = "no-right"  # told in the place of a rule that may not be told
_MINUTE_S = 60


def asker(request: HttpRequest, *roles: str) -> Reader:
    """Who asks, in one of these roles; in either where none is named. Raises what `standing.must` raises."""
    return standing.must(request, *(roles or (DUTY, RECIPIENT)))


def page(request: HttpRequest, template: str, *, to: Reader, status: int = 200, **shown: Any) -> HttpResponse:
    """A page of this desk: what all of them show (for whom one acts, what one may do), and what this one does."""
    return rendering.page(
        request,
        template,
        status=status,
        here=request.path,
        body=holders.titles({to.holder}, catalogue())[to.holder],
        has_duty=DUTY in to.roles,
        is_recipient=RECIPIENT in to.roles,
        is_clerk=_CLERK in to.roles,
        **shown,
    )


def answered(request: HttpRequest, to: Reader, ask: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer; or the page that says which rule refused it (403), or how long to wait (429)."""
    try:
        return ask()
    except NotPermitted as refusal:
        return _refused(request, to, refusal.rule)
    except BudgetSpent as spent:
        return _to_wait(request, to, spent.retry_after_seconds)


def _refused(request: HttpRequest, to: Reader, rule: str) -> HttpResponse:
    rules = catalogue().refusals
    told = rules.get(rule)
    if told is None or not told.said_to_reader:
        told = rules[_UNSAID]
    return page(request, "web/enquiries/refused.html", to=to, status=_FORBIDDEN, rule=told)


def _to_wait(request: HttpRequest, to: Reader, seconds: int) -> HttpResponse:
    minutes = math.ceil(seconds / _MINUTE_S)
    response = page(request, "web/enquiries/wait.html", to=to, status=_TOO_MANY, minutes=minutes)
    response["Retry-After"] = str(seconds)
    return response
