"""Persons log in by the identity provider of the city: OpenID Connect, code flow with PKCE, spoken by django-allauth.

What the provider says is compared with an identity (`cases/own_log_in.py`) and forgotten: no account of the provider, no claim
and no token is kept, in no table and in no session. The library is stopped right after the provider's answer was checked, before
it would look anything up or write anything down; its tables give the application no right.

Always true: the ID token's signature is checked although it comes straight from the provider; ID token and user info are of one
subject (OpenID Connect Core 1.0, 5.3.2); redirects are not followed, and no proxy of the environment is used.
"""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, import_key

from openxin.accounts.logins import user_of
from openxin.cases.own_log_in import VouchedFor, recognise
from openxin.law.loading import catalogue
from openxin.operations.installation import Installation
from openxin.web import doorway, rendering

_RESIDENT_ID = "01"  # CL_ZJLX
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")  # public keys only: an HMAC would make the client secret a signer
_LEEWAY_S = 60
_TIMEOUT_S = 10
_REFUSED, _UNREACHABLE = 403, 502


@require_GET
def leave_for(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider."""
    _is_there(provider_id)
    try:
        there: HttpResponse = OAuth2LoginView.adapter_view(Answer(request, provider_id))(request)
    except (requests.RequestException, KeyError, ValueError):  # out of reach, or no provider of OpenID Connect at all
        return _failed(request)
    return there


@require_GET
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the provider: in, or a page that says why not."""
    _is_there(provider_id)
    back: HttpResponse = OAuth2CallbackView.adapter_view(Answer(request, provider_id))(request)
    return back


class Answer(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The provider's answer."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> NoReturn:
        """Check it, and go on without the library. Raises ProviderException, or what ends the library's own way."""
        raise ImmediateHttpResponse(_arrive(request, self._claims(app, token, kwargs["response"].get("id_token", ""))))

    def _claims(self, app: SocialApp, token: Any, id_token: str) -> Mapping[str, Any]:
        try:
            signed = signed_claims(id_token, self._keys(), issuer=self.openid_config["issuer"], client=app.client_id)
            told: dict[str, Any] = self._fetch_user_info(token.token)
            one_subject = signed["sub"] == told["sub"]
        except (JoseError, KeyError, ValueError, TypeError) as fault:
            raise ProviderException("the answer cannot be read") from fault
        if not one_subject:
            raise ProviderException("two subjects")
        return signed | told

    def _keys(self) -> KeySet:
        with CityProvider().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            return KeySet([import_key(key) for key in answer.json()["keys"]])


def signed_claims(id_token: str, keys: KeySet, *, issuer: str, client: str) -> dict[str, Any]:
    """What an ID token says (OpenID Connect Core 1.0, 3.1.3.7). Raises JoseError, ValueError: nothing of it is to be believed."""
    signed: dict[str, Any] = jwt.decode(id_token, keys, algorithms=list(_ALGORITHMS)).claims
    jwt.JWTClaimsRegistry(
        now=int(datetime.now(UTC).timestamp()),
        leeway=_LEEWAY_S,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    ).validate(signed)
    return signed


class CityProvider(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Where django-allauth learns which provider there is: from the settings alone."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one of the city, whatever is asked for."""
        del request, provider, client_id
        of = _installation()
        secret = of.oidc_client_secret_file.read_text("utf-8").strip() if of.oidc_client_secret_file else ""
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=doorway.CITY,
                name=doorway.CITY,
                client_id=of.oidc_client_id,
                secret=secret,
                settings={"server_url": of.oidc_issuer, "oauth_pkce_enabled": True, "scope": of.oidc_scopes.split()},
            )
        ]

    def get_requests_session(self) -> requests.Session:
        """What is fetched from the provider: within ten seconds, from it and from nobody else."""
        session = _Session()
        session.trust_env = False
        session.max_redirects = 0
        session.verify = ssl.get_default_verify_paths().cafile or True
        return session

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_: Any) -> NoReturn:  # noqa: ARG002
        """Cancelled, out of reach, not to be believed: nobody is in, and one page says so."""
        raise ImmediateHttpResponse(_failed(request))


class _Session(requests.Session):
    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(*args, **{"timeout": _TIMEOUT_S} | kwargs)


def _failed(request: HttpRequest) -> HttpResponse:
    return rendering.page(request, "web/provider_failed.html", status=_UNREACHABLE)


def _arrive(request: HttpRequest, claims: Mapping[str, Any]) -> HttpResponse:
    who = vouched_for(claims, _installation())
    person = who and recognise(
        who,
        law=catalogue(),
        day=timezone.localdate(),
        at=datetime.now(UTC),
        synthetic=settings.OPENXIN_SYNTHETIC,
    )
    request.session.flush()  # what began before the provider's answer belongs to whoever was there before
    if not person:
        return rendering.page(request, "web/provider_nobody.html", status=_REFUSED)
    doorway.let_in(request, user_of(person), "provider")
    return doorway.go("/records/")


def vouched_for(claims: Mapping[str, Any], of: Installation) -> VouchedFor | None:
    """Whom the claims verify, by the names that the settings give them; None where they verify nobody."""
    if of.oidc_verified_claim and _claim(claims, of.oidc_verified_claim) is not True:
        return None
    number, name = _claim(claims, of.oidc_number_claim), _claim(claims, of.oidc_name_claim)
    type_ = _claim(claims, of.oidc_type_claim) if of.oidc_type_claim else _RESIDENT_ID
    state = _claim(claims, of.oidc_state_claim) if of.oidc_state_claim else ""
    if not all(isinstance(one, str) for one in (number, name, type_)):
        return None
    return VouchedFor(type_, number, name, state if isinstance(state, str) else "")


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _installation() -> Installation:
    found: Installation = settings.OPENXIN_INSTALLATION
    return found


def _is_there(provider_id: str) -> None:
    if provider_id != doorway.CITY or not _installation().oidc_issuer:
        raise Http404
