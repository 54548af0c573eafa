"""Handing a file in: the form, and the empty workbook of each type that this body may submit."""

import tempfile
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from openxin.intake.reading.limits import FILE_BYTES, ROWS
from openxin.intake.reading.refusal import FileRefused
from openxin.intake.templates import write_template
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.web.desk import access, receiving
from openxin.web.doorway import go
from openxin.web.headers import with_our_script

_MIB = 1024 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NO_TYPE = Words("请选择这份文件是哪一类记录", "Choose what kind of records the file holds")
_NO_FILE = Words("请选择一个文件", "Choose a file")
_AGAIN = Words(
    "请选择文件：选过的也要重选，浏览器不会保留", "Choose the file, again if you had: browsers do not keep it"
)


@receiving.takes_a_file
@require_http_methods(["GET", "POST"])
def hand_in(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: keep the file; it will be checked, and nothing is admitted before an official confirms."""
    clerk = access.clerk(request)
    if request.method != "POST":
        return _form(request, clerk, chosen=request.GET.get("type", ""))
    chosen = request.POST.get("type", "")
    if chosen not in clerk.authority.submits:
        return _form(request, clerk, chosen="", type_fault=_NO_TYPE, file_fault=_AGAIN)
    try:
        id_ = receiving.hand_in(request, clerk, type_id=chosen)
    except receiving.NoFile:
        return _form(request, clerk, chosen=chosen, file_fault=_NO_FILE)
    except FileRefused as refused:
        return _form(request, clerk, chosen=chosen, file_fault=refused.words)
    return go(reverse("desk-upload", args=[id_]))


@require_GET
def blank(request: HttpRequest, type_id: str) -> HttpResponse:
    """The empty workbook of a type that this body may submit."""
    clerk, law = access.clerk(request), catalogue()
    if type_id not in clerk.authority.submits:
        raise Http404
    # Nobody is in it: it may stand on the disk for a moment.
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "blank.xlsx"
        write_template(out, law.types[type_id], law)
        packed = out.read_bytes()
    return HttpResponse(
        packed,
        content_type=_XLSX,
        headers={"Content-Disposition": f'attachment; filename="openxin-{type_id}.xlsx"'},
    )


def _form(
    request: HttpRequest,
    clerk: access.Clerk,
    *,
    chosen: str,
    type_fault: Words | None = None,
    file_fault: Words | None = None,
) -> HttpResponse:
    law = catalogue()
    types = [law.types[type_] for type_ in clerk.authority.submits]
    page = access.page(
        request,
        "web/desk/hand_in.html",
        clerk=clerk,
        status=200 if type_fault is None and file_fault is None else 422,
        types=types,
        chosen=chosen if len(types) > 1 else "".join(type_.id for type_ in types),
        type_fault=type_fault,
        file_fault=file_fault,
        most_mib=FILE_BYTES // _MIB,
        most_rows=f"{ROWS:,}",
    )
    return with_our_script(page)
