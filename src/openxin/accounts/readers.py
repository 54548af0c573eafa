"""Readers: who stands at the door out. Both faces make one and hand it to `disclosure`, which asks by which right it reads."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reader:
    """One log-in: of a person, of an official of one body or organisation, or of a machine that acts for one.

    `login` stands in every line that this reader leaves. `roles` are ids of `catalogue/roles.toml`, as they were when the
    reader was made: a reader lives as long as one request.
    """

    login: UUID
    person_id: UUID | None = None
    authority: str | None = None
    organisation: UUID | None = None
    roles: frozenset[str] = frozenset()

    @property
    def holder(self) -> str:
        """For whom it acts, in lines, budgets and grants: a body's id in the catalogue, or `organisation:<id>`.

        Empty for a person, who acts for themself.
        """
        if self.organisation is not None:
            return f"organisation:{self.organisation}"
        return self.authority or ""


class LogIn(Protocol):
    """What a reader is made of: a row of `accounts_user`, however it was fetched."""

    id: UUID
    person_id: UUID | None
    authority: str | None
    organisation: UUID | None
    roles: list[str]


def of_log_in(log_in: LogIn) -> Reader:
    """The reader whose log-in this is. An official has the roles that the administrator gave them.

    A person stands for themself or for a ward; that they are a guardian is the right that they must show, at each question.
    """
    roles = log_in.roles if log_in.person_id is None else ["person", "guardian"]
    return Reader(log_in.id, log_in.person_id, log_in.authority, log_in.organisation, frozenset(roles))
