"""Canonical JSON (RFC 8785) of what is written here: words, whole numbers, yes, no, nothing, lists, objects with ASCII keys.

Of these orjson writes the canonical form: keys sorted, no spaces, the short escapes of RFC 8259, and everything else as it is.
A fraction, or a key that sorts otherwise in UTF-16, is not among them: `Json` has none, and nothing that writes may pass one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, Union

import orjson

Json: TypeAlias = Union[bool, int, str, Sequence["Json"], Mapping[str, "Json"], None]  # noqa: UP007 - it names itself


def written(value: Json) -> bytes:
    """The canonical form. Raises ValueError for what cannot be said in it."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise ValueError(*error.args) from None


def read(text: bytes) -> Any:
    """What was `written`: nothing stands before or behind it. Raises ValueError."""
    return orjson.loads(text)
