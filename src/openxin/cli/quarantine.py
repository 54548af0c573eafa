"""`openxin quarantine`: which rows of a submission wait, which were refused, and what mends each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from openxin.cli import output
from openxin.cli.session import register_open

if TYPE_CHECKING:
    from openxin.intake.quarantine import ProblemRow

_FATES = {"quarantined": "待补正 waiting", "refused": "依法不收 refused"}


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("quarantine")(quarantine)


def quarantine(
    submission: Annotated[UUID, typer.Argument(metavar="SUBMISSION", help="报送编号 / number of the submission")],
    json_: Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")] = False,
) -> None:
    """列出待补正和依法不收的行 / List the rows that wait and those that were refused, with every reason."""
    with register_open():
        from openxin.intake import quarantine as rooms
        from openxin.intake.workers import connection
        from openxin.law.loading import catalogue

        try:
            rows = rooms.problem_rows(connection(), submission, catalogue())
        except rooms.NoSuchSubmission:
            output.fail("没有这个报送编号", "there is no such submission", 2)
    if json_:
        output.print_json({"rows": [row.as_json() for row in rows]})
        return
    for row in rows:
        _print(row)
    if not rows:
        typer.echo("没有待补正或依法不收的行 / no row waits, none was refused")


def _print(row: ProblemRow) -> None:
    sheet = f"{row.sheet} " if row.sheet else ""
    typer.echo(f"{sheet}第 {row.row} 行 / row {row.row}: {_FATES[row.fate]}")
    if row.reference is not None:
        typer.echo(f"  OX_HH = {row.reference}")
    for problem in row.problems:
        typer.echo(f"  {problem.field} {problem.code}\n    {problem.message.zh}\n    {problem.message.en}")
