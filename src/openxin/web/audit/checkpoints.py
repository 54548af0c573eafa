"""Checkpoints with their cosignatures, and whether a later one continues an earlier one, of ours or kept by the auditor."""

from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from openxin.ledger import browsing, checkpoints, continuing, proofs, stored, witnesses
from openxin.ledger.continuing import Continuation, NotOurs
from openxin.web.audit import pages

_ROWS = 25
_UNPROCESSABLE = 422
_LONGEST_NOTE = 16 * 1024


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Checkpoints, the newest first; who countersigned each; how many countersignatures make one published."""
    pages.auditor(request)
    up_to = pages.number(request.GET.get("size", ""))
    policy = witnesses.policy()
    with connections["default"].cursor() as cursor:
        found = browsing.checkpoints(cursor, up_to=up_to, limit=_ROWS + 1)
        lag = stored.backlog(cursor)
    counted = set(policy.witnesses)
    shown = found[:_ROWS]
    return pages.page(
        request,
        "web/audit/checkpoints.html",
        checkpoints=[(one, sum(each.witness in counted for each in one.cosigned) >= policy.needed) for one in shown],
        policy=policy,
        key=str(checkpoints.own_signer().key),
        lag=lag,
        is_first=up_to is None,
        earlier=urlencode({"size": found[_ROWS].size}) if len(found) > _ROWS else "",
    )


@require_GET
def checkpoint(request: HttpRequest, size: int) -> HttpResponse:
    """One checkpoint with the cosignatures that count here, as a file to keep: the one thing that a later audit needs."""
    pages.auditor(request)
    with connections["default"].cursor() as cursor:
        note = witnesses.cosigned(cursor, size, witnesses.policy())
    if note is None:
        raise Http404
    response = HttpResponse(note, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="checkpoint-{size}"'
    return response


@require_http_methods(["GET", "POST"])
def consistency(request: HttpRequest) -> HttpResponse:
    """GET: between two checkpoints of ours, named by their sizes. POST: between one that was kept, pasted, and our newest."""
    pages.auditor(request)
    kept, found, why, file = "", None, "", ""
    with connections["default"].cursor() as cursor:
        newest = _newest(cursor)
        if request.method == "POST":
            kept = request.POST.get("kept", "")[:_LONGEST_NOTE]
            found, why = _kept(cursor, kept, newest)
        elif request.GET.get("from") or request.GET.get("to"):
            found, why = _between(cursor, request)
            if found and found.holds:
                asked = urlencode({"from": found.old.size, "to": found.new.size})
                file = f"{reverse('audit-consistency-file')}?{asked}"
    return pages.page(
        request,
        "web/audit/consistency.html",
        status=_UNPROCESSABLE if why else 200,
        kept=kept,
        found=found,
        why=why,
        file=file,
        asked={name: request.GET.get(name, "") for name in ("from", "to")},
    )


@require_GET
def consistency_file(request: HttpRequest) -> HttpResponse:
    """The consistency proof between two checkpoints of ours as a file."""
    pages.auditor(request)
    with connections["default"].cursor() as cursor:
        found, _ = _between(cursor, request)
    if found is None or not found.holds:
        raise Http404
    response = HttpResponse(found.written, content_type="text/plain; charset=utf-8")
    name = f"consistency-{found.old.size}-{found.new.size}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _newest(cursor: stored.Cursor) -> str | None:
    try:
        return checkpoints.latest_note(cursor)
    except checkpoints.NothingSigned:
        return None


def _between(cursor: stored.Cursor, request: HttpRequest) -> tuple[Continuation | None, str]:
    """What was found, or why nothing was."""
    sizes = [pages.number(request.GET.get(name, "")) for name in ("from", "to")]
    notes = [None if size is None else browsing.note_of(cursor, size) for size in sizes]
    old, new = notes
    return _found(cursor, old, new)


def _kept(cursor: stored.Cursor, text: str, newest: str | None) -> tuple[Continuation | None, str]:
    # A browser ends lines as it likes, and whoever pastes often leaves out the last one.
    return _found(cursor, text.replace("\r\n", "\n").strip() + "\n", newest)


def _found(cursor: stored.Cursor, old: str | None, new: str | None) -> tuple[Continuation | None, str]:
    if old is None or new is None:
        return None, "none"
    key = checkpoints.own_signer().key
    try:
        return continuing.continuation(cursor, continuing.head_of(old, key), new, key), ""
    except NotOurs:
        return None, "unsigned"
    except proofs.MissingTile:
        return None, "missing"
