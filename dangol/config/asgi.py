"""The web process's one callable: event collection goes to the lean collector, everything else to Django."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")

from django.core.asgi import get_asgi_application

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

COLLECTED = "/v1/"

pages = cast("Application", get_asgi_application())

from dangol.config.body_limit import limited  # noqa: E402 - after the set-up of Django, like what follows
from dangol.tracking.collector import collector  # noqa: E402 - Django is set up by the line above


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Route one connection. The collector also hears when the process starts and ends (lifespan)."""
    collected = scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"].startswith(COLLECTED))
    if collected:
        await cast("Application", collector)(scope, receive, send)
    else:
        await limited(pages, scope, receive, send)
