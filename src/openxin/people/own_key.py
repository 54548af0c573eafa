"""A person's own key, under which everything of theirs is sealed. Asked inside `store.session.reading_as`, about that person."""

from uuid import UUID

from django.db import connections

from openxin.vault import sealing


def person_key(person_id: UUID) -> bytes:
    """The key. Raises CannotOpen: the person was erased."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select wrapped_key, key_epoch from people_person where person_id = %s", [person_id])
        wrapped, epoch = cursor.fetchone()
    return sealing.unwrap(wrapped, epoch, sealing.place("people_person", person_id))
