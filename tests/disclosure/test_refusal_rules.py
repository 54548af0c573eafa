"""Denied is told: every rule by which something is refused has its words in the catalogue, and no words wait for a rule."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import openxin
from openxin.law import policy
from openxin.law.loading import catalogue

SOURCE = Path(openxin.__file__).parent
# Whose first argument is a rule.
RAISED = ("NotPermitted", "NotEstablished", "Unfit", "BudgetSpent", "Unclear")
# Here a function that answers with text answers with the rule that refuses.
ANSWERED = ("rights.py", "samples.py")
POLICY = {policy.NO_RULE, policy.POLICY_ERROR}


def test_every_rule_that_refuses_has_words_and_all_words_are_of_a_rule_that_refuses() -> None:
    law = catalogue()
    forbids = set(re.findall(r'@id\("([a-z-]+)"\)\s*(?:@\w+\("[^"]*"\)\s*)*forbid', law.policy))
    in_database = set(_of_sql((SOURCE / "disclosure" / "door.sql").read_text("utf-8")))
    in_code = {rule for place in (SOURCE / "disclosure").glob("*.py") for rule in _of_code(place)}
    assert forbids and in_database and in_code, "each of them is looked at"
    assert forbids | POLICY | in_database | in_code == set(law.refusals)


def test_what_is_written_down_as_a_refusal_is_found_by_the_test_above() -> None:
    found = set(_of_code(SOURCE / "disclosure" / "checks.py"))
    assert found == {"answered-elsewhere"}, "also where it goes by way of a name"
    assert {"warrant-over", "warrant-not-sampled"} == set(_of_code(SOURCE / "disclosure" / "samples.py"))
    assert "role-absent" in set(_of_code(SOURCE / "disclosure" / "rights.py"))


def _of_sql(text: str) -> Iterator[str]:
    yield from re.findall(r"openxin_refuse\('([a-z-]+)'\)", text)
    (why,) = re.findall(r"openxin_refuse\(case(.*?)end\)", text, re.DOTALL)
    yield from re.findall(r"(?:then|else) '([a-z-]+)'", why)


def _of_code(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text("utf-8"))
    named = dict(_constants(tree))
    for node in ast.walk(tree):
        for value in _rules(node, file.name):
            yield from _texts(value, named)


def _rules(node: ast.AST, file: str) -> Iterator[ast.expr | None]:
    """Expressions whose value is a rule."""
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in RAISED:
            yield from node.args[:1]
        elif called == "write" and isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == "refusing.write":
            yield from node.args[2:3]
    elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("rule", "refused"):
        yield node.value
    elif isinstance(node, ast.FunctionDef) and file in ANSWERED and _answers_with_a_rule(node):
        yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Return))


def _answers_with_a_rule(node: ast.FunctionDef) -> bool:
    return node.returns is not None and ast.unparse(node.returns) == "str | None"


def _texts(value: ast.expr | None, named: Mapping[str, str]) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.Name) and value.id in named:
        yield named[value.id]
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body, named)
        yield from _texts(value.orelse, named)


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                yield target.id, node.value.value
