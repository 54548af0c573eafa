"""What comes before every operation of the API, and behind every answer: no cookie, no method but those that there are, no HTML.

Middleware. Cookies are taken off a request before anything looks for a session: only the access token says who asks, so there is
nothing that another site could make a browser send. What Django itself answers (no such address, a host that is not ours)
becomes a problem document like any other.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from openxin.web import faults
from openxin.web.api import problems
from openxin.web.api.problems import Problem

PREFIX: Final = "/api/"
_ERROR: Final = 400
_NOT_ALLOWED: Final = 405


class ApiOnly:
    """Middleware: for addresses of the API, and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as an API does."""
        if not request.path_info.startswith(PREFIX):
            return self._get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        method = request.method
        if method == "HEAD":  # what GET would say, without its body
            request.method = "GET"
        answer = self._get_response(request)
        if method == "OPTIONS" and answer.status_code == _NOT_ALLOWED:
            return HttpResponse(status=204, headers={"Allow": _allowed(answer)})
        if answer.status_code >= _ERROR and answer.headers.get("Content-Type") != problems.MEDIA_TYPE:
            answer = _translated(answer)
        if method == "HEAD":
            length = str(len(answer.content))
            answer.content = b""
            answer.headers["Content-Length"] = length
        return answer


def unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """Something of which the API knows nothing went wrong: a number to quote, and nothing else."""
    del request
    kind = "away" if isinstance(error, faults.AWAY) else "fault"
    return problems.document(Problem(kind, instance=faults.written_down("api request failed", error)))


def _translated(answer: HttpResponse) -> HttpResponse:
    told = problems.document(problems.of_status(answer.status_code))
    told.status_code = answer.status_code
    if "Allow" in answer.headers:
        told.headers["Allow"] = _allowed(answer)
    return told


def _allowed(answer: HttpResponse) -> str:
    methods = {one.strip() for one in answer.headers.get("Allow", "").split(",")} - {""}
    return ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))
