"""`openxin population`: the extract of the population register. Exit 0 all taken, 3 some rows left out, 1 the file refused."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openxin.cli import output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from openxin.law.catalogue import Catalogue
    from openxin.people.population import Loaded, Taken

_SHOWN_AT_MOST = 20


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="人口登记摘录 / the extract of the population register", no_args_is_help=True)
    group.command("load")(load)
    app.add_typer(group, name="population")


def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV 文件 / CSV file")],
    json_: Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")] = False,
) -> None:
    """装入人口登记摘录（证件类型、证件号码、姓名），只保存查找码 / Load an extract as tokens only; it replaces the one before."""
    from openxin.cli.ingest import place, today
    from openxin.cli.session import register_open

    began = time.monotonic()
    with register_open(law_from=today()):
        from openxin.intake.workers import Workers
        from openxin.law.loading import catalogue
        from openxin.ledger.sequencing import sequence
        from openxin.people import population
        from openxin.people.extract_file import ExtractRefused

        law, here = catalogue(), place()
        with (
            Workers(here.workers_for(file), here.start_worker, here.preload) as workers,
            output.progress(None, "装入 / load") as advance,
        ):

            def share(task: Callable[..., Taken], calls: Iterable[tuple[Any, ...]]) -> Iterator[Taken]:
                for taken in workers.map(task, calls):
                    advance(taken.rows)
                    yield taken

            try:
                loaded = population.load(
                    file,
                    types=law.lists["CL_ZJLX"],
                    day=today(),
                    at=datetime.now(UTC),
                    synthetic=here.synthetic,
                    share=share,
                )
            except ExtractRefused as refused:
                _tell_refusal(refused, law, json_)
        sequence()
    _tell(loaded, law, time.monotonic() - began, json_)
    if loaded.bad:
        raise typer.Exit(output.EXIT_NOT_ALL)


def _tell_refusal(refused: Exception, law: Catalogue, json_: bool) -> None:
    code, absent = refused.args[0], getattr(refused, "absent", ())
    words = law.problems[code]
    named = f"：{'、'.join(absent)}" if absent else ""
    output.fail(
        f"{code}：{words.title.zh}{named}。{words.remedy.zh}",
        f"{code}: {words.title.en}{named}. {words.remedy.en}",
        code=code,
        as_json=json_,
    )


def _tell(loaded: Loaded, law: Catalogue, seconds: float, json_: bool) -> None:
    if json_:
        output.print_json(
            {
                "rows": loaded.rows,
                "pairs": loaded.pairs,
                "bad": dict(loaded.bad),
                "bad_rows": [{"row": one.row, "code": one.code} for one in loaded.bad_rows],
                "verified": loaded.verified,
                "disputed": loaded.disputed,
                "seconds": round(seconds, 3),
            }
        )
        return
    left_out = sum(loaded.bad.values())
    output.say(
        f"共 {loaded.rows} 行，现有 {loaded.pairs} 对，未采用 {left_out} 行；"
        f"核实证件 {loaded.verified}，姓名存疑 {loaded.disputed}",
        f"{loaded.rows} rows, {loaded.pairs} pairs stand, {left_out} rows left out;"
        f" {loaded.verified} identities verified, {loaded.disputed} disputed",
    )
    for code, count in sorted(loaded.bad.items()):
        words = law.problems[code]
        rows = ", ".join(str(one.row) for one in loaded.bad_rows if one.code == code)
        output.warn(
            f"{code}（{count}）：{words.title.zh}。{words.remedy.zh}",
            f"{words.title.en}. {words.remedy.en} [{_cut(rows)}]",
        )


def _cut(rows: str) -> str:
    listed = rows.split(", ")
    return ", ".join(listed[:_SHOWN_AT_MOST]) + (" ..." if len(listed) > _SHOWN_AT_MOST else "")
