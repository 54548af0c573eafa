"""What django-axes asks and tells at every password: may it be looked at, was it wrong. Django imports it by the settings.

Always true: django-axes keeps nothing in tables of its own, which would hold names and addresses in clear.
"""

from datetime import UTC, datetime
from typing import Any

from axes.handlers.base import AxesHandler

from openxin.accounts import history, officials
from openxin.accounts.attempts import count, is_locked, of_name


class Handler(AxesHandler):  # type: ignore[misc]
    """What django-axes asks and tells. It keeps nothing in tables of its own: those would hold names and addresses in clear."""

    def is_allowed(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:  # noqa: ARG002
        """Whether a password is looked at at all."""
        name = (credentials or {}).get("username")
        return name is not None and not is_locked(of_name(name), at=datetime.now(UTC))

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **_: Any) -> None:  # noqa: ARG002
        """Count it; an attempt while nobody is let in is not counted, or a stranger could keep the door shut for ever."""
        name, now = credentials.get("username") or "", datetime.now(UTC)
        token = of_name(name)
        if is_locked(token, at=now):
            return
        locks, user = count(token, at=now), officials.find(name)
        if user is not None:
            history.write(user.id, way="password", outcome="locked" if locks else "refused", at=now)


def no_address(_: Any) -> None:
    """What django-axes learns of where a browser is."""
