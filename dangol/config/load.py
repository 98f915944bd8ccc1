"""Sending requests away while so many wait that they would be answered too late anyway."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SPARED = frozenset({"/healthz", "/readyz", "/metrics"})
"""Who looks after us has to get an answer above all when there is much to do."""
SAID = "Too many requests are waiting. Try again in a few seconds. / 요청이 밀려 있습니다. 잠시 후 다시 시도하십시오."
RETRY_AFTER = 5


class Shedding:
    """Answers 503 with Retry-After to whoever comes while `most` requests are under way in this process."""

    def __init__(self, application: Application, *, most: int) -> None:
        self.application = application
        self.most = most
        self.under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.under_way >= self.most and scope.get("path") not in SPARED:
            await answer_plainly(send, 503, SAID, retry_after=str(RETRY_AFTER))
            return
        self.under_way += 1
        try:
            await self.application(scope, receive, send)
        finally:
            self.under_way -= 1


async def answer_plainly(send: Send, status: int, said: str, **headers: str) -> None:
    """Answer with one sentence, without Django. An underscore in a header's name is a hyphen."""
    told = {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"} | headers
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": said.encode()})
