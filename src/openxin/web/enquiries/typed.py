"""What somebody types about a person: a document, a name, the number of their own file. Kept for the length of the request."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from openxin.disclosure.asked import Presented
from openxin.law.catalogue import ListValue, Words
from openxin.law.loading import catalogue

_TYPES = "CL_ZJLX"
_NUMBER = Words(
    "证件号码与证件类型不符，请对照证件检查。",
    "The number does not fit this type of document: compare it with the document.",
)
_NAME = Words("请写证件上的姓名。", "Write the name that stands on the document.")
_MATTER = Words(
    "请写案由编号：文字、数字和〔〕（）-./，最多 64 个字符。",
    "Write the number of your file: letters, digits and 〔〕（）-./, at most 64.",
)
# By what `Unclear` says: the field, and what to do about it.
UNCLEAR: Mapping[str, tuple[str, Words]] = {
    "number-unsound": ("number", _NUMBER),
    "name-unsound": ("name", _NAME),
    "matter-unsound": ("matter", _MATTER),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields as they were typed; a form shows them again."""

    document_type: str = ""
    number: str = ""
    name: str = ""
    matter: str = ""
    state: str = ""

    @property
    def presented(self) -> Presented:
        """As the door takes it."""
        return Presented(
            self.document_type, self.number.strip(), self.name.strip(), self.matter.strip(), self.state.strip()
        )


def typed(form: QueryDict) -> Typed:
    """What was typed."""
    return Typed(**{field: form.get(field, "") for field in Typed.__dataclass_fields__})


def document_types() -> tuple[ListValue, ...]:
    """The types of documents that may be chosen."""
    return catalogue().lists[_TYPES].values
