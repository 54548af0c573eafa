"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): whoever lost an answer sends the same request again."""

from typing import Any, Final

from openxin.web.api.shapes import told

HEADER: Final = "Idempotency-Key"
_LONGEST: Final = 255

HEADER_PARAMETER: Final[dict[str, Any]] = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": told(
        "每个新的请求一个新的键；答复丢失时用同一个键再发一次，得到同一个答复",
        "A new key for each new request; where the answer was lost the same request with the same key gets the same answer",
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": _LONGEST, "pattern": r'^("[!#-~]+"|[!#-+\--~]+)$'},
}
