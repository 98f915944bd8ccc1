"""
The collection API: a lean ASGI callable beside Django, which would cost most of a millisecond per request.

It authenticates, checks the envelope, keeps the body in the inbox, and acknowledges after the commit. It speaks the
public tracking API that most client libraries know: `POST /v1/{identify,track,page,screen,group,alias,batch}`, which it
describes at `/v1/openapi.json`. Browsers get the script of other people's sites from it too.
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec
from django.db import connections

from dangol.kit.tracing import span
from dangol.tracking import calls
from dangol.tracking.intake import Intake, KnownSource, Overloaded, Unavailable
from dangol.tracking.openapi import OPENAPI_PATH, described
from dangol.tracking.parting import parted
from dangol.tracking.replies import JSON, Reply, failure, preflight, settings_of, success
from dangol.tracking.site_script import SCRIPT_PATH, site_script

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CALLS = ("identify", "track", "page", "screen", "group", "alias", "batch")
FULL_PATHS = {f"/v1/{call}": call for call in CALLS} | {"/v1/import": "batch"}
PATHS = FULL_PATHS | {f"/v1/{call[0]}": call for call in CALLS}
"""Also the browser's short ones: `/v1/a` is alias, `/v1/s` is screen."""

READ_HEADERS = frozenset({
    b"accept-encoding", b"authorization", b"content-encoding", b"content-length", b"host", b"if-none-match",
    b"x-dangol-strict",
})  # fmt: skip
SETTINGS_PREFIX, SETTINGS_SUFFIX = "/v1/projects/", "/settings"
BODY_SECONDS = 20.0


class Refused(Exception):
    """The request cannot be taken; the reply says why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Headers(msgspec.Struct, frozen=True):
    """The few headers that matter."""

    authorization: str = ""
    content_encoding: str = ""
    content_length: str = ""
    host: str = ""
    strict: bool = False
    accept_encoding: str = ""
    if_none_match: str = ""

    @classmethod
    def of(cls, scope: Scope) -> "Headers":
        """Read them from the scope."""
        found = {name: value.decode("latin-1") for name, value in scope["headers"] if name in READ_HEADERS}
        return cls(
            authorization=found.get(b"authorization", ""),
            content_encoding=found.get(b"content-encoding", "").strip().lower(),
            content_length=found.get(b"content-length", ""),
            host=found.get(b"host", ""),
            strict=found.get(b"x-dangol-strict", "") == "1",
            accept_encoding=found.get(b"accept-encoding", ""),
            if_none_match=found.get(b"if-none-match", ""),
        )


class Collector:
    """The ASGI application. Opens its connections on start-up, or on the first request where nobody tells it."""

    def __init__(self) -> None:
        self._intake: Intake | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        try:
            with span("events", {}):
                reply = await self._answer(scope, receive)
        except Refused as refused:
            reply = refused.reply
        except Overloaded:
            reply = failure("overloaded")
        except Unavailable:
            reply = failure("unavailable")
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def start(self) -> None:
        """Open connections for the running event loop."""
        await self._ready()

    async def stop(self) -> None:
        """Commit what waits and close."""
        intake, self._intake = self._intake, None
        if intake is not None:
            await intake.stop()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _ready(self) -> Intake:
        loop = asyncio.get_running_loop()
        if self._intake is None or self._loop is not loop:
            self._intake, self._loop = Intake(_connection_parameters()), loop
            await self._intake.start()
        return self._intake

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        path, method = scope["path"].rstrip("/"), scope["method"]
        call = PATHS.get(path)
        if method == "OPTIONS":
            return preflight()
        headers = Headers.of(scope)
        if call is None:
            return await self._show(path, method, headers, scheme=scope.get("scheme", "https"))
        if method != "POST":
            raise Refused(failure("not_post"))
        body = unpacked(await read_limited(receive, headers), headers)
        return await self._take(call, body, headers)

    async def _take(self, call: str, body: bytes, headers: Headers) -> Reply:
        body, key = checked_envelope(call, body)
        intake = await self._ready()
        source = await _source(intake, calls.basic_user(headers.authorization) or key)
        rejected = problems_in(call, body, source) if headers.strict else None
        await intake.keep(source, parted(call, body))
        return success(rejected)

    async def _show(self, path: str, method: str, headers: Headers, *, scheme: str) -> Reply:
        """Answer what is fetched before one sends: our own script, the settings of another one, the description."""
        if method == "GET" and path == SCRIPT_PATH:
            return site_script(accept_encoding=headers.accept_encoding, if_none_match=headers.if_none_match)
        if method == "GET" and path == OPENAPI_PATH:
            return Reply(200, JSON, described(tuple(FULL_PATHS.items())))
        if method == "GET" and path.startswith(SETTINGS_PREFIX) and path.endswith(SETTINGS_SUFFIX):
            write_key = path[len(SETTINGS_PREFIX) : -len(SETTINGS_SUFFIX)]
            await _source(await self._ready(), write_key)
            return settings_of(write_key, host=headers.host, scheme=scheme)
        raise Refused(failure("unknown_path"))


async def _source(intake: Intake, write_key: str | None) -> KnownSource:
    if not write_key:
        raise Refused(failure("no_key"))
    source = await intake.source_of(write_key)
    if source is None:
        raise Refused(failure("unknown_key"))
    return source


async def read_limited(receive: Receive, headers: Headers) -> bytes:
    """Read the body, and stop reading as soon as it is too large or too slow."""
    if headers.content_length.isdecimal() and int(headers.content_length) > calls.BODY_BYTES:
        raise Refused(failure("body_too_large"))
    reading = asyncio.current_task()
    assert reading is not None
    # What asyncio.timeout does, at a fifth of its cost: most bodies are there already.
    overdue = asyncio.get_running_loop().call_later(BODY_SECONDS, reading.cancel)
    try:
        return await _read(receive)
    except asyncio.CancelledError as error:
        if asyncio.get_running_loop().time() < overdue.when():
            raise
        reading.uncancel()
        raise Refused(failure("too_slow")) from error
    finally:
        overdue.cancel()


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(failure("too_slow"))
        part = message.get("body", b"")
        size += len(part)
        if size > calls.BODY_BYTES:
            raise Refused(failure("body_too_large"))
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def unpacked(body: bytes, headers: Headers) -> bytes:
    """Undo gzip or deflate, never past the limit: a small bomb must not fill the memory."""
    if headers.content_encoding in {"", "identity"}:
        return body
    if headers.content_encoding not in {"gzip", "x-gzip", "deflate"}:
        raise Refused(failure("unknown_encoding"))
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        plain = unpacker.decompress(body, calls.BODY_BYTES + 1)
    except zlib.error as error:
        raise Refused(failure("bad_gzip")) from error
    if len(plain) > calls.BODY_BYTES:
        raise Refused(failure("body_too_large"))
    if not unpacker.eof:
        raise Refused(failure("bad_gzip"))
    return plain


def checked_envelope(call: str, body: bytes) -> tuple[bytes, str | None]:
    """Check what would lose the whole request; return the body as it can be kept, and the write key in it."""
    try:
        return body, write_key_in(call, body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        whole = calls.without_half_characters(body)
        if whole != body:
            return checked_envelope(call, whole)
        raise Refused(failure("bad_json", detail=str(error)[:200])) from error


def write_key_in(call: str, body: bytes) -> str | None:
    """Return the write key that the body of a call carries, if it is JSON and within the limits."""
    str(body, "utf-8")
    if call != "batch":
        if len(body) > calls.EVENT_BYTES:
            raise Refused(failure("event_too_large"))
        return calls.envelope_decoder.decode(body).write_key
    batch = calls.batch_decoder.decode(body)
    if len(batch.batch) > calls.EVENTS_IN_BATCH:
        raise Refused(failure("too_many_events"))
    return batch.write_key or key_of_first(batch.batch)


def key_of_first(events: list[msgspec.Raw]) -> str | None:
    """Return the write key that the first readable event carries."""
    for raw in events:
        try:
            return calls.envelope_decoder.decode(raw).write_key
        except msgspec.ValidationError:
            continue
    return None


def problems_in(call: str, body: bytes, source: KnownSource) -> list[dict[str, Any]]:
    """Return which events of the request will be put aside, for senders that ask."""
    entry = calls.InboxBody(0, source.source_id, call, calls.now(), body)
    return [
        {"index": index, "code": str(read.code), "detail": read.detail}
        for index, read in enumerate(calls.read_body(entry))
        if isinstance(read, calls.Problem)
    ]


def _connection_parameters() -> dict[str, Any]:
    settings = connections.settings["default"]
    wanted = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {ours: settings[theirs] for theirs, ours in wanted.items() if settings.get(theirs)}


collector = Collector()
"""The instance that the web process mounts at /v1/."""
