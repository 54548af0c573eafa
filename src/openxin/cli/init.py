"""`openxin init`: make the installation, or make it whole."""

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init() -> None:
    """建立密钥、角色、数据库与数据表，可重复运行 / make keys, roles, database and schema; safe to run again."""
    from datetime import UTC, datetime

    from openxin.cli import output
    from openxin.cli.session import server_up
    from openxin.operations import setup

    with server_up() as installation:
        if installation.is_embedded:
            output.say(
                "使用嵌入式数据库，仅供试用与测试。",
                "using the embedded database server, which is for trying and testing only.",
            )
        setup.initialise(installation, today=datetime.now(UTC).astimezone().date(), told=output.say)
        output.say(f"完成：{installation.home}", "done")
