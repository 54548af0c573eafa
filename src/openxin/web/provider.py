"""Persons log in by the identity provider of the city: what it vouches for is compared with an identity, and forgotten."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from openxin.accounts import provider
from openxin.accounts.logins import user_of
from openxin.accounts.provider import NotAnswered
from openxin.cases.own_log_in import VouchedFor, recognise
from openxin.law.loading import catalogue
from openxin.operations.installation import Installation
from openxin.web import doorway, rendering

_RESIDENT_ID = "01"  # CL_ZJLX
_REFUSED, _UNREACHABLE = 403, 502


@require_GET
def leave_for(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider."""
    _is_there(provider_id)
    try:
        return provider.leave_for(request, provider_id)
    except NotAnswered:
        return _failed(request)


@require_GET
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the provider: in, or a page that says why not."""
    _is_there(provider_id)
    try:
        claims = provider.answer(request, provider_id)
    except NotAnswered:
        return _failed(request)
    return _arrive(request, claims)


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
