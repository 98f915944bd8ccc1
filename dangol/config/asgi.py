"""The web process's one callable: events go to the lean collector, everything else to Django as far as it keeps up."""

import os
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")

from django.core.asgi import get_asgi_application

from dangol.config.environment import env_count
from dangol.config.load import Application, Receive, Scope, Send, Shedding

COLLECTED = "/v1/"

pages = Shedding(cast("Application", get_asgi_application()), most=env_count("DANGOL_MOST_WAITING", default=100))

from dangol.config.body_limit import limited  # noqa: E402 - after the set-up of Django, like what follows
from dangol.tracking.collector import collector  # noqa: E402 - Django is set up by the line above


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Route one connection. The collector also hears when the process starts and ends (lifespan)."""
    collected = scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"].startswith(COLLECTED))
    if collected:
        await cast("Application", collector)(scope, receive, send)
    else:
        await limited(pages, scope, receive, send)
