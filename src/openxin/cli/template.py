"""`openxin template`: an empty workbook for one record type. Needs neither keys nor a database."""

from pathlib import Path
from typing import Annotated

import typer

from openxin.cli import output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("template")(template)


def template(
    type_: Annotated[str, typer.Option("--type", help="记录类型 / record type: penalty, permit, qualification, ...")],
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="要写的 XLSX 文件 / the XLSX file to write")],
) -> None:
    """生成空白报送表：表头、下拉选项、示例和说明 / An empty workbook: headers, drop-downs, an example, notes."""
    from openxin.cli.ingest import submittable
    from openxin.intake.templates import write_template
    from openxin.law.loading import catalogue

    law = catalogue()
    submittable(type_)
    if not out.parent.is_dir():
        output.fail(f"文件夹不存在：{out.parent}", f"there is no folder {out.parent}", output.EXIT_WORDS)
    write_template(out, law.types[type_], law)
    output.say(f"已写入 {out}", f"written: {out}")
