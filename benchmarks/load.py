"""A small HTTP load generator, and the server that does nothing: the limit of every request."""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ACKNOWLEDGED = b'{"success":true}'


@dataclass
class Load:
    """What a load run measured: all of it in seconds, and each request's wait."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)


class Client(asyncio.Protocol):
    """One connection that sends the next request when the last is answered."""

    def __init__(self, requests: Iterator[bytes], load: Load, done: "asyncio.Future[None]") -> None:
        self._requests = requests
        self._load = load
        self._done = done
        self._answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not self._answer.endswith(ACKNOWLEDGED):
            return
        if not self._answer.startswith(b"HTTP/1.1 200"):
            self._done.set_exception(RuntimeError(self._answer[:200].decode()))
        self._load.waits.append(time.perf_counter() - self._sent)
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError(self._answer[:300].decode()))

    def _next(self) -> None:
        self._answer = b""
        request = next(self._requests, None)
        if request is None:
            if not self._done.done():
                self._done.set_result(None)
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)


async def measure_requests(port: int, key: str, bodies: Sequence[bytes], *, count: int, connections: int) -> Load:
    """Send `count` single-event requests over so many connections, each waiting for its answer before the next."""
    token = base64.b64encode(f"{key}:".encode()).decode()
    ready = [_request(token, body) for body in bodies]
    requests = (ready[number % len(ready)] for number in range(count))
    load = Load()
    loop = asyncio.get_running_loop()
    done = [loop.create_future() for _ in range(connections)]
    began = time.perf_counter()
    for future in done:
        await loop.create_connection(lambda future=future: Client(requests, load, future), "127.0.0.1", port)  # type: ignore[misc] # binds the loop variable
    await asyncio.gather(*done)
    load.seconds = time.perf_counter() - began
    return load


def _request(token: str, body: bytes) -> bytes:
    head = f"POST /v1/track HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {token}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def idle(
    scope: Mapping[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Read the body and acknowledge it without keeping anything."""
    if scope["type"] == "lifespan":
        for phase in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{phase}.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(ACKNOWLEDGED)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": ACKNOWLEDGED})
