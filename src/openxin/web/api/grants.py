"""Reading under a grant: what a person lets this body see, by name or by a code. The verbs are `disclosure.redeeming`."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from openxin.disclosure import grants, redeeming
from openxin.disclosure.forms import answer_bytes
from openxin.law.catalogue import Words
from openxin.web.api import auth, paging, readings
from openxin.web.api.operations import Answer, operation
from openxin.web.api.shapes import NEXT, Page, Shape, told

router = Router(tags=["grants"])
Form = Literal["statement", "extract"]
_FORM = told("先要能满足的最小的一种：statement，再 extract", "The smallest that serves first: statement, then extract")


class GrantShown(Shape):
    """A grant to your body, before it is read: whose it is stands in what is read."""

    id: UUID
    types: list[str]
    form: Form
    said_purpose: str
    from_: datetime = Field(..., alias="from", serialization_alias="from")
    until: datetime
    uses_left: int
    given_at: datetime


class GrantPage(Shape):
    """A page of grants, the newest first."""

    grants: list[GrantShown]
    next: str | None = Field(..., description=NEXT)


class Wanted(Shape):
    """In which form."""

    form: Form = Field("statement", description=_FORM)


class Redemption(Wanted):
    """The code that a person gave, and their name."""

    code: str = Field(..., min_length=1, max_length=64)
    name: str = Field(..., min_length=1, max_length=200, description=told("本人的姓名", "The person's name"))


@operation(
    router,
    "GET",
    "/grants",
    title=Words("给本单位的授权", "Grants to your body"),
    says=Words(
        "现在可以用的；凭授权码的不在其中。", "Those that may be used now; those by code are found by their code only."
    ),
    gives={200: GrantPage},
    problems=("not-yours", "cursor", "invalid"),
)
def list_grants(request: HttpRequest, page: Query[Page]) -> Answer:
    """By key."""
    reader = auth.must(request, "recipient")
    of = ("grants", reader.holder)
    after = paging.moment(page.cursor, *of)
    found = [
        one for one in grants.open_to(reader, at=timezone.now()) if after is None or (one.given_at, one.id) < after
    ]
    found.sort(key=lambda one: (one.given_at, one.id), reverse=True)
    shown, next_ = paging.page(found, page.limit, lambda one: (one.given_at, one.id), *of)
    return Answer(
        GrantPage(
            grants=[
                GrantShown.model_validate(
                    {
                        "id": one.id,
                        "types": list(one.types),
                        "form": one.form,
                        "said_purpose": one.said_purpose,
                        "from": one.from_,
                        "until": one.until,
                        "uses_left": one.uses_left,
                        "given_at": one.given_at,
                    }
                )
                for one in shown
            ],
            next=next_,
        )
    )


@readings.reading(
    router,
    "/grants/{uuid:grant}/readings",
    title=Words("凭授权查看一次", "Read once under a grant"),
    says=Words(
        "用掉一次；本人立即看到这一行。带同一个 Idempotency-Key 再发一次，是再看一次，另记一行。",
        "One use; the person sees the line at once. The same Idempotency-Key again is another reading, with a line of its own.",
    ),
)
def read_under_grant(request: HttpRequest, grant: UUID, wanted: Wanted) -> HttpResponse:
    """What the grant covers."""
    statement = readings.asked(request, lambda to, at: redeeming.read(grant, to, at=at, form=wanted.form))
    return readings.answer(answer_bytes(statement), statement.line)


@readings.reading(
    router,
    "/redemptions",
    title=Words("凭授权码查看一次", "Read once with a code"),
    says=Words(
        "授权码和姓名都对才看得到；不说哪一个不对。错得太多，一段时间内不再答复。",
        "Code and name must both be right, and which is not is not told. After too many that are wrong there is no answer.",
    ),
)
def redeem_code(request: HttpRequest, shown: Redemption) -> HttpResponse:
    """What the grant behind the code covers."""
    statement = readings.asked(
        request, lambda to, at: redeeming.redeem(shown.code, shown.name, to, at=at, form=shown.form)
    )
    return readings.answer(answer_bytes(statement), statement.line)
