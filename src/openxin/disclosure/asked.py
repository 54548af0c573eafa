"""Whom a question is about, where a document and a name are all that the caller has.

Legal source: 河南省社会信用条例 16 (matching by number), 个人信息保护法 6, 51. Always true: number and name must both agree.
Where the number is unknown, a random id takes the person's place and goes through the same steps, so that neither the answer
nor its time tells who is in the register; where the number belongs to another name, its person's list gets the line, and
nothing is read.
"""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.conf import settings

from openxin.accounts.readers import Reader
from openxin.law.catalogue import Catalogue
from openxin.people import documents, names
from openxin.people.presented import claimed

_DOCUMENT_TYPES = "CL_ZJLX"
# The number of a file, as bodies write them; no sentence fits in.
_MATTER = re.compile(r"[\w〔〕（）()\[\]【】./\-]{1,64}")


class Unclear(Exception):
    """What was asked cannot be asked. `why`: number-unsound, name-unsound, matter-unsound; says nothing of the register."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Presented:
    """A document as somebody else than its holder types it, and the number of the file for which they ask."""

    document_type: str
    number: str
    name: str
    matter: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """`person`: the person, or a random id. `agrees`: False where the person's name is another one; nothing of them is read."""

    person: UUID
    agrees: bool


def find(presented: Presented, to: Reader, *, law: Catalogue, today: date) -> Asked:
    """Whom it is about. The same statements whoever it is. Raises Unclear."""
    form = next(
        (one.extra.get("form", "") for one in law.lists[_DOCUMENT_TYPES].values if one.code == presented.document_type),
        "",
    )
    identified = documents.identified(
        presented.number, form, state=presented.state, day=today, synthetic=settings.OPENXIN_SYNTHETIC
    )
    name = presented.name.strip()
    if identified is None:
        raise Unclear("number-unsound")
    if not names.is_sound(name):
        raise Unclear("name-unsound")
    if not _MATTER.fullmatch(presented.matter.strip()):
        raise Unclear("matter-unsound")
    found = claimed(presented.document_type, identified.state, identified.number, names.folded(name), reader=to.login)
    return Asked(uuid4(), agrees=True) if found is None else Asked(found.person_id, found.agrees)
