"""The description of the API (OpenAPI 3.1), from its operations: both languages, an example of every problem, who may ask."""

import json
from typing import Any, Final

from ninja import NinjaAPI

from openxin.intake import taking_back
from openxin.law.catalogue import Catalogue
from openxin.law.loading import catalogue
from openxin.web.api import problems
from openxin.web.api.idempotency import PARAMETER
from openxin.web.api.shapes import FROM_LAW, Fault, ProblemDocument

_PREFIX: Final = "/api/v1"
DOCUMENT_TYPES: Final = "CL_ZJLX"
_SAYS: Final = """\
单位和使用方的程序接口。令牌：OAuth 2.0 客户端凭证，private_key_jwt（RFC 7523），在 `/oauth/token` 换取。\
错误：RFC 9457，中英文。POST 接受 `Idempotency-Key`。清单按标记翻页（`next` → `cursor`）。GET 有 `ETag`。

For the machines of bodies and recipients. Tokens: OAuth 2.0 client credentials by private_key_jwt (RFC 7523) at `/oauth/token`. \
Errors: RFC 9457, in both languages. Every POST takes an `Idempotency-Key`. Lists are paged by cursor (`next`, then `cursor`). \
Every GET has an `ETag`."""
_TAGS: Final = {
    "client": "这个客户端 · This client",
    "uploads": "报送 · Handing in",
    "submissions": "批次 · Submissions",
    "grants": "凭授权查看 · Reading under a grant",
    "checks": "依法询问 · Asking by duty",
    "quarantine": "待补正 · Rows that wait",
    "ledger": "台账 · The ledger",
    "description": "接口说明 · The description",
}

# Two ways to say the same: how a token is got, and how it is shown.
_SECURITY: Final = {
    "ClientCredentials": {
        "type": "oauth2",
        "description": (
            "机器用登记的密钥签一个断言（private_key_jwt，RFC 7523），换取十分钟的令牌。"
            " · A machine signs an assertion with a registered key and is given a token for ten minutes."
        ),
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}},
    },
    "AccessToken": {"type": "http", "scheme": "bearer", "description": "RFC 6750"},
}


def described(api: NinjaAPI) -> bytes:
    """The document, as it is served."""
    made: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=_PREFIX)))
    made["info"]["description"] = _SAYS
    made["tags"] = [{"name": name, "description": says} for name, says in _TAGS.items()]
    made["servers"] = [{"url": "/"}]
    for operations in made["paths"].values():
        for method, one in operations.items():
            _complete(method, one)
    parts = made["components"]
    for shape in (ProblemDocument, Fault):
        schema = shape.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        parts["schemas"][shape.__name__] = schema
    _ask_the_law(made, catalogue())
    said = json.dumps(made)
    parts["schemas"] = {name: one for name, one in parts["schemas"].items() if f'schemas/{name}"' in said}
    parts["securitySchemes"] = _SECURITY
    parts["examples"] = {kind: _example(kind) for kind in problems.KINDS}
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _complete(method: str, one: dict[str, Any]) -> None:
    if "security" in one:  # of an operation that asks for a token
        one["security"] = [{name: []} for name in _SECURITY]
    for status, answer in one["responses"].items():
        if method == "get" and status == "200":
            answer["headers"] = {"ETag": {"description": "RFC 9110", "schema": {"type": "string"}}}
        if status == "401":
            answer["headers"] = {"WWW-Authenticate": {"description": "RFC 6750", "schema": {"type": "string"}}}
    for parameter in one.get("parameters", ()):
        # What is absent is not there: an address knows no null.
        either = [kind for kind in parameter["schema"].pop("anyOf", ()) if kind != {"type": "null"}]
        parameter["schema"] |= either[0] if either else {}
    if method == "post":
        one.setdefault("parameters", []).append(PARAMETER)


def _ask_the_law(part: Any, law: Catalogue) -> None:
    """Write in what the catalogue says: lists and limits are the law's, and a city's may differ."""
    if isinstance(part, dict):
        match part.pop(FROM_LAW, None):
            case "types":
                part["enum"] = sorted(law.types)
            case "checks":
                part["enum"] = sorted(law.checks)
            case "documents":
                part["enum"] = [one.code for one in law.lists[DOCUMENT_TYPES].values]
            case "taking_back":
                part["enum"] = [one.code for one in taking_back.reasons(law)]
            case "api_rows":
                part["maxItems"] = law.parameters.api_rows
        for inner in part.values():
            _ask_the_law(inner, law)
    elif isinstance(part, list):
        for inner in part:
            _ask_the_law(inner, law)


def _example(kind: str) -> dict[str, Any]:
    answer = problems.document(problems.Problem(kind, instance=problems.EXAMPLE))
    found = problems.KINDS[kind]
    return {"summary": f"{found.title.zh} · {found.title.en}", "value": json.loads(answer.content)}
