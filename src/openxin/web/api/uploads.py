"""Handing in: a file, or rows, are received sealed, checked, and admitted once confirmed. The verbs are `intake.uploads`."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from email.message import Message
from typing import Final, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field, StrictBool

from openxin.intake import uploads
from openxin.intake.reading.limits import FILE_BYTES
from openxin.intake.reading.refusal import FileRefused
from openxin.intake.uploads import NoSuchUpload, NotNow, Reception, Upload
from openxin.law.catalogue import Authority, Catalogue, Words
from openxin.law.loading import catalogue
from openxin.web.api import auth, idempotency, paging, problems
from openxin.web.api.formats import JSON
from openxin.web.api.operations import Answer, operation, sent
from openxin.web.api.problems import Problem
from openxin.web.api.shapes import FROM_LAW, NEXT, TYPES, Page, Row, Said, Shape, row, said, told
from openxin.web.desk import receiving
from openxin.web.desk.places import place

router = Router(tags=["uploads"])
_CHUNK_BYTES: Final = 256 * 1024
_FORM_BYTES: Final = 64 * 1024  # what stands around the file of a form
_MULTIPART: Final = "multipart/form-data"
_FILE: Final = "application/octet-stream"
_FORMATS: Final = (
    _MULTIPART,
    _FILE,
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
)


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


Then = Literal["wait", "admit"]
_THEN = told(
    "校验以后：wait 等确认；admit 直接办理，除非多数行与登记的不一致",
    "After the check: wait to be confirmed; or admit at once, unless most rows contradict the register",
)


class Rows(Shape):
    """Rows to hand in, as a spreadsheet would hold them: a header to the text of the cell."""

    type: str = Field(..., max_length=64, json_schema_extra=TYPES)
    rows: list[dict[str, str | None]] = Field(
        ...,
        min_length=1,
        json_schema_extra={FROM_LAW: "api_rows"},
        description=told(
            "栏目代码（或者栏目名称）到单元格文字；补正的行带 OX_HH。第一行在答复中的行号是 2",
            "Column code, or title, to the text of the cell; a mended row carries OX_HH. The first row is called 2",
        ),
    )
    then: Then = Field("wait", description=_THEN)


class Confirmation(Shape):
    """Admit what the preview shows."""

    sure: StrictBool = Field(
        False, description=told("多数行与登记不一致时须为 true", "Needed where the preview contradicts")
    )


class TypeAsked(Shape):
    """Which kind of records the file holds."""

    type: str = Field(..., max_length=64, json_schema_extra=TYPES, description=told("记录类型", "Type of record"))
    then: Then = Field("wait", description=_THEN)


@operation(
    router,
    "POST",
    "/uploads",
    title=Words("报送文件", "Hand a file in"),
    says=Words(
        "文件作为正文（Content-Type 为文件的格式），或者 multipart/form-data 中名为 file 的一部分。边收边加密，随后校验；"
        "确认以前什么都不入库。文件名写在 Content-Disposition 里，不写在地址里。",
        "The file is the body, or the part `file` of multipart/form-data. It is sealed while it arrives, then checked; nothing"
        " is admitted before it is confirmed. Its name goes into Content-Disposition, never into the address.",
    ),
    gives={202: UploadShown},
    takes=_FORMATS,
    keys_itself=True,
    problems=("not-yours", "length", "media-type", "too-large", "invalid", "malformed"),
    extra={
        "requestBody": {
            "required": True,
            "content": {
                _MULTIPART: {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                },
                **{one: {"schema": {"type": "string", "format": "binary"}} for one in _FORMATS[1:]},
            },
        }
    },
)
def hand_in_file(request: HttpRequest, asked: Query[TypeAsked]) -> HttpResponse:
    """The file is never whole in memory and never in clear on the disk."""
    client, body = auth.body(request)
    type_ = _submitted_type(asked.type, body, ("query", "type"))
    with _arrived(request) as (reception, name):

        def keep() -> HttpResponse:
            return sent(_accepted(body, _kept(reception, client, body, type_, name=name, then=asked.then)))

        return idempotency.once(request, reception.digest(), keep)


@operation(
    router,
    "POST",
    "/uploads/rows",
    title=Words("报送行", "Hand rows in"),
    says=Words(
        "与文件走同一道门：这些行成为一份文件，校验、确认、入库。号码一律写成文字。",
        "The same door as for files: the rows become a file that is checked, confirmed, admitted. Numbers are written as text.",
    ),
    gives={202: UploadShown},
    takes=(JSON,),
    problems=("not-yours",),
)
def hand_in_rows(request: HttpRequest, given: Rows) -> Answer:
    """Rows become a file like any other."""
    client, body = auth.body(request)
    law = catalogue()
    type_ = _submitted_type(given.type, body, ("body", "type"))
    content = _as_file(given.rows, type_, law)
    with Reception(place().uploads) as reception:
        reception.write(content)
        return _accepted(body, _kept(reception, client, body, type_, name="rows.csv", then=given.then))


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
    after = paging.read(page.cursor, "uploads", body.id)
    key = None if after is None else (datetime.fromisoformat(after[0]), UUID(after[1]))
    found = uploads.uploads_after(body.id, key, limit=page.limit + 1)
    shown = found[: page.limit]
    more = len(found) > page.limit
    next_ = paging.cursor((shown[-1].received_at.isoformat(), str(shown[-1].id)), "uploads", body.id) if more else None
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
    return _accepted(body, upload)


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


def _accepted(body: Authority, upload: UUID) -> Answer:
    return Answer(_shown(_found(body, upload)), status=202, headers={"Location": f"/api/v1/uploads/{upload}"})


def _submitted_type(asked: str, body: Authority, where: tuple[str, str]) -> str:
    """A type that this body may submit. Raises Problem."""
    if asked not in catalogue().types:
        raise problems.invalid(problems.fault(where, "enum"))
    if asked not in body.submits:
        raise Problem("not-yours", told={"submits": list(body.submits)})
    return asked


@contextmanager
def _arrived(request: HttpRequest) -> Iterator[tuple[Reception, str]]:
    """The file of a request, sealed while it arrives, and what it is called. Raises Problem."""
    if int(request.headers.get("Content-Length") or 0) > FILE_BYTES + _FORM_BYTES:
        raise Problem("too-large", code="TOO_LARGE")
    try:
        if request.content_type == _MULTIPART:
            with receiving.sealing(request):
                yield receiving.arrived(request)
            return
        with Reception(place().uploads) as reception:
            while chunk := request.read(_CHUNK_BYTES):
                reception.write(chunk)
            yield reception, _file_name(request)
    except receiving.NoFile:
        raise problems.invalid(problems.fault(("body", "file"), "missing")) from None
    except FileRefused as refused:
        raise refusal(refused) from None


def _kept(reception: Reception, client: auth.Client, body: Authority, type_: str, *, name: str, then: Then) -> UUID:
    return uploads.keep(
        reception,
        file_name=name,
        type_id=type_,
        authority_id=body.id,
        login=client.reader.login,
        place=place(),
        confirms_itself=then == "admit",
    )


def refusal(refused: FileRefused) -> Problem:
    """A file that is refused whole, as a problem: the catalogue's code and words."""
    kind = {"TOO_LARGE": "too-large", "NOT_COMPETENT": "not-yours"}.get(refused.code, "invalid")
    return Problem(kind, refused.words, code=refused.code)


def _file_name(request: HttpRequest) -> str:
    """What the file was called, where it is told (RFC 6266)."""
    header = Message()
    header["Content-Disposition"] = request.headers.get("Content-Disposition", "")
    return header.get_filename() or ""


def _as_file(rows: list[dict[str, str | None]], type_id: str, law: Catalogue) -> bytes:
    """The rows as a file: its header and its cells are judged as those of any other. Raises Problem."""
    if len(rows) > law.parameters.api_rows:
        raise problems.invalid(problems.fault(("body", "rows"), "too_long"))
    # The reference leads: a row whose first words read like a total or a signature is a row no less.
    columns = list(dict.fromkeys([law.types[type_id].column("mends") or "", *(code for one in rows for code in one)]))
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(columns)
    table.writerows([one.get(code) or "" for code in columns] for one in rows)
    return text.getvalue().encode("utf-8-sig", "surrogatepass")


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
