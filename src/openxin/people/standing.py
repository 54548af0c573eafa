"""Standing: is it certain who a person is? Asked by the door out, inside `store.session.reading_as`.

An identity is *claimed* while only a body said so, and *verified* once a population register, the person's own verified log-in,
or an official with the document in hand confirmed it. Records of a claimed identity are shown to nobody but its person.
"""

from uuid import UUID

from django.db import connections


def is_verified(person_id: UUID, *, using: str = "default") -> bool:
    """Whether at least one document of this person was confirmed."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select exists (select from people_identity where person_id = %s and standing = 'verified')", [person_id]
        )
        verified: bool = cursor.fetchone()[0]
    return verified
