"""The identity provider of the city: OpenID Connect, code flow with PKCE, spoken by django-allauth. What it says is handed on.

It lies below the records and knows of none. No account of the provider, no claim and no token is kept, in no table and in no
session: the library is stopped right after the answer was checked, before it would look anything up or write anything down, and
its tables give the application no right.

Always true: the ID token's signature is checked although it comes straight from the provider; ID token and user info are of one
subject (OpenID Connect Core 1.0, 5.3.2); redirects are not followed, and no proxy of the environment is used.
"""

import secrets
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, import_key

_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")  # public keys only: an HMAC would make the client secret a signer
_LEEWAY_S = 60
_TIMEOUT_S = 10
_NONCE, _NONCE_BYTES = "oidc_nonce", 24


class NotAnswered(Exception):
    """Cancelled, out of reach, or not to be believed."""


def leave_for(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the browser goes to be asked who it is. Raises NotAnswered."""
    # OpenID Connect Core 1.0, 3.1.2.1: the ID token must be the answer to this very question of this browser.
    request.session[_NONCE] = secrets.token_urlsafe(_NONCE_BYTES)
    try:
        there: HttpResponse = OAuth2LoginView.adapter_view(_Answer(request, provider_id))(request)
    except (requests.RequestException, KeyError, ValueError):  # out of reach, or no provider of OpenID Connect at all
        raise NotAnswered from None
    return there


def answer(request: HttpRequest, provider_id: str) -> Mapping[str, Any]:
    """What the provider says of whoever came back from it: claims, checked, and kept by nobody. Raises NotAnswered."""
    answered = _Answer(request, provider_id)
    try:
        OAuth2CallbackView.adapter_view(answered)(request)
    except _Checked:
        return answered.claims
    except (requests.RequestException, KeyError, ValueError):
        raise NotAnswered from None
    raise NotAnswered


class _Checked(Exception):
    """The answer was checked: here the library's own way ends. Carries nothing, so that nothing of a person can be logged."""


class _Answer(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    claims: Mapping[str, Any]

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> NoReturn:
        """Check it, and stop the library. Raises ProviderException, _Checked."""
        nonce = request.session.pop(_NONCE, None)
        if not nonce:
            raise ProviderException("nobody was asked")
        self.claims = self._checked(app, token, kwargs["response"].get("id_token", ""), nonce)
        raise _Checked

    def _checked(self, app: SocialApp, token: Any, id_token: str, nonce: str) -> Mapping[str, Any]:
        try:
            signed = signed_claims(
                id_token, self._keys(), issuer=self.openid_config["issuer"], client=app.client_id, nonce=nonce
            )
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


def signed_claims(id_token: str, keys: KeySet, *, issuer: str, client: str, nonce: str) -> dict[str, Any]:
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
        nonce={"essential": True, "value": nonce},
    ).validate(signed)
    return signed


class CityProvider(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Where django-allauth learns which provider there is: from the settings alone."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The one of the city, under whatever name it is asked for."""
        del client_id
        of = settings.OPENXIN_INSTALLATION
        secret = of.oidc_client_secret_file.read_text("utf-8").strip() if of.oidc_client_secret_file else ""
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=provider or "",
                name=provider or "",
                client_id=of.oidc_client_id,
                secret=secret,
                settings={
                    "server_url": of.oidc_issuer,
                    "oauth_pkce_enabled": True,
                    "scope": of.oidc_scopes.split(),
                    "auth_params": {"nonce": request.session.get(_NONCE, "")},
                },
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
        raise NotAnswered


class _Session(requests.Session):
    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(*args, **{"timeout": _TIMEOUT_S} | kwargs)
