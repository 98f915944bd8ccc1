"""What browsers and proxies may keep of our answers: nothing, unless an answer says otherwise itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class UnkeptMiddleware:
    """Forbid keeping every answer of a view: nearly all of them show somebody's data."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer
