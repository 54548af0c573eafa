"""A person's grants: who may see what of theirs, for what, until when; given after a look at what exactly will be shown, taken
back in two clicks.

Nothing about a grant stands in an address but its own random id: what was filled in travels in the form. A code is shown once,
in the answer to the form that made it. The look at what would be shown is a reading of one's own, with its line; so is the list
of one's decisions, where the person wants to choose from it. No other step reads anything.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from openxin.accounts.readers import Reader
from openxin.disclosure import door, grants, holders, values
from openxin.disclosure.grants import Grant, NoSuchGrant, Terms, Unfit
from openxin.disclosure.statement import ShownRecord
from openxin.law.catalogue import Catalogue, Words
from openxin.law.loading import catalogue
from openxin.web import doorway, grant_form, rendering, standing
from openxin.web.grant_form import GrantForm

_REFUSED = 422


@dataclass(frozen=True, slots=True)
class _Beforehand:
    """One record as the recipient will get it, said in words; the bytes themselves stand beside it."""

    title: Words
    document: str
    decider: str
    fields: tuple[tuple[Words, Words], ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    """A decision of the person's, and how the form names it."""

    value: str
    record: ShownRecord


@dataclass(frozen=True, slots=True)
class _Row:
    """A grant, and what it covers and is for in words."""

    grant: Grant
    types: tuple[Words, ...]
    purpose: Words


@require_GET
def all_grants(request: HttpRequest) -> HttpResponse:
    """Every grant, newest first: what it covers, how often it can still be used, and a button that takes it back."""
    person, reader = _person(request)
    law = catalogue()
    given = [_Row(one, *_what(one.types, one.said_purpose, law)) for one in grants.of(person, reader, at=_now())]
    return rendering.page(request, "web/grants.html", rows=given)


@require_http_methods(["GET", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """The form; then exactly what would be shown; then, confirmed, the grant, and its code if it has one."""
    person, reader = _person(request)
    law, now = catalogue(), _now()
    if request.method != "POST":
        return _form(request, grant_form.empty(timezone.localdate(now)), None, law)
    filled, terms = grant_form.read(request.POST, law, now=now)
    if terms is None or request.POST.get("step") == "change":
        return _form(request, filled, _to_choose_from(filled, person, reader, now), law)
    try:
        return _confirmed(request, person, reader, terms, law, now=now)
    except Unfit as unfit:
        rule = law.refusals[unfit.rule]
        why = Words(rule.refused.zh + rule.needed.zh, f"{rule.refused.en} {rule.needed.en}")
        filled = replace(filled, faults={"terms": why})
        return _form(request, filled, _to_choose_from(filled, person, reader, now), law)


def _to_choose_from(filled: GrantForm, person: UUID, reader: Reader, now: datetime) -> Sequence[ShownRecord] | None:
    """The person's own decisions, where they want to choose from them: read, with its line. None where they do not."""
    if filled.scope != "records":
        return None
    return door.own(person, reader, today=timezone.localdate(now)).records


def _confirmed(
    request: HttpRequest, person: UUID, reader: Reader, terms: Terms, law: Catalogue, *, now: datetime
) -> HttpResponse:
    """What exactly would be shown; and, where that was agreed to, the grant. Raises Unfit."""
    if request.POST.get("step") != "give":
        types, purpose = _what(terms.types, terms.said_purpose, law)
        content = grants.preview(person, reader, terms, at=now)
        return rendering.page(
            request,
            "web/grant_preview.html",
            hidden=_hidden(request),
            terms=terms,
            types=types,
            purpose=purpose,
            content=content.decode(),
            records=_beforehand(content, law),
            holder=_holder(terms.to, law),
        )
    given = grants.give(person, reader, terms, at=now)
    if given.code is None:
        return doorway.go("/grants/")
    types, _ = _what(terms.types, terms.said_purpose, law)
    return rendering.page(request, "web/grant_code.html", code=given.code, terms=terms, types=types)


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, own_grant: UUID) -> HttpResponse:
    """The second click: what is taken back; from the moment of the answer on, nobody reads under it."""
    person, reader = _person(request)
    if request.method == "POST":
        try:
            grants.revoke(person, reader, own_grant, at=_now())
        except NoSuchGrant:
            raise Http404 from None
        return doorway.go("/grants/")
    one = next((one for one in grants.of(person, reader, at=_now()) if one.id == own_grant), None)
    if one is None:
        raise Http404
    return rendering.page(
        request, "web/grant_revoke.html", row=_Row(one, *_what(one.types, one.said_purpose, catalogue()))
    )


def _person(request: HttpRequest) -> tuple[UUID, Reader]:
    reader = standing.must(request, "person")
    if reader.person_id is None:
        raise Http404
    return reader.person_id, reader


def _now() -> datetime:
    return datetime.now(UTC)


def _form(request: HttpRequest, filled: GrantForm, held: Sequence[ShownRecord] | None, law: Catalogue) -> HttpResponse:
    """`held`: the decisions that can be chosen from; None: they are not listed."""
    longest = law.purposes[grant_form.PURPOSE].longest_grant
    return rendering.page(
        request,
        "web/grant_give.html",
        status=_REFUSED if filled.faults else 200,
        filled=filled,
        choices=None if held is None else [_Choice(f"{one.type}/{one.id}", one) for one in held],
        law=law,
        longest_days=longest.days if longest else None,
    )


def _what(types: Sequence[str], purpose: str, law: Catalogue) -> tuple[tuple[Words, ...], Words]:
    """What is covered, and what for; a purpose that the list does not have any more keeps its id."""
    known = law.grant_purposes.get(purpose)
    return tuple(law.types[one].title for one in types), known.title if known else Words(purpose, purpose)


def _hidden(request: HttpRequest) -> list[tuple[str, str]]:
    """What was filled in, to travel on with the confirmation."""
    own = ("csrfmiddlewaretoken", "step")
    return [(name, value) for name, said in request.POST.lists() if name not in own for value in said]


def _holder(holder: str | None, law: Catalogue) -> Words | None:
    """Who may read; None: whoever has the code."""
    return None if holder is None else holders.titles({holder}, law)[holder]


def _beforehand(content: bytes, law: Catalogue) -> tuple[_Beforehand, ...]:
    return tuple(_said(record, law) for record in json.loads(content)["records"])


def _said(record: Mapping[str, object], law: Catalogue) -> _Beforehand:
    type_ = law.types[str(record["type"])]
    fields = record["fields"]
    shown = fields if isinstance(fields, dict) else {}
    return _Beforehand(
        title=type_.title,
        document=str(record["document"]),
        decider=str(record["decider"]),
        fields=tuple(
            (values.title(column), values.words(column, shown[column.code], law))
            for column in type_.columns
            if column.code in shown
        ),
    )
