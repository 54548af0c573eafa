"""`openxin expire`: what is due by the calendar is applied, to everybody at once. A second run does nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import typer

from openxin.cli import output
from openxin.cli.session import register_open


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("expire")(expire)


def expire(
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="以该日为准（默认今天）/ as of this day (default: today)"),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")] = False,
) -> None:
    """办理到期事项 / Apply what is due: notice ends, windows close, what was kept long enough is erased."""
    with register_open():
        from openxin.accounts import terms
        from openxin.cli.ingest import today as today_in_china
        from openxin.intake.waiting import expire_waiting
        from openxin.intake.workers import connection
        from openxin.law.loading import catalogue
        from openxin.ledger.sequencing import sequence
        from openxin.records import changes

        day = today.date() if today else today_in_china()
        moved = changes.expire(day, at=datetime.now(UTC), reader=uuid4())
        with connection().transaction(), connection().cursor() as cursor:
            waiting = expire_waiting(cursor, day)
        log_ins = terms.expire(day, law=catalogue())
        sequence()
    told = {
        "opened": moved.opened,
        "expired": moved.expired,
        "erased": moved.erased,
        "waiting_rows_destroyed": waiting,
        "log_ins_deleted": log_ins,
    }
    if json_:
        output.print_json(told)
        return
    typer.echo(
        f"开放 {moved.opened}，到期 {moved.expired}，删除 {moved.erased}，销毁待补正行 {waiting}，删除登录记录 {log_ins}\n"
        f"opened {moved.opened}, expired {moved.expired}, erased {moved.erased}, waiting rows destroyed {waiting}, "
        f"log-ins deleted {log_ins}"
    )
