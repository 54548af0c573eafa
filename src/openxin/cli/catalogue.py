"""`openxin catalogue check`: is the catalogue sound? Needs neither keys nor a database."""

from pathlib import Path
from typing import Annotated

import typer

from openxin.cli import output

_group = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="法规目录:以数据写成的法律。 / The catalogue: the law as data."
)


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.add_typer(_group, name="catalogue")


@_group.callback()
def _catalogue() -> None:
    """A group with one command is still a group."""


@_group.command("check")
def check_catalogue(
    folder: Annotated[
        Path | None,
        typer.Argument(help="目录所在文件夹;默认为正在使用的目录。 / The folder; by default the catalogue in use."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """核对法规目录,逐条指出文件、行号和改法。 / Check the catalogue; name file, line and remedy of every fault."""
    from openxin.law.checking import findings_in
    from openxin.law.files import read_folder
    from openxin.law.loading import folder_in_use

    where = folder or folder_in_use()
    if not where.is_dir():
        output.fail(
            f"没有这个文件夹:{where}", f"no such folder: {where}", output.EXIT_WORDS, code="NO_FOLDER", as_json=as_json
        )
    read = read_folder(where)
    findings = findings_in(read)
    if as_json:
        listed = [
            {
                "file": one.file,
                "line": one.line,
                "message": {"zh": one.message.zh, "en": one.message.en},
                "remedy": {"zh": one.remedy.zh, "en": one.remedy.en},
            }
            for one in findings
        ]
        output.print_json(
            {
                "ok": not findings,
                "folder": str(where),
                "hash": read.hash.hex(),
                "files": len(read.files),
                "findings": listed,
            }
        )
    elif findings:
        for one in findings:
            typer.echo(f"{where / one.file}:{one.line}")
            for words, sign in ((one.message, " "), (one.remedy, "→")):
                typer.echo(f"  {sign} {words.zh}\n  {sign} {words.en}")
        output.warn(f"共 {len(findings)} 处需要改正。", f"{len(findings)} to mend.")
    else:
        output.say(
            f"目录无误:{len(read.files)} 个文件,哈希值 {read.hash.hex()}",
            f"the catalogue is sound: {len(read.files)} files, hash {read.hash.hex()}",
        )
    raise SystemExit(output.EXIT_REFUSED if findings else 0)
