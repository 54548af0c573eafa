"""What was handed in and is on its way: followed, confirmed, discarded. The verbs are `intake.uploads`."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field, StrictBool

from openxin.intake import uploads
from openxin.intake.uploads import NoSuchUpload, NotNow, Upload
from openxin.law.catalogue import Authority, Words
from openxin.web.api import auth, paging, problems
from openxin.web.api.formats import JSON
from openxin.web.api.operations import Answer, operation
from openxin.web.api.problems import Problem
from openxin.web.api.shapes import NEXT, Page, Row, Said, Shape, row, said, told

router = Router(tags=["uploads"])


class Remark(Shape):
    """A note of the receipt: a place and a code."""

    sheet: str | None
    row: int | None
    field: str | None
    code: str


class PreviewShown(Shape):
    """What would become of the file. The four fates add up to `rows`."""

    rows: int
    admitted: int
    duplicates: int
    quarantined: int
    refused: int
    problem_rows: list[Row] = Field(..., description=told("前若干行", "The first of them"))
    ignored_columns: list[str]
    skipped_sheets: list[str]
    notes: list[Remark] = Field(..., description=told("前若干条", "The first of them"))
    contradicts: bool = Field(
        ...,
        description=told(
            "多数行的姓名与号码和登记的不一致，可能报错了文件；确认时须写 sure",
            "Most rows contradict the register: perhaps the wrong file. Confirm with `sure`",
        ),
    )
    same_as: UUID | None = Field(..., description=told("同样的字节已经是这一批", "The same bytes are this submission"))


class Refusal(Shape):
    """Why a file was refused whole."""

    code: str
    words: Said


class UploadShown(Shape):
    """A file of your body on its way in."""

    id: UUID
    type: str
    state: Literal["received", "checking", "checked", "confirmed", "admitting", "done", "refused", "discarded"]
    size_bytes: int
    received_at: datetime
    kept_until: date = Field(..., description=told("可以确认的最后一天", "The last day on which it can be confirmed"))
    rows_done: int
    rows_total: int | None
    preview: PreviewShown | None = Field(..., description=told("校验以后、办完以前", "From the check until its end"))
    submission: UUID | None
    was_known: bool
    refusal: Refusal | None


class UploadPage(Shape):
    """A page of uploads, the newest first, without previews."""

    uploads: list[UploadShown]
    next: str | None = Field(..., description=NEXT)


class Confirmation(Shape):
    """Admit what the preview shows."""

    sure: StrictBool = Field(
        False, description=told("多数行与登记不一致时须为 true", "Needed where the preview contradicts")
    )


@operation(
    router,
    "GET",
    "/uploads",
    title=Words("本单位的上传", "Your body's uploads"),
    says=Words("新的在前，不含预览。", "The newest first, without previews."),
    gives={200: UploadPage},
    problems=("not-yours", "cursor", "invalid"),
)
def list_uploads(request: HttpRequest, page: Query[Page]) -> Answer:
    """By key, so that a page stays what it is while files come in."""
    _, body = auth.body(request)
    of = ("uploads", body.id)
    found = uploads.uploads_after(body.id, paging.moment(page.cursor, *of), limit=page.limit + 1)
    shown, next_ = paging.page(found, page.limit, lambda one: (one.received_at, one.id), *of)
    return Answer(UploadPage(uploads=[_shown(one) for one in shown], next=next_))


@operation(
    router,
    "GET",
    "/uploads/{uuid:upload}",
    title=Words("一份上传到了哪一步", "How far an upload is"),
    says=Words("校验以后有预览；办完以后有批次编号。", "Checked, it has a preview; done, the id of its submission."),
    gives={200: UploadShown},
    problems=("not-yours", "not-found"),
)
def show_upload(request: HttpRequest, upload: UUID) -> Answer:
    """One upload of this body."""
    _, body = auth.body(request)
    return Answer(_shown(_found(body, upload)))


@operation(
    router,
    "POST",
    "/uploads/{uuid:upload}/confirmation",
    title=Words("确认入库", "Confirm"),
    says=Words("照预览所示办理。再说一次不改变什么。", "Do what the preview shows. Said again, it changes nothing."),
    gives={202: UploadShown},
    takes=(JSON,),
    problems=("not-yours", "not-found", "not-now"),
)
def confirm_upload(request: HttpRequest, upload: UUID, given: Confirmation) -> Answer:
    """Admit it."""
    client, body = auth.body(request)
    one = _found(body, upload)
    if one.preview is not None and one.preview.contradicts and not given.sure:
        raise problems.invalid(problems.fault(("body", "sure"), "missing"))
    try:
        uploads.confirm(body.id, upload, login=client.reader.login)
    except NotNow as now:
        raise Problem("not-now", told={"state": now.state}) from None
    return accepted(body, upload)


@operation(
    router,
    "DELETE",
    "/uploads/{uuid:upload}",
    title=Words("不要了", "Discard"),
    says=Words(
        "销毁其密钥，内容随之销毁。再说一次不改变什么。",
        "Its key is destroyed, and with it what it said. Said again, it changes nothing.",
    ),
    gives={204: None},
    problems=("not-yours", "not-found", "not-now"),
)
def discard_upload(request: HttpRequest, upload: UUID) -> Answer:
    """Do not admit it."""
    client, body = auth.body(request)
    try:
        uploads.discard(body.id, upload, login=client.reader.login)
    except NoSuchUpload:
        raise Problem("not-found") from None
    except NotNow as now:
        raise Problem("not-now", told={"state": now.state}) from None
    return Answer(status=204)


def _found(body: Authority, upload: UUID) -> Upload:
    try:
        return uploads.upload(body.id, upload)
    except NoSuchUpload:
        raise Problem("not-found") from None


def accepted(body: Authority, upload: UUID) -> Answer:
    """The upload is taken on: where it is followed, and how far it is."""
    return Answer(_shown(_found(body, upload)), status=202, headers={"Location": f"/api/v1/uploads/{upload}"})


def _shown(one: Upload) -> UploadShown:
    preview = one.preview
    return UploadShown(
        id=one.id,
        type=one.type,
        state=one.state,
        size_bytes=one.size_bytes,
        received_at=one.received_at,
        kept_until=one.kept_until,
        rows_done=one.rows_done,
        rows_total=one.rows_total,
        preview=None
        if preview is None
        else PreviewShown(
            **{name: getattr(preview, name) for name in ("rows", "admitted", "duplicates", "quarantined", "refused")},
            problem_rows=[row(problem) for problem in preview.problem_rows],
            ignored_columns=list(preview.ignored_columns),
            skipped_sheets=list(preview.skipped_sheets),
            notes=[Remark(sheet=note.sheet, row=note.row, field=note.field, code=note.code) for note in preview.notes],
            contradicts=preview.contradicts,
            same_as=preview.same_as,
        ),
        submission=one.submission_id,
        was_known=one.was_known,
        refusal=None if one.refusal is None else Refusal(code=one.refusal[0], words=said(one.refusal[1])),
    )
