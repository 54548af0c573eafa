"""`openxin quarantine`: which rows of a submission wait, which were refused, and what mends each."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from openxin.cli import output
from openxin.cli.session import register_open

if TYPE_CHECKING:
    from openxin.intake.quarantine import ProblemRow

_NO_SUCH = ("没有这个报送编号", "there is no such submission")
_FATES = {"quarantined": "待补正 waiting", "refused": "依法不收 refused"}


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("quarantine")(quarantine)


def quarantine(
    submission: Annotated[UUID, typer.Argument(metavar="SUBMISSION", help="报送编号 / number of the submission")],
    json_: Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")] = False,
    xlsx: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="写出补正用的工作簿 / write the workbook in which waiting rows are mended"),
    ] = None,
) -> None:
    """列出待补正和依法不收的行 / List the rows that wait and those that were refused, with every reason."""
    if json_ and xlsx:
        output.fail("--json 和 --xlsx 不能同用", "--json and --xlsx do not go together", output.EXIT_WORDS)
    if xlsx:
        _write_workbook(submission, xlsx)
        return
    with register_open():
        from openxin.intake import quarantine as rooms
        from openxin.intake.workers import connection
        from openxin.law.loading import catalogue

        try:
            rows = rooms.problem_rows(connection(), submission, catalogue())
        except rooms.NoSuchSubmission:
            output.fail(*_NO_SUCH, output.EXIT_WORDS)
    if json_:
        output.print_json({"rows": [row.as_json() for row in rows]})
        return
    for row in rows:
        _print(row)
    if not rows:
        typer.echo("没有待补正或依法不收的行 / no row waits, none was refused")


def _write_workbook(submission: UUID, out: Path) -> None:
    if not out.parent.is_dir():
        output.fail(f"文件夹不存在：{out.parent}", f"there is no folder {out.parent}", output.EXIT_WORDS)
    with register_open():
        from openxin.intake import mending, submissions
        from openxin.intake.workers import connection
        from openxin.law.loading import catalogue

        with connection().cursor() as cursor:
            one = submissions.submission(cursor, submission)
        if one is None:
            output.fail(*_NO_SUCH, output.EXIT_WORDS)
        # It holds what the rows say: for whoever asked, and nobody else on this machine.
        with os.fdopen(os.open(out, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            rows = mending.workbook(one.authority, submission, law=catalogue(), out=file)
    output.say(f"已写入 {out}：待补正 {rows} 行", f"written: {out}, {rows} rows wait")


def _print(row: ProblemRow) -> None:
    sheet = f"{row.sheet} " if row.sheet else ""
    typer.echo(f"{sheet}第 {row.row} 行 / row {row.row}: {_FATES[row.fate]}")
    if row.reference is not None:
        typer.echo(f"  OX_HH = {row.reference}")
    for problem in row.problems:
        typer.echo(f"  {problem.field} {problem.code}\n    {problem.message.zh}\n    {problem.message.en}")
