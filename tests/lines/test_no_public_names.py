"""No publishing of named individuals: without a log-in no page says a name, a number or a decision; no search engine may ask."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.harness import sample
from tests.harness.door import Door
from tests.harness.register import Register
from tests.harness.visitor import visitor

SECRETS = ("李娜", sample.LI_NA.number, "示市监罚〔2026〕1号", "过期食品", sample.MARKET_TITLE)


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


# All that an address may carry: the secret of a link, a random id, one of our own words, a place in the ledger.
CARRIED = {
    "<int:nth>": "1",
    "<str:secret>": "made-up",
    "<slug:verb>": "verify",
    "<slug:type_id>": "penalty",
    "<slug:provider_id>": "city",
    "<int:level>": "0",
    "<int:leaf>": "0",
    "<int:seq>": "0",
    "<int:size>": "1",
    "<int:number>": "1",
    "<slug:code>": "TOO_LARGE",
    "<path:place>": "000",
}
_PART = re.compile(r"<[^>]+>")
_RANDOM_ID = re.compile(r"<uuid(?:str)?:\w+>")


def addresses(patterns: Iterable[URLPattern | URLResolver] | None = None, before: str = "/") -> Iterator[str]:
    """Every address that there is, as it is written."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, here)
        else:
            yield here


def paths() -> Iterator[str]:
    """Every page that there is, with something in place of what its address asks for."""
    for address in addresses():
        path = _RANDOM_ID.sub("00000000-0000-4000-8000-000000000000", address)
        yield _PART.sub(lambda part: CARRIED[part[0]], path)


def test_no_page_names_anybody_to_whoever_is_not_logged_in(door: Door) -> None:
    door.receives(sample.penalty(sample.LI_NA))
    asked = list(paths())
    assert len(asked) >= 5
    for path in [*asked, "/nowhere/", f"/records/?name={sample.LI_NA.number}"]:
        for ask in (visitor().client.get, visitor().client.post):
            answer = ask(path, follow=True)
            told = answer.content.decode()
            assert [secret for secret in SECRETS if secret in told] == [], path


def test_every_answer_forbids_search_engines(register: Register) -> None:
    for path in paths():
        assert visitor().client.get(path)["X-Robots-Tag"] == "noindex, nofollow"


def test_no_page_and_no_address_takes_a_name_or_a_number(register: Register) -> None:
    """There is nothing to search people by: what an address may carry says nothing about anybody."""
    carried = {part for address in addresses() for part in _PART.findall(address)}
    assert {part for part in carried if not _RANDOM_ID.fullmatch(part)} <= set(CARRIED)
    assert 'type="search"' not in visitor().client.get("/").content.decode()
