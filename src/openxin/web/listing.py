"""A long list, a page at a time: which page is asked for, and where the pages beside it are. `web/_pages.html` shows them."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest

T = TypeVar("T")
_LONGEST_NUMBER = 6  # digits


def page_number(request: HttpRequest, name: str = "page") -> int:
    """Which page of a list is asked for, from 1; whatever is no number asks for the first."""
    asked = request.GET.get(name, "")
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) <= _LONGEST_NUMBER else 1


def counted(page: int, count: int, rows: int, kept: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Which page of how many it is, of `count` at so many rows a page; `kept`: the filters, for the pages beside it."""
    pages = max(1, -(-count // rows))

    def address(number: int) -> str:
        return "?" + urlencode(dict(kept or {}) | {"page": str(number)})

    return {
        "page": page,
        "pages": pages,
        "previous": address(min(page, pages + 1) - 1) if page > 1 else "",
        "next": address(page + 1) if page < pages else "",
    }


def uncounted(request: HttpRequest, found: Sequence[T], rows: int) -> tuple[Sequence[T], dict[str, Any]]:
    """What a page shows of `found`, which has one more than a page where there are more; and the pages beside it."""
    page = page_number(request)
    return found[:rows], {
        "previous": f"?page={page - 1}" if page > 1 else "",
        "next": f"?page={page + 1}" if len(found) > rows else "",
    }
