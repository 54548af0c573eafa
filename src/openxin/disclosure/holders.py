"""Holders: for whom a reader acts, as a grant or a line names it, said in words."""

from collections.abc import Collection
from uuid import UUID

from openxin.accounts import organisations
from openxin.law.catalogue import Catalogue, Words

_ORGANISATION = "organisation:"


def titles(named: Collection[str], law: Catalogue) -> dict[str, Words]:
    """The titles of `named`: bodies of the catalogue, or organisation:<id>. One that is not known any more keeps its id."""
    ids = {holder: UUID(holder.removeprefix(_ORGANISATION)) for holder in named if holder.startswith(_ORGANISATION)}
    registered = organisations.several(ids.values()) if ids else {}
    known = {holder: registered[id_].title for holder, id_ in ids.items() if id_ in registered}
    known |= {holder: law.authorities[holder].title for holder in named if holder in law.authorities}
    return {holder: known.get(holder, Words(holder, holder)) for holder in named}


def may_receive(holder: str, law: Catalogue) -> bool:
    """Whether a person may name it: a body of the catalogue, or an organisation that is registered and open."""
    if not holder.startswith(_ORGANISATION):
        return holder in law.authorities
    try:
        unit = organisations.find(UUID(holder.removeprefix(_ORGANISATION)))
    except ValueError:
        return False
    return unit is not None and unit.closed_at is None
