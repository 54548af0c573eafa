"""What every page of the auditor does: ask who stands here, before anything is read, and render in the auditor's frame."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from openxin.accounts.readers import Reader
from openxin.law.catalogue import Catalogue, Words
from openxin.web import rendering, standing

_LONGEST_NUMBER = 18  # digits: what a bigint holds
_BESIDE = {"name-question": Words("用另一个姓名报送同一号码", "A number was named with another name")}


def auditor(request: HttpRequest) -> Reader:
    """The auditor whose request this is. Raises what `standing.must` raises."""
    return standing.must(request, "auditor")


def page(request: HttpRequest, template: str, *, status: int = 200, **shown: Any) -> HttpResponse:
    """A page of the auditor."""
    return rendering.page(request, template, status=status, here=request.path, **shown)


def number(text: str) -> int | None:
    """A number of an entry, or of entries, as it stands in an address; None for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


def purpose_title(purpose: str, law: Catalogue) -> Words:
    """A purpose as a line names it: of the catalogue's list; or what a line says where nobody read for a purpose."""
    known = law.purposes.get(purpose)
    return known.title if known else _BESIDE.get(purpose, Words(purpose or "—", purpose or "—"))
