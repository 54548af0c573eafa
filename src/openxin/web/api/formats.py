"""Whether a request comes in a format that its operation takes, and wants one that it gives (RFC 9110, 8.3, 12.5.1)."""

import json
from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from ninja.parser import Parser

from openxin.web.api import problems
from openxin.web.api.problems import Problem

JSON: Final = "application/json"
_DEEPEST: Final = 32


def check(request: HttpRequest, *, takes: Sequence[str], gives: Sequence[str]) -> None:
    """Before anything of the body is read. Raises Problem (406, 411, 413, 415; 422 where a parameter is given twice)."""
    given = request.META  # `request.headers` is another dictionary, made of this one at the first look
    accept = given.get("HTTP_ACCEPT", "*/*")
    if accept not in gives and not _is_wanted(accept, gives):
        raise Problem("not-acceptable")
    if given.get("QUERY_STRING") and any(len(values) > 1 for _, values in request.GET.lists()):
        raise problems.invalid(problems.fault(("query",), "repeated"))
    if not takes:
        return
    length = given.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in given or not length.isdecimal():
        raise Problem("length")
    if request.content_type not in takes and not any(_is_of(request.content_type or "", one) for one in takes):
        raise Problem("media-type")
    if request.content_type == JSON and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise Problem("too-large")


class StrictJson(Parser):
    """Reads a body once, as JSON in UTF-8 without doubles: of two keys of one name nobody knows which was meant."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The value. Raises Problem."""
        try:
            return _DECODER.decode(request.body.decode())
        except (ValueError, RecursionError):
            raise Problem("malformed") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)


def _is_wanted(accept: str, gives: Sequence[str]) -> bool:
    for one in accept.split(","):
        kind, *rest = (part.strip() for part in one.split(";"))
        if not any(part.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for part in rest):
            main = kind.partition("/")[0]
            if (
                kind in ("*/*", "")
                or kind in gives
                or (kind.endswith("/*") and any(g.startswith(f"{main}/") for g in gives))
            ):
                return True
    return False


def _is_of(content_type: str, taken: str) -> bool:
    return taken == "*/*" or content_type.lower() == taken
