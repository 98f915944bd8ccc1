"""
The calls of the collection API as they come over the wire: limits, shapes, and how one is read.

Plain data; shared by the collector (which answers) and the processor (which stores).
"""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import md5
from typing import Any
from uuid import UUID

import msgspec

from dangol.tracking.enums import DeadLetterCode as Code

EVENT_BYTES = 32 * 1024
BODY_BYTES = 500 * 1024
EVENTS_IN_BATCH = 2500
ID_LENGTH = 200
NAME_LENGTH = 200
MESSAGE_ID_LENGTH = 300
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
BATCH = "batch"
NAMES = "names"
"""The calls of a batch that only name people, as they wait in the inbox: in another line than what somebody did."""

NAMING = ("identify", NAMES)
ONE_OF_BATCH = "event"
NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
SURROGATES = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)")
"""An escape of JSON: a pair of surrogates, a lone one (which is caught), or any other."""

EMPTY = msgspec.Raw(b"{}")
Stamp = str | int | float | None
Id = str | int | None

NAME_OF_KIND = {
    "identify": "Identified",
    "page": "Page Viewed",
    "screen": "Screen Viewed",
    "group": "Company Joined",
    "alias": "Alias",
}


class Batch(msgspec.Struct, rename="camel"):
    """The envelope of `/v1/batch`; its events are read one by one, so that a bad one spoils no other."""

    batch: list[msgspec.Raw]
    write_key: str | None = None
    sent_at: Stamp = None
    context: msgspec.Raw = EMPTY


class Envelope(msgspec.Struct, rename="camel"):
    """What the collector itself needs of a single call."""

    write_key: str | None = None


class Contact(msgspec.Struct):
    """What the context of a call says of the person."""

    traits: dict[str, Any] | None = None


class Call(msgspec.Struct, rename="camel", gc=False):
    """One call, with the types that the specification allows."""

    type: str = ""
    user_id: Id = None
    anonymous_id: Id = None
    message_id: str | None = None
    timestamp: Stamp = None
    original_timestamp: Stamp = None
    sent_at: Stamp = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    group_id: Id = None
    previous_id: Id = None
    properties: msgspec.Raw = EMPTY
    traits: msgspec.Raw = EMPTY
    context: msgspec.Raw = EMPTY


class TimeLimits(msgspec.Struct, frozen=True):
    """How far an event's own time may be from its arrival. None: however far."""

    ahead: timedelta | None = None
    late: timedelta | None = None


class InboxBody(msgspec.Struct):
    """One acknowledged request on its way to the processor."""

    id: int
    source_id: UUID
    call: str
    received_at: datetime
    body: bytes
    limits: TimeLimits = TimeLimits()


class Draft(msgspec.Struct, gc=False):
    """
    One event, checked and timed, before it is known whose it is. `properties` and `context` are JSON text.

    `digest` is what is remembered of its message id; `line` is how it is written to the database. By which address and
    number it says who it was stands in `email` and `phone`, and in `told` what it tells about the person.
    """

    source_id: UUID
    received_at: datetime
    occurred_at: datetime
    kind: str
    name: str
    user_id: str
    anonymous_id: str
    message_id: str
    target: str
    properties: str
    context: str
    body: bytes
    digest: str
    line: str = ""
    email: str = ""
    phone: str = ""
    told: dict[str, Any] | None = None


class Problem(msgspec.Struct):
    """
    One event that cannot be used, and why.

    `call` says how its body can be taken in again: a call of the API, `event` for one out of a batch, or nothing.
    """

    source_id: UUID
    received_at: datetime
    code: str
    detail: str
    body: bytes
    call: str = ""


class Unusable(ValueError):
    """The call cannot become an event."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


batch_decoder = msgspec.json.Decoder(Batch)
envelope_decoder = msgspec.json.Decoder(Envelope)
traits_decoder = msgspec.json.Decoder(Contact)
call_decoder = msgspec.json.Decoder(Call)
parts_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
"""Reads an object one level deep; its values stay as they were written."""


def read_body(entry: InboxBody) -> Iterator[Draft | Problem]:
    """Yield every event of an acknowledged request, and a problem in place of each that cannot be used."""
    sent_at: Stamp = None
    context = "{}"
    raws: list[bytes | msgspec.Raw] = [entry.body]
    is_batch = entry.call in {BATCH, NAMES}
    if is_batch:
        try:
            batch = batch_decoder.decode(entry.body)
            sent_at, context, raws = batch.sent_at, json_object(batch.context, "context"), list(batch.batch)
        except Unusable as problem:
            yield Problem(entry.source_id, entry.received_at, problem.code, problem.detail, entry.body, entry.call)
            return
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield Problem(entry.source_id, entry.received_at, Code.NOT_JSON, str(error), entry.body, entry.call)
            return
    for index, raw in enumerate(raws):
        body = bytes(raw)
        try:
            yield read_call(body, entry, index=index, sent_at=sent_at, context=context)
        except Unusable as problem:
            call = ONE_OF_BATCH if is_batch else entry.call
            yield Problem(entry.source_id, entry.received_at, problem.code, problem.detail, body, call)


def read_call(body: bytes, entry: InboxBody, *, index: int = 0, sent_at: Stamp = None, context: str = "{}") -> Draft:
    """
    Check one call and give it its time.

    :raises Unusable: with the reason
    """
    if len(body) > EVENT_BYTES:
        raise Unusable(Code.TOO_LARGE, f"{len(body)} bytes")
    call = decoded(body)
    kind = call.type if entry.call in {BATCH, NAMES} else entry.call
    user_id, anonymous_id = id_text(call.user_id), id_text(call.anonymous_id)
    if not user_id and not anonymous_id and not contact_in(call.context):
        raise Unusable(Code.NO_ID)
    name, target = name_and_target(kind, call, user_id)
    message_id = call.message_id or f"inbox-{entry.id}-{index}"
    if len(message_id) > MESSAGE_ID_LENGTH:
        raise Unusable(Code.TOO_LONG, "messageId")
    if b"\\u0000" in body and NUL_ESCAPE.search(body):
        raise Unusable(Code.NUL_CHARACTER)
    occurred_at, claimed = moment(call, sent_at, entry.received_at, entry.limits)
    return Draft(
        source_id=entry.source_id,
        received_at=entry.received_at,
        occurred_at=occurred_at,
        kind=kind,
        name=name,
        user_id=user_id,
        anonymous_id=anonymous_id,
        message_id=message_id,
        target=target,
        properties=content(kind, call),
        context=merged(context, json_object(call.context, "context"), claimed),
        body=body,
        digest=digest_of(message_id),
    )


def without_half_characters(body: bytes) -> bytes:
    """Put the replacement character for halves of a pair: JavaScript leaves them where it cuts a text in an emoji."""
    return SURROGATES.sub(lambda escape: b"\\ufffd" if escape[1] else escape[0], body)


def digest_of(message_id: str) -> str:
    """Return what is remembered of a message for ever, to know it again."""
    return md5(message_id.encode(), usedforsecurity=False).hexdigest()


def contact_in(context: bytes | str | msgspec.Raw) -> dict[str, Any]:
    """Return `context.traits` where it holds an e-mail address or a phone number, by which somebody is recognised."""
    traits = traits_told(context)
    return traits if traits.get("email") or traits.get("phone") else {}


def traits_in(context: msgspec.Raw) -> str:
    """Return the JSON of `context.traits`, where libraries of the RudderStack family put what identify tells."""
    return msgspec.json.encode(traits_told(context)).decode()


def traits_told(context: bytes | str | msgspec.Raw) -> dict[str, Any]:
    """Return `context.traits`; whatever else stands there is nothing."""
    try:
        return traits_decoder.decode(context).traits or {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def decoded(body: bytes) -> Call:
    """Decode one call or say what is wrong with its JSON."""
    try:
        return call_decoder.decode(body)
    except msgspec.ValidationError as error:
        raise Unusable(Code.WRONG_SHAPE, str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unusable(Code.NOT_JSON, str(error)) from error


def id_text(value: Id) -> str:
    """Turn an id into text; numbers are common and welcome."""
    text = str(value).strip() if value is not None else ""
    if len(text) > ID_LENGTH:
        raise Unusable(Code.TOO_LONG, f"{text[:40]}…")
    return text


def name_and_target(kind: str, call: Call, user_id: str) -> tuple[str, str]:
    """Return the event's name, and the group or the former id that it speaks of."""
    if kind == "track":
        name = (call.event or "").strip()
        if not name:
            raise Unusable(Code.NO_NAME)
        if len(name) > NAME_LENGTH:
            raise Unusable(Code.TOO_LONG, f"{name[:40]}…")
        return name, ""
    if kind not in NAME_OF_KIND:
        raise Unusable(Code.UNKNOWN_TYPE, kind[:40])
    target = id_text(call.group_id) if kind == "group" else id_text(call.previous_id) if kind == "alias" else ""
    if (kind in {"group", "alias"} and not target) or (kind == "alias" and not user_id):
        raise Unusable(Code.NO_TARGET)
    return NAME_OF_KIND[kind], target


def content(kind: str, call: Call) -> str:
    """Return the JSON of the event's own data: properties, or the traits of identify and group."""
    if kind in {"identify", "group"}:
        traits = json_object(call.traits, "traits")
        return traits_in(call.context) if traits == "{}" and kind == "identify" else traits
    text = json_object(call.properties, "properties")
    if kind in {"page", "screen"}:
        known = {key: value for key, value in (("name", call.name), ("category", call.category)) if value}
        return merged(msgspec.json.encode(known).decode(), text) if known else text
    return text


def json_object(raw: msgspec.Raw, field: str) -> str:
    """Return an object's JSON text; null is an empty object."""
    try:
        text = str(memoryview(raw), "utf-8")
    except UnicodeDecodeError as error:
        raise Unusable(Code.NOT_JSON, f"{field}: {error}") from error
    if text.startswith("{"):
        return text
    if text == "null":
        return "{}"
    raise Unusable(Code.WRONG_SHAPE, f"Expected an object - at `$.{field}`")


def text_of(raw: msgspec.Raw) -> str:
    """Return a value as it was written."""
    return str(memoryview(raw), "utf-8")


def json_of(parts: dict[str, msgspec.Raw]) -> str:
    """Return an object that was read one level deep."""
    return msgspec.json.encode(parts).decode()


def merged(*objects: str) -> str:
    """Join JSON objects; on a key of both the later one wins, as jsonb reads it."""
    return "{" + ",".join([inner for item in objects if (inner := item[1:-1].strip())]) + "}"


def moment(call: Call, batch_sent_at: Stamp, received_at: datetime, limits: TimeLimits) -> tuple[datetime, str]:
    """
    Return when the event happened by our clock, and a JSON note when it claimed to come from the future.

    `received − (sent − original)` removes the error of the sender's clock. Without `sentAt` the claimed time stands:
    that is how history is imported. Of a library that tells both, `originalTimestamp` is only when it was called.
    """
    original = instant(call.timestamp if call.timestamp is not None else call.original_timestamp)
    sent = instant(call.sent_at if call.sent_at is not None else batch_sent_at)
    if original is None:
        return received_at, ""
    try:
        at = received_at - (sent - original) if sent is not None else original
    except OverflowError as error:
        raise Unusable(Code.BAD_TIME) from error
    if at > received_at:
        if limits.ahead is not None and at - received_at > limits.ahead:
            raise Unusable(Code.TOO_FAR_AHEAD, original.isoformat())
        note = msgspec.json.encode({"dangol": {"claimed_at": original.isoformat()}}).decode()
        return received_at, note if at - received_at > timedelta(seconds=1) else ""
    if at < OLDEST:
        raise Unusable(Code.TOO_OLD, at.isoformat())
    if limits.late is not None and received_at - at > limits.late:
        raise Unusable(Code.TOO_LATE, at.isoformat())
    return at, ""


@lru_cache(maxsize=4096)
def instant(value: Stamp) -> datetime | None:
    """Read ISO 8601, or Unix seconds or milliseconds; no zone means UTC."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            if at.tzinfo is UTC:
                return at
            return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)  # noqa: PLR2004 - year 5138 in seconds
    except (ValueError, OverflowError, OSError) as error:
        raise Unusable(Code.BAD_TIME, str(value)[:40]) from error


@lru_cache(maxsize=1000)
def basic_user(authorization: str) -> str | None:
    """Return the user name of HTTP Basic, which is where client libraries put the write key."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None


def now() -> datetime:
    """Return the moment of receipt."""
    return datetime.now(UTC)
