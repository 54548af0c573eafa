"""The documents say what there is: every command, setting, problem code and purpose has its place, and no link leads nowhere."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from openxin.cli.main import build
from openxin.law.files import shipped_folder
from openxin.law.loading import load
from openxin.operations.installation import Installation
from tests.docs import codes_page

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("catalogue/*.md"), *ROOT.glob("samples/*.md")]
)
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


def sections(page: str) -> dict[str, str]:
    """The text under each `## heading` of a page of `docs/`, by the word in backquotes in the heading."""
    parts = re.split(r"^## ", (ROOT / "docs" / page).read_text("utf-8"), flags=re.MULTILINE)[1:]
    named = ((re.match(r"`([^`]+)`", part), part) for part in parts)
    return {found[1]: part for found, part in named if found}


def commands(words: tuple[str, ...] = (), of: object = None) -> Iterator[tuple[str, list[str]]]:
    """Every command as it is typed, with its options."""
    command = of or get_command(build())
    for name, inner in getattr(command, "commands", {}).items():
        if hasattr(inner, "commands"):
            yield from commands((*words, name), inner)
        else:
            yield (
                " ".join((*words, name)),
                [option for one in inner.params for option in one.opts if option[:2] == "--"],
            )


def test_every_command_has_its_heading_and_every_option_its_word():
    told = sections("commands.md")
    real = dict(commands())
    assert sorted(told) == sorted(f"openxin {name}" for name in real)
    untold = [f"{name} {option}" for name, options in real.items() for option in options
              if f"`{option}" not in told[f"openxin {name}"]]  # fmt: skip
    assert untold == []


def test_every_setting_has_its_heading():
    assert sorted(sections("settings.md")) == sorted(f"OPENXIN_{field.name.upper()}" for field in fields(Installation))


def test_the_page_of_codes_is_what_the_catalogue_says():
    assert codes_page.PAGE.read_text("utf-8") == codes_page.page(load(shipped_folder())), (
        "docs/codes.md is old: run `python -m tests.docs.codes_page`"
    )


def test_every_code_of_the_contract_has_words():
    """Codes in the contract's tables of fates stand in backquotes, in capitals."""
    contract = (ROOT / "docs" / "contract.md").read_text("utf-8")
    tables = [line for line in contract.splitlines() if line.startswith("| ")]
    promised = {code for line in tables for code in re.findall(r"`([A-Z]+(?:_[A-Z]+)*)`", line)} - {"OX", "BZ"}
    assert promised - set(load(shipped_folder()).problems) == set()


def test_every_purpose_stands_in_the_glossary():
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    untold = [one for one in load(shipped_folder()).purposes if f"`{one}`" not in glossary]
    assert untold == []


def test_every_line_that_is_never_crossed_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    untold = [
        file.name for file in (ROOT / "tests" / "lines").glob("test_*.py") if f"(tests/lines/{file.name})" not in readme
    ]
    assert untold == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path):
    links = [
        link for link in _LINK.findall(page.read_text("utf-8")) if "://" not in link and not link.startswith("mailto:")
    ]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_decisions_keep_the_form_of_the_house():
    """Status, question, decision, because, rejected, costs: in this order, on every page."""
    wanted = ["Status", "Question", "Decision", "Because", "Rejected", "Costs"]
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert len(set(numbers)) == len(numbers)  # not without gaps: a number is taken when the page is begun
    for page in pages:
        found = re.findall(r"^\*\*(\w+)\*\*", page.read_text("utf-8"), flags=re.MULTILINE)
        assert found == wanted, page.name


def test_the_command_line_is_one_typer_application():
    """What the walk over commands rests on."""
    assert isinstance(build(), typer.Typer)
