"""The ledger over HTTP, for everybody: checkpoint, key, tiles and bundles as in C2SP tlog-tiles; witnesses hand in here too.

Nothing here is about a person: a leaf is a salted commitment, a kind and a day.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from openxin.ledger import checkpoints, stored, tiles, verification, witnesses
from openxin.ledger.stored import StoredLog

_T = TypeVar("_T")
_PLACE = re.compile(r"((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")
_VERIFIER = Path(verification.__file__).with_name("verify.html")
_LARGEST_BODY = 16 * 1024


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The newest checkpoint that is published, with its cosignatures."""
    return _text(_asked(lambda cursor: witnesses.published(cursor, witnesses.policy())))


@require_safe
def pending(_request: HttpRequest) -> HttpResponse:
    """The newest checkpoint that is signed: what a witness is asked to look at."""
    return _text(_asked(checkpoints.latest_note))


@require_safe
def vkey(_request: HttpRequest) -> HttpResponse:
    """The log's public key."""
    return _text(f"{checkpoints.own_signer().key}\n")


@require_safe
def tile(_request: HttpRequest, level: int, place: str) -> HttpResponse:
    """The hashes of a tile, whole or partial."""
    index, width = _read_place(place)
    return _file(
        _asked(lambda cursor: _signed(cursor, level, index, width) and StoredLog(cursor).tile(level, index, width))
    )


@require_safe
def bundle(_request: HttpRequest, place: str) -> HttpResponse:
    """The entries under a tile of level 0."""
    index, width = _read_place(place)
    return _file(_asked(lambda cursor: _signed(cursor, 0, index, width) and StoredLog(cursor).bundle(index, width)))


@csrf_exempt  # a witness is no browser and brings no cookie; what it says is signed
@require_POST
def cosignatures(request: HttpRequest) -> HttpResponse:
    """A witness hands in what it countersigned."""
    if int(request.headers.get("Content-Length") or 0) > _LARGEST_BODY:
        return HttpResponse(status=413)
    try:
        body = json.loads(request.body)
        witnesses.accept(
            body["checkpoint"], body["cosignature"], by=witnesses.policy(), key=checkpoints.own_signer().key
        )
    except (ValueError, KeyError, TypeError, AttributeError, witnesses.NotAccepted):
        return HttpResponse("不是本台账认可的会签 / not a cosignature that counts here\n", status=403)
    return HttpResponse(status=204)


@require_GET
def verifier(_request: HttpRequest) -> HttpResponse:
    """The page that checks a proof offline: a file to keep, so that it works when this server is gone."""
    response = HttpResponse(_VERIFIER.read_bytes(), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="openxin-verify.html"'
    return response


def _signed(cursor: stored.Cursor, level: int, index: int, width: int) -> bool:
    """Whether a signed checkpoint needs this tile: what is not signed yet is shown to nobody."""
    size = verification.signed_head(checkpoints.latest_note(cursor), checkpoints.own_signer().key).size
    return 0 < width <= tiles.WIDTH and index * tiles.WIDTH + width <= size >> 8 * level


def _read_place(place: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(place)
    if found is None:
        raise Http404
    return int(found[1].replace("x", "").replace("/", "")), int(found[2] or tiles.WIDTH)


def _asked(question: Callable[[stored.Cursor], _T]) -> _T:
    """The answer of the database; 404 while nothing is signed or published."""
    try:
        with connections["default"].cursor() as cursor:
            return question(cursor)
    except (checkpoints.NothingSigned, witnesses.NothingPublished):
        raise Http404 from None


def _text(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _file(content: bytes | bool | None) -> HttpResponse:
    if not isinstance(content, bytes):
        raise Http404
    return HttpResponse(content, content_type="application/octet-stream")
