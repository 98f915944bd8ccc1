"""Pages about signing in, asked for in the middle of another page."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

ACCOUNTS = "/accounts/"


class WholePageMiddleware:
    """
    Open them as whole pages: a part of a page that needs a new sign-in would show the form in its own place.

    After a session has ended one comes back to the page where one was.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined] # HtmxMiddleware puts it there
        if not htmx or not isinstance(answer, HttpResponseRedirectBase) or not answer.url.startswith(ACCOUNTS):
            return answer
        if answer.url.startswith(resolve_url("account_login")):
            answer = redirect_to_login(htmx.current_url_abs_path or "/")
        return HttpResponseClientRedirect(answer.url)
