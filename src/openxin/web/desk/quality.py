"""The quality of what is handed in, as counts: a clerk sees their own body's, the credit office every body's. Also as CSV."""

import csv
import io
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from openxin.law.catalogue import Catalogue, Words
from openxin.law.loading import catalogue
from openxin.oversight import quality as oversight
from openxin.oversight.quality import Figures
from openxin.web.desk import access
from openxin.web.desk.access import Clerk

_SPANS = (3, 12, 24)  # months that can be asked for
_NO_BODY = Words("目录以外的单位", "A body outside the catalogue")


@require_GET
def quality(request: HttpRequest) -> HttpResponse:
    """The tables."""
    clerk, law = access.clerk(request, "clerk", "identity-officer"), catalogue()
    months, sees_all = _months(request), _sees_all(clerk, law)
    figures = _figures(clerk, months, law)
    citation = law.procedures["submit"].source.citation
    return access.page(
        request,
        "web/desk/quality.html",
        clerk=clerk,
        figures=[(one, *_titles(one, law)) for one in figures],
        codes=[
            (one, *_titles(one, law), law.problems[code.code].title, code)
            for one in figures
            for code in (*one.quarantined_by, *one.refused_by)
        ],
        term=law.procedures["submit"].limits[""].amount,
        citation=Words(citation, citation),
        months=months,
        spans=_SPANS,
        sees_all=sees_all,
    )


@require_GET
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same figures, one line for each body, type and month; then one for each code."""
    clerk, law = access.clerk(request, "clerk", "identity-officer"), catalogue()
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(_HEADER)
    for one in _figures(clerk, _months(request), law):
        lines.writerows(_lines(one, law))
    # The mark by which spreadsheet programs know UTF-8.
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="quality.csv"'
    return response


_HEADER = (
    "month", "body", "body_title", "type", "type_title", "figure", "code", "count",
)  # fmt: skip


def _lines(one: Figures, law: Catalogue) -> list[tuple[str | int, ...]]:
    """One line for each figure: a table that any program can turn as it likes."""
    body, type_ = _titles(one, law)
    head = (_month(one.month), one.authority, body.zh, one.type, type_.zh)
    figures = [
        ("submissions", one.sent.submissions),
        ("rows", one.sent.rows),
        ("admitted", one.sent.admitted),
        ("duplicates", one.sent.duplicates),
        ("refused", one.sent.refused),
        ("waited", one.waited.all),
        ("waiting_now", one.waited.now),
        ("mended", one.waited.mended),
        ("sent_again", one.waited.sent_again),
        ("expired", one.waited.expired),
        ("given_up", one.waited.given_up),
        ("waiting_taken_back", one.waited.taken_back),
        ("submissions_taken_back", one.taken_back.submissions),
        ("records_taken_back", one.taken_back.records),
    ]
    if one.timeliness is not None:
        figures += [
            ("days_quarter_within", one.timeliness.quarter_within),
            ("days_half_within", one.timeliness.half_within),
            ("days_nine_tenths_within", one.timeliness.nine_tenths_within),
            ("late", one.timeliness.late),
        ]
    return [
        *((*head, name, "", count) for name, count in figures),
        *((*head, code.fate, code.code, code.rows) for code in (*one.quarantined_by, *one.refused_by)),
    ]


def _figures(clerk: Clerk, months: int, law: Catalogue) -> tuple[Figures, ...]:
    today = timezone.localdate()
    if _sees_all(clerk, law):
        return oversight.of_all(asked_by=clerk.authority.id, months=months, today=today, law=law)
    return oversight.of_body(clerk.authority.id, months=months, today=today, law=law)


def _sees_all(clerk: Clerk, law: Catalogue) -> bool:
    return clerk.authority.id == law.parameters.credit_office


def _months(request: HttpRequest) -> int:
    asked = request.GET.get("months", "")
    return next((span for span in _SPANS if asked == str(span)), _SPANS[1])


def _titles(one: Figures, law: Catalogue) -> tuple[Words, Words]:
    body = law.authorities.get(one.authority)
    return (body.title if body else _NO_BODY), law.types[one.type].title


def _month(first: date) -> str:
    return f"{first.year}-{first.month:02}"
