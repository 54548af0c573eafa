"""Cursors: where the next page of a list begins. By key, not by number, so that what comes in meanwhile moves nothing.

A cursor is signed, and good for one list with its filters, asked by one body: it can be kept, and not be made up.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from django.core import signing

from openxin.web.api.problems import Problem

T = TypeVar("T")
PAGE_ROWS: Final = 50
MOST_ROWS: Final = 200
LONGEST: Final = 512


def page(
    found: Sequence[T], limit: int, key: Callable[[T], Sequence[Any]], *of: object
) -> tuple[Sequence[T], str | None]:
    """What a page of `limit` shows of `found`, which has one more where there are more; and the cursor of the next page.

    `key` is what the list is sorted by; `of`: the list, who asks for it, and every filter.
    """
    shown = found[:limit]
    if len(found) <= limit:
        return shown, None
    after = [str(part) if isinstance(part, datetime | UUID) else part for part in key(shown[-1])]
    return shown, signing.dumps(after, salt=_salt(of), compress=False)


def moment(text: str | None, *of: object) -> tuple[datetime, UUID] | None:
    """As `read`, of a list that is sorted by an instant and an id."""
    after = read(text, *of)
    return None if after is None else (datetime.fromisoformat(after[0]), UUID(after[1]))


def read(text: str | None, *of: object) -> list[Any] | None:
    """The key behind which the page begins; None: at the start. Raises Problem."""
    if text is None:
        return None
    try:
        found: list[Any] = signing.loads(text, salt=_salt(of))
    except (signing.BadSignature, ValueError):
        raise Problem("cursor") from None
    return found


def _salt(of: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps([str(one) for one in of]).encode()).hexdigest()
