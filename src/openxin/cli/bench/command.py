"""The command group `bench`. Each benchmark is a module beside this one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from openxin.cli import output


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    bench = typer.Typer(help="测速 / Measure speed", no_args_is_help=True)
    bench.command("ingest")(ingest)
    bench.command("disclose")(disclose)
    bench.command("ledger")(ledger)
    app.add_typer(bench, name="bench")


def ingest(
    rows: Annotated[int, typer.Option(min=1000, help="行数 / rows")] = 200_000,
    rounds: Annotated[int, typer.Option(min=3, help="轮数 / rounds")] = 5,
    json_: Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")] = False,
) -> None:
    """入库全流程与裸 COPY 之比 / The whole door in, beside COPY of the same bytes into a bare table."""
    with tempfile.TemporaryDirectory(prefix="openxin-bench-") as folder:
        _own_installation(folder)
        from openxin.cli.bench.ingest import measure

        figures = measure(rows, rounds)
    _tell(figures, json_)


def disclose(
    persons: Annotated[int, typer.Option(min=100, help="人数 / persons")] = 100_000,
    seconds: Annotated[float, typer.Option(min=6, help="每种的秒数 / seconds of each")] = 30.0,
    json_: Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")] = False,
) -> None:
    """经接口查看一次，与同一服务上一次查询加一次写入之比 / A statement through the server, beside a bare look-up and insert."""
    with tempfile.TemporaryDirectory(prefix="openxin-bench-") as folder:
        _own_installation(folder)
        from openxin.cli.bench.disclose import larger_budgets, measure

        os.environ["OPENXIN_CATALOGUE"] = str(larger_budgets(Path(folder)))

        figures = measure(persons, seconds)
    _tell(figures, json_)


def ledger(
    rows: Annotated[int, typer.Option(min=1000, help="条目数 / leaves")] = 1_000_000,
    json_: Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")] = False,
) -> None:
    """台账：入账、核验、证明 / The ledger: appending, verifying, proving."""
    with tempfile.TemporaryDirectory(prefix="openxin-bench-") as folder:
        _own_installation(folder)
        from openxin.cli.bench.ledger import measure

        figures = measure(rows)
    _tell(figures, json_)


def _tell(figures: dict[str, object], json_: bool) -> None:
    if json_:
        output.print_json(figures)
        return
    for name, value in figures.items():
        typer.echo(f"{name}: {value}")


def _own_installation(folder: str) -> None:
    """A register of its own, empty and synthetic: the settings are read after this."""
    for name in [name for name in os.environ if name.startswith("OPENXIN_")]:
        del os.environ[name]
    os.environ["OPENXIN_HOME"] = folder
    os.environ["OPENXIN_SYNTHETIC"] = "1"
