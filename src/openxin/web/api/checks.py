"""Asking by duty: statutory checks, permit decisions, awards. One person in each question, the smallest answer that serves.

Who is unknown and who has nothing on record are the same answer in the same time; the person is told at once. The verbs are
`disclosure.checks`, `permits` and `awards`.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field

from openxin.accounts import organisations
from openxin.accounts.readers import Reader
from openxin.disclosure import asked, awards, checks, permits
from openxin.disclosure.asked import Presented
from openxin.disclosure.checks import Enquiry
from openxin.disclosure.forms import records_bytes
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.law.rights import Check, CheckForm
from openxin.web.api import auth, problems, readings
from openxin.web.api.operations import Answer, operation
from openxin.web.api.shapes import FROM_LAW, Said, Shape, said, said_if, told

router = Router(tags=["checks"])
T = TypeVar("T")


class DocumentShown(Shape):
    """Whom it is about, and for which matter."""

    document_type: str = Field(..., max_length=8, json_schema_extra={FROM_LAW: "documents"})
    number: str = Field(..., min_length=1, max_length=64, description=told("证件号码", "Number of the document"))
    name: str = Field(..., min_length=1, max_length=200, description=told("姓名", "The name"))
    matter: str = Field(..., min_length=1, max_length=64, description=told("本单位的案号、件号", "Number of your file"))
    state: str = Field("", max_length=3, description=told("外国护照的签发国", "State that issued a foreign passport"))


class CheckAsked(DocumentShown):
    """Which check."""

    check: str = Field(..., max_length=64, json_schema_extra={FROM_LAW: "checks"})


class AwardAsked(DocumentShown):
    """Which award."""

    award: str = Field(..., min_length=1, max_length=200, description=told("表彰决定文号", "Number of the award"))


class Duty(Shape):
    """A check that your unit is obliged to ask."""

    id: str
    title: Said
    bar: Said = Field(..., description=told("法律禁止什么", "What the law bars"))
    form: CheckForm = Field(..., description=told("A0 不在此答复", "A0 is not answered here"))
    laws: list[str] = Field(..., description=told("依据", "The articles that it rests on"))


class Duties(Shape):
    """All of them: the list is the law's, and short."""

    checks: list[Duty]


class CheckShown(Shape):
    """The answer, whole. What does not apply is null."""

    check: str
    form: CheckForm
    outcome: Literal["ban", "none", "refused-a0"]
    sentence: Said
    until: date | None
    for_life: bool
    decided_by: Said | None
    document: str | None
    qualification: Said | None
    office: Said | None = Field(..., description=told("本系统不答复的，问谁", "Who answers what this register may not"))
    asked_at: datetime
    line: UUID = Field(..., description=told("本人清单中的这一行", "The line in the person's list"))


class AwardShown(Shape):
    """Whether the award stands."""

    outcome: Literal["stands", "none"]
    sentence: Said
    awarded_on: date | None
    asked_at: datetime
    line: UUID


@operation(
    router,
    "GET",
    "/checks",
    title=Words("本单位有义务作的核查", "The checks that your unit must ask"),
    says=Words("法规目录中规定由本单位查询的。", "Those that the catalogue puts upon it, each with its articles."),
    gives={200: Duties},
    problems=("not-yours",),
)
def list_checks(request: HttpRequest) -> Answer:
    """What the law obliges this client's unit to ask."""
    reader = auth.must(request, "duty-holder")
    unit = None if reader.organisation is None else organisations.find(reader.organisation)
    kinds = frozenset() if unit is None or unit.closed_at is not None else frozenset(unit.kinds)
    duties = [one for one in catalogue().checks.values() if one.must_ask(reader.holder, kinds)]
    return Answer(Duties(checks=[_duty(one) for one in duties]))


@readings.reading(
    router,
    "/checks",
    title=Words("依法核查", "A statutory check"),
    says=Words(
        "法律规定必须查的单位，一次问一个人，得到一句话。查无此人和没有记录是同一个答复。本人立即看到。",
        "By a unit that a law obliges to ask, about one person at a time, one sentence in answer. Nobody here and nothing on"
        " record are the same answer. The person sees it at once.",
    ),
    gives=CheckShown,
)
def ask_check(request: HttpRequest, sent: CheckAsked) -> Answer:
    """One sentence."""
    enquiry = Enquiry(sent.check, sent.document_type, sent.number, sent.name, sent.matter, sent.state)
    try:
        told = _asked(request, lambda to, at: checks.ask(enquiry, to, today=timezone.localdate(at), at=at))
    except checks.NoSuchCheck:
        raise problems.invalid(problems.fault(("body", "check"), "enum")) from None
    return Answer(
        CheckShown(
            check=told.check,
            form=told.form,
            outcome=told.outcome,
            sentence=said(told.sentence),
            until=told.until,
            for_life=told.for_life,
            decided_by=said_if(told.decided_by),
            document=told.document,
            qualification=said_if(told.qualification),
            office=said_if(told.office),
            asked_at=told.asked_at,
            line=told.line,
        )
    )


@readings.reading(
    router,
    "/permit-decisions",
    title=Words("许可审批", "A permit decision"),
    says=Words(
        "许可机关查看自己申请人在同一许可领域的记录。",
        "A permit authority looks at records of its own field about its applicant.",
    ),
)
def ask_permit_records(request: HttpRequest, sent: DocumentShown) -> HttpResponse:
    """The records of its own field."""
    answer = _asked(request, lambda to, at: permits.ask(_presented(sent), to, today=timezone.localdate(at), at=at))
    return readings.answer(records_bytes(answer.records), answer.line)


@readings.reading(
    router,
    "/honour-verifications",
    title=Words("核实荣誉", "Verify an award"),
    says=Words("表彰机关核实自己作出的表彰。", "An awarding body verifies an award of its own."),
    gives=AwardShown,
)
def verify_award(request: HttpRequest, sent: AwardAsked) -> Answer:
    """Whether it stands."""
    told = _asked(
        request, lambda to, at: awards.verify(_presented(sent), sent.award, to, today=timezone.localdate(at), at=at)
    )
    return Answer(
        AwardShown(
            outcome=told.outcome,
            sentence=said(told.sentence),
            awarded_on=told.awarded_on,
            asked_at=told.asked_at,
            line=told.line,
        )
    )


def _asked(request: HttpRequest, question: Callable[[Reader, datetime], T]) -> T:
    """As `readings.asked`; what cannot be asked at all is told by its place."""
    try:
        return readings.asked(request, question)
    except asked.Unclear as unclear:
        place = unclear.why.removesuffix("-unsound")
        raise problems.invalid(problems.fault(("body", place), "unsound")) from None


def _duty(check: Check) -> Duty:
    laws = [f"{law.title}{law.article}" for law in check.laws]
    return Duty(id=check.id, title=said(check.title), bar=said(check.bar), form=check.form, laws=laws)


def _presented(sent: DocumentShown) -> Presented:
    return Presented(sent.document_type, sent.number, sent.name, sent.matter, sent.state)
