"""Who reads: the loud half of row security.

Every policy begins with `current_setting('openxin.reader')::uuid is not null`, which raises when nobody said who reads.
This module is the only place that says it. The settings are literal `SET LOCAL` in an explicit, outermost transaction:
they end with it, and a distributed server passes them on to its workers (`set_config()` it does not).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connections, transaction

NOBODY = UUID(int=0)


@contextmanager
def reading_as(
    reader: UUID,
    subject: UUID = NOBODY,
    *,
    joined: Iterable[UUID] = (),
    token: bytes = b"",
    task: str = "",
    using: str = "default",
) -> Iterator[None]:
    """Run the body in one durable transaction as `reader`, about `subject`.

    `subject`: the one person whose rows may be seen and written. `joined`: persons whose documents an official joined with
    the subject's; their rows too (docs/decisions/0018). `token`: an identity token that the reader presents;
    its identity row may be seen too. `task`: a named set-based task (`expire`) that the policies know.
    """
    if not task.isidentifier() and task != "":
        raise ValueError("a task is a plain word")
    with transaction.atomic(using=using, durable=True), connections[using].cursor() as cursor:
        cursor.execute(
            f"set local openxin.reader = '{reader}'; set local openxin.subject = '{subject}'; "
            f"set local openxin.token = '{token.hex()}'; set local openxin.task = '{task}'; "
            f"set local openxin.joined = '{_array(joined)}'"
        )
        yield


def also_about(joined: Iterable[UUID], *, using: str = "default") -> None:
    """From here to the end of the transaction, rows of `joined` may be seen and written too. Inside `reading_as`."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"set local openxin.joined = '{_array(joined)}'")


def _array(persons: Iterable[UUID]) -> str:
    return "{" + ",".join(map(str, persons)) + "}"
