"""Problem documents (RFC 9457): every answer of the API that is not the one hoped for, in both languages.

Always true: nothing that was sent is repeated. A fault of a request is told by its place and a word of ours for it; what went
wrong in this register is told by a number to quote, under which the log has it. Words hang on the code, here; those of a file
that was refused and of a reading that was denied hang on theirs, in the catalogue.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from django.http import HttpResponse

from openxin.law.catalogue import Words

MEDIA_TYPE: Final = "application/problem+json"
PLACE: Final = "/api/v1/problems/"
EXAMPLE: Final = UUID(int=9)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem. `remedy`: what whoever asked can do about it."""

    code: str
    status: int
    title: Words
    remedy: Words


_KINDS = (
    Kind(
        "malformed",
        400,
        Words("请求读不懂", "The request cannot be read"),
        Words(
            "正文须是完整的 UTF-8 JSON，对象中同名的键只出现一次", "The body must be whole JSON in UTF-8, each key once"
        ),
    ),
    Kind(
        "cursor",
        400,
        Words("不是这个清单的翻页标记", "Not a cursor of this list"),
        Words(
            "从头再取一次清单，条件不变才能接着翻页",
            "Ask for the list from its start; a cursor goes with its own filters",
        ),
    ),
    Kind(
        "idempotency-key",
        400,
        Words("Idempotency-Key 写法不对", "The Idempotency-Key is not written as it must be"),
        Words(
            '一到二百五十五个可见的 ASCII 字符，写成 "…"，只出现一次；例如一个新的 UUID',
            'One to 255 visible ASCII characters, written as "...", once; a fresh UUID for example',
        ),
    ),
    Kind(
        "token",
        401,
        Words("没有有效的访问令牌", "No access token that is valid now"),
        Words(
            "用已登记的密钥签名，到 /oauth/token 取一个令牌，在 Authorization: Bearer 中出示",
            "Prove yourself with a registered key at /oauth/token, and show the token as Authorization: Bearer",
        ),
    ),
    Kind(
        "not-yours",
        403,
        Words("这个客户端不能做这件事", "This client may not do this"),
        Words("请本单位向平台管理员登记相应的身份", "Your body asks the administrator of the register for the role"),
    ),
    Kind(
        "not-permitted",
        403,
        Words("不允许查看", "The reading is not permitted"),
        Words(
            "哪条规则、需要什么、问谁，见 rule、needed、ask；本人看得到这次请求",
            "rule, needed and ask say which rule, what would be needed and whom to ask; the person sees that you asked",
        ),
    ),
    Kind(
        "not-found",
        404,
        Words("没有这一项，或者它不属于您的单位", "There is no such thing, or it is not your body's"),
        Words("核对编号；地址见 /api/v1/openapi.json", "Check the id; addresses stand in /api/v1/openapi.json"),
    ),
    Kind(
        "method",
        405,
        Words("这个地址不接受这种请求", "This address does not take that method"),
        Words("可用的方法见 Allow", "Allow names the methods that it takes"),
    ),
    Kind(
        "not-acceptable",
        406,
        Words("没有您要的格式", "Not in the format that was asked for"),
        Words("Accept 须包含接口说明中这项操作的格式", "Accept must allow the format that the operation gives"),
    ),
    Kind(
        "not-now",
        409,
        Words("现在不能做，或者已经做过了", "Not now: it is past that point, or not yet there"),
        Words("先取一次，看它到了哪一步", "Ask for it, and see how far it is"),
    ),
    Kind(
        "under-way",
        409,
        Words("带同一个 Idempotency-Key 的请求还没有办完", "A request with this Idempotency-Key is still under way"),
        Words("稍后用同一个键再发一次", "Send it again in a while, with the same key"),
    ),
    Kind(
        "length",
        411,
        Words("没有写明长度", "The length is not given"),
        Words("请求须带 Content-Length，不能分块传送", "Send Content-Length; a body in chunks is not taken"),
    ),
    Kind(
        "too-large",
        413,
        Words("正文太大", "The body is too large"),
        Words("分成几次，或者作为文件报送", "Send it in parts, or hand it in as a file"),
    ),
    Kind(
        "media-type",
        415,
        Words("正文不是这项操作要的格式", "The body is not in a format that the operation takes"),
        Words("Content-Type 须是接口说明中的一种", "Content-Type must be one of those in the description"),
    ),
    Kind(
        "invalid",
        422,
        Words("有几处不符合要求", "Some of it is not as it must be"),
        Words("逐处改正：位置在 errors 里", "Mend each of them: errors names the places"),
    ),
    Kind(
        "key-reused",
        422,
        Words("这个 Idempotency-Key 用在了另一个请求上", "This Idempotency-Key was used for another request"),
        Words("每个新的请求用一个新的键", "A new request takes a new key"),
    ),
    Kind(
        "budget",
        429,
        Words("查询次数用完了", "The number of questions is used up"),
        Words("到 Retry-After 所说的时间以后再问", "Ask again after the time that Retry-After says"),
    ),
    Kind(
        "fault",
        500,
        Words("本系统出错了", "Something went wrong in this register"),
        Words(
            "可以再试一次；仍然不行的，把 instance 中的编号告诉平台",
            "Try again; or tell the operator the number in instance",
        ),
    ),
    Kind(
        "away",
        503,
        Words("本系统暂时办不了", "The register cannot do this at the moment"),
        Words("稍后再试", "Try again in a while"),
    ),
)
KINDS: Final[Mapping[str, Kind]] = {kind.code: kind for kind in _KINDS}
_BY_STATUS: Final[Mapping[int, str]] = {
    400: "malformed",
    401: "token",
    403: "not-yours",
    404: "not-found",
    405: "method",
    413: "too-large",
}


class Problem(Exception):
    """A request that is answered by a problem document. `words`: what exactly was met, where more is known than the kind says.

    `told`: further members of the document; never a value that was sent. `code`: where the words hang on a code of the catalogue.
    `instance`: the number of this occurrence; a new one where none is given.
    """

    def __init__(
        self,
        kind: str,
        words: Words | None = None,
        *,
        code: str | None = None,
        told: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        instance: UUID | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind = KINDS[kind]
        self.words = words or self.kind.remedy
        self.code = code or kind
        self.told = dict(told or {})
        self.headers = dict(headers or {})
        self.instance = instance or uuid4()


def document(problem: Problem) -> HttpResponse:
    """The answer."""
    kind = problem.kind
    told = {
        "type": f"{PLACE}{problem.code}",
        "title": kind.title.zh,
        "title_en": kind.title.en,
        "status": kind.status,
        "detail": problem.words.zh,
        "detail_en": problem.words.en,
        "instance": f"urn:uuid:{problem.instance}",
        "code": problem.code,
        **problem.told,
    }
    content = json.dumps(told, ensure_ascii=False)
    return HttpResponse(content, status=kind.status, content_type=MEDIA_TYPE, headers=problem.headers)


def of_status(status: int) -> Problem:
    """The problem of an answer that something below the API gave, of which only the number is known."""
    return Problem(_BY_STATUS.get(status, "fault" if status >= 500 else "malformed"))  # noqa: PLR2004


_FAULTS: Final[Mapping[str, Words]] = {
    "missing": Words("缺少这一项", "This is missing"),
    "extra_forbidden": Words("有不认识的项", "Something here is not known"),
    "repeated": Words("同一个参数出现了几次", "A parameter is given more than once"),
    "string_type": Words("须是文字", "Must be text"),
    "int_parsing": Words("须是整数", "Must be a whole number"),
    "bool_type": Words("须是 true 或 false", "Must be true or false"),
    "bool_parsing": Words("须是 true 或 false", "Must be true or false"),
    "list_type": Words("须是一个清单", "Must be a list"),
    "dict_type": Words("须是一个对象", "Must be an object"),
    "model_type": Words("须是一个对象", "Must be an object"),
    "model_attributes_type": Words("须是一个对象", "Must be an object"),
    "uuid_parsing": Words("须是 UUID", "Must be a UUID"),
    "uuid_type": Words("须是 UUID", "Must be a UUID"),
    "enum": Words("不在所列的值里", "Not one of the listed values"),
    "literal_error": Words("不在所列的值里", "Not one of the listed values"),
    "string_too_short": Words("太短", "Too short"),
    "string_too_long": Words("太长", "Too long"),
    "too_short": Words("太少", "Too few"),
    "too_long": Words("太多", "Too many"),
    "unsound": Words("写法不对，或者校验不通过", "Not written as it must be, or its checksum is wrong"),
    "string_pattern_mismatch": Words("写法不对", "Not written as it must be"),
    "greater_than_equal": Words("太小", "Too small"),
    "less_than_equal": Words("太大", "Too large"),
}
_DATES = Words("须是 2026-04-11 这样的日期", "Must be a day such as 2026-04-11")
_TIMES = Words("须是带时区的时间，例如 2026-04-11T09:30:00+08:00", "Must be a time with its offset")
_OTHERWISE = Words("不符合要求", "Not as it must be")


def fault(place: Sequence[str | int], kind: str) -> dict[str, str]:
    """One place of a request that is not as it must be. `place`: where, from the part of the request on; `kind`: what it is."""
    source, *rest = (str(part) for part in place) if place else ("body",)
    words = _FAULTS.get(kind) or (
        _DATES if kind.startswith("date_") else _TIMES if kind.startswith("datetime_") else _OTHERWISE
    )
    return {
        "in": source,
        "pointer": "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in rest),
        "code": kind,
        "detail": words.zh,
        "detail_en": words.en,
    }


def invalid(*faults: dict[str, str]) -> Problem:
    """A request of which these places are not as they must be: all of them at once."""
    return Problem("invalid", told={"errors": list(faults)})
