"""Who may ask and see what, cell by cell: the tables in tests/law/access state each, and Cedar must say the same.

`asks.csv`: role x purpose x right. `sees.csv`: role x purpose x type x state, for the one right of that role and purpose; by
every other right nothing is seen. `circumstances.csv`: the same in force, where one thing speaks against it. A role, purpose,
type or state that the catalogue has and a table does not state fails.
"""

import csv
from dataclasses import replace
from itertools import product
from pathlib import Path

import cedarpy
import pytest

from openxin.law.catalogue import Catalogue
from openxin.law.files import POLICY, read_folder, shipped_folder
from openxin.law.loading import catalogue
from openxin.law.policy import Decision, RecordFacts, decide, may_ask, may_see

TABLES = Path(__file__).parent / "access"
FAVOURABLE = RecordFacts(
    type="penalty",
    state="in_force",
    window_open=True,
    suspended=False,
    of_minor=False,
    verified=True,
    opened_by_person=True,
)
AGAINST = {
    "window_closed": replace(FAVOURABLE, window_open=False),
    "suspended": replace(FAVOURABLE, suspended=True),
    "of_minor": replace(FAVOURABLE, of_minor=True),
    "unverified": replace(FAVOURABLE, verified=False),
    "not_opened": replace(FAVOURABLE, opened_by_person=False),
}


def table(name: str, keys: int) -> dict[tuple[str, ...], dict[str, str]]:
    """The rows of a table by their first `keys` cells."""
    with (TABLES / name).open(encoding="utf-8") as file:
        head, *rows = ([cell.strip() for cell in row] for row in csv.reader(file))
    found = {tuple(row[:keys]): dict(zip(head[keys:], row[keys:], strict=True)) for row in rows}
    assert len(found) == len(rows), "a row stands twice"
    assert {cell for row in found.values() for cell in row.values()} <= {"ask", "see", "-"}
    return found


ASKS, SEES, CIRCUMSTANCES = table("asks.csv", 2), table("sees.csv", 3), table("circumstances.csv", 3)
RIGHT = {pair: next((right for right, cell in row.items() if cell == "ask"), None) for pair, row in ASKS.items()}
ASKERS = sorted(pair for pair, right in RIGHT.items() if right)


@pytest.fixture(scope="module")
def law() -> Catalogue:
    return catalogue()


def states(law: Catalogue) -> set[str]:
    return {state for state, rule in law.states.items() if not rule.flag}


def test_no_cell_is_left_unstated(law: Catalogue) -> None:
    assert set(ASKS) == set(product(law.roles, law.purposes))
    assert {tuple(sorted(row)) for row in ASKS.values()} == {tuple(sorted(law.rights))}
    assert set(SEES) == set(product(law.roles, law.purposes, law.types))
    assert {tuple(sorted(row)) for row in SEES.values()} == {tuple(sorted(states(law)))}
    assert set(CIRCUMSTANCES) == {(*pair, type_) for pair in ASKERS for type_ in law.types}
    assert {tuple(row) for row in CIRCUMSTANCES.values()} == {tuple(AGAINST)}


def test_who_may_ask(law: Catalogue) -> None:
    wrong = [
        (role, purpose, right, cell)
        for (role, purpose), row in ASKS.items()
        for right, cell in row.items()
        if may_ask(law, role=role, purpose=purpose, right=right).allowed != (cell == "ask")
    ]
    assert wrong == []


@pytest.mark.parametrize("purpose", sorted({purpose for _, purpose in ASKS}))
def test_who_may_see(law: Catalogue, purpose: str) -> None:
    """By the right of that role and purpose what the table says; by every other right nothing."""
    wrong = []
    for (role, named, type_), row in SEES.items():
        for (state, cell), right in product(row.items(), law.rights if named == purpose else ()):
            facts = replace(FAVOURABLE, type=type_, state=state)
            seen = may_see(law, role=role, purpose=purpose, right=right, facts=facts)
            if seen.allowed != (cell == "see" and right == RIGHT[role, purpose]):
                wrong.append((role, type_, state, right, cell, seen.rule))
    assert wrong == []


def test_what_speaks_against_it(law: Catalogue) -> None:
    wrong = []
    for (role, purpose, type_), row in CIRCUMSTANCES.items():
        for against, cell in row.items():
            facts = replace(AGAINST[against], type=type_)
            right = RIGHT[role, purpose] or ""
            if may_see(law, role=role, purpose=purpose, right=right, facts=facts).allowed != (cell == "see"):
                wrong.append((role, purpose, type_, against, cell))
    assert wrong == []


def test_nobody_but_the_person_and_the_guardian_sees_what_is_not_final_suspended_over_or_a_minors(
    law: Catalogue,
) -> None:
    """Said of all roles at once, whatever the tables say; the line that is never crossed."""
    closed = [*AGAINST.values(), *(replace(FAVOURABLE, state=state) for state in states(law) - {"in_force"})]
    seers = {
        role
        for (role, purpose), facts, right in product(ASKS, closed, law.rights)
        if may_see(law, role=role, purpose=purpose, right=right, facts=facts).allowed
    }
    assert seers == {"person", "guardian"}


@pytest.mark.parametrize("role", ["administrator", "clerk", "identity-officer"])
def test_these_roles_see_nothing_and_may_ask_nothing(law: Catalogue, role: str) -> None:
    answers = [
        may_ask(law, role=role, purpose=purpose, right=right) for purpose, right in product(law.purposes, law.rights)
    ]
    assert not any(answer.allowed for answer in answers)
    assert not any("see" in row.values() for (named, _, _), row in SEES.items() if named == role)


def test_an_auditor_sees_content_by_a_warrant_only(law: Catalogue) -> None:
    by = {
        (purpose, right)
        for purpose, right in product(law.purposes, law.rights)
        if may_see(law, role="auditor", purpose=purpose, right=right, facts=FAVOURABLE).allowed
    }
    assert by == {("audit", "warrant")}


def test_statistics_never_read_a_record(law: Catalogue) -> None:
    assert not any(
        may_ask(law, role=role, purpose="statistics", right=right).allowed
        for role, right in product(law.roles, law.rights)
    )


@pytest.mark.parametrize(
    "word", ["", "hiring", "SELF", "self ", 'self" || true', "Self::x", "本人查阅", "statutory-check\x00", "*"]
)
def test_a_word_that_is_on_no_list_is_refused(law: Catalogue, word: str) -> None:
    """As a role, a purpose and a right; of a record as its type and its state."""
    assert may_ask(law, role=word, purpose="self", right="own") == Decision(False, "no-rule")
    assert may_ask(law, role="person", purpose=word, right="own") == Decision(False, "no-rule")
    assert may_ask(law, role="person", purpose="self", right=word) == Decision(False, "no-rule")
    asked = {"role": "recipient", "purpose": "report", "right": "grant"}
    assert not may_see(law, **asked, facts=replace(FAVOURABLE, type=word)).allowed
    assert not may_see(law, **asked, facts=replace(FAVOURABLE, state=word)).allowed


def test_a_refusal_names_the_rule_and_the_rule_has_its_words(law: Catalogue) -> None:
    asked = {"role": "recipient", "purpose": "report", "right": "grant"}
    rules = {name: may_see(law, **asked, facts=facts).rule for name, facts in AGAINST.items()}
    assert rules == {
        "window_closed": "window-closed",
        "suspended": "suspended",
        "of_minor": "minor",
        "unverified": "unverified",
        "not_opened": "not-opened",
    }
    assert may_see(law, **asked, facts=replace(FAVOURABLE, state="expired")).rule == "not-in-force"
    assert may_see(law, **asked, facts=replace(FAVOURABLE, state="erased")).rule == "erased"
    assert may_ask(law, role="administrator", purpose="audit", right="warrant").rule == "administrator-no-record"
    assert may_ask(law, role="clerk", purpose="report", right="grant").rule == "clerk-other-door"
    # What would tell whoever asked that there is such a record is said to the person only.
    assert not any(law.refusals[rule].said_to_reader for rule in [*rules.values(), "not-in-force", "erased"])
    assert law.refusals["no-rule"].said_to_reader


def test_what_permits_is_named_too(law: Catalogue) -> None:
    assert may_ask(law, role="person", purpose="self", right="own") == Decision(True, "own-records")
    seen = may_see(law, role="recipient", purpose="report", right="grant", facts=FAVOURABLE)
    assert seen == Decision(True, "grant-sees")


# A policy that errs: `type` is no attribute of any context. Cedar alone would let the permit win over a forbid that errs.
ERRING = """
@id("broken")
forbid (principal, action, resource) when { context.type == "penalty" };
"""


def test_a_policy_that_errs_refuses_everybody(law: Catalogue) -> None:
    erring = replace(law, policy=law.policy + ERRING)
    assert may_ask(erring, role="person", purpose="self", right="own") == Decision(False, "policy-error")
    seen = may_see(erring, role="recipient", purpose="report", right="grant", facts=FAVOURABLE)
    assert seen == Decision(False, "policy-error")
    assert law.refusals["policy-error"].refused.zh
    # Cedar's own answer, to show what the refusal guards against.
    raw = cedarpy.is_authorized(_request("person", "self", "own"), erring.policy, [])
    assert raw.allowed
    assert raw.diagnostics.errors


def test_two_catalogues_in_one_process_do_not_answer_for_each_other(law: Catalogue) -> None:
    shut = replace(law, policy=law.policy + '\n@id("shut")\nforbid (principal, action, resource);\n')
    assert may_ask(law, role="person", purpose="self", right="own").allowed
    assert may_ask(shut, role="person", purpose="self", right="own") == Decision(False, "shut")
    assert may_ask(law, role="person", purpose="self", right="own").allowed


def test_slicing_changes_no_decision(law: Catalogue) -> None:
    """All policies together say what those of the purpose say: the note @purpose is for speed alone."""
    whole = cedarpy.PolicySet.from_str(law.policy)
    cells = list(product(law.roles, law.purposes, law.rights))
    answers = cedarpy.is_authorized_batch([_request(*cell) for cell in cells], whole, [], law.policy_schema)
    sliced = [may_ask(law, role=role, purpose=purpose, right=right).allowed for role, purpose, right in cells]
    assert [answer.allowed for answer in answers] == sliced


def test_the_policy_is_part_of_the_hash_of_the_catalogue(tmp_path: Path) -> None:
    shipped = read_folder(shipped_folder())
    for file in shipped_folder().rglob("*"):
        if file.suffix in {".toml", ".json", ".cedar", ".cedarschema"}:
            copy = tmp_path / file.relative_to(shipped_folder())
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    assert read_folder(tmp_path).hash == shipped.hash
    with (tmp_path / POLICY).open("a") as policy:
        policy.write("// one more remark\n")
    assert read_folder(tmp_path).hash != shipped.hash


def test_the_policy_is_decided_from_what_it_is_given(law: Catalogue) -> None:
    """The same words, the same answer: nothing else is asked, so an answer may be remembered."""
    asked = (law.policy, law.policy_schema, "recipient", "report", "grant", FAVOURABLE)
    first = decide(*asked)
    decide.cache_clear()
    assert decide(*asked) == first == Decision(True, "grant-sees")


def _request(role: str, purpose: str, right: str) -> dict[str, object]:
    return {
        "principal": {"type": "OpenXin::Role", "id": role},
        "action": {"type": "OpenXin::Action", "id": "ask"},
        "resource": {"type": "OpenXin::Register", "id": "register"},
        "context": {
            "purpose": {"__entity": {"type": "OpenXin::Purpose", "id": purpose}},
            "right": {"__entity": {"type": "OpenXin::Right", "id": right}},
        },
    }
