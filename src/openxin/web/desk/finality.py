"""Supplying finality: the body's submissions in which decisions wait for a date, and the rows of one of them with fields.

A row is named by its place in the clerk's own file. What is filled in is judged and supplied by `intake.finality`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from openxin.intake import finality
from openxin.intake.finality import Fault, Given, NoSuchSubmission, Place, Result, Rows
from openxin.law.catalogue import Catalogue, RecordType, Words
from openxin.law.loading import catalogue
from openxin.web.desk import access
from openxin.web.desk.access import Clerk

_SUBMISSIONS, _ROWS = 20, 25


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row. `choices`: what may be chosen; none where a day is written."""

    name: str
    title: Words
    value: str
    choices: tuple[tuple[str, Words], ...]
    fault: Words | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the form."""

    place: str
    sheet: str
    row: int
    decided_on: date
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What is wrong in one row, and the field where it can be mended."""

    row: int
    words: Words
    field: str


@require_GET
def submissions(request: HttpRequest) -> HttpResponse:
    """Submissions of decisions that become final, each with how many of its rows wait for a date."""
    clerk, law = access.clerk(request), catalogue()
    before = _instant(request.GET.get("before", ""))
    listed = finality.batches(clerk.authority.id, login=clerk.login, law=law, before=before, limit=_SUBMISSIONS + 1)
    shown = listed[:_SUBMISSIONS]
    return access.page(
        request,
        "web/desk/finality.html",
        clerk=clerk,
        submissions=[(one, law.types[one.type].title) for one in shown],
        older=urlencode({"before": shown[-1].opened_at.isoformat()}) if len(listed) > _SUBMISSIONS else "",
        is_first=before is None,
    )


@require_http_methods(["GET", "POST"])
def rows(request: HttpRequest, submission: UUID) -> HttpResponse:
    """GET: a page of rows that wait for a date. POST: supply what is filled in; 422 with what is wrong where it cannot be."""
    clerk, law = access.clerk(request), catalogue()
    asked = request.POST if request.method == "POST" else request.GET
    after = _place(asked.get("after", "")) or (0, 0)
    try:
        if request.method != "POST":
            return _page(request, clerk, _awaiting(clerk, submission, law, after), law, after)
        given = _given(request.POST)
        result = finality.supply(
            clerk.authority.id,
            submission,
            given,
            login=clerk.login,
            today=timezone.localdate(),
            law=law,
            synthetic=settings.OPENXIN_SYNTHETIC,
        )
        if result.faults:
            found = _awaiting(clerk, submission, law, after)
            return _page(request, clerk, found, law, after, given, result.faults, status=422)
    except NoSuchSubmission:
        raise Http404 from None
    return _supplied(request, after, result)


def _awaiting(clerk: Clerk, submission: UUID, law: Catalogue, after: Place) -> Rows:
    return finality.awaiting(clerk.authority.id, submission, login=clerk.login, law=law, after=after, limit=_ROWS)


def _page(
    request: HttpRequest,
    clerk: Clerk,
    found: Rows,
    law: Catalogue,
    after: Place,
    given: Mapping[Place, Given] | None = None,
    faults: Sequence[Fault] = (),
    *,
    status: int = 200,
) -> HttpResponse:
    type_ = law.types[found.type]
    told = {(fault.place, fault.role): Words(fault.message.zh, fault.message.en) for fault in faults}
    lines = [
        Line(
            place=_as_text((one.sheet, one.row)),
            sheet=found.sheets.get(one.sheet) or (str(one.sheet) if len(found.sheets) > 1 else ""),
            row=one.row,
            decided_on=one.decided_on,
            fields=_fields((one.sheet, one.row), type_, law, given or {}, told),
        )
        for one in found.rows
    ]
    return access.page(
        request,
        "web/desk/finality_rows.html",
        clerk=clerk,
        status=status,
        found=found,
        type_title=type_.title,
        titles=[column.title for column in finality.columns(type_).values()],
        lines=lines,
        has_sheets=any(line.sheet for line in lines),
        faults=[
            Told(fault.place[1], Words(fault.message.zh, fault.message.en), f"{fault.role}-{_as_text(fault.place)}")
            for fault in faults
        ],
        this=_as_text(after),
        next=_as_text(found.after) if found.after else "",
        supplied=_number(request.GET.get("supplied", "")),
        gone=_number(request.GET.get("gone", "")),
    )


def _fields(
    place: Place,
    type_: RecordType,
    law: Catalogue,
    given: Mapping[Place, Given],
    told: Mapping[tuple[Place, str], Words],
) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=f"{role}-{_as_text(place)}",
            title=column.title,
            value=getattr(given.get(place, Given()), role),
            choices=tuple((value.code, value.title) for value in law.lists[column.list].values) if column.list else (),
            fault=told.get((place, role)),
        )
        for role, column in finality.columns(type_).items()
    )


def _given(form: QueryDict) -> dict[Place, Given]:
    """What was filled in, by place; rows in which nothing was are left out."""
    filled: dict[Place, dict[str, str]] = {}
    for name, value in form.items():
        role, _, at = name.partition("-")
        place = _place(at)
        if role in finality.ROLES and place is not None and str(value).strip():
            filled.setdefault(place, {})[role] = str(value).strip()
    return {place: Given(**fields) for place, fields in filled.items()}


def _supplied(request: HttpRequest, after: Place, result: Result) -> HttpResponse:
    told: dict[str, str | int] = {"after": _as_text(after), "supplied": result.supplied, "gone": len(result.gone)}
    response = HttpResponseRedirect(f"{request.path}?{urlencode(told)}")
    response.status_code = 303
    return response


def _place(text: str) -> Place | None:
    sheet, _, row = text.partition(".")
    return (int(sheet), int(row)) if _is_number(sheet) and _is_number(row) else None


def _as_text(place: Place) -> str:
    return f"{place[0]}.{place[1]}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 7  # noqa: PLR2004  # two million rows have seven digits


def _number(text: str) -> int | None:
    return int(text) if _is_number(text) else None


def _instant(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
