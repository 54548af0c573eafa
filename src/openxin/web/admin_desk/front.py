"""The administrator's first page, what was done to accounts, and the settings, which are changed at the start and not here."""

from dataclasses import fields
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from openxin.accounts import acts
from openxin.law.loading import catalogue
from openxin.web import listing, standing
from openxin.web.admin_desk import pages

# Addresses of the database hold passwords, and the folders of keys and secrets are nobody's business on a page.
_NOT_SHOWN = {
    "database_url",
    "owner_database_url",
    "intake_database_url",
    "keys",
    "oidc_client_secret_file",
    "identity_verifier_token_file",
}


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """Where to do what, and what was done last."""
    pages.administrator(request)
    return pages.page(request, "web/admin_desk/front.html", acts=acts.acts()[:10])


@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """Every act on accounts, machines and organisations. The auditors see it too."""
    standing.must(request, "administrator", "auditor")
    shown, beside = listing.uncounted(request, acts.acts(page=listing.page_number(request)), acts.PAGE)
    return pages.page(request, "web/admin_desk/acts.html", acts=shown, **beside)


@require_GET
def settings_in_use(request: HttpRequest) -> HttpResponse:
    """The settings that are in force; none of them is changed here, and no secret is shown."""
    pages.administrator(request)
    of = settings.OPENXIN_INSTALLATION
    shown = [
        (f"OPENXIN_{one.name.upper()}", _said(getattr(of, one.name)))
        for one in fields(of)
        if one.name not in _NOT_SHOWN
    ]
    return pages.page(request, "web/admin_desk/settings.html", settings=shown, law=catalogue().hash.hex())


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return "" if value is None else str(value.resolve()) if isinstance(value, Path) else str(value)
