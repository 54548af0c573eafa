"""What all operations have in common: how one is declared, what is told of it, and how its answer is sent.

    @operation(router, "GET", "/uploads/{uuid:upload}", title=Words(...), says=Words(...), gives={200: UploadShown})
    def show_upload(request: HttpRequest, upload: UUID) -> Answer: ...

Always true: an operation that is not `is_open` asks for an access token; formats are weighed before a body is read; every POST
takes an `Idempotency-Key`; every GET has an ETag.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from ninja import Router
from ninja.decorators import decorate_view
from pydantic import BaseModel

from openxin.law.catalogue import Words
from openxin.web.api import auth, formats, idempotency, problems
from openxin.web.api.formats import JSON
from openxin.web.api.problems import Problem

Method = Literal["GET", "POST", "DELETE"]
View = Callable[..., "Answer | HttpResponse"]
_ALWAYS: Final = ("not-acceptable", "fault", "away")
_KEYED: Final = ("idempotency-key", "under-way", "key-reused")
_WITH_JSON: Final = ("malformed", "length", "media-type", "too-large", "invalid")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers. `value`: of the shape that is declared for `status`; None: nothing."""

    value: BaseModel | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def operation(
    router: Router,
    method: Method,
    path: str,
    *,
    title: Words,
    says: Words,
    gives: Mapping[int, Any],
    takes: tuple[str, ...] = (),
    as_type: tuple[str, ...] = (JSON,),
    problems: tuple[str, ...] = (),
    is_open: bool = False,
    keeps_answer: bool = True,
    keys_itself: bool = False,
    is_reading: bool = False,
    extra: Mapping[str, Any] | None = None,
) -> Callable[[View], View]:
    """Declare an operation. `gives`: by status, a shape, or None for nothing; `problems`: kinds beside those that all have.

    `takes`: media types of its body; `as_type`: those of its answer; `extra`: what the description says beside. `keeps_answer`:
    False for a reading, which is done anew. `keys_itself`: its body is no JSON, and the view knows when it has come.
    `is_reading`: the door asks once more, in its own transaction, whether the client still stands.
    """
    kinds = [*problems, *_ALWAYS, *(() if is_open else ("token",)), *(_WITH_JSON if takes == (JSON,) else ())]
    kinds += (*(_KEYED if method == "POST" else ()), *(("not-found",) if "{" in path else ()))
    told = dict(extra or {}) | ({} if is_open else {"security": []})
    told["responses"] = _responses(kinds) | told.get("responses", {})

    def declare(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, **named: Any) -> HttpResponse:
            if method == "POST" and not keys_itself:
                return idempotency.once(
                    request, request.body, lambda: sent(view(request, **named)), keeps_answer=keeps_answer
                )
            answer = sent(view(request, **named))
            return _conditional(request, answer) if method == "GET" else answer

        decorate_view(_weighed_first(takes, as_type, is_open=is_open, is_reading=is_reading))(run)
        router.api_operation(
            [method],
            path,
            response=dict(gives),
            operation_id=view.__name__,
            url_name=f"api-{view.__name__.replace('_', '-')}",
            summary=f"{title.zh} · {title.en}",
            description=f"{says.zh}\n\n{says.en}",
            openapi_extra=told,
        )(run)
        return run

    return declare


def _weighed_first(
    takes: Sequence[str], gives: Sequence[str], *, is_open: bool, is_reading: bool
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """What comes before all that the framework does: who asks, and in which formats. It would look at path and body first."""

    def around(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def weighed(request: HttpRequest, **named: Any) -> HttpResponse:
            try:
                if not is_open:
                    auth.admit(request, is_reading=is_reading)
                formats.check(request, takes=takes, gives=gives)
            except Problem as problem:
                return problems.document(problem)
            return run(request, **named)

        return weighed

    return around


def binary(status: int, media_type: str, says: Words) -> dict[str, Any]:
    """What the description says of an answer that is no JSON."""
    schema = {"type": "string"} if media_type.startswith("text/") else {"type": "string", "format": "binary"}
    return {
        "responses": {
            str(status): {"description": f"{says.zh} · {says.en}", "content": {media_type: {"schema": schema}}}
        }
    }


def sent(answer: Answer | HttpResponse) -> HttpResponse:
    """The answer as it is sent."""
    if isinstance(answer, HttpResponse):
        return answer
    content = b"" if answer.value is None else answer.value.model_dump_json(by_alias=True).encode()
    response = HttpResponse(content, status=answer.status, content_type=JSON, headers=dict(answer.headers))
    if answer.value is None:
        del response.headers["Content-Type"]
    return response


def _conditional(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """RFC 9110, 13.1.2: whoever holds the very same answer is told so, and is sent nothing."""
    if answer.status_code != 200:  # noqa: PLR2004
        return answer
    tag = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    held = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" in held or tag in (one.removeprefix("W/") for one in held):
        return HttpResponse(status=304, headers={"ETag": tag})
    answer.headers["ETag"] = tag
    return answer


def _responses(kinds: Sequence[str]) -> dict[str, Any]:
    """Every problem of an operation, by its status, with an example of each."""
    found: dict[str, Any] = {}
    for kind in sorted({problems.KINDS[one] for one in kinds}, key=lambda one: (one.status, one.code)):
        said = f"{kind.title.zh} · {kind.title.en}"
        here = found.setdefault(
            str(kind.status),
            {
                "description": "",
                "content": {
                    problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}, "examples": {}}
                },
            },
        )
        here["description"] = f"{here['description']}\n{said}".strip()
        here["content"][problems.MEDIA_TYPE]["examples"][kind.code] = {"$ref": f"#/components/examples/{kind.code}"}
    return found
