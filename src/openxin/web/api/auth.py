"""Who asks: a machine that shows its access token (RFC 6750).

That a token and its machine still stand is asked with every request, in one look at two keys. Of readings, which are many, it is
remembered in this process for a few seconds: whether the machine was closed the door itself asks, in the transaction that
reads, so that whoever was closed is refused at its next question all the same.
"""

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest

from openxin.accounts import machines
from openxin.accounts.readers import Reader
from openxin.law.catalogue import Authority, Words
from openxin.law.loading import catalogue
from openxin.web.api.problems import Problem

_NO_BODY = Words("这个客户端不属于报送单位", "This client does not act for a body that hands in")

_SCHEME: Final = "bearer"
_REMEMBERED_S: Final = 5.0
_MOST_REMEMBERED: Final = 10_000
_remembered: dict[bytes, tuple[Reader, float]] = {}  # by the hash of a token: the token itself is held by nobody here


@dataclass(frozen=True, slots=True)
class Client:
    """The machine that asks. `token`: what it showed; never written down."""

    reader: Reader
    token: str


def admit(request: HttpRequest, *, is_reading: bool) -> None:
    """Look whose token the request shows. Raises Problem where it shows none that is valid."""
    shown = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _, token = shown.partition(" ")
    reader = _reader(token, is_reading=is_reading) if scheme.lower() == _SCHEME else None
    if reader is None:
        raise _unauthorized(was_shown=bool(shown))
    request.auth = Client(reader, token)  # type: ignore[attr-defined]


def _reader(token: str, *, is_reading: bool) -> Reader | None:
    """Whose token it is; None: nobody's now."""
    shown, now = _digest(token), time.monotonic()
    remembered = _remembered.get(shown) if is_reading else None
    if remembered is not None and now < remembered[1]:
        return remembered[0]
    reader = machines.reader_with(token, at=datetime.now(UTC))
    if reader is None:
        _remembered.pop(shown, None)
    elif is_reading:
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.clear()
        _remembered[shown] = reader, now + _REMEMBERED_S
    return reader


def forget(client: Client) -> None:
    """Ask anew whose token it is, at its next question."""
    _remembered.pop(_digest(client.token), None)


def must_stand(client: Client) -> None:
    """Ask anew whose token it is, now. Raises Problem where it is nobody's."""
    forget(client)
    if machines.reader_with(client.token, at=datetime.now(UTC)) is None:
        raise _unauthorized(was_shown=True)


def client(request: HttpRequest) -> Client:
    """The client of a request that came through an operation."""
    found: Any = getattr(request, "auth", None)
    if not isinstance(found, Client):
        raise Problem("token")
    return found


def must(request: HttpRequest, role: str) -> Reader:
    """The client, in this role: for what is said of nobody, and so leaves no line. Raises Problem for any other."""
    reader = client(request).reader
    if role not in reader.roles:
        raise Problem("not-yours", told={"role": role})
    return reader


def body(request: HttpRequest) -> tuple[Client, Authority]:
    """The client, and the body for which it hands in. Raises Problem for one that acts for nobody that does."""
    who = client(request)
    authority = catalogue().authorities.get(who.reader.authority or "")
    if authority is None or "clerk" not in who.reader.roles:
        raise Problem("not-yours", _NO_BODY)
    return who, authority


def _unauthorized(*, was_shown: bool) -> Problem:
    challenge = 'Bearer realm="openxin"' + (', error="invalid_token"' if was_shown else "")
    return Problem("token", headers={"WWW-Authenticate": challenge})


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
