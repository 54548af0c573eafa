"""A person's own verified log-in: whom a provider vouches for is found by document and name, and their identity verified.

Legal source: PIPL arts 8 and 44 to 46; 河南省社会信用条例 art. 40. Always true: number and name must both agree with one
identity, or nobody is let in, and which of the two did not agree is told to nobody; a disputed identity opens its person's page
and stays disputed; that an identity was verified is an act with its entry and a line for its person. Nothing of what the
provider said is kept.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import connections

from openxin.accounts.logins import user_of
from openxin.cases.identities import DOCUMENT_TYPES
from openxin.law.catalogue import Catalogue
from openxin.people import documents, names, settling
from openxin.people.settling import Act, Document, Identity
from openxin.records.lines import NewLine, write_lines
from openxin.store.session import reading_as

REASON = "own_log_in"


@dataclass(frozen=True, slots=True)
class VouchedFor:
    """Whom the provider verified: the type of document as the catalogue codes it, the number and the name as written there."""

    document_type: str
    number: str
    name: str
    state: str = ""


def recognise(who: VouchedFor, *, law: Catalogue, day: date, at: datetime, synthetic: bool) -> UUID | None:
    """The person, or None where no identity agrees with number and name."""
    document = _document(who, law, day, synthetic=synthetic)
    # Whoever asks is nobody yet: a reader of their own, who sees the one identity whose token they present.
    identity = settling.find(document, reader=uuid4()) if document is not None else None
    if document is None or identity is None or not identity.name_agrees:
        return None
    if not (identity.verified or identity.disputed):
        _verify(identity, document, day, at)
    return identity.person_id


def _document(who: VouchedFor, law: Catalogue, day: date, *, synthetic: bool) -> Document | None:
    forms = {value.code: value.extra.get("form", "") for value in law.lists[DOCUMENT_TYPES].values}
    number, name, state = who.number.strip(), who.name.strip(), who.state.strip().upper()
    found = documents.identified(number, forms.get(who.document_type, ""), state=state, day=day, synthetic=synthetic)
    if found is None or not names.is_sound(name):
        return None
    return Document(who.document_type, found.state, found.number, names.folded(name), number, name)


def _verify(identity: Identity, document: Document, day: date, at: datetime) -> None:
    login = user_of(identity.person_id).id
    with reading_as(login, identity.person_id):
        settling.hold([identity.person_id])
        now = settling.again(identity, document)
        if now.verified or now.disputed:
            return  # somebody was faster
        settling.verify(now, Act(login, None, REASON, day, at))
        told = {"capacity": "self", "login": str(login), "act": REASON, "at": at.isoformat()}
        with connections["default"].cursor() as cursor:
            write_lines(cursor, [NewLine(identity.person_id, "act", told)], day=day, at=at)
