"""All operations of the API, its description (OpenAPI 3.1), and what an error becomes. `urls.py` of the room mounts it.

Errors are translated here and nowhere else: what an operation raises is a `Problem`, what the framework raises becomes one, and
what nobody knows becomes a number to quote.
"""

from functools import cache
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError

from openxin.intake.reading.refusal import FileRefused
from openxin.law.catalogue import Words
from openxin.web.api import (
    checks,
    entrance,
    formats,
    grants,
    handing_in,
    ledger,
    machine,
    problems,
    quarantine,
    submissions,
    words,
)
from openxin.web.api.describing import described
from openxin.web.api.operations import operation
from openxin.web.api.problems import Problem

VERSION: Final = "1"
_JSON: Final = "application/json"


class _Api(NinjaAPI):
    """Operations make their answers themselves: what the framework would let them write headers on is nobody's."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        del request
        return _UNUSED


_UNUSED: Final = HttpResponse()

api = _Api(
    title="OpenXin API",
    version=VERSION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    parser=formats.StrictJson(),
)
_description = Router(tags=["description"])


@operation(
    _description,
    "GET",
    "/openapi.json",
    title=Words("本说明", "This description"),
    says=Words("OpenAPI 3.1，不需要令牌。", "OpenAPI 3.1; no token is needed."),
    gives={200: None},
    is_open=True,
    extra={"responses": {"200": {"content": {_JSON: {"schema": {"type": "object"}}}}}},
)
def show_description(request: HttpRequest) -> HttpResponse:
    """What there is, for programs."""
    del request
    return HttpResponse(description(), content_type=_JSON)


@cache
def description() -> bytes:
    """The description, as it is served."""
    return described(api)


# What is asked most often comes first: addresses are tried in this order.
for resource in (grants, checks, handing_in, submissions, quarantine, machine, words, ledger):
    api.add_router("", resource.router)
api.add_router("", _description)


@api.exception_handler(Problem)
def _problem(_request: HttpRequest, problem: Any) -> HttpResponse:
    return problems.document(problem)


@api.exception_handler(FileRefused)
def _file_refused(_request: HttpRequest, refused: Any) -> HttpResponse:
    """A file that is refused whole: the catalogue's code and words."""
    kind = {"TOO_LARGE": "too-large", "NOT_COMPETENT": "not-yours"}.get(refused.code, "invalid")
    return problems.document(Problem(kind, refused.words, code=refused.code))


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    return problems.document(problems.invalid(*(_fault(one) for one in error.errors)))


@api.exception_handler(HttpError)
def _http_error(_request: HttpRequest, error: Any) -> HttpResponse:
    return problems.document(problems.of_status(error.status_code))


@api.exception_handler(MultiPartParserError)
@api.exception_handler(SuspiciousOperation)
@api.exception_handler(UnreadablePostError)
def _unreadable(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problems.document(Problem("malformed"))


@api.exception_handler(Http404)
def _no_such_thing(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problems.document(Problem("not-found"))


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    return entrance.unexpected(request, error)


def _fault(error: dict[str, Any]) -> dict[str, str]:
    """Of what the framework tells, the place and the kind: its sentences repeat what was sent, and so may a key that it names."""
    source, *rest = error["loc"]
    if source == "body":  # the name of our own parameter
        rest = rest[1:]
    place = [part for part in rest if isinstance(part, int) or part in _names()]
    return problems.fault((source, *place), error["type"])


@cache
def _names() -> frozenset[str]:
    """Every word that is ours: members of shapes and names of parameters."""
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, dict):
            found.update(value.get("properties", {}))
            if "in" in value and isinstance(value.get("name"), str):
                found.add(value["name"])
            for one in value.values():
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    look(api.get_openapi_schema(path_prefix=""))
    return frozenset(found)
