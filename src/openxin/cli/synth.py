"""`openxin synth`: a file as a department would send it, about people who do not exist, and what must be said of each row."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from openxin.cli import output


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("synth")(synth)


def synth(
    persons: Annotated[int, typer.Option(help="示例市的人数 / people of the city")],
    rows: Annotated[int, typer.Option(help="行数 / rows")],
    type_: Annotated[
        str, typer.Option("--type", help="penalty | permit | qualification | disqualification | honour | service")
    ],
    out: Annotated[Path, typer.Option(help="FILE.csv | FILE.xlsx | FILE.xls")],
    encoding: Annotated[str, typer.Option(help="utf-8 | utf-8-sig | gb18030 | utf-16")] = "utf-8",
    seed: Annotated[int, typer.Option(help="同一种子，同一座城市 / the same seed, the same city")] = 1,
    rate: Annotated[float, typer.Option(help="有差错的行所占比例 / share of faulty rows")] = 0.05,
    authority: Annotated[
        str | None, typer.Option(help="机关的统一社会信用代码或编号 / the body, by credit code or id")
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="答案以该日为准（默认今天）/ the answers hold on this day (default: today)"
        ),
    ] = None,
    edition: Annotated[
        str, typer.Option(help="sgs-2018 | sgs-2019（仅处罚和许可 / penalties and permits only）")
    ] = "sgs-2019",
    extension: Annotated[bool, typer.Option(help="是否带 OX_ 栏目 / with our OX_ columns or without")] = True,
    titles: Annotated[bool, typer.Option("--titles", help="表头用中文标题 / Chinese titles in the header")] = False,
    separator: Annotated[str, typer.Option(help="comma | tab | semicolon")] = "comma",
    dressed: Annotated[
        bool | None,
        typer.Option(
            help="标题、序号、合计、签字行（默认仅工作簿）/ title, numbers, total, signatures (default: workbooks only)"
        ),
    ] = None,
    renamed_from: Annotated[
        Path | None,
        typer.Option(
            help="先前的文件：其中部分人改名再次出现 / an earlier file: some of its people come again under another name"
        ),
    ] = None,
) -> None:
    """生成示例市的报送文件和答案 / Write a made-up file, and FILE.answers.csv: row, fate, codes."""
    from openxin.synth import city

    try:
        with output.progress(rows, "生成 / synth") as advance:
            answers = city.write(
                out, type=type_, persons=persons, rows=rows, seed=seed, encoding=encoding, rate=rate, authority=authority,
                day=day.date() if day else None, edition=edition, extension=extension, titles=titles,
                separator=separator, dressed=dressed, renamed_from=renamed_from, advance=advance,
            )  # fmt: skip
    except city.CallUnsound as unsound:
        output.fail(unsound.zh, unsound.en, output.EXIT_WORDS)
    output.say(f"{out} 和答案 {answers}", f"{out}, and the answers {answers}")
