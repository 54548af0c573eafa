"""What your body handed in: the list, what became of each file, its receipt, taking it back. The verbs are `intake.overview`."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from openxin.intake import overview, taking_back
from openxin.intake.overview import Submitted, Wanted
from openxin.intake.quarantine import NoSuchSubmission
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.web.api import auth, paging, problems
from openxin.web.api.formats import JSON
from openxin.web.api.operations import Answer, operation
from openxin.web.api.problems import Problem
from openxin.web.api.shapes import FROM_LAW, NEXT, TYPES, Day, Page, Shape, told

router = Router(tags=["submissions"])
Standing = Literal["under_way", "waiting", "finished", "taken_back"]


class Counts(Shape):
    """The four fates. They add up to `rows`."""

    rows: int
    admitted: int
    duplicates: int
    quarantined: int
    refused: int


class SubmissionShown(Shape):
    """One submission of your body."""

    id: UUID
    type: str
    standing: Standing
    opened_at: datetime
    counts: Counts | None = Field(..., description=told("还在办理的为 null", "null while it is under way"))
    waiting: int = Field(..., description=told("现在还在等的行", "Rows that wait at this moment"))


class SubmissionPage(Shape):
    """A page of submissions, the newest first."""

    submissions: list[SubmissionShown]
    next: str | None = Field(..., description=NEXT)


class Reason(Shape):
    """Why rows wait or were refused, and how many of them."""

    fate: Literal["quarantined", "refused"]
    field: str
    code: str
    rows: int


class AccountShown(SubmissionShown):
    """One submission, with the reasons of what waits or was refused."""

    reasons: list[Reason]
    ignored_columns: list[str]
    skipped_sheets: list[str]


class Asked(Page):
    """Which submissions are asked for."""

    type: str | None = Field(
        None, max_length=64, json_schema_extra=TYPES, description=told("记录类型", "Type of record")
    )
    standing: Standing | None = Field(None, description=told("到了哪一步", "How far it is"))
    since: Day | None = Field(None, description=told("报送日期从", "Handed in from this day on"))
    until: Day | None = Field(None, description=told("报送日期到", "Handed in until this day"))


class TakeBack(Shape):
    """Why it is taken back."""

    reason: str = Field(
        ...,
        max_length=64,
        json_schema_extra={FROM_LAW: "taking_back"},
        description=told("CL_CHYY 中的代码", "A code of the list CL_CHYY"),
    )


class TakenBack(Shape):
    """What was taken back."""

    at: datetime
    reason: str
    records: int
    waiting: int


@operation(
    router,
    "GET",
    "/submissions",
    title=Words("本单位报送的批次", "Your body's submissions"),
    says=Words("新的在前，可以按类型、进度、日期筛选。", "The newest first; by type, standing and days."),
    gives={200: SubmissionPage},
    problems=("not-yours", "cursor", "invalid"),
)
def list_submissions(request: HttpRequest, asked: Query[Asked]) -> Answer:
    """By key."""
    _, body = auth.body(request)
    if asked.type is not None and asked.type not in catalogue().types:
        raise problems.invalid(problems.fault(("query", "type"), "enum"))
    wanted = Wanted(type=asked.type, standing=asked.standing, since=asked.since, until=asked.until)
    of = ("submissions", body.id, wanted)
    after = paging.moment(asked.cursor, *of)
    found = overview.submitted_after(body.id, after, limit=asked.limit + 1, wanted=wanted)
    shown, next_ = paging.page(found, asked.limit, lambda one: (one.opened_at, one.id), *of)
    return Answer(SubmissionPage(submissions=[SubmissionShown(**_plain(one)) for one in shown], next=next_))


@operation(
    router,
    "GET",
    "/submissions/{uuid:submission}",
    title=Words("一批怎么样了", "What became of a submission"),
    says=Words("四种去处的数目，和等待、不收的原因。", "Counts of the four fates, and why rows wait or were refused."),
    gives={200: AccountShown},
    problems=("not-yours", "not-found"),
)
def show_submission(request: HttpRequest, submission: UUID) -> Answer:
    """One submission of this body."""
    _, body = auth.body(request)
    try:
        account = overview.account(body.id, submission)
    except NoSuchSubmission:
        raise Problem("not-found") from None
    return Answer(
        AccountShown(
            **_plain(account.submission),
            reasons=[Reason(fate=one.fate, field=one.field, code=one.code, rows=one.rows) for one in account.reasons],
            ignored_columns=list(account.ignored_columns),
            skipped_sheets=list(account.skipped_sheets),
        )
    )


@operation(
    router,
    "GET",
    "/submissions/{uuid:submission}/receipt",
    title=Words("回执", "The receipt"),
    says=Words("与命令行的回执相同，见 docs/contract.md。", "As the command line prints it, see docs/contract.md."),
    gives={200: None},
    problems=("not-yours", "not-found", "not-now"),
    extra={
        "responses": {"200": {"content": {JSON: {"schema": {"type": "object", "required": ["submission", "rows"]}}}}}
    },
)
def show_receipt(request: HttpRequest, submission: UUID) -> HttpResponse:
    """The receipt of one submission of this body, whole."""
    _, body = auth.body(request)
    try:
        receipt = overview.receipt_as_json(body.id, submission)
    except NoSuchSubmission:
        raise Problem("not-found") from None
    if receipt is None:
        raise Problem("not-now", told={"standing": "under_way"})
    return HttpResponse(receipt, content_type=JSON)


@operation(
    router,
    "POST",
    "/submissions/{uuid:submission}/taking-back",
    title=Words("整批撤回", "Take a submission back"),
    says=Words(
        "限期以内可以撤回：由这一批产生的记录全部撤回，逐人告知；等待的行销毁。",
        "Within its days: every record that it made is withdrawn, everybody is told, what waits is destroyed.",
    ),
    gives={200: TakenBack},
    takes=(JSON,),
    problems=("not-yours", "not-found", "not-now"),
)
def take_back_submission(request: HttpRequest, submission: UUID, sent: TakeBack) -> Answer:
    """Take it back."""
    client, body = auth.body(request)
    try:
        done = taking_back.take_back(
            body.id,
            submission,
            reason=sent.reason,
            login=client.reader.login,
            today=timezone.localdate(),
            law=catalogue(),
        )
    except taking_back.NoSuchReason:
        raise problems.invalid(problems.fault(("body", "reason"), "enum")) from None
    except taking_back.NoSuchSubmission:
        raise Problem("not-found") from None
    except taking_back.NotFinished:
        raise Problem("not-now", told={"standing": "under_way"}) from None
    except taking_back.AlreadyTakenBack as before:
        raise Problem("not-now", told={"taken_back_at": before.taken_back.at.isoformat()}) from None
    except taking_back.TooLate as late:
        raise Problem("not-now", told={"last_day": late.last_day.isoformat()}) from None
    return Answer(TakenBack(at=done.at, reason=done.reason, records=done.records, waiting=done.waiting))


def _plain(one: Submitted) -> dict[str, Any]:
    counts = one.counts
    return {
        "id": one.id,
        "type": one.type,
        "standing": one.standing,
        "opened_at": one.opened_at,
        "counts": counts and Counts(**{name: getattr(counts, name) for name in Counts.model_fields}),
        "waiting": one.waiting,
    }
