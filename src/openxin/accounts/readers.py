"""Readers: who stands at the door out. Both faces make one and hand it to `disclosure`, which asks by which right it reads."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reader:
    """One log-in: of a person, or of an official of one body. `login` stands in every line that this reader leaves."""

    login: UUID
    person_id: UUID | None = None
    authority: str | None = None
