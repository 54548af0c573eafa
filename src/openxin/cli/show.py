"""`openxin show`: a person's own view, through the door out. Synthetic only: real people log in and see their page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from openxin.cli import output

if TYPE_CHECKING:
    from openxin.disclosure.statement import ShownLine, ShownRecord, Statement
    from openxin.people.presented import Claimed


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("show")(show)


def show(
    person_number: Annotated[str, typer.Option("--person-number", metavar="N", help="证件号码 / document number")],
    name: Annotated[str, typer.Option("--name", metavar="X", help="姓名 / name")],
    as_self: Annotated[bool, typer.Option("--as-self", help="以本人身份 / as the person themself")] = False,
    document_type: Annotated[str, typer.Option("--document-type", help="证件类型代码 / document type")] = "01",
    issuing_state: Annotated[
        str,
        typer.Option("--issuing-state", metavar="ISO", help="外国护照的签发国 / state that issued a foreign passport"),
    ] = "",
    json_: Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / print one JSON object")] = False,
) -> None:
    """以本人身份查看记录，仅限虚构人物 / A person's own view, through the door out; made-up people only."""
    from openxin.cli.session import installation, register_open

    if not installation().synthetic:
        output.fail("只在 OPENXIN_SYNTHETIC=1 时可用", "works only with OPENXIN_SYNTHETIC=1", output.EXIT_WORDS)
    if not as_self:
        output.fail("须写明 --as-self", "--as-self is needed: there is no other right so far", output.EXIT_WORDS)
    with register_open():
        whose = _whose(document_type, person_number, name, issuing_state)
        statement = _disclosed(whose) if whose else None
    _tell(statement, as_json=json_)


def _whose(document_type: str, number: str, name: str, state: str) -> Claimed | None:
    """Whose document this is. The number and the name may be written as a spreadsheet would write them."""
    from openxin.cli.ingest import today
    from openxin.law.loading import catalogue
    from openxin.people import documents, names, presented

    known = {value.code: value for value in catalogue().lists["CL_ZJLX"].values}
    form = known[document_type].extra.get("form", "") if document_type in known else ""
    found = documents.identified(number, form, state=state, day=today(), synthetic=True)
    if found is None:
        return None
    return presented.claimed(document_type, found.state, found.number, names.folded(name), reader=uuid4())


def _disclosed(whose: Claimed) -> Statement | None:
    """What the door shows; under another name it refuses, and the person whose number it is finds that in their list."""
    from openxin.accounts.logins import reader_of
    from openxin.accounts.readers import Reader
    from openxin.cli.ingest import today
    from openxin.disclosure.asking import NotPermitted
    from openxin.disclosure.door import own
    from openxin.ledger.sequencing import sequence

    somebody = Reader(uuid4(), roles=frozenset({"person"}))
    try:
        return own(whose.person_id, reader_of(whose.person_id) if whose.agrees else somebody, today=today())
    except NotPermitted:
        return None
    finally:
        sequence()


def _tell(statement: Statement | None, *, as_json: bool) -> None:
    if as_json:
        output.print_json(
            {
                "records": [_record(record) for record in statement.records] if statement else [],
                "readings": [_reading(line) for line in statement.lines] if statement else [],
            }
        )
    elif statement:
        _print(statement)
    else:
        output.warn("姓名与证件号码不一致，或者没有登记", "name and number do not agree, or nobody is there")
    if statement is None:
        raise typer.Exit(output.EXIT_NOBODY)


def _record(record: ShownRecord) -> dict[str, Any]:
    return {
        "type": record.type,
        "authority": record.submitter.uscc,
        "authority_title": record.submitter.title.zh,
        "document": record.document,
        "decided_on": record.decided_on.isoformat(),
        "state": record.state,
        "visible_to_others": record.visibility,
        "opens": record.opens and record.opens.isoformat(),
        "closes": record.closes and record.closes.isoformat(),
        "erase_on": record.erase_on and record.erase_on.isoformat(),
        "fields": record.said,
    }


def _reading(line: ShownLine) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "kind": line.kind,
        "who": line.who.zh,
        "who_en": line.who.en,
        "purpose": line.purpose.zh,
        "purpose_en": line.purpose.en,
        "records": line.records,
    }


def _print(statement: Statement) -> None:
    for record in statement.records:
        typer.echo(f"\n{record.decided_on}  {record.type_title.zh} / {record.type_title.en}  {record.state_title.zh}")
        typer.echo(f"  {record.decider.zh}  {record.document}")
        for field in record.fields:
            typer.echo(f"  {field.title.zh}：{field.value.zh}")
    typer.echo("\n谁看过 / who looked")
    for line in statement.lines:
        typer.echo(f"  {line.at:%Y-%m-%d %H:%M} UTC  {line.who.zh} / {line.who.en}  {line.purpose.zh}")
