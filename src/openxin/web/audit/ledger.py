"""The ledger, entry by entry: searched by number and by time, and the proof of an entry as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.ledger import browsing, checkpoints, proofs, stored, witnesses
from openxin.web.audit import pages

_ROWS = 50
_NO_NUMBER = Words("编号是从 0 起的整数，例如 1024。", "A number is a whole number from 0, like 1024.")
_NO_TIME = Words("请写成 2026-03-31 或 2026-03-31T09:30。", "Write it like 2026-03-31 or 2026-03-31T09:30.")
_WRONG_ORDER = Words("“到”早于“从”。", "“Until” lies before “from”.")
_NO_SALT = bytes(32)  # the catalogue's leaf is the one that everybody can make anew (docs/guide/auditor.md)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the search asks for. `faults`: what is wrong with it, by field; nothing is searched by what is wrong."""

    seq: int | None
    since: datetime | None
    until: datetime | None
    faults: Mapping[str, Words]


@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """A page of entries, the newest first: all, those up to a number, or those that were signed in a span of time."""
    pages.auditor(request)
    asked = _asked(request)
    with connections["default"].cursor() as cursor:
        size = stored.leaf_count(cursor)
        first = browsing.signed_until(cursor, asked.since) if asked.since else 0
        end = browsing.signed_until(cursor, asked.until) if asked.until else size
        top = end if asked.seq is None else min(end, asked.seq + 1)
        shown = browsing.entries(cursor, max(first, top - _ROWS), top)
        lag = stored.backlog(cursor)
    kept = {name: value for name in ("from", "until") if (value := request.GET.get(name, ""))}
    return pages.page(
        request,
        "web/audit/ledger.html",
        status=422 if asked.faults else 200,
        entries=shown,
        size=size,
        found=max(0, end - first),
        lag=lag,
        faults=asked.faults,
        asked={name: request.GET.get(name, "") for name in ("seq", "from", "until")},
        is_searched=bool(kept) or asked.seq is not None,
        later=_address(kept, min(end, top + _ROWS) - 1) if shown and top < end else "",
        earlier=_address(kept, shown[-1].seq - 1) if shown and shown[-1].seq > first else "",
    )


@require_GET
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry: what is hashed, where it stands, and whether its proof can be had."""
    pages.auditor(request)
    with connections["default"].cursor() as cursor:
        found = browsing.entries(cursor, seq, seq + 1)
        if not found:
            raise Http404
        _, published = _published(cursor)
    (one,) = found
    law = catalogue()
    is_this_law = one.leaf is not None and one.leaf.commitment == sha256(_NO_SALT + law.hash).digest()
    return pages.page(
        request,
        "web/audit/entry.html",
        entry=one,
        body=one.body.decode("utf-8", "replace"),
        is_published=seq < published,
        law_hash=law.hash.hex() if is_this_law else "",
    )


@require_GET
def proof(request: HttpRequest, seq: int) -> HttpResponse:
    """The proof that this entry is in the newest published checkpoint, as a `.tlog-proof` file."""
    pages.auditor(request)
    with connections["default"].cursor() as cursor:
        note, size = _published(cursor)
        if seq >= size:
            raise Http404  # the entry's own page says that it waits
        written = proofs.prove(stored.StoredLog(cursor), seq, note, size).written
    response = HttpResponse(written, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{seq}.tlog-proof"'
    return response


def _published(cursor: stored.Cursor) -> tuple[str, int]:
    """The newest published checkpoint, and over how many entries it is; none over 0."""
    try:
        note = witnesses.published(cursor, witnesses.policy())
    except witnesses.NothingPublished:
        return "", 0
    return note, checkpoints.signed_by(note, checkpoints.own_signer().key).size


def _asked(request: HttpRequest) -> Asked:
    typed = {name: request.GET.get(name, "").strip() for name in ("seq", "from", "until")}
    seq, since, until = pages.number(typed["seq"]), _instant(typed["from"]), _instant(typed["until"], is_end=True)
    faults = {
        name: words
        for name, read, words in (("seq", seq, _NO_NUMBER), ("from", since, _NO_TIME), ("until", until, _NO_TIME))
        if typed[name] and read is None
    }
    if since and until and until < since:
        faults["until"], until = _WRONG_ORDER, None
    return Asked(seq, since, until, faults)


def _instant(text: str, *, is_end: bool = False) -> datetime | None:
    """The instant that a day, or a day and a time, means in the register's calendar. A day at the end is meant whole."""
    try:
        at = parse_datetime(text)
        day = None if at else parse_date(text)
        if day is not None:
            at = datetime.combine(day + timedelta(days=1) if is_end else day, time())
        return None if at is None else timezone.make_aware(at) if timezone.is_naive(at) else at
    except (ValueError, OverflowError):
        return None


def _address(kept: Mapping[str, str], seq: int) -> str:
    told: dict[str, Any] = dict(kept) | {"seq": seq}
    return "?" + urlencode(told)
