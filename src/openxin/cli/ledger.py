"""`openxin ledger`: sign, export, prove, verify, reconcile, witness.

`verify` and `witness` are for outsiders: they import neither Django nor a database driver, and ask for no installation.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openxin.cli import output

if TYPE_CHECKING:
    from openxin.ledger.reconciling import Reconciled, Source
    from openxin.ledger.verification import Misfit, Verified
    from openxin.ledger.witness import Witnessed

_Json = Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")]
_Out = Annotated[Path, typer.Argument(metavar="OUT", help="导出文件夹 / the folder of the export")]
_From = Annotated[
    Path | None,
    typer.Option(
        "--from", metavar="CHECKPOINT", help="先前另行保存的检查点 / an earlier checkpoint that you kept yourself"
    ),
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="台账：签署、导出、证明、核验、对账、见证 / the ledger: sign, export, prove, verify, reconcile, witness",
        no_args_is_help=True,
    )
    for command in (checkpoint, export, prove, verify, reconcile, witness):
        group.command(command.__name__)(command)
    app.add_typer(group, name="ledger")


def checkpoint(*, json_: _Json = False) -> None:
    """把待入账条目编入台账并签署检查点 / sequence what waits, and print the signed note."""
    from openxin.cli.session import register_open

    with register_open():
        from openxin.ledger import checkpoints
        from openxin.ledger.sequencing import sequence
        from openxin.ledger.stored import LedgerUnsound

        try:
            added = sequence()
        except LedgerUnsound as unsound:
            output.fail(f"台账自相矛盾,拒绝签署:{unsound}", f"the ledger contradicts itself: {unsound}", as_json=json_)
        note = checkpoints.latest()
    if json_:
        head = note.split("\n")
        output.print_json({"note": note, "origin": head[0], "size": int(head[1]), "root": head[2], "added": added})
    else:
        typer.echo(note, nl=False)


def export(out: _Out, *, json_: _Json = False) -> None:
    """导出最新检查点所签署的全部内容 / write what the newest checkpoint signs: checkpoint, vkey, tiles and entries."""
    from openxin.cli.session import register_open

    with register_open():
        from openxin.ledger.checkpoints import NothingSigned
        from openxin.ledger.export import export as write
        from openxin.ledger.folders import FolderInUse
        from openxin.ledger.stored import LedgerUnsound

        try:
            head = write(out)
        except NothingSigned as nothing:
            output.fail("尚无检查点,请先运行 openxin ledger checkpoint。", str(nothing), as_json=json_)
        except FolderInUse as in_use:
            output.fail(f"{out} 中已有其他内容,未作改动。", str(in_use), as_json=json_)
        except LedgerUnsound as unsound:
            output.fail(f"台账自相矛盾:{unsound}", f"the ledger contradicts itself: {unsound}", as_json=json_)
    if json_:
        output.print_json({"folder": str(out), "origin": head.origin, "size": head.size, "root": head.root.hex()})
    else:
        output.say(f"已导出 {head.size} 条至 {out}", f"{head.size} entries exported")


def prove(
    seq: Annotated[int, typer.Argument(metavar="SEQ", min=0, help="条目序号，从 0 起 / the entry's number, from 0")],
    *,
    json_: _Json = False,
) -> None:
    """打印某一条目在最新公布的检查点中的证明 / print the proof that an entry is in the newest published checkpoint."""
    from openxin.cli.session import register_open

    with register_open():
        from django.db import connections

        from openxin.ledger import checkpoints, proofs, witnesses
        from openxin.ledger.stored import LedgerUnsound, StoredLog

        try:
            with connections["default"].cursor() as cursor:
                note = witnesses.published(cursor, witnesses.policy())
                head = checkpoints.signed_by(note, checkpoints.own_signer().key)
                if seq >= head.size:
                    output.fail(
                        f"公布的检查点只有 {head.size} 条，没有第 {seq} 条。",
                        f"the published checkpoint has {head.size} entries, there is no {seq}.",
                        as_json=json_,
                    )
                proof = proofs.prove(StoredLog(cursor), seq, note, head.size)
        except witnesses.NothingPublished as nothing:
            output.fail("尚无已公布的检查点。", str(nothing), as_json=json_)
        except (LedgerUnsound, proofs.MissingTile) as unsound:
            output.fail(f"台账自相矛盾：{unsound}", f"the ledger contradicts itself: {unsound}", as_json=json_)
    if json_:
        output.print_json({"seq": seq, "size": head.size, "proof": proof.written})
    else:
        typer.echo(proof.written, nl=False)


def witness(
    state: Annotated[Path, typer.Option(metavar="DIR", help="见证人自己的文件夹 / the witness's own folder")],
    log: Annotated[
        str, typer.Option(metavar="URL", help="台账地址 / where the log is, e.g. http://127.0.0.1:8000/ledger")
    ],
    name: Annotated[
        str, typer.Option(help="见证人名称，只在第一次用 / its name, used the first time")
    ] = "witness.local",
    every: Annotated[int, typer.Option(min=0, help="每隔几秒一轮；0：只一轮 / seconds between rounds; 0: one")] = 0,
    json_: _Json = False,
) -> None:
    """见证：只会签与上次所见一致的检查点 / countersign only what is consistent with the last checkpoint seen."""
    import time

    from openxin.ledger import witness as rounds

    key = rounds.make_key(state, name)
    with rounds.client() as client:
        remote = rounds.RemoteLog(log, client)
        while True:
            try:
                seen = rounds.witness(state, remote, at=int(time.time()))
                remote.hand_in(seen.note, seen.cosignature)
            except rounds.LogContradicts as contradiction:
                output.fail(
                    f"拒绝会签：台账与上次所见不一致（{contradiction}）",
                    f"not countersigned: {contradiction}",
                    as_json=json_,
                )
            except rounds.LogUnreachable as unreachable:
                told = (
                    f"台账没有应答或不接受会签：{unreachable}",
                    f"the log does not answer or take it: {unreachable}",
                )
                if not every:
                    output.say(f"见证人公钥：{key}", f"public key of this witness: {key}")
                    output.fail(*told, output.EXIT_FAULT, as_json=json_)
                output.warn(*told)
            else:
                _say_witnessed(seen, key, json_)
            if not every:
                return
            time.sleep(every)


def _say_witnessed(seen: "Witnessed", key: str, json_: bool) -> None:
    if json_:
        line = seen.cosignature.line
        output.print_json({"size": seen.head.size, "root": seen.head.root.hex(), "witness": key, "cosignature": line})
    else:
        typer.echo(seen.cosignature.line, nl=False)


def verify(out: _Out, *, from_: _From = None, json_: _Json = False) -> None:
    """核验导出内容,无需数据库 / verify an export; exit 1 and the first entry that does not fit."""
    from openxin.ledger.verification import verify as check

    verified = check(out, from_)
    if json_:
        output.print_json(_told(verified))
    elif verified.misfit is not None:
        output.warn(*_words(verified.misfit))
    else:
        head = verified.head
        size = head.size if head else 0
        output.say(f"台账完整:{size} 条与检查点相符", f"sound: {size} entries fit the checkpoint")
        output.say("请与公布的公钥比对", f"compare with the published key: {verified.key}")
    if not verified.is_sound:
        raise typer.Exit(output.EXIT_REFUSED)


def reconcile(*, json_: _Json = False) -> None:
    """核对数据库与台账是否一致 / compare database and tree; exit 1 where they disagree."""
    from openxin.cli.session import register_open

    with register_open():
        from openxin.ledger.reconciling import NotToBeSeen
        from openxin.ledger.reconciling import reconcile as compare

        try:
            found = compare(sources())
        except NotToBeSeen as hidden:
            output.fail(
                f"无权查看,无法对账:{hidden}", f"not to be seen, so nothing can be said: {hidden}", as_json=json_
            )
    if json_:
        output.print_json(_compared(found))
    else:
        _say_compared(found)
    if not found.agrees:
        raise typer.Exit(output.EXIT_REFUSED)


def sources() -> "tuple[Source, ...]":
    """Where entry ids stand in the rooms above the ledger. A table that gets such a column gets its line here."""
    from openxin.ledger.reconciling import Source

    return (
        Source(
            "records_version",
            "select entry_id from records_version",
            ("records_version",),
            frozenset({"admission", "supplied", "change"}),
        ),
        Source("records_move", "select entry_id from records_move", ("records_move",), frozenset({"change"})),
        Source(
            "records_line",
            "select entry_id from records_line",
            ("records_line",),
            frozenset({"disclosure", "refusal", "change", "grant", "revocation"}),
        ),
        Source("people_act", "select entry_id from people_act", ("people_act",), frozenset({"change"})),
        Source("accounts_act", "select entry_id from accounts_act", ("accounts_act",), frozenset({"change"})),
        Source("people_extract", "select entry_id from people_extract", ("people_extract",), frozenset({"change"})),
        Source("intake_check", "select entry_id from intake_check", ("intake_check",), frozenset({"check"})),
        # The entry id of a catalogue is the beginning of its hash. One that nothing was judged by has no row: no kinds here.
        Source(
            "intake_submission",
            "select distinct substr(encode(catalogue_hash, 'hex'), 1, 32)::uuid from intake_submission",
            ("intake_submission",),
        ),
    )


def _words(misfit: "Misfit") -> tuple[str, str]:
    """What does not fit, and where: the first entry by its number."""
    from openxin.ledger.verification import WORDS

    zh, en = WORDS[misfit.reason]
    if misfit.first is None:
        return f"不符:{zh}({misfit.place})", f"does not fit: {en} ({misfit.place})"
    if misfit.first == misfit.last:
        return (
            f"第 {misfit.first} 条不符:{zh}({misfit.place})",
            f"entry {misfit.first} does not fit: {en} ({misfit.place})",
        )
    return (
        f"第 {misfit.first} 至 {misfit.last} 条之中有不符:{zh}({misfit.place})",
        f"one of the entries {misfit.first} to {misfit.last} does not fit: {en} ({misfit.place})",
    )


def _told(verified: "Verified") -> dict[str, Any]:
    head, misfit = verified.head, verified.misfit
    zh, en = _words(misfit) if misfit else ("", "")
    return {
        "sound": verified.is_sound,
        "key": str(verified.key) if verified.key else None,
        "origin": head.origin if head else None,
        "size": head.size if head else None,
        "root": head.root.hex() if head else None,
        "entries": verified.entries,
        "misfit": misfit
        and {
            "reason": misfit.reason,
            "first": misfit.first,
            "last": misfit.last,
            "place": misfit.place,
            "message": {"zh": zh, "en": en},
        },
    }


def _compared(found: "Reconciled") -> dict[str, Any]:
    from openxin.ledger.reconciling import WORDS

    return {
        "agrees": found.agrees,
        "told": found.told,
        "waiting": found.waiting,
        "disagreements": [
            {
                "code": each.disagreement,
                "count": each.count,
                "places": list(each.places),
                "message": dict(zip(("zh", "en"), WORDS[each.disagreement], strict=True)),
            }
            for each in found.disagreements
        ],
        "verified": found.verified and _told(found.verified),
    }


def _say_compared(found: "Reconciled") -> None:
    from openxin.ledger.reconciling import WORDS

    for each in found.disagreements:
        zh, en = WORDS[each.disagreement]
        places = ", ".join(each.places)
        output.warn(f"{zh}:{each.count} 处({places})", f"{en}: {each.count}")
    if found.verified and found.verified.misfit:
        output.warn(*_words(found.verified.misfit))
    if found.agrees:
        output.say(
            f"数据库与台账一致:库中 {found.told} 条,待入账 {found.waiting} 条",
            f"database and ledger agree: {found.told} entries in the tables, {found.waiting} waiting",
        )
