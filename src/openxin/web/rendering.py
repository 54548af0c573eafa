"""From finished values to a page. While a template is rendered the database refuses: a page that needs one more row must be
given it by its view, where the door decides.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NoReturn

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


class TemplateAsked(Exception):
    """A template asked the database."""


def page(request: HttpRequest, template: str, *, status: int = 200, **shown: Any) -> HttpResponse:
    """The page. Raises TemplateAsked, in tests and in production alike."""
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(_refuse))
        content = render_to_string(template, shown, request)
    return HttpResponse(content, status=status)


def _refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> NoReturn:  # noqa: ARG001
    raise TemplateAsked
