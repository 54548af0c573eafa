"""Officials log in: name and password, then a code; at the first time they set the second factor up. Nobody is in before both.

Between the two halves the session knows which log-in it may become, for five minutes, and is nobody's.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import segno
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from openxin.accounts import attempts, factors, history, officials
from openxin.accounts.factors import CodeRefused, Seed
from openxin.accounts.passkeys import PasskeyRefused
from openxin.web import doorway, passkeys, rendering, standing
from openxin.web.headers import with_our_script

_HALF, _SEED = "half", "seed"
_HALF_FOR = timedelta(minutes=5)
_REFUSED, _LOCKED = 422, 429


@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The first half. A wrong name and a wrong password are one answer; so are a locked name of somebody and of nobody."""
    if request.method != "POST":
        return rendering.page(request, "web/log_in.html", why="")
    name = request.POST.get("name", "")
    user = auth.authenticate(request, username=name, password=request.POST.get("password", ""))
    if user is None:
        locked = attempts.is_locked(attempts.of_name(name), at=datetime.now(UTC))
        return rendering.page(
            request, "web/log_in.html", status=_LOCKED if locked else _REFUSED, why="locked" if locked else "refused"
        )
    request.session.flush()  # what the browser brought along belongs to whoever was there before
    request.session[_HALF] = {
        "login": str(user.id),
        "at": datetime.now(UTC).timestamp(),
        "name": attempts.of_name(name).hex(),
    }
    return doorway.go("/log-in/code/" if factors.is_set_up(user.id) else "/log-in/set-up/")


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second half: a code, or a passkey."""
    login, now = _half(request), datetime.now(UTC)
    if login is None or not factors.is_set_up(login):
        return doorway.go("/log-in/")
    if request.method != "POST":
        return _second_step(request, login)
    counted = attempts.of_factor(login)
    if attempts.is_locked(counted, at=now):
        return _locked(request)
    by_passkey = "passkey" in request.POST
    way: history.Way = "passkey" if by_passkey else "code"
    try:
        if by_passkey:
            passkeys.prove(request, login, at=now)
        else:
            way = factors.prove(login, request.POST.get("code", ""), at=now)
    except (CodeRefused, PasskeyRefused):
        locks = attempts.count(counted, at=now)
        history.write(login, way=way, outcome="locked" if locks else "refused", at=now)
        return _locked(request) if locks else _second_step(request, login, way)
    _whole(request, login, way)
    return doorway.go(standing.first_page(standing.anybody(request)))


@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """The second half of the first time: an app is given its secret, and its first code proves that it has it."""
    login, now = _half(request), datetime.now(UTC)
    if login is None or factors.is_set_up(login):
        return doorway.go("/log-in/")
    if request.method != "POST":
        seed = factors.new_seed(login)
        request.session[_SEED] = seed.sealed
        return _set_up(request, seed)
    waiting = request.session.get(_SEED)
    if waiting is None:
        return doorway.go("/log-in/set-up/")
    counted = attempts.of_factor(login)
    if attempts.is_locked(counted, at=now):
        return _locked(request)
    try:
        codes = factors.set_up(login, waiting, request.POST.get("code", ""), at=now)
    except CodeRefused:
        attempts.count(counted, at=now)
        return _set_up(request, factors.waiting_seed(login, waiting), "refused")
    _whole(request, login, "code")
    first = standing.first_page(standing.anybody(request))
    return rendering.page(request, "web/log_in_recovery.html", codes=codes, first_page=first)


def _second_step(request: HttpRequest, login: UUID, refused: str = "") -> HttpResponse:
    asked = passkeys.ask(request, login)
    page = rendering.page(
        request,
        "web/log_in_code.html",
        status=_REFUSED if refused else 200,
        why=refused,
        options=asked.options if asked else None,
    )
    return with_our_script(page) if asked else page


def _half(request: HttpRequest) -> UUID | None:
    """Whose second half is awaited; None where nobody's is, or no longer."""
    half = request.session.get(_HALF)
    if half is None or datetime.now(UTC).timestamp() - half["at"] > _HALF_FOR.total_seconds():
        return None
    return UUID(half["login"])


def _whole(request: HttpRequest, login: UUID, way: history.Way) -> None:
    half = request.session[_HALF]
    attempts.forget(bytes.fromhex(half["name"]), attempts.of_factor(login))
    request.session.flush()
    doorway.let_in(request, officials.official(login), way)


def _locked(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    return rendering.page(request, "web/log_in.html", status=_LOCKED, why="locked")


def _set_up(request: HttpRequest, seed: Seed, why: str = "") -> HttpResponse:
    picture = segno.make(seed.address, error="m", micro=False).svg_data_uri(scale=4, dark="#000", light="#fff")
    return rendering.page(
        request, "web/log_in_set_up.html", status=_REFUSED if why else 200, why=why, seed=seed.typed, picture=picture
    )
