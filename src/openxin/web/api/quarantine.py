"""The rows of a submission that wait or were refused, with every reason. The verbs are `intake.quarantine`, `intake.mending`."""

import io
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from openxin.intake import mending, quarantine
from openxin.intake.quarantine import NoSuchSubmission
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.web.api import auth, paging
from openxin.web.api.operations import Answer, binary, operation
from openxin.web.api.problems import Problem
from openxin.web.api.shapes import NEXT, Page, Row, Shape, row

router = Router(tags=["quarantine"])
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RowPage(Shape):
    """A page of rows, in the order of the file."""

    rows: list[Row]
    next: str | None = Field(..., description=NEXT)


@operation(
    router,
    "GET",
    "/submissions/{uuid:submission}/quarantine",
    title=Words("等待和不收的行", "Rows that wait or were refused"),
    says=Words(
        "每一行的全部问题，值已遮盖。补正：把改好的行连同 OX_HH（reference）再报一次。",
        "Every problem of each row, values masked. To mend one, hand it in again with its reference in OX_HH.",
    ),
    gives={200: RowPage},
    problems=("not-yours", "not-found", "cursor", "invalid"),
)
def list_quarantine(request: HttpRequest, submission: UUID, page: Query[Page]) -> Answer:
    """By the place of the row in its file."""
    _, body = auth.body(request)
    of = ("quarantine", body.id, submission)
    after = paging.read(page.cursor, *of)
    key = None if after is None else (int(after[0]), int(after[1]), UUID(after[2]))
    try:
        found = quarantine.rows_after(body.id, submission, key, law=catalogue(), limit=page.limit + 1)
    except NoSuchSubmission:
        raise Problem("not-found") from None
    shown, next_ = paging.page(found, page.limit, lambda one: one.place, *of)
    return Answer(RowPage(rows=[row(one) for one in shown], next=next_))


@operation(
    router,
    "GET",
    "/submissions/{uuid:submission}/mending-workbook",
    title=Words("补正用的工作簿", "The mending workbook"),
    says=Words(
        "等待的行，原样，可以在电子表格程序中改好再报。",
        "The rows that wait, as they came, to be mended and handed in.",
    ),
    gives={200: None},
    as_type=(_XLSX,),
    problems=("not-yours", "not-found"),
    extra=binary(200, _XLSX, Words("XLSX 工作簿", "An XLSX workbook")),
)
def show_mending_workbook(request: HttpRequest, submission: UUID) -> HttpResponse:
    """The workbook, made in memory."""
    _, body = auth.body(request)
    packed = io.BytesIO()
    try:
        mending.workbook(body.id, submission, law=catalogue(), out=packed)
    except NoSuchSubmission:
        raise Problem("not-found") from None
    name = f"openxin-{submission}.xlsx"
    return HttpResponse(
        packed.getvalue(),
        content_type=_XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
