"""Reach: what somebody in a role may see for a purpose by a right, asked of the law once for every kind of record there can be.

The policy decides on facts and not on records (`law.policy.RecordFacts`), and there are few facts: so all its answers are known
beforehand and go to the database with the question, which shows what has one of them and nothing else. Always true: what the
policy was not asked about is not among them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

from openxin.disclosure import values
from openxin.law.catalogue import Catalogue, Column, RecordType, Words
from openxin.law.policy import RecordFacts, may_see
from openxin.law.rights import Form
from openxin.store import canonical

_WHOLE = "*"  # in a line: every column that the catalogue shows to the person

# Shown by name at the head of a record, so not once more among what it says.
_AT_THE_HEAD = ("basis_text", "basis_id", "document", "decider", "submitter")


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column as it is shown: `says`: part of what the decision says; `in_words`: what a stored value says in it."""

    code: str
    title: Words
    says: bool
    in_words: Callable[[str | int], Words]


Columns = tuple[ShownColumn, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """How a line names records of one type: the text before their ids, and after."""

    head: bytes
    tail: bytes


@dataclass(frozen=True, slots=True, eq=False)  # made once, and known by being the same one
class Reach:
    """`types`: those of which anything may be seen; `seen`: in which states, under which facts, in the words of the database."""

    types: tuple[str, ...]
    seen: tuple[str, ...]
    openable: tuple[str, ...]  # closed to others until the person opens them
    closed_for_minors: frozenset[str]
    groups: tuple[Group, ...]  # of each of `types`


_known: dict[tuple[Any, ...], Any] = {}


def reach(law: Catalogue, *, role: str, purpose: str, right: str, form: Form | None, of_minor: bool) -> Reach:
    """What may be seen, of a grown-up or of a minor. `form`: how much of each record; None: whatever its person may see."""
    key = (law.hash, role, purpose, right, form, of_minor)
    if key not in _known:
        _known[key] = _reach(law, role, purpose, right, form, of_minor)
    found: Reach = _known[key]
    return found


def columns(law: Catalogue, type_: RecordType, form: Form | None) -> Columns:
    """The columns of a record that are shown in this form, in the order of the template."""
    key = (law.hash, type_.id, form)
    if key not in _known:
        _known[key] = tuple(
            _shown(column, type_, law)
            for column in type_.columns
            if (column.shown_to_person if form is None else column.shown_in(form))
        )
    found: Columns = _known[key]
    return found


def _shown(column: Column, type_: RecordType, law: Catalogue) -> ShownColumn:
    at_the_head = {type_.column(role) for role in _AT_THE_HEAD}
    says = column.keeping == "sealed" and column.part == "content" and column.code not in at_the_head
    return ShownColumn(column.code, values.title(column), says, lambda stored: values.words(column, stored, law))


def _reach(law: Catalogue, role: str, purpose: str, right: str, form: Form | None, of_minor: bool) -> Reach:
    seen: list[str] = []
    types: list[str] = []
    for type_ in law.types.values():
        under = [
            one
            for state in law.states.values()
            if not state.flag
            for one in _seen(law, type_, state.id, role, purpose, right, of_minor)
        ]
        if under:
            types.append(type_.id)
            seen += under
    return Reach(
        types=tuple(types),
        seen=tuple(seen),
        openable=tuple(type_.id for type_ in law.types.values() if type_.closed_until_person_opens),
        closed_for_minors=frozenset(type_.id for type_ in law.types.values() if type_.closed_for_minors),
        groups=tuple(_group(law, law.types[type_], form) for type_ in types),
    )


def _seen(
    law: Catalogue, type_: RecordType, state: str, role: str, purpose: str, right: str, of_minor: bool
) -> list[str]:
    """`type/state` where that alone decides; else with the four flags under which it may be seen."""
    minor = of_minor and type_.closed_for_minors
    under = [
        f"{type_.id}/{state}/{window:d}{suspended:d}{verified:d}{opened:d}"
        for window, suspended, verified, opened in product((True, False), repeat=4)
        if may_see(
            law,
            role=role,
            purpose=purpose,
            right=right,
            facts=RecordFacts(type_.id, state, window, suspended, minor, verified, opened),
        ).allowed
    ]
    whole = 2**4
    return [f"{type_.id}/{state}"] if len(under) == whole else under


def _group(law: Catalogue, type_: RecordType, form: Form | None) -> Group:
    fields = [_WHOLE] if form is None else [column.code for column in columns(law, type_, form)]
    head, tail = canonical.written({"fields": fields, "records": [], "type": type_.id}).split(b'"records":[', 1)
    return Group(head + b'"records":[', tail)
