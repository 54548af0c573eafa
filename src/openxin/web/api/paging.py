"""Cursors: where the next page of a list begins. By key, not by number, so that what comes in meanwhile moves nothing.

A cursor is signed, and good for one list with its filters, asked by one body: it can be kept, and not be made up.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from django.core import signing

from openxin.web.api.problems import Problem

PAGE_ROWS: Final = 50
MOST_ROWS: Final = 200
LONGEST: Final = 512


def cursor(after: Sequence[Any], *of: object) -> str:
    """The cursor behind the row of this key. `of`: the list, who asks for it, and every filter."""
    return signing.dumps(list(after), salt=_salt(of), compress=False)


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
