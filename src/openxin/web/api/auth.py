"""Who asks: a machine that shows its access token (RFC 6750). Then whether it asks in a way that can be answered at all.

A token is looked up once and remembered in this process until it expires; that it and its machine still stand is asked anew with
every request, in one look at two keys: whoever was closed or gave its token up is nobody at its next question.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from openxin.accounts import machines
from openxin.accounts.readers import Reader
from openxin.law.catalogue import Authority, Words
from openxin.law.loading import catalogue
from openxin.web.api import formats
from openxin.web.api.problems import Problem

_NO_BODY = Words("这个客户端不属于报送单位", "This client does not act for a body that hands in")


@dataclass(frozen=True, slots=True)
class Client:
    """The machine that asks. `token`: what it showed; never written down."""

    reader: Reader
    token: str


class AccessToken(HttpBearer):
    """The token of a request. Raises Problem where there is none that is valid, or the request's formats are not the operation's.

    `takes`, `gives`: the media types of the operation; of a request that nobody may make nothing else is looked at.
    """

    def __init__(self, takes: tuple[str, ...], gives: tuple[str, ...]) -> None:
        super().__init__()
        self._takes = takes
        self._gives = gives

    def __call__(self, request: HttpRequest) -> Any:
        """The client."""
        client = super().__call__(request)
        if client is None:
            shown = bool(request.headers.get(self.header))
            challenge = 'Bearer realm="openxin"' + (', error="invalid_token"' if shown else "")
            raise Problem("token", headers={"WWW-Authenticate": challenge})
        formats.check(request, takes=self._takes, gives=self._gives)
        return client

    def authenticate(self, request: HttpRequest, token: str) -> Client | None:
        """Whose token it is; None: nobody's now."""
        del request
        reader = machines.reader_with(token, at=datetime.now(UTC))
        return None if reader is None else Client(reader, token)


def client(request: HttpRequest) -> Client:
    """The client of a request that came through an operation."""
    found: Any = getattr(request, "auth", None)
    if not isinstance(found, Client):
        raise Problem("token")
    return found


def body(request: HttpRequest) -> tuple[Client, Authority]:
    """The client, and the body for which it hands in. Raises Problem for one that acts for nobody that does."""
    who = client(request)
    authority = catalogue().authorities.get(who.reader.authority or "")
    if authority is None or "clerk" not in who.reader.roles:
        raise Problem("not-yours", _NO_BODY)
    return who, authority
