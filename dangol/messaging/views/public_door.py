"""The door of every page that a message links to: a signed token instead of a sign-in."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from dangol.messaging.links import opened
from dangol.messaging.models import Message
from dangol.messaging.queries.public import message_named_by


class PublicRequest(HttpRequest):
    """A request of somebody who holds a message's link; the database shows that message's workspace only."""

    message: Message
    token: str
    extra: bytes
    now: datetime


PublicView = Callable[[PublicRequest], HttpResponse]


def by_token(purpose: str, *, bound_to: str = "") -> Callable[[PublicView], Callable[..., HttpResponse]]:
    """
    Let in whoever holds a token made for this purpose; answer everybody else with a friendly 404.

    No cookie is needed and none is trusted, so there is nothing for a forged request to ride on: no CSRF check.

    :param bound_to: the query parameter that the token seals
    """

    def decorate(view: PublicView) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def entered(request: Any, token: str) -> HttpResponse:
            ids = opened(token, purpose, bound=request.GET.get(bound_to, "") if bound_to else "")
            message = message_named_by(ids) if ids else None
            if ids is None or message is None:
                return _private(render(request, "messaging/public_unknown.html", status=404))
            request.message, request.token, request.extra, request.now = message, token, ids.extra, timezone.now()
            _speak_to(request, message)
            return _private(view(request))

        return entered

    return decorate


def evidence_of(request: HttpRequest) -> dict[str, Any]:
    """Return what a request tells about who made it, without what would identify a person: networks, not addresses."""
    ahead = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return {
        "agent": request.headers.get("User-Agent", "")[:300],
        "method": request.method,
        "ahead": "prefetch" in ahead.lower() or "preview" in ahead.lower(),
        "network": _network(request.META.get("REMOTE_ADDR", "")),
    }


def _speak_to(request: HttpRequest, message: Message) -> None:
    """Use the language chosen on a page before, else the person's, else the house's."""
    wishes = (
        request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME),
        message.person.language,
        message.workspace.language,
    )
    known = {code for code, _name in settings.LANGUAGES}
    language = next((wish for wish in wishes if wish in known), settings.LANGUAGE_CODE)
    translation.activate(language)
    request.LANGUAGE_CODE = language
    try:
        timezone.activate(ZoneInfo(message.person.time_zone or message.workspace.time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        timezone.activate(ZoneInfo(message.workspace.time_zone))


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _network(address: str) -> str:
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::/48"
    return ".".join([*address.split(".")[:3], "0/24"]) if address else ""
