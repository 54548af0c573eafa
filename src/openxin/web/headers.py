"""Headers of every page: nothing from elsewhere, kept by nobody on the way, found by no search engine.

No page runs a script, except those of the desk on which a file comes in: they run one file of ours, which asks this register.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# `data:` for the small signs inside the style sheet.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_OUR_SCRIPT = "; script-src 'self'; connect-src 'self'"
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def with_our_script(response: HttpResponse) -> HttpResponse:
    """The page may run the script that the register itself serves, which makes it handier and does nothing else."""
    response.headers["Content-Security-Policy"] = _POLICY + _OUR_SCRIPT
    return response


class SafeHeaders:
    """Middleware: sets them. Files of style sheets are served before it and may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with them."""
        response = self._get_response(request)
        for name, value in _HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        return response
