"""Machines of bodies and organisations: register one with its public keys, change them, close it. There is no secret to show."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openxin.accounts import acts, machines
from openxin.accounts.machines import KeyUnfit, Listed
from openxin.web import listing
from openxin.web.admin_desk import pages, registered

_LONGEST_KEYS = 16 * 1024  # characters


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """All of them."""
    pages.administrator(request)
    found = machines.all_listed(page=listing.page_number(request))
    shown, beside = listing.uncounted(request, found, acts.PAGE)
    rows = [(one, title, pages.role_titles(one.roles)) for one, title in pages.titled(shown)]
    return pages.page(request, "web/admin_desk/machines.html", machines=rows, **beside)


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new machine: whose, in which roles, with which public keys."""
    typed = {name: request.POST.get(name, "") for name in ("holder", "keys")}
    roles = request.POST.getlist("roles")

    def register(by: UUID, at: datetime) -> UUID:
        holder = pages.holder(typed["holder"])
        public = _public(typed["keys"])
        return machines.register(holder.authority, public, at=at, organisation=holder.organisation, roles=roles, by=by)

    return registered.register(
        request,
        "web/admin_desk/machine_new.html",
        register,
        lambda client: registered.go_to(_MACHINE, client),
        chosen=roles,
        choices=pages.choices(machine=True),
        **typed,
    )


@require_GET
def machine(request: HttpRequest, client: UUID) -> HttpResponse:
    """One machine."""
    return registered.one(_MACHINE, request, client)


@require_POST
def roles(request: HttpRequest, client: UUID) -> HttpResponse:
    """It has these roles from now on."""
    chosen = request.POST.getlist("roles")
    return registered.change(
        _MACHINE, request, client, lambda by, at: machines.change_roles(client, chosen, at=at, by=by)
    )


@require_POST
def keys(request: HttpRequest, client: UUID) -> HttpResponse:
    """These keys are accepted from now on, and no other."""
    typed = request.POST.get("keys", "")
    return registered.change(
        _MACHINE, request, client, lambda by, at: machines.change_keys(client, _public(typed), at=at, by=by)
    )


@require_POST
def close(request: HttpRequest, client: UUID) -> HttpResponse:
    """Nothing of it is accepted any more."""
    return registered.close(_MACHINE, request, client, lambda by, at: machines.close(client, at=at, by=by))


def _shown(found: Listed) -> dict[str, Any]:
    ((_, title),) = pages.titled([found])
    return {"title": title, "chosen": found.roles, "choices": pages.choices(machine=True)}


_MACHINE: Final = registered.Kind("machine", machines.listed, lambda found: found.closed_at is None, _shown)


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
