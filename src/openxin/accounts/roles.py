"""Which roles a log-in or a machine may have: what `catalogue/roles.toml` says, and nothing beside it.

Legal source: 个人信息保护法 art. 51 (access by duties). Always true: whoever audits or administers does nothing else here.
"""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from openxin.law.loading import catalogue

Why = Literal["none", "unknown", "excludes", "holder"]


class RolesRefused(Exception):
    """`why`: no role named; one that is not in the list; one that excludes the others; one that this holder's may not have."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def fit(roles: Sequence[str], *, organisation: UUID | None, machine: bool = False) -> list[str]:
    """These roles, in order, each once. `organisation`: of whose people they are; None: of a body. Raises RolesRefused."""
    wanted, known = sorted(set(roles)), catalogue().roles
    if not wanted:
        raise RolesRefused("none")
    if any(role not in known for role in wanted):
        raise RolesRefused("unknown")
    holder = "body" if organisation is None else "organisation"
    if any(holder not in known[role].held_by or (machine and not known[role].machines) for role in wanted):
        raise RolesRefused("holder")
    if len(wanted) > 1 and any(known[role].excludes_others for role in wanted):
        raise RolesRefused("excludes")
    return wanted
