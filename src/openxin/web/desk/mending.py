"""Mending at the desk: the rows of a submission that wait, and the form in which one of them is mended.

Values of a row go into the form and come back by POST, never into an address. Saving is handing in: the row is judged by the one
door, and either it is admitted, or the form comes back for what is still wrong.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openxin.intake import mending
from openxin.intake.quarantine import NoSuchSubmission, ToldProblem
from openxin.intake.reading.refusal import FileRefused
from openxin.intake.template_sheets import offered
from openxin.intake.templates import hint
from openxin.law.catalogue import Catalogue, Column, Words
from openxin.law.loading import catalogue
from openxin.web import listing
from openxin.web.desk import access
from openxin.web.desk.places import place
from openxin.web.doorway import go

ROWS_A_PAGE = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONG = 100  # characters: a longer column gets several lines
_TOLD = "mended"  # in the session: what became of the row that was mended last; never what it said


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the form. `choices`: (value, words); empty where the column has no list, or takes several values of it."""

    column: Column
    text: str
    problems: tuple[Words, ...]
    hint: Words
    choices: tuple[tuple[str, str], ...]
    is_long: bool

    @property
    def is_faulty(self) -> bool:
        """Whether something is wrong with it."""
        return bool(self.problems)


@require_GET
def waiting(request: HttpRequest, submission: UUID) -> HttpResponse:
    """The rows of a submission that wait, each with its problems in words, values masked."""
    clerk = access.clerk(request)
    page = listing.page_number(request)
    law = catalogue()
    try:
        listed = mending.waiting_list(
            clerk.authority.id, submission, law=law, first=(page - 1) * ROWS_A_PAGE, most=ROWS_A_PAGE
        )
    except NoSuchSubmission:
        raise Http404 from None
    told = request.session.pop(_TOLD, None)
    return access.page(
        request,
        "web/desk/waiting.html",
        clerk=clerk,
        listed=listed,
        type=law.types[listed.type].title,
        rows=[(row, _in_words(row.problems)) for row in listed.rows],
        **listing.counted(page, listed.count, ROWS_A_PAGE),
        told=None if told is None else told["fate"],
        reasons=[] if told is None else [law.problems[code].title for code in told["codes"]],
    )


@require_GET
def workbook(request: HttpRequest, submission: UUID) -> HttpResponse:
    """The mending workbook, to download."""
    clerk = access.clerk(request)
    packed = io.BytesIO()
    try:
        mending.workbook(clerk.authority.id, submission, law=catalogue(), out=packed)
    except NoSuchSubmission:
        raise Http404 from None
    name = f"openxin-{submission}.xlsx"
    return HttpResponse(
        packed.getvalue(),
        content_type=_XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
def mend(request: HttpRequest, reference: UUID) -> HttpResponse:
    """The form of one row; saved, the row is handed in."""
    clerk, law = access.clerk(request), catalogue()
    try:
        row = mending.waiting_row(clerk.authority.id, reference, law=law)
        if request.method != "POST":
            return _form(request, clerk, row, law)
        cells = {cell.column.code: request.POST.get(cell.column.code, "") for cell in row.cells}
        outcome = mending.mend(
            clerk.authority.id,
            reference,
            cells,
            login=clerk.login,
            today=timezone.localdate(),
            law=law,
            place=place(),
        )
    except mending.NoSuchRow:
        raise Http404 from None
    except FileRefused as refused:
        return _form(request, clerk, row, law, cells=cells, refused=refused.words, status=422)
    if outcome.waits_as is not None:
        return go(reverse("desk-mend", args=[outcome.waits_as]))
    request.session[_TOLD] = {"fate": outcome.fate, "codes": [one.code for one in outcome.problems]}
    return go(reverse("desk-waiting", args=[row.submission]))


@require_POST
def give_up(request: HttpRequest, reference: UUID) -> HttpResponse:
    """The body does not send this row again. Asked for once more: what it says is destroyed."""
    clerk = access.clerk(request)
    if request.POST.get("sure") != "yes":
        return go(reverse("desk-mend", args=[reference]))
    try:
        submission = mending.give_up(clerk.authority.id, reference, login=clerk.login)
    except mending.NoSuchRow:
        raise Http404 from None
    request.session[_TOLD] = {"fate": "given_up", "codes": []}
    return go(reverse("desk-waiting", args=[submission]))


def _form(
    request: HttpRequest,
    clerk: access.Clerk,
    row: mending.WaitingRow,
    law: Catalogue,
    *,
    cells: Mapping[str, str] | None = None,
    refused: Words | None = None,
    status: int = 200,
) -> HttpResponse:
    fields = [_field(cell, cell.text if cells is None else cells[cell.column.code], law) for cell in row.cells]
    return access.page(
        request,
        "web/desk/mend.html",
        clerk=clerk,
        status=status,
        row=row,
        type=law.types[row.type].title,
        faulty=[field for field in fields if field.is_faulty],
        others=[field for field in fields if not field.is_faulty],
        refused=refused,
    )


def _field(cell: mending.Cell, text: str, law: Catalogue) -> Field:
    column = cell.column
    return Field(
        column=column,
        text=text,
        problems=_in_words(cell.problems),
        hint=hint(column, law),
        choices=_choices(column, text, law),
        is_long=(column.length or 0) > _LONG or "\n" in text or "\r" in text,
    )


def _choices(column: Column, text: str, law: Catalogue) -> tuple[tuple[str, str], ...]:
    """What the list offers; what stands in the cell is offered too, so that nothing is changed by looking at it."""
    if column.list is None or column.kind == "lists":
        return ()
    values = law.lists[column.list].values
    written = [offered(value.code, value.title) for value in values]
    words = [
        one if one == value.title.zh else f"{one} {value.title.zh}" for one, value in zip(written, values, strict=True)
    ]
    own = [] if not text or text in written else [(text, text)]
    return (("", ""), *own, *zip(written, words, strict=True))


def _in_words(problems: tuple[ToldProblem, ...]) -> tuple[Words, ...]:
    return tuple(Words(one.message.zh, one.message.en) for one in problems)
