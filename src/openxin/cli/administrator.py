"""`openxin administrator`: the first account, from which every other is made. Whoever runs the register runs it, once."""

from typing import Annotated

import typer

from openxin.cli import output
from openxin.cli.session import register_open


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("administrator")(administrator)


def administrator(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="登录名，不必是姓名 / log-in name, it need not be a name")
    ],
    authority: Annotated[
        str, typer.Option("--authority", metavar="USCC", help="所属机构的统一社会信用代码 / credit code of the body")
    ],
    role: Annotated[
        str, typer.Option("--role", help="administrator 或者 auditor / administrator or auditor")
    ] = "administrator",
    json_: Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")] = False,
) -> None:
    """新建系统管理员（或者审计人员）的账号，打印首次密码 / Make the account of an administrator or auditor."""
    with register_open():
        from openxin.accounts import officials
        from openxin.law.loading import catalogue

        body = catalogue().by_uscc.get(authority.strip().upper())
        if body is None or role not in {one.id for one in catalogue().roles.values() if one.excludes_others}:
            output.fail("没有这个机构或者角色。", "no such body or role.", output.EXIT_WORDS, as_json=json_)
        try:
            made = officials.enrol(body.id, name, roles=[role])
        except officials.NameTaken:
            output.fail("登录名已经有人用。", "this log-in name is taken.", as_json=json_)
    if json_:
        output.print_json({"login": str(made.login), "password": made.password})
        return
    output.say(f"账号 {made.login}；首次密码 {made.password}", f"account {made.login}; first password {made.password}")
    output.say(
        "只显示这一次；第一次登录时设置第二因素。", "shown this once; the second factor is set up at the first log-in."
    )
