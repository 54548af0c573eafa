"""A machine of a body, at the API: its token, and what it is answered. The application itself answers, as it is served."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from joserfc.jwk import ECKey

from openxin.accounts import machines

KEY = ECKey.generate_key("P-256", {"kid": "1"})
V1 = "/api/v1"


@dataclass(frozen=True)
class Machine:
    """A registered machine with a token of its own."""

    id: UUID
    token: str

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.asks("GET", path, headers=headers)

    def post(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        return self.asks("POST", path, body, headers=headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.asks("DELETE", path, headers=headers)

    def asks(self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None) -> HttpResponse:
        """`headers`: with `_` for `-`. A body that is no bytes is sent as JSON."""
        sent = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): value for name, value in (headers or {}).items()
        }
        kind = sent.pop("Content-Type", "application/json")
        given = {} if body is None else {"data": body, "content_type": kind}
        browser = Client(SERVER_NAME="localhost", enforce_csrf_checks=True, raise_request_exception=False)
        return browser.generic(method, V1 + path, **_encoded(given), headers=sent)


def machine(authority: str = "market", roles: tuple[str, ...] = ("clerk",)) -> Machine:
    """A machine of this body, with a token that is good now."""
    now = datetime.now(UTC)
    id_ = machines.register(authority, [KEY.as_dict(private=False)], at=now, roles=roles)
    return Machine(id_, machines.issue(id_, at=now))


def _encoded(given: dict[str, Any]) -> dict[str, Any]:
    import json

    if given and not isinstance(given["data"], bytes):
        given["data"] = json.dumps(given["data"])
    return given
