"""Machines of bodies and organisations: register one with its public keys, change them, close it. There is no secret to show."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openxin.accounts import acts, machines
from openxin.accounts.machines import KeyUnfit
from openxin.accounts.roles import RolesRefused
from openxin.web import doorway, listing
from openxin.web.admin_desk import pages

_LONGEST_KEYS = 16 * 1024  # characters


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """All of them."""
    pages.administrator(request)
    shown, beside = listing.uncounted(request, machines.all_listed(page=listing.page_number(request)), acts.PAGE)
    rows = [(one, title, pages.role_titles(one.roles)) for one, title in pages.titled(shown)]
    return pages.page(request, "web/admin_desk/machines.html", machines=rows, **beside)


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new machine: whose, in which roles, with which public keys."""
    administrator = pages.administrator(request)
    typed = {name: request.POST.get(name, "") for name in ("holder", "keys")}
    roles, why = request.POST.getlist("roles"), ""
    if request.method == "POST":
        holder = pages.holder(typed["holder"])
        if holder is None:
            why = "holder"
        else:
            try:
                client = machines.register(
                    holder.authority,
                    _public(typed["keys"]),
                    at=datetime.now(UTC),
                    organisation=holder.organisation,
                    roles=roles,
                    by=administrator.login,
                )
            except KeyUnfit:
                why = "keys"
            except RolesRefused as refused:
                why = f"roles-{refused.why}"
            else:
                return doorway.go(reverse("administration-machine", args=[client]))
    return pages.page(
        request,
        "web/admin_desk/machine_new.html",
        status=pages.UNPROCESSABLE if why else 200,
        why=why,
        chosen=roles,
        choices=pages.choices(machine=True),
        **typed,
    )


@require_GET
def machine(request: HttpRequest, client: UUID) -> HttpResponse:
    """One machine."""
    pages.administrator(request)
    return _machine(request, client)


@require_POST
def roles(request: HttpRequest, client: UUID) -> HttpResponse:
    """It has these roles from now on."""
    administrator = pages.administrator(request)
    _open(client)
    try:
        machines.change_roles(client, request.POST.getlist("roles"), at=datetime.now(UTC), by=administrator.login)
    except RolesRefused as refused:
        return _machine(request, client, why=f"roles-{refused.why}")
    return doorway.go(reverse("administration-machine", args=[client]))


@require_POST
def keys(request: HttpRequest, client: UUID) -> HttpResponse:
    """These keys are accepted from now on, and no other."""
    administrator = pages.administrator(request)
    _open(client)
    try:
        machines.change_keys(
            client, _public(request.POST.get("keys", "")), at=datetime.now(UTC), by=administrator.login
        )
    except KeyUnfit:
        return _machine(request, client, why="keys")
    return doorway.go(reverse("administration-machine", args=[client]))


@require_POST
def close(request: HttpRequest, client: UUID) -> HttpResponse:
    """Nothing of it is accepted any more. Asked for once more, since nothing opens it again."""
    administrator = pages.administrator(request)
    _open(client)
    if request.POST.get("sure") != "yes":
        return _machine(request, client, why="sure")
    machines.close(client, at=datetime.now(UTC), by=administrator.login)
    return doorway.go(reverse("administration-machine", args=[client]))


def _open(client: UUID) -> None:
    found = machines.listed(client)
    if found is None or found.closed_at is not None:
        raise Http404


def _machine(request: HttpRequest, client: UUID, *, why: str = "") -> HttpResponse:
    found = machines.listed(client)
    if found is None:
        raise Http404
    ((_, title),) = pages.titled([found])
    return pages.page(
        request,
        "web/admin_desk/machine.html",
        status=pages.UNPROCESSABLE if why else 200,
        machine=found,
        title=title,
        why=why,
        chosen=found.roles,
        choices=pages.choices(machine=True),
        acts=acts.acts_on(client)[: acts.PAGE],
    )


def _public(text: str) -> Sequence[Mapping[str, Any]]:
    """The keys of what was pasted: one JWK, a list of them, or a set (RFC 7517). Raises KeyUnfit."""
    try:
        said = json.loads(text[:_LONGEST_KEYS])
    except ValueError:
        raise KeyUnfit from None
    found = said.get("keys", [said]) if isinstance(said, dict) else said
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise KeyUnfit
    return found
