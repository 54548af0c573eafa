"""Passkeys of officials: added from within, each time after a fresh code; used in place of the code at the second step.

The one script on these pages asks the browser and sends its answer as a form. Without scripts there is the code.
"""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from openxin.accounts import attempts, factors, history, passkeys
from openxin.accounts.factors import CodeRefused
from openxin.accounts.passkeys import Asked, PasskeyRefused
from openxin.web import doorway, rendering, standing
from openxin.web.headers import with_our_script

_ADDING, _PROVING = "adding_passkey", "proving_passkey"
_REFUSED, _LOCKED = 422, 429


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """Which one has."""
    return _own(request, _official(request))


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """After a fresh code: ask the browser for a new one. Whoever finds an open session adds no key of theirs to it."""
    login, now = _official(request), datetime.now(UTC)
    counted = attempts.of_factor(login)
    if attempts.is_locked(counted, at=now):
        return _own(request, login, "locked", _LOCKED)
    try:
        factors.prove(login, request.POST.get("code", ""), at=now)
    except CodeRefused:
        locks = attempts.count(counted, at=now)
        history.write(login, way="code", outcome="locked" if locks else "refused", at=now)
        return _own(request, login, "locked" if locks else "refused", _LOCKED if locks else _REFUSED)
    attempts.forget(counted)
    asked = passkeys.ask_for_new(login, host=host(request))
    request.session[_ADDING] = asked.state
    return with_our_script(rendering.page(request, "web/log_in_passkey_add.html", options=asked.options))


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """The browser's new one."""
    login, asked = _official(request), request.session.pop(_ADDING, None)
    try:
        passkeys.keep(login, asked or {}, _answer(request), host=host(request), at=datetime.now(UTC))
    except PasskeyRefused:
        return _own(request, login, "not_kept", _REFUSED)
    return doorway.go("/log-in/passkeys/")


@require_POST
def give_up(request: HttpRequest, passkey: UUID) -> HttpResponse:
    """Forget one."""
    if not passkeys.give_up(_official(request), passkey):
        raise Http404
    return doorway.go("/log-in/passkeys/")


def ask(request: HttpRequest, login: UUID) -> Asked | None:
    """At the second step: what the browser is asked, if the log-in has any."""
    asked = passkeys.ask_for_proof(login, host=host(request))
    if asked is not None:
        request.session[_PROVING] = asked.state
    return asked


def prove(request: HttpRequest, login: UUID, *, at: datetime) -> None:
    """At the second step: the browser's answer. Raises PasskeyRefused. A challenge is used up by any answer."""
    asked = request.session.pop(_PROVING, None)
    passkeys.prove(login, asked or {}, _answer(request), host=host(request), at=at)


def host(request: HttpRequest) -> str:
    """The name to which passkeys are bound."""
    return urlsplit(settings.OPENXIN_PUBLIC_URL or f"//{request.get_host()}").hostname or ""


def _answer(request: HttpRequest) -> Any:
    try:
        return json.loads(request.POST.get("passkey", ""))
    except ValueError:
        raise PasskeyRefused from None


def _official(request: HttpRequest) -> UUID:
    who = standing.anybody(request)
    if who.person_id is not None or not factors.is_set_up(who.login):
        raise PermissionDenied
    return who.login


def _own(request: HttpRequest, login: UUID, why: str = "", status: int = 200) -> HttpResponse:
    return rendering.page(
        request, "web/log_in_passkeys.html", status=status, why=why, passkeys=passkeys.passkeys(login)
    )
