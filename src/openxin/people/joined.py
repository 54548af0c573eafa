"""Joined persons: those whose documents an official joined are read as one. Asked by the doors (docs/decisions/0018).

A person who was never joined is alone with themself, and for the door in nothing is asked where nobody was ever joined.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connections
from psycopg import Cursor

from openxin.store.session import also_about


def together(person: UUID, *, using: str = "default") -> tuple[UUID, ...]:
    """All persons that are read with `person`, in order, and the rows of all of them open to the rest of the transaction.

    Inside `store.session.reading_as`, of which `person` is the subject.
    """
    together = sets([person], using=using)[person]
    if len(together) > 1:
        also_about(together, using=using)
    return together


def sets(persons: Sequence[UUID], *, using: str = "default") -> dict[UUID, tuple[UUID, ...]]:
    """For each of `persons` all who are read with them, themselves among them. The rows of `persons` must be open already."""
    with connections[using].cursor() as cursor:
        cursor.execute("select person_id, persons from people_joined where person_id = any(%s)", [list(persons)])
        found = {person: tuple(together) for person, together in cursor.fetchall()}
    return {person: found.get(person, (person,)) for person in persons}


def others(cursor: Cursor, person_ids: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    """Pairs of one of `person_ids` and another person that is read with it. Called by the door in, as `intake`."""
    if not person_ids or nobody(cursor):
        return []
    cursor.execute(
        """select uuid_send(j.person_id), uuid_send(o.person_id)
           from people_joined j, unnest(j.persons) as o (person_id)
           where j.person_id = any(%s) and o.person_id <> j.person_id""",
        ([UUID(bytes=one) for one in set(person_ids)],),
        binary=True,
    )
    return list(cursor.fetchall())


def documents(cursor: Cursor) -> dict[bytes, bytes]:
    """For each document of a joined person, by its token: the token that stands for all of the set in a file's comparisons."""
    if nobody(cursor):
        return {}
    cursor.execute(
        """select i.token, first_value(i.token) over (partition by j.persons order by i.token)
           from people_joined j join people_identity i using (person_id)""",
        binary=True,
    )
    return dict(cursor.fetchall())


def nobody(cursor: Cursor) -> bool:
    """Whether no person is joined with another."""
    row = cursor.execute("select not exists (select from people_joined)").fetchone()
    return row is None or bool(row[0])
