"""`openxin ingest`: a body hands in a file. Exit 0 all admitted or duplicate, 3 some not, 1 the file refused, 2 wrong words."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from openxin.cli import output
from openxin.cli.session import register_open

if TYPE_CHECKING:
    from openxin.intake.admission import Place
    from openxin.intake.quarantine import ProblemRow
    from openxin.intake.reading.refusal import FileRefused
    from openxin.intake.receipts import Receipt

SOME_ROWS_WAIT = 3
_STEPS_A_ROW = 2


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("ingest")(ingest)


def ingest(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV 或 XLSX 文件 / CSV or XLSX file")
    ],
    type_: Annotated[str, typer.Option("--type", help="记录类型 / record type: penalty, permit, qualification, ...")],
    authority: Annotated[str, typer.Option(help="报送单位统一社会信用代码 / credit code of the submitting body")],
    check: Annotated[bool, typer.Option("--check", help="只校验，不入库 / judge everything, keep nothing")] = False,
    json_: Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")] = False,
) -> None:
    """报送文件入门 / Hand in a file: each row is admitted, a duplicate, waits with its reasons, or is refused by law."""
    submittable(type_)
    with register_open(law_from=today()):
        from openxin.intake import admission, checking
        from openxin.intake.reading.refusal import FileRefused
        from openxin.law.loading import catalogue
        from openxin.ledger.sequencing import sequence

        law = catalogue()
        problems: tuple[ProblemRow, ...] | None = None
        try:
            body = admission.competent(law, authority, type_, synthetic=place().synthetic)
            with output.progress(None, "报送 / ingest") as bar:
                if check:
                    checked = checking.check(
                        file, type_id=type_, authority=body, law=law, today=today(), place=place(), progress=bar
                    )
                    receipt, problems = checked.receipt, checked.problem_rows
                else:
                    receipt = admission.admit(
                        file, type_id=type_, authority=body, law=law, today=today(), place=place(), progress=bar
                    )
            sequence()
        except FileRefused as refused:
            tell_refusal(refused, json_)
    tell_receipt(receipt, problems, json_)
    if receipt.tally.quarantined or receipt.tally.refused:
        raise typer.Exit(SOME_ROWS_WAIT)


def submittable(type_: str) -> None:
    """Exit 2 where the catalogue knows no such type."""
    from openxin.law.loading import catalogue

    types = catalogue().types
    if type_ not in types:
        output.fail(
            f"目录中没有记录类型 {type_}；可报送：{'、'.join(types)}",
            f"the catalogue has no type {type_}; it has: {', '.join(types)}",
            output.EXIT_WORDS,
        )


def place() -> Place:
    """Where the door works in this installation."""
    from django.conf import settings

    from openxin.cli.worker import start
    from openxin.intake.admission import Place

    return Place(
        spools=settings.OPENXIN_HOME / "spool",
        laws=settings.OPENXIN_HOME / "catalogues",
        synthetic=settings.OPENXIN_SYNTHETIC,
        start_worker=start,
        preload=("openxin.cli.worker_ready",),
    )


def today() -> date:
    """Today in China, where the register's days begin and end."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def tell_refusal(refused: FileRefused, json_: bool) -> None:
    """The file as a whole was refused: say why, and end with exit 1."""
    if json_:
        output.print_json(
            {"error": {"code": refused.code, "message": refused.words.zh, "message_en": refused.words.en}}
        )
        raise typer.Exit(1)
    output.fail(f"{refused.code}：{refused.words.zh}", f"{refused.code}: {refused.words.en}", 1)


def tell_receipt(receipt: Receipt, problems: tuple[ProblemRow, ...] | None, json_: bool) -> None:
    """Print the receipt, for a program or for a person."""
    told = receipt.as_json()
    if problems is not None:
        told["problem_rows"] = [row.as_json() for row in problems]
    if json_:
        output.print_json(told)
        return
    tally = receipt.tally
    typer.echo(
        f"共 {tally.rows} 行：入库 {tally.admitted}，重复 {tally.duplicates}，"
        f"待补正 {tally.quarantined}，依法不收 {tally.refused}"
        f"（{receipt.seconds:.1f} 秒）\n"
        f"{tally.rows} rows: {tally.admitted} admitted, {tally.duplicates} duplicates, {tally.quarantined} waiting,"
        f" {tally.refused} refused"
    )
    if receipt.facts.ignored_columns:
        typer.echo("未采用的列 / columns not taken: " + "、".join(receipt.facts.ignored_columns))
    if receipt.facts.skipped_sheets:
        typer.echo("未读取的工作表 / sheets not read: " + "、".join(receipt.facts.skipped_sheets))
    if receipt.submission is not None:
        typer.echo(f"报送编号 / submission: {receipt.submission}")
        if tally.quarantined or tally.refused:
            typer.echo(f"查看原因 / see why: openxin quarantine {receipt.submission}")
