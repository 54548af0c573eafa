"""Readers: who stands at the door out. Both faces make one and hand it to `disclosure`, which asks by which right it reads."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from openxin.accounts.models import User


@dataclass(frozen=True, slots=True)
class Reader:
    """One log-in: of a person, or of an official of one body. `login` stands in every line that this reader leaves."""

    login: UUID
    person_id: UUID | None = None
    authority: str | None = None

    @classmethod
    def of(cls, user: User) -> Self:
        """The reader whose log-in this is."""
        return cls(user.id, user.person_id, user.authority)


def user_of(person_id: UUID) -> User:
    """The log-in of a person; made when they come for the first time."""
    user, _ = User.objects.get_or_create(person_id=person_id, defaults={"kind": "person", "password": "!"})
    return user


def reader_of(person_id: UUID) -> Reader:
    """The person, reading for themself."""
    return Reader.of(user_of(person_id))
