"""`openxin doctor`: is everything as it must be?"""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    json_: Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")] = False,
) -> None:
    """检查安装是否完好 / check that everything is as it must be."""
    from openxin.cli import output
    from openxin.cli.session import register_open
    from openxin.operations.doctor import examine

    with register_open() as installation:
        report = examine(installation)
    if json_:
        output.print_json(report.as_json())
    else:
        for check in report.checks:
            output.say(
                f"{'✓' if check.ok else '✗'} {check.zh}",
                f"{check.en}{': ' * bool(check.found)}{', '.join(check.found)}",
            )
        lag = report.ledger_lag
        output.say(f"台账待入账 {lag.waiting} 条，最早的已等 {lag.oldest_s:.0f} 秒", f"the ledger's lag: {lag}")
    raise SystemExit(0 if report.ok else output.EXIT_REFUSED)
