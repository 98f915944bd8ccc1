"""Every refusal as RFC 9457 problem+json, with a sentence that says what to do, in the caller's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

PREFIX = "/api/v1/"
CONTENT_TYPE = "application/problem+json"

TITLES: Mapping[str, tuple[int, Promise]] = {
    "bad-request": (400, _("The request cannot be read")),
    "no-key": (401, _("No key")),
    "bad-key": (401, _("The key does not open this door")),
    "not-allowed": (403, _("Not allowed")),
    "not-found": (404, _("Not found")),
    "wrong-method": (405, _("Not this way")),
    "conflict": (409, _("Changed meanwhile")),
    "too-large": (413, _("Too large")),
    "invalid": (422, _("This cannot be kept")),
    "key-used-before": (422, _("The idempotency key was used for something else")),
    "too-many": (429, _("Too many requests")),
    "our-fault": (500, _("Something went wrong here")),
    "unavailable": (503, _("Not just now")),
}
"""Status and title of every kind of refusal. `type` is the address of its paragraph on the documentation page."""

PLAIN: Mapping[int, tuple[str, Promise]] = {
    400: ("bad-request", _("Send a well-formed request: JSON in UTF-8.")),
    404: ("not-found", _("There is nothing at this address. The documentation lists every address.")),
    405: ("wrong-method", _("This address takes other methods; the header Allow names them.")),
    500: (
        "our-fault",
        _("This was not your mistake. Try again; if it stays, tell the administrator what X-Failure says."),
    ),
    503: (
        "unavailable",
        _("The database does not answer just now. Send the same again in a few seconds, with its Idempotency-Key."),
    ),
}
"""What is said instead of Django's own pages."""


class Problem(Exception):
    """
    A refusal.

    :param code: a key of TITLES
    :param errors: (field, what to do) of each field to mend
    :param more: members of the answer besides those of RFC 9457
    """

    def __init__(
        self,
        code: str,
        detail: str | Promise,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})
        self.more = more or {}

    @property
    def answer(self) -> HttpResponse:
        """The refusal as it is sent."""
        status, title = TITLES[self.code]
        content: dict[str, Any] = {
            "type": f"{PREFIX}docs#{self.code}",
            "title": str(title),
            "status": status,
            "detail": str(self.detail),
            **({"errors": [{"field": field, "message": said} for field, said in self.errors]} if self.errors else {}),
            **self.more,
        }
        return HttpResponse(msgspec.json.encode(content), CONTENT_TYPE, status=status, headers=self.headers)


def invalid(field: str, said: str | Promise) -> Problem:
    """Return the refusal of one field."""
    return Problem("invalid", said, errors=[(field, str(said))])


def unseen(field: str) -> Problem:
    """Return the refusal of an id that leads to nothing which the key's member may see."""
    return invalid(field, gettext("Nobody and nothing that the key's member may see has this id."))


class ProblemMiddleware:
    """Whoever asks the API never gets a web page for an error, wherever the error arose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        told = PLAIN.get(answer.status_code)
        if told is None or not request.path.startswith(PREFIX) or answer["Content-Type"] == CONTENT_TYPE:
            return answer
        kept = {name: answer[name] for name in ("Allow", "X-Failure", "Retry-After") if name in answer}
        return Problem(*told, headers=kept).answer
