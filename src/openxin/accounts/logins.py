"""Log-ins: the one of a person, and the reader that a log-in is. Called by the faces."""

from collections.abc import Sequence
from uuid import UUID

from openxin.accounts.models import User
from openxin.accounts.readers import Reader, of_log_in

BACKEND = (
    "openxin.accounts.officials.ByPassword"  # in whichever way somebody came: Django asks it who a session's log-in is
)


def user_of(person_id: UUID) -> User:
    """The log-in of a person; made when they come for the first time."""
    # "!": no password will ever fit.
    user, _ = User.objects.get_or_create(person_id=person_id, defaults={"kind": "person", "password": "!"})
    return user


def official_of(authority: str | None, organisation: UUID | None, roles: Sequence[str]) -> User:
    """The log-in of an official of the synthetic city in these roles; made when they come for the first time."""
    user, _ = User.objects.get_or_create(
        kind="official",
        authority=authority,
        organisation=organisation,
        roles=sorted(roles),
        name_token=None,
        defaults={"password": "!"},
    )
    return user


def reader(user: User) -> Reader:
    """The reader whose log-in this is."""
    return of_log_in(user)


def reader_of(person_id: UUID) -> Reader:
    """The person, reading for themself."""
    return reader(user_of(person_id))
