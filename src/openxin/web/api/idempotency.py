"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): whoever lost an answer sends the same request again.

An answer that says nothing about a person is kept, sealed, and sent again. A reading is done anew: under the right that holds at
that moment, and with a line of its own. Kept, it would outlive the grant that was revoked and the record that was erased, and
would be shown without a line. What failed is not kept either: it may go well the next time.
"""

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from openxin.accounts import repeats
from openxin.accounts.repeats import Asked
from openxin.law.clock import after
from openxin.law.loading import catalogue
from openxin.web.api import auth
from openxin.web.api.problems import Problem
from openxin.web.api.shapes import told

HEADER: Final = "Idempotency-Key"
_IN_META: Final = "HTTP_IDEMPOTENCY_KEY"
_LONGEST: Final = 255
# A string of structured fields (RFC 9651), as the draft wants it; or bare, as most clients send it.
_PATTERN: Final = r'^("[ !#-\[\]-~]+"|[!#-+\--\[\]-~]+)$'
_WRITTEN: Final = re.compile(_PATTERN)
_KEPT_HEADERS: Final = ("Location", "Content-Type")
_SUCCESS: Final = range(200, 300)

PARAMETER: Final[dict[str, Any]] = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": told(
        "每个新的请求一个新的键；答复丢失时，同样的请求带同一个键再发一次",
        "A new key for each new request; where the answer was lost, the same request again with the same key",
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": _LONGEST, "pattern": _PATTERN},
}


def once(
    request: HttpRequest, content: bytes, act: Callable[[], HttpResponse], *, keeps_answer: bool = True
) -> HttpResponse:
    """Do what is asked; or, where the same was asked under the same key, tell again what was answered. Raises Problem."""
    key = _key(request)
    if key is None:
        return act()
    now, law = datetime.now(UTC), catalogue()
    until = datetime.combine(after(now.date(), law.parameters.api_repeats, law.calendar), now.timetz())
    what = b"\n".join((f"{request.method} {request.get_full_path()}".encode(), content))
    asked = Asked(auth.client(request).reader.login, key, what)
    try:
        before = repeats.begin(asked, at=now, until=until)
    except repeats.UnderWay:
        raise Problem("under-way", headers={"Retry-After": "1"}) from None
    except repeats.KeyReused:
        raise Problem("key-reused") from None
    if before is not None:
        return _read(before)
    # If we die here it was done or not, nobody knows: the next one does it, and each verb is such that twice is once.
    try:
        answer = act()
    except BaseException:
        repeats.give_up(asked)
        raise
    if answer.status_code not in _SUCCESS:
        repeats.give_up(asked)
    elif keeps_answer:
        repeats.keep(asked, _written(answer))
    else:
        repeats.done(asked)
    return answer


def _key(request: HttpRequest) -> str | None:
    given: str | None = request.META.get(_IN_META)
    if given is None:
        return None
    if len(given) > _LONGEST or not _WRITTEN.fullmatch(given):
        raise Problem("idempotency-key")
    return given.strip('"')


def _written(answer: HttpResponse) -> bytes:
    headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    body = base64.b64encode(answer.content).decode()
    return json.dumps({"status": answer.status_code, "headers": headers, "body": body}).encode()


def _read(kept: bytes) -> HttpResponse:
    said = json.loads(kept)
    return HttpResponse(base64.b64decode(said["body"]), status=said["status"], headers=said["headers"])
