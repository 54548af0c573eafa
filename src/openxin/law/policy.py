"""May this role read this, for this purpose, by this right? Cedar decides (`catalogue/access.cedar`); nothing here does.

Legal source: PIPL 6, 13, 34 (purpose, minimum, powers). Always true: what no policy permits is refused; an error in evaluation
refuses, since a `forbid` that errs would let the permit win; the answer depends on the frozen values given and the catalogue
alone, so it is remembered for each catalogue.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cedarpy

from openxin.law.catalogue import Catalogue

POLICY_ERROR = "policy-error"
NO_RULE = "no-rule"


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a policy may know of a record: never its content."""

    type: str
    state: str  # an id of states.toml that is no flag
    window_open: bool  # others may see it today, as far as its dates go
    suspended: bool
    of_minor: bool  # of a type that is closed for minors, and its person is one
    verified: bool  # its person's identity is verified
    opened_by_person: bool  # of a type that is closed until the person opens it: they did; else True


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, and the policy that decided it: an id of access.cedar, `policy-error` or `no-rule`."""

    allowed: bool
    rule: str


def may_ask(law: Catalogue, *, role: str, purpose: str, right: str) -> Decision:
    """May somebody in this role put a question for this purpose, by this right? An unknown word is refused."""
    return decide(law.policy, law.policy_schema, role, purpose, right, None)


def may_see(law: Catalogue, *, role: str, purpose: str, right: str, facts: RecordFacts) -> Decision:
    """May they see a record of which this is true? A refusal here is not told to the reader: it would tell of the record."""
    return decide(law.policy, law.policy_schema, role, purpose, right, facts)


# Every decision that the catalogue shipped can ask for fits in (roles that may ask, types, states, flags: about 10,000).
@lru_cache(maxsize=16384)
def decide(text: str, schema: str, role: str, purpose: str, right: str, facts: RecordFacts | None) -> Decision:
    """What the policies of `text` say: of a question where there are no facts of a record, else of that record."""
    policies = _parsed(text, schema)
    context: dict[str, Any] = {
        "purpose": {"__entity": _entity("Purpose", purpose)},
        "right": {"__entity": _entity("Right", right)},
    }
    request: dict[str, Any] = {"principal": _entity("Role", role), "context": context}
    if facts is None:
        request |= {"action": _entity("Action", "ask"), "resource": _entity("Register", "register")}
    else:
        context |= {
            "state": {"__entity": _entity("State", facts.state)},
            "window_open": facts.window_open,
            "suspended": facts.suspended,
            "of_minor": facts.of_minor,
            "verified": facts.verified,
            "opened_by_person": facts.opened_by_person,
        }
        request |= {"action": _entity("Action", "see"), "resource": _entity("Type", facts.type)}
    answer = cedarpy.is_authorized(request, policies.slices.get(purpose, policies.general), [], policies.schema)
    if answer.diagnostics.errors:
        return Decision(allowed=False, rule=POLICY_ERROR)
    # Several policies may agree; the one that stands first in the file is named, so that the answer is always the same.
    first = min((_place(one) for one in answer.diagnostics.reasons), default=None)
    return Decision(answer.allowed, NO_RULE if first is None else policies.ids[first])


@dataclass(frozen=True, slots=True)
class _Policies:
    """The policies, parsed once: for each purpose those that speak of it and those that speak of all; and these alone."""

    slices: dict[str, cedarpy.PolicySet]
    general: cedarpy.PolicySet
    schema: cedarpy.Schema
    ids: dict[int, str]  # the place of a policy in the file: its @id


@lru_cache(maxsize=4)
def _parsed(text: str, schema: str) -> _Policies:
    static = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
    of = {name: one.get("annotations", {}) for name, one in static.items()}
    purposes = {notes["purpose"] for notes in of.values() if "purpose" in notes}

    def slice_(purpose: str | None) -> cedarpy.PolicySet:
        kept = {name: static[name] for name, notes in of.items() if notes.get("purpose") in (None, purpose)}
        return cedarpy.PolicySet.from_json_str(
            json.dumps({"staticPolicies": kept, "templates": {}, "templateLinks": []})
        )

    return _Policies(
        slices={purpose: slice_(purpose) for purpose in purposes},
        general=slice_(None),
        schema=cedarpy.Schema.from_str(schema),
        ids={_place(name): notes.get("id", name) for name, notes in of.items()},
    )


def _place(name: str) -> int:
    # Cedar calls the policies of a text policy0, policy1, ... in the order in which they stand there.
    return int(name.removeprefix("policy"))


def _entity(kind: str, id_: str) -> dict[str, str]:
    return {"type": f"OpenXin::{kind}", "id": id_}
