"""The pages of `bench disclose`: those of the register, and the baseline beside them, under the same middleware."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

# What is measured is the server that is served: its own entry makes it, and by name, since no command may see the settings.
application = import_module("openxin.config.wsgi").application

_BYTES = 300  # about as many as a line has


@csrf_exempt
def bare(request: HttpRequest, row: UUID) -> HttpResponse:
    """One indexed SELECT, one INSERT, committed: the least that a server can do that shows something and notes it."""
    del request
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("select body from bench_row where id = %s", [row])
        found = cursor.fetchone()
        cursor.execute(
            "insert into bench_note (id, at, row_id, body) values (%s, %s, %s, %s)",
            [uuid4(), datetime.now(UTC), row, bytes(_BYTES)],
        )
    return HttpResponse(bytes(found[0]), content_type="application/json")


urlpatterns = [path("api/v1/bench/<uuid:row>", bare), *import_module("openxin.web.urls").urlpatterns]
settings.ROOT_URLCONF = __name__
