"""`openxin demo`: the synthetic city, through the real doors. Nothing here knows a shortcut."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openxin.cli import output

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from openxin.accounts.organisations import Organisation
    from openxin.law.catalogue import Catalogue, Words
    from openxin.synth.city import Person

SEED = 2026
PERSONS = 400
LINKS = 3
# Who gets a link beside the people: a body, and the roles of its official.
_DESKS = (
    ("market", ("clerk",)),
    ("credit", ("clerk", "identity-officer")),
    ("credit", ("case-officer",)),
    ("market", ("duty-holder",)),
    ("credit", ("auditor",)),
    ("credit", ("administrator",)),
)
_FIRM = ("31999999MD00000101", "示例律师事务所", "Sample Law Firm", ("law-firm",))  # a recipient of grants, made up
PORT = 8000


@dataclass(frozen=True, slots=True)
class _Delivery:
    """One file that a body of the city hands in."""

    body: str
    type: str
    rows: int
    encoding: str
    name: str


_DELIVERIES = (
    _Delivery("market", "penalty", 600, "utf-8", "market-penalty.csv"),
    _Delivery("emergency", "penalty", 250, "gb18030", "emergency-penalty.csv"),
    _Delivery("transport", "permit", 500, "utf-16", "transport-permit.csv"),
    _Delivery("health", "permit", 200, "utf-8", "health-permit.xlsx"),
    _Delivery("education", "qualification", 120, "utf-8", "education-qualification.csv"),
    _Delivery("drug", "disqualification", 40, "gb18030", "drug-disqualification.csv"),
    _Delivery("civil", "honour", 60, "utf-8", "civil-honour.xlsx"),
    _Delivery("volunteers", "service", 150, "utf-8", "volunteers-service.csv"),
)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("demo")(demo)


def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="不启动网页服务 / end before serving")] = False,
    port: Annotated[int, typer.Option(help="网页端口 / port of the pages")] = PORT,
) -> None:
    """示例市：初始化，真实报送，然后启动网页 / The synthetic city: init, files through the real door, then serve."""
    os.environ["OPENXIN_SYNTHETIC"] = "1"  # before the settings are read: a demonstration knows made-up people only
    from openxin.cli import demo_provider

    provider = None if no_serve else demo_provider.choose()  # likewise
    from openxin.cli.ingest import today
    from openxin.cli.session import register_open, server_up
    from openxin.operations.setup import initialise

    with server_up() as chosen:
        initialise(chosen, today=today(), told=lambda zh, en: typer.echo(f"· {zh} / {en}"))
    with register_open(law_from=today()):
        from openxin.law.loading import catalogue

        _deliver_all(chosen.home / "demo", catalogue())
        _print_links(port, catalogue())
        if no_serve:
            return
        from openxin.cli.serve import serve_forever

        residents = [person for person, _ in _residents()]
        if provider is not None:
            typer.echo(f"\n实名登录（虚构） / made-up identity provider: http://127.0.0.1:{port}/")
        with demo_provider.running(provider, residents):
            serve_forever(port)


def _deliver_all(folder: Path, law: Catalogue) -> None:
    from openxin.cli.ingest import place, tell_receipt, today
    from openxin.intake import admission
    from openxin.ledger.sequencing import sequence

    folder.mkdir(parents=True, exist_ok=True)
    for delivery in _DELIVERIES:
        body = law.authorities[delivery.body]
        file = folder / delivery.name
        typer.echo(f"\n{body.title.zh} → {law.types[delivery.type].title.zh}：{file.name}")
        # A file that is there is handed in as it is: the same bytes are the same submission.
        if not file.exists():
            _write(file, delivery, law)
        with output.progress(None, "报送 / ingest") as bar:
            receipt = admission.admit(
                file, type_id=delivery.type, authority=body, law=law, today=today(), place=place(), progress=bar
            )
        tell_receipt(receipt, None, False)
    sequence()


def _write(file: Path, delivery: _Delivery, law: Catalogue) -> None:
    from openxin.cli.ingest import today
    from openxin.synth import city

    city.write(
        file,
        type=delivery.type,
        persons=PERSONS,
        rows=delivery.rows,
        seed=SEED,  # the same people in every file: one person has records of several kinds
        encoding=delivery.encoding,
        rate=0.05,
        authority=law.authorities[delivery.body].uscc,
        day=today(),
    )


def _print_links(port: int, law: Catalogue) -> None:
    from openxin.accounts import links

    typer.echo("\n一次性登录链接（15 分钟内有效，只能用一次） / one-time log-in links (15 minutes, single use):")
    for person, who in _residents():
        typer.echo(f"  {person.name}  http://127.0.0.1:{port}{links.issue(who)}")
    typer.echo("\n工作人员 / officials:")
    for body, roles in _DESKS:
        title = law.authorities[body].title
        _print_link(port, title, roles, law, links.issue_to_official(body, roles=roles))
    firm = _firm()
    roles = ("recipient", "duty-holder")
    _print_link(port, firm.title, roles, law, links.issue_to_organisation(firm.id, roles=roles))


def _print_link(port: int, title: Words, roles: tuple[str, ...], law: Catalogue, path: str) -> None:
    zh, en = ("、".join(law.roles[one].title.zh for one in roles), ", ".join(law.roles[one].title.en for one in roles))
    typer.echo(f"  {title.zh} · {zh} / {en}\n    http://127.0.0.1:{port}{path}")


def _firm() -> Organisation:
    from datetime import UTC, datetime

    from openxin.accounts import organisations
    from openxin.law.catalogue import Words

    uscc, zh, en, kinds = _FIRM
    found = organisations.named(uscc)
    return found or organisations.register(uscc, Words(zh, en), kinds, at=datetime.now(UTC))


def _residents() -> Iterator[tuple[Person, UUID]]:
    """Some synthetic people about whom a record was admitted."""
    from uuid import uuid4

    from openxin.people.names import folded
    from openxin.people.presented import claimed
    from openxin.synth import city

    found = 0
    for person in city.people(SEED, PERSONS):
        who = claimed(person.document_type, person.issuing_state, person.number, folded(person.name), reader=uuid4())
        if who is not None and who.agrees:
            yield person, who.person_id
            found += 1
        if found == LINKS:
            return
