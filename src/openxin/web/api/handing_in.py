"""Handing in: a file, or rows, are received sealed, and go their way as an upload. The verbs are `intake.uploads`."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Final, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import Field

from openxin.intake import uploads
from openxin.intake.reading.limits import FILE_BYTES
from openxin.intake.uploads import Reception
from openxin.law.catalogue import Authority, Catalogue, Words
from openxin.law.loading import catalogue
from openxin.web.api import auth, idempotency, problems
from openxin.web.api.formats import JSON
from openxin.web.api.operations import Answer, operation, sent
from openxin.web.api.problems import Problem
from openxin.web.api.shapes import FROM_LAW, TYPES, Shape, told
from openxin.web.api.uploads import UploadShown, accepted, router
from openxin.web.desk import receiving
from openxin.web.desk.places import place

__all__ = ["router"]  # of all uploads: an address has its operations in one place

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
            return sent(accepted(body, _kept(reception, client, body, type_, name=name, then=asked.then)))

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
        return accepted(body, _kept(reception, client, body, type_, name="rows.csv", then=given.then))


def _submitted_type(asked: str, body: Authority, where: tuple[str, str]) -> str:
    """A type that this body may submit. Raises Problem."""
    if asked not in catalogue().types:
        raise problems.invalid(problems.fault(where, "enum"))
    if asked not in body.submits:
        raise Problem("not-yours", told={"submits": list(body.submits)})
    return asked


@contextmanager
def _arrived(request: HttpRequest) -> Iterator[tuple[Reception, str]]:
    """The file of a request, sealed while it arrives, and what it is called. Raises Problem, FileRefused."""
    length = int(request.headers.get("Content-Length") or 0)
    if length > FILE_BYTES + _FORM_BYTES:
        raise Problem("too-large", code="TOO_LARGE")
    try:
        if request.content_type == _MULTIPART:
            with receiving.sealing(request):
                yield receiving.arrived(request)
            return
        with Reception(place().uploads) as reception:
            while chunk := request.read(_CHUNK_BYTES):
                reception.write(chunk)
                length -= len(chunk)
            if length:  # the connection ended in the middle: half a file is no file
                raise Problem("malformed")
            yield reception, _file_name(request)
    except receiving.NoFile:
        raise problems.invalid(problems.fault(("body", "file"), "missing")) from None


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
