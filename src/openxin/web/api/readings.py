"""What all readings have in common: how a denial is told, and what stands beside an answer.

Always true: whoever is denied is told the rule, what would be needed and whom to ask; a rule that would tell that something is on
record is told to nobody but its person. Where the line cannot be written nothing is shown, and that is told as what it is. The
answer is what the door made, byte for byte; its line stands in a header.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field

from openxin.accounts.readers import Reader
from openxin.disclosure.asking import BudgetSpent, LineImpossible, NotPermitted
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.web import faults
from openxin.web.api import auth
from openxin.web.api.formats import JSON
from openxin.web.api.operations import View, operation
from openxin.web.api.problems import Problem
from openxin.web.api.shapes import Shape, told

T = TypeVar("T")
LINE: Final = "OpenXin-Line"
_DENIED: Final = ("not-permitted", "budget")
_SILENT: Final = "no-right"  # said where the true rule may not be
_CLOSED: Final = "organisation-closed"


class RecordShown(Shape):
    """One record, as its reader may see it; what is outside their right is absent."""

    id: UUID
    type: str
    authority: str = Field(..., description=told("报送单位的统一社会信用代码", "Code of the body that submitted it"))
    decider: str
    document: str
    decided_on: date
    state: str
    annotated: bool
    opens: date | None
    closes: date | None
    fields: dict[str, str | int] = Field(..., description=told("栏目代码到值", "Column code to value"))


class StatementShown(Shape):
    """Byte for byte what the person saw beforehand: RFC 8785 JSON."""

    records: list[RecordShown]


def reading(
    router: Router, path: str, *, title: Words, says: Words, gives: type[Shape] = StatementShown
) -> Callable[[View], View]:
    """Declare an operation that reads about a person.

    It is a POST, so that neither name nor number stands in an address. Its answer is kept nowhere: the same
    `Idempotency-Key` again is another reading, with a line of its own.
    """
    return operation(
        router,
        "POST",
        path,
        title=title,
        says=says,
        gives={200: gives},
        takes=(JSON,),
        problems=_DENIED,
        keeps_answer=False,
        is_reading=True,
        extra=_line_header() if gives is StatementShown else None,
    )


def asked(request: HttpRequest, question: Callable[[Reader, datetime], T]) -> T:
    """The answer to a question at the door. Raises Problem, where it is denied."""
    client, now = auth.client(request), timezone.now()
    try:
        return question(client.reader, now)
    except NotPermitted as denied:
        # The token was remembered, and its machine was closed since: it is nobody any more.
        if denied.rule == _CLOSED:
            auth.must_stand(client)
        raise denial(denied) from None
    except BudgetSpent as spent:
        words = catalogue().refusals[spent.rule]
        retry = {"Retry-After": str(spent.retry_after_seconds)}
        raise Problem("budget", words.needed, code=spent.rule, told=_rule(spent.rule), headers=retry) from None
    except LineImpossible as impossible:
        rule, number = impossible.rule, faults.no_line(impossible)
        raise Problem("away", catalogue().refusals[rule].needed, code=rule, told=_rule(rule), instance=number) from None


def denial(denied: NotPermitted) -> Problem:
    """A denied reading, as a problem: its number is that of the line that its person sees."""
    rules = catalogue().refusals
    rule = denied.rule if denied.rule in rules and rules[denied.rule].said_to_reader else _SILENT
    return Problem("not-permitted", rules[rule].needed, code=rule, told=_rule(rule), instance=denied.line)


def answer(content: bytes, line: UUID) -> HttpResponse:
    """What the door made, as it is; beside it the line that tells of it."""
    return HttpResponse(content, content_type=JSON, headers={LINE: str(line)})


def _line_header() -> dict[str, Any]:
    """What the description says of the header."""
    says = told("本人清单中的这一行", "The line in the person's list")
    return {
        "responses": {"200": {"headers": {LINE: {"description": says, "schema": {"type": "string", "format": "uuid"}}}}}
    }


def _rule(rule: str) -> dict[str, Any]:
    words = catalogue().refusals[rule]
    return {
        "title": words.refused.zh,
        "title_en": words.refused.en,
        "rule": rule,
        "needed": _both(words.needed),
        "ask": _both(words.ask),
    }


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
