"""Headers of every page: nothing from elsewhere, no script at all, kept by nobody on the way, found by no search engine."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# `data:` for the small signs inside the style sheet. There is no script: a page that needed one would need a line here.
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
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SafeHeaders:
    """Middleware: sets them. Files of style sheets are served before it and may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with them."""
        response = self._get_response(request)
        for name, value in _HEADERS.items():
            response.headers[name] = value
        return response
