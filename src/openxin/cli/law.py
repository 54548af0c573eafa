"""`openxin law due`: the last day of a statutory period. Needs neither keys nor a database."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from openxin.cli import output

if TYPE_CHECKING:
    from openxin.law.catalogue import Catalogue

_group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="法定期限。 / Statutory periods.")


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.add_typer(_group, name="law")


@_group.callback()
def _law() -> None:
    """A group with one command is still a group."""


@_group.command("due")
def due_day(
    procedure: Annotated[
        str, typer.Option(help="程序编号,见 procedures.toml。 / Id of the procedure, see procedures.toml.")
    ],
    received: Annotated[str, typer.Option(help="起算事件的日期,如 2026-02-13。 / Day of the trigger.")],
    variant: Annotated[str, typer.Option(help="同一程序的其他期限。 / Another limit of the same procedure.")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """计算期限的最后一天。收到的当天不计。 / The last day of a period; the day of receipt is not counted."""
    from openxin.law.clock import NoSuchLimit, due
    from openxin.law.loading import catalogue

    law = catalogue()
    try:
        day = date.fromisoformat(received)
    except ValueError:
        output.fail(
            f"日期有误:{received},应如 2026-02-13。",
            f"no day: {received}; write it as 2026-02-13.",
            output.EXIT_WORDS,
            code="BAD_DATE",
            as_json=as_json,
        )
    try:
        found = due(procedure, day, law, variant)
    except NoSuchLimit:
        zh, en = _what_there_is(procedure, law)
        output.fail(zh, en, output.EXIT_WORDS, code="NO_SUCH_LIMIT", as_json=as_json)
    except OverflowError:
        output.fail("日期太远。", "the day lies too far.", output.EXIT_WORDS, code="BAD_DATE", as_json=as_json)
    if as_json:
        output.print_json(
            {
                "due": found.due.isoformat(),
                "provisional": found.provisional,
                "counted": [one.isoformat() for one in found.counted],
                "procedure": procedure,
                "variant": variant,
                "received": received,
                "citation": law.procedures[procedure].source.citation,
            }
        )
        return
    title = law.procedures[procedure].title
    output.say(f"{title.zh}:{found.due}", f"{title.en}: {found.due}")
    if found.provisional:
        output.say(
            "暂定:该年的节假日安排尚未公布,只按周末推算。",
            "provisional: the holidays of that year are not known yet; weekdays only.",
        )


def _what_there_is(procedure: str, law: "Catalogue") -> tuple[str, str]:
    known = law.procedures.get(procedure)
    if known is None:
        ids = ", ".join(law.procedures)
        return f"没有这个程序:{procedure}。可用:{ids}", f"no such procedure: {procedure}. There are: {ids}"
    if not known.limits:
        return f"{known.title.zh}:法律没有规定天数。", f"{known.title.en}: the law sets no number of days."
    named = ", ".join(f"{one}({words.zh})" for one, words in known.variants.items()) or "—"
    return (
        f"没有这个期限。可用的 --variant:{named}",
        f"no such limit. --variant may be: {', '.join(known.variants) or '—'}",
    )
