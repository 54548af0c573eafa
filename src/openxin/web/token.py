"""The token endpoint: OAuth 2.0 client credentials (RFC 6749, 4.4), proved by a signed assertion (RFC 7523, 2.2), by Authlib.

Always true: nothing but `private_key_jwt` proves anything; an assertion is for this endpoint alone (one audience), ends within
five minutes, and counts once; whatever is wrong with it, the answer is the same `invalid_client`, since which part was wrong is
of use to nobody but a forger. Nothing is taken from the address: addresses stand in logs.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from authlib.integrations.django_oauth2.requests import DjangoOAuth2Request
from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from openxin.accounts import machines
from openxin.accounts.machines import Machine

PATH = "oauth/token"
_LEEWAY = timedelta(seconds=30)
_METHOD = "private_key_jwt"
_UNAUTHORIZED = 401


@csrf_exempt  # no cookie proves anything here
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Give a machine that proves itself an access token."""
    if request.GET:
        return _answer(400, {"error": "invalid_request"})
    answer: HttpResponse = _Endpoint(_audience(request)).create_token_response(request)
    return answer


def _audience(request: HttpRequest) -> str:
    """For whom an assertion must be: this endpoint, as it is reached."""
    return f"{settings.OPENXIN_PUBLIC_URL or f'{request.scheme}://{request.get_host()}'}/{PATH}"


def _answer(status: int, content: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(content), status=status, content_type="application/json")


class _Client(ClientMixin):  # type: ignore[misc]
    """A machine, as Authlib asks about it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def get_client_id(self) -> str:
        return str(self.machine.id)

    def get_allowed_scope(self, scope: str) -> str:
        """No scopes: what a machine may see is asked anew at each question."""
        del scope
        return ""

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method, endpoint) == (_METHOD, "token")

    def check_grant_type(self, grant_type: str) -> bool:
        return bool(grant_type == _Grant.GRANT_TYPE)


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = (_METHOD,)


class _Assertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """A signed assertion: who says so, for whom, until when, once."""

    CLIENT_AUTH_METHOD = _METHOD

    def __init__(self, audience: str) -> None:
        super().__init__(leeway=int(_LEEWAY.total_seconds()))
        self._audience = audience
        self._now = datetime.now(UTC)

    def resolve_client_public_key(self, client: _Client) -> KeySet:
        return client.machine.keys

    def get_audiences(self) -> list[str]:
        return [self._audience]

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> dict[str, Any]:
        """Signature, then claims, then that it was not used before."""
        try:
            claims: dict[str, Any] = jwt.decode(assertion, resolve_key, algorithms=list(machines.ALGORITHMS)).claims
        except (JoseError, ValueError, TypeError, KeyError) as fault:
            raise InvalidClientError from fault
        # Of two audiences the other could use it here: OAuth 2.0 Security BCP (RFC 9700) and OpenID's notice of 2025.
        if claims.get("aud") not in (self._audience, [self._audience]):
            raise InvalidClientError
        end = claims.get("exp")
        latest = (self._now + machines.ASSERTION_AT_MOST + _LEEWAY).timestamp()
        if isinstance(end, bool) or not isinstance(end, int | float) or not 0 < end <= latest:
            raise InvalidClientError
        if not isinstance(claims.get("jti"), str):
            raise InvalidClientError
        self.verify_claims(claims)
        return claims

    def validate_jti(self, claims: dict[str, Any], jti: str) -> bool:
        machine = machines.find(claims["sub"])
        until = datetime.fromtimestamp(claims["exp"], UTC) + _LEEWAY
        return machine is not None and machines.is_new(machine.id, jti, at=self._now, until=until)


class _Endpoint(AuthorizationServer):  # type: ignore[misc]
    def __init__(self, audience: str) -> None:
        super().__init__()
        self.register_client_auth_method(_METHOD, _Assertion(audience))
        self.register_grant(_Grant)
        self.register_token_generator("default", self._generated)

    def query_client(self, client_id: str) -> _Client | None:
        machine = machines.find(client_id)
        return _Client(machine) if machine else None

    def _generated(self, client: _Client, **_: Any) -> dict[str, Any]:
        secret = machines.issue(client.machine.id, at=datetime.now(UTC))
        return {"token_type": "Bearer", "access_token": secret, "expires_in": int(machines.GOOD_FOR.total_seconds())}

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        """It was kept when it was made."""

    def create_oauth2_request(self, request: HttpRequest) -> DjangoOAuth2Request:
        return DjangoOAuth2Request(request)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, body: dict[str, Any], headers: Any) -> HttpResponse:
        """RFC 6749, 5.1 and 5.2; of an error its code and nothing else."""
        if "error" in body:
            return _answer(_UNAUTHORIZED if body["error"] == "invalid_client" else status, {"error": body["error"]})
        answer = _answer(status, body)
        for name, value in headers:
            answer.headers[name] = value
        return answer
