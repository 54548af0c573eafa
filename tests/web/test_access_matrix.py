"""Who may reach what: every address and method of the application × everybody, as `access_matrix.toml` states it.

Nothing is left out silently: an address of the URLconf that the table does not have fails, and so does one that only the table
has. Requests go through the whole application (middleware, log-in, door, database); who is who is said in VISITORS, what stands
in an address in OBJECTS and OWN (`tests/harness/everybody.py`). How to add a row is told at the top of the table.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from openxin.operations.installation import Installation
from tests.harness.everybody import LOGGED_IN, MACHINES, OWN, PERSONS, VISITORS, World, settled
from tests.harness.register import founded_register

TABLE: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("access_matrix.toml").read_text("utf-8"))
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
API = "/api/v1/"
OWN_ROW = " own"
PARAMETER = r"<(?:\w+:)?(\w+)>"
UUID_IN_TEXT = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
REDIRECTS = range(300, 400)
TO_LOG_IN = "303 /log-in/"
NOT_LET_IN = {"log-in", "303 /", "302 /", "401", "403", "404", "405", "410"}
# A status; every redirect says to where. Nothing else is an outcome, so no cell passes on what nobody stated.
OUTCOME = re.compile(r"log-in|[245]\d\d|3\d\d /\S*")

GROUPS = {
    "everybody": set(VISITORS), "machines": MACHINES, "logged-in": LOGGED_IN, "officials": LOGGED_IN - PERSONS
}  # fmt: skip


@pytest.fixture(scope="module")
def world(shared_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("matrix")
    with founded_register(shared_installation, home / "home", f"matrix_{uuid4().hex[:8]}") as register:
        yield settled(register, home / "files")


def routes(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here


def test_every_address_of_the_application_is_in_the_table_and_no_other() -> None:
    import django

    django.setup()
    there = set(routes(get_resolver().url_patterns))
    stated = {row.removesuffix(OWN_ROW) for row in TABLE}
    assert there - stated == set(), "state in access_matrix.toml who may reach these"
    assert stated - there == set(), "stated, and not there"


def test_what_belongs_to_somebody_is_asked_for_by_its_owner_and_by_others() -> None:
    for row in TABLE:
        if set(re.findall(r":(\w+)>", row)) & set(OWN):
            assert {row.removesuffix(OWN_ROW), row.removesuffix(OWN_ROW) + OWN_ROW} <= set(TABLE), row


def test_the_table_says_only_what_is_read() -> None:
    for route, stated in TABLE.items():
        assert set(stated) <= {*METHODS, "at", "send", "anew", "again"}, route
        assert set(METHODS) & set(stated), f"{route}: no method"
        for method in set(METHODS) & set(stated):
            assert [outcome for outcome in stated[method] if not OUTCOME.fullmatch(outcome)] == [], f"{route} {method}"
            named = [who for words in stated[method].values() for who in people(words)]
            assert len(named) == len(set(named)), f"{route} {method}: somebody meets two outcomes"


@pytest.mark.parametrize("row", TABLE)
def test_everybody_meets_what_is_stated(world: World, row: str) -> None:
    stated = TABLE[row]
    wrong = []
    for method in METHODS:
        expected = outcomes(row, stated[method]) if method in stated else not_taken(row)
        # Whoever may comes last: before, what is in the address is there for the others to be refused.
        for who, outcome in sorted(expected.items(), key=lambda one: one[1] not in NOT_LET_IN):
            objects = in_the_address(world, row, who, may=method in stated and outcome not in NOT_LET_IN)
            met = told(world, asked(world, row, method, who, objects), objects)
            if met != exactly(world, outcome, objects):
                wrong.append(f"{method} {who}: {outcome} is stated, {met}")
            if stated.get("again") and method in stated:
                world.clients.pop(who, None)
    assert not wrong, f"{row}\n" + "\n".join(wrong)


def people(words: str) -> set[str]:
    """Whom the words of a list name."""
    found = [GROUPS.get(word, {word}) for word in words.split()]
    named = set().union(*found)
    assert named <= set(VISITORS), f"nobody is called {named - set(VISITORS)}"
    return named


def outcomes(row: str, stated: Mapping[str, str]) -> dict[str, str]:
    """What each of the visitors meets."""
    usual = {
        who: ("403" if who in MACHINES else "401")
        if row.startswith(API)
        else ("log-in" if who in MACHINES | {"nobody"} else "403")
        for who in VISITORS
    }
    return usual | {who: outcome for outcome, words in stated.items() for who in people(words)}


def not_taken(row: str) -> dict[str, str]:
    """A method that the address does not take: nobody is told so, and somebody who is let in by another method."""
    lists = [words for method in METHODS for words in TABLE[row].get(method, {}).items()]
    let_in = [who for outcome, words in lists if outcome not in NOT_LET_IN for who in sorted(people(words))]
    return dict.fromkeys(["nobody", *let_in[:1]], "405")


def in_the_address(world: World, row: str, who: str, *, may: bool) -> dict[str, str]:
    """What stands there, by its name. For whoever may: made anew where it is used up, and their own where the row says so."""
    own, anew = may and row.endswith(OWN_ROW), may and TABLE[row].get("anew", False)
    given = {name: str(value) for name, value in TABLE[row].get("at", {}).items()}
    return given | {
        name: OWN[name](world, who) if own and name in OWN else world.object(name, anew=anew)
        for name in re.findall(PARAMETER, row)
        if name not in given
    }


def asked(world: World, row: str, method: str, who: str, objects: Mapping[str, str]) -> HttpResponse:
    address = re.sub(PARAMETER, lambda found: objects[found[1]], row.removesuffix(OWN_ROW))
    filled = {name: written(world, text, objects) for name, text in TABLE[row].get("send", {}).items()}
    kind = "application/json" if row.startswith(API) else "application/x-www-form-urlencoded"
    form = {"content_type": filled.get("type", kind), "data": filled.get("body", "")}
    return world.client(who).generic(
        method,
        f"{address}?{filled['query']}" if "query" in filled else address,
        headers={"Idempotency-Key": str(uuid4())} if row.startswith(API) else {},
        **({} if method == "GET" else form),
    )


def written(world: World, text: str, objects: Mapping[str, str]) -> str:
    """With what the {places} name: what stands in the address, or another object of the world."""

    def named(found: re.Match[str]) -> str:
        if found[1] in ("any", "new"):
            return uuid4().hex if found[1] == "any" else found[0]
        return objects.get(found[1]) or world.object(found[1])

    return re.sub(r"\{(\w+)\}", named, text)


def told(world: World, met: HttpResponse, objects: Mapping[str, str]) -> str:
    """The status, and of a redirect to where; an id there that was none of the address is new."""
    if met.status_code not in REDIRECTS:
        return str(met.status_code)
    known = {*objects.values(), *world.objects.values()}
    place = UUID_IN_TEXT.sub(lambda found: found[0] if found[0] in known else "{new}", met["Location"])
    return f"{met.status_code} {place}"


def exactly(world: World, outcome: str, objects: Mapping[str, str]) -> str:
    return TO_LOG_IN if outcome == "log-in" else written(world, outcome, objects)
