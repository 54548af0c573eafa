"""The ledger, for everybody: checkpoint, key, tiles, proofs. Nothing here is about a person, and nobody is asked who they are.

The same files lie under `/ledger/` as C2SP tlog-tiles lays them out; here they stand beside the other operations.
"""

from collections.abc import Callable

from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from openxin.law.catalogue import Words
from openxin.ledger import checkpoints, proofs, stored, witnesses
from openxin.web import log
from openxin.web.api.operations import binary, operation
from openxin.web.api.problems import Problem

router = Router(tags=["ledger"])
_TEXT = "text/plain"
_BYTES = "application/octet-stream"


@operation(
    router,
    "GET",
    "/ledger/checkpoint",
    title=Words("最新公布的检查点", "The newest published checkpoint"),
    says=Words(
        "签名笔记（C2SP signed-note），带见证人的会签。", "A signed note (C2SP), with the cosignatures of witnesses."
    ),
    gives={200: None},
    as_type=(_TEXT,),
    problems=("not-found",),
    is_open=True,
    extra=binary(200, _TEXT, Words("签名笔记", "A signed note")),
)
def show_checkpoint(request: HttpRequest) -> HttpResponse:
    """The checkpoint."""
    return _found(lambda: log.checkpoint(request))


@operation(
    router,
    "GET",
    "/ledger/key",
    title=Words("台账的公钥", "The log's public key"),
    says=Words("验证检查点用。", "To verify checkpoints with."),
    gives={200: None},
    as_type=(_TEXT,),
    is_open=True,
    extra=binary(200, _TEXT, Words("vkey", "A vkey")),
)
def show_key(request: HttpRequest) -> HttpResponse:
    """The key."""
    return log.vkey(request)


@operation(
    router,
    "GET",
    "/ledger/tile/{int:level}/{path:place}",
    title=Words("树的一块", "A tile of the tree"),
    says=Words(
        "C2SP tlog-tiles 的地址：x001/234，不满的加 .p/宽度。",
        "Addressed as in C2SP tlog-tiles: x001/234, a partial one with .p/width.",
    ),
    gives={200: None},
    as_type=(_BYTES,),
    problems=("not-found",),
    is_open=True,
    extra=binary(200, _BYTES, Words("散列", "Hashes")),
)
def show_tile(request: HttpRequest, level: int, place: str) -> HttpResponse:
    """A tile, whole or partial."""
    return _found(lambda: log.tile(request, level, place))


@operation(
    router,
    "GET",
    "/ledger/entries/{path:place}",
    title=Words("一块里的条目", "The entries under a tile"),
    says=Words("零层一块所覆盖的条目，地址同上。", "The entries under a tile of level 0, addressed alike."),
    gives={200: None},
    as_type=(_BYTES,),
    problems=("not-found",),
    is_open=True,
    extra=binary(200, _BYTES, Words("条目", "Entries")),
)
def show_entries(request: HttpRequest, place: str) -> HttpResponse:
    """A bundle of entries."""
    return _found(lambda: log.bundle(request, place))


@operation(
    router,
    "GET",
    "/ledger/proofs/{int:leaf}",
    title=Words("一个条目在台账里的证明", "The proof that an entry stands in the ledger"),
    says=Words(
        "按条目序号（从 0 起），到最新公布的检查点；C2SP tlog-proof，离线可验。",
        "By the number of the leaf (from 0), to the newest published checkpoint; C2SP tlog-proof, to be checked offline.",
    ),
    gives={200: None},
    as_type=(_TEXT,),
    problems=("not-found",),
    is_open=True,
    extra=binary(200, _TEXT, Words("tlog-proof", "A tlog-proof")),
)
def show_proof(request: HttpRequest, leaf: int) -> HttpResponse:
    """Inclusion of a leaf, without what it is about: that is told to its person alone."""
    del request
    with connections["default"].cursor() as cursor:
        try:
            note = witnesses.published(cursor, witnesses.policy())
        except (checkpoints.NothingSigned, witnesses.NothingPublished):
            raise Problem("not-found") from None
        size = checkpoints.signed_by(note, checkpoints.own_signer().key).size
        if leaf >= size:
            raise Problem("not-found", told={"size": size})
        proof = proofs.prove(stored.StoredLog(cursor), leaf, note, size)
    return HttpResponse(proof.written, content_type="text/plain; charset=utf-8")


def _found(ask: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return ask()
    except Http404:
        raise Problem("not-found") from None
