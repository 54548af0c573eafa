"""Records as somebody else than their person is shown them: what stands at the head of a card is not said once more below it."""

from collections.abc import Iterable
from dataclasses import dataclass

from openxin.disclosure.statement import ShownField, ShownRecord
from openxin.law.catalogue import Catalogue

_AT_THE_HEAD = ("decider", "decider_code", "document", "decided_on", "basis_text", "basis_id", "submitter")


@dataclass(frozen=True, slots=True)
class Card:
    """One record, and the fields of it that its head does not say."""

    record: ShownRecord
    fields: tuple[ShownField, ...]


def cards(records: Iterable[ShownRecord], law: Catalogue) -> tuple[Card, ...]:
    """The cards, in the order of the records."""
    return tuple(_card(one, law) for one in records)


def _card(record: ShownRecord, law: Catalogue) -> Card:
    type_ = law.types[record.type]
    said = {type_.column(role) for role in _AT_THE_HEAD}
    return Card(record, tuple(field for field in record.fields if field.code not in said))
