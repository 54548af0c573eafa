"""Standing: is it certain who a person is? Asked by the door out, inside `store.session.reading_as`.

An identity is *claimed* while only a body said so, and *verified* once a population register, the person's own verified log-in,
or an official with the document in hand confirmed it. Records of a claimed identity are shown to nobody but its person.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connections


def is_verified(persons: Sequence[UUID], *, using: str = "default") -> bool:
    """Whether at least one document was confirmed: of this one person, or of those who were joined."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select exists (select from people_identity where person_id = any(%s) and standing = 'verified')",
            [list(persons)],
        )
        verified: bool = cursor.fetchone()[0]
    return verified
