"""Who asks: a machine that shows its access token (RFC 6750). Then whether it asks in a way that can be answered at all.

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
from ninja.security import HttpBearer

from openxin.accounts import machines
from openxin.accounts.readers import Reader
from openxin.law.catalogue import Authority, Words
from openxin.law.loading import catalogue
from openxin.web.api import formats
from openxin.web.api.problems import Problem

_NO_BODY = Words("这个客户端不属于报送单位", "This client does not act for a body that hands in")


_REMEMBERED_S: Final = 5.0
_MOST_REMEMBERED: Final = 10_000
_remembered: dict[bytes, tuple[Reader, float]] = {}  # by the hash of a token: the token itself is held by nobody here


@dataclass(frozen=True, slots=True)
class Client:
    """The machine that asks. `token`: what it showed; never written down."""

    reader: Reader
    token: str


class AccessToken(HttpBearer):
    """The token of a request. Raises Problem where there is none that is valid, or the request's formats are not the operation's.

    `takes`, `gives`: the media types of the operation; of a request that nobody may make nothing else is looked at.
    """

    def __init__(self, takes: tuple[str, ...], gives: tuple[str, ...], *, is_reading: bool) -> None:
        super().__init__()
        self._is_reading = is_reading
        self._takes = takes
        self._gives = gives

    def __call__(self, request: HttpRequest) -> Any:
        """The client."""
        shown = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _, token = shown.partition(" ")
        client = self.authenticate(request, token) if scheme.lower() == self.openapi_scheme else None
        if client is None:
            raise _unauthorized(was_shown=bool(shown))
        formats.check(request, takes=self._takes, gives=self._gives)
        return client

    def authenticate(self, request: HttpRequest, token: str) -> Client | None:
        """Whose token it is; None: nobody's now."""
        del request
        shown, now = _digest(token), time.monotonic()
        remembered = _remembered.get(shown) if self._is_reading else None
        if remembered is not None and now < remembered[1]:
            return Client(remembered[0], token)
        reader = machines.reader_with(token, at=datetime.now(UTC))
        if reader is None:
            _remembered.pop(shown, None)
            return None
        if self._is_reading:
            if len(_remembered) >= _MOST_REMEMBERED:
                _remembered.clear()
            _remembered[shown] = reader, now + _REMEMBERED_S
        return Client(reader, token)


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
