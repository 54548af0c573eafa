"""Log-ins: the one of a person, and the reader that a log-in is. Called by the faces."""

from uuid import UUID

from openxin.accounts.models import User
from openxin.accounts.readers import Reader

BACKEND = (
    "openxin.accounts.officials.ByPassword"  # in whichever way somebody came: Django asks it who a session's log-in is
)


def user_of(person_id: UUID) -> User:
    """The log-in of a person; made when they come for the first time."""
    # "!": no password will ever fit.
    user, _ = User.objects.get_or_create(person_id=person_id, defaults={"kind": "person", "password": "!"})
    return user


def official_of(authority: str) -> User:
    """The log-in of an official of a body of the synthetic city; made when they come for the first time."""
    user, _ = User.objects.get_or_create(
        kind="official", authority=authority, name_token=None, defaults={"password": "!"}
    )
    return user


def reader(user: User) -> Reader:
    """The reader whose log-in this is."""
    return Reader(user.id, user.person_id, user.authority)


def reader_of(person_id: UUID) -> Reader:
    """The person, reading for themself."""
    return reader(user_of(person_id))
