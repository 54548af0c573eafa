"""From the tables of a sound folder to the law of the door out. Only `building` calls this.

What an entry may leave out is false, empty or None here, as its schema says.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from openxin.law.catalogue import LegalBasis
from openxin.law.files import Entry, Folder, Table
from openxin.law.frozen import Frozen
from openxin.law.rights import (
    AlertRule,
    Budget,
    Check,
    CheckLaw,
    CriminalLimb,
    GrantPurpose,
    NeverPurpose,
    OrganisationKind,
    Purpose,
    RefusalRule,
    Right,
    Role,
)
from openxin.law.words import Source, Verified, Words


def purposes(folder: Folder) -> Mapping[str, Purpose]:
    """The closed list of purposes."""
    return Frozen({one.id: one for one in map(_purpose, folder.entries("purpose"))})


def _purpose(entry: Entry) -> Purpose:
    table = entry.table
    days = table.get("longest_grant_days")
    return Purpose(
        id=table["id"],
        title=words_of(table["title"]),
        rights=Frozen({one["role"]: one["right"] for one in table.get("by", ())}),
        types=tuple(table["types"]),
        states=tuple(table["states"]),
        open_window_only=table["open_window_only"],
        form=table["form"],
        longest_grant=None if days is None else timedelta(days=days),
        most_uses=table.get("most_uses", 0),
        told=table["told"],
        source=source_of(entry),
    )


def roles(folder: Folder) -> Mapping[str, Role]:
    """In which capacities somebody stands at a door."""
    return Frozen(
        {
            one.table["id"]: Role(
                id=one.table["id"],
                title=words_of(one.table["title"]),
                held_by=frozenset(one.table["held_by"]),
                machines=one.table.get("machines", False),
                excludes_others=one.table.get("excludes_others", False),
                sees=words_of(one.table["sees"]),
                source=source_of(one),
            )
            for one in folder.entries("role")
        }
    )


def rights(folder: Folder) -> Mapping[str, Right]:
    """By which rights somebody may ask."""
    return Frozen(
        {
            one.table["id"]: Right(one.table["id"], words_of(one.table["title"]), source_of(one))
            for one in folder.entries("right")
        }
    )


def grant_purposes(folder: Folder) -> Mapping[str, GrantPurpose]:
    """What a grant may be for."""
    return Frozen(
        {
            one.table["id"]: GrantPurpose(one.table["id"], words_of(one.table["title"]), source_of(one))
            for one in folder.entries("grant_purpose")
        }
    )


def never(folder: Folder) -> Mapping[str, NeverPurpose]:
    """What nothing is ever for."""
    return Frozen({one.id: one for one in map(_never, folder.entries("never"))})


def _never(entry: Entry) -> NeverPurpose:
    table = entry.table
    return NeverPurpose(
        table["id"], words_of(table["title"]), words_of(table["reason"]), tuple(table["words"]), source_of(entry)
    )


def checks(folder: Folder, bases: Mapping[str, LegalBasis]) -> Mapping[str, Check]:
    """The questions that laws oblige to ask."""
    return Frozen({one.id: one for one in (_check(entry, bases) for entry in folder.entries("check"))})


def _check(entry: Entry, bases: Mapping[str, LegalBasis]) -> Check:
    table = entry.table
    criminal = table.get("criminal")
    laws = tuple(_law(one, bases[one["basis"]]) for one in table["laws"])
    # What a check rests on is its articles, unless it says more.
    citation = table.get("citation", "；".join(one.title + one.article for one in laws))
    return Check(
        id=table["id"],
        title=words_of(table["title"]),
        laws=laws,
        bar=words_of(table["bar"]),
        bodies=tuple(table.get("bodies", ())),
        kinds=tuple(table.get("kinds", ())),
        form=table["form"],
        scope=table.get("scope"),
        qualification=table.get("qualification"),
        office=words_of(table["office"]) if "office" in table else None,
        criminal=CriminalLimb(words_of(criminal["bar"]), words_of(criminal["office"])) if criminal else None,
        own_decisions_only=table.get("own_decisions_only", False),
        source=Source(citation, source_of(entry).verified),
    )


def _law(table: Table, basis: LegalBasis) -> CheckLaw:
    return CheckLaw(basis.id, basis.title, table["article"], table.get("in_force_from", basis.in_force_from))


def organisation_kinds(folder: Folder) -> Mapping[str, OrganisationKind]:
    """Kinds of units that are no body of the catalogue."""
    return Frozen(
        {
            one.table["id"]: OrganisationKind(
                one.table["id"], words_of(one.table["title"]), words_of(one.table["proof"]), source_of(one)
            )
            for one in folder.entries("organisation_kind")
        }
    )


def budgets(folder: Folder) -> tuple[Budget, ...]:
    """How much may be asked."""
    return tuple(map(_budget, folder.entries("budget")))


def _budget(entry: Entry) -> Budget:
    table = entry.table
    return Budget(
        id=table["id"],
        purpose=table["purpose"],
        per=table["per"],
        number=table["number"],
        window=timedelta(minutes=table["window_minutes"]),
        reason=words_of(table["reason"]),
        source=source_of(entry),
    )


def alerts(folder: Folder) -> Mapping[str, AlertRule]:
    """From how many times on the auditors are told."""
    return Frozen({one.id: one for one in map(_alert, folder.entries("alert"))})


def _alert(entry: Entry) -> AlertRule:
    table = entry.table
    within = timedelta(minutes=table["within_minutes"])
    return AlertRule(table["id"], words_of(table["title"]), table["times"], within, source_of(entry))


def refusals(folder: Folder) -> Mapping[str, RefusalRule]:
    """What a rule that refuses says of itself."""
    return Frozen({one.id: one for one in map(_refusal, folder.entries("refusal"))})


def _refusal(entry: Entry) -> RefusalRule:
    table = entry.table
    return RefusalRule(
        id=table["id"],
        refused=words_of(table["refused"]),
        needed=words_of(table["needed"]),
        ask=words_of(table["ask"]),
        said_to_reader=table.get("said_to_reader", True),
        source=source_of(entry),
    )


def source_of(entry: Entry) -> Source:
    """Its own citation and mark, or what it inherits."""
    return Source(entry.citation, cast("Verified", entry.verified))


def words_of(table: Mapping[str, str]) -> Words:
    """Chinese and English."""
    return Words(table["zh"], table["en"])
