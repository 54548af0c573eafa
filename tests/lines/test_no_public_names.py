"""No publishing of named individuals: without a log-in no page says a name, a number or a decision; no search engine may ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver

from tests.harness import sample
from tests.harness.door import Door
from tests.harness.register import Register
from tests.harness.visitor import visitor

SECRETS = ("李娜", sample.LI_NA.number, "示市监罚〔2026〕1号", "过期食品", sample.MARKET_TITLE)


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


def paths() -> Iterator[str]:
    """Every page that there is, with something in place of what its address asks for."""
    for resolver in get_resolver().url_patterns:
        for pattern in getattr(resolver, "url_patterns", [resolver]):
            assert isinstance(pattern, URLPattern)
            yield "/" + str(pattern.pattern).replace("<str:secret>", "made-up")


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
    """There is nothing to search people by: the one thing that an address may carry is the secret of a link."""
    carried = [part for path in paths() for part in path.split("/") if part == "made-up"]
    assert carried == ["made-up"]
    assert 'type="search"' not in visitor().client.get("/").content.decode()
