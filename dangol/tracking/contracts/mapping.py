"""
How a document that is no call of the API becomes one: which of its fields says who, what and when.

Webhooks, files of past events and devices send whatever their makers chose. Somebody says once what the fields mean;
the processor applies it to every document of the source, so that what could not be used can be tried again later.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from dangol.tracking.calls import Draft, InboxBody, Problem, Unusable, instant, read_call
from dangol.tracking.enums import DeadLetterCode as Code
from dangol.tracking.enums import EventKind, Meaning

MAPPED = "mapped"
"""How the inbox calls a delivery whose source says what its fields mean."""

DEEPEST = 8
TOPIC = "@topic"
DATE_WITH_OTHER_SIGNS = re.compile(r"^(\d{4})[./] ?(\d{1,2})[./] ?(\d{1,2})\.?(?=\D|$)")
LINES = ".*."
LINE_MEANINGS = {Meaning.LINE_SKU, Meaning.LINE_NAME, Meaning.LINE_QUANTITY, Meaning.LINE_PRICE}
ORDER_MEANINGS = {Meaning.ORDER_NUMBER, Meaning.TOTAL, Meaning.CURRENCY}


class FieldMapping(msgspec.Struct, frozen=True):
    """
    What the fields of a source mean.

    :ivar fields: `Meaning` by path; a path that is not named is a property
    :ivar event: name of the event where no field tells one
    :ivar names: what is stored in place of a name that the source uses
    :ivar zone: where clocks stood that wrote times without a zone
    """

    fields: dict[str, str] = {}
    event: str = ""
    names: dict[str, str] = {}
    zone: str = "UTC"

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "FieldMapping":
        """Read what a source keeps."""
        return msgspec.convert(stored, cls)


class Delivery(msgspec.Struct):
    """
    One document as it came, or a list of them, in the inbox.

    :ivar id: repeated with the same document whenever its sender repeats it
    :ivar topic: what stood beside the document: the topic of a broker, the kind of a webhook
    """

    id: str
    document: msgspec.Raw
    topic: str = ""


delivery_decoder = msgspec.json.Decoder(Delivery)


def read_delivery(entry: InboxBody, mapping: FieldMapping | None) -> Iterator[Draft | Problem]:
    """Yield the events of one delivery, and a problem in place of each document that cannot be used."""
    delivery = delivery_decoder.decode(entry.body)
    told = msgspec.json.decode(delivery.document)
    as_call = msgspec.structs.replace(entry, call="track")
    for index, document in enumerate(told if isinstance(told, list) else [told]):
        own_id = f"{delivery.id}-{index}" if isinstance(told, list) else delivery.id
        try:
            call = mapped_call(document, mapping, topic=delivery.topic, message_id=f"{entry.source_id}:{own_id}")
            yield read_call(msgspec.json.encode(call), as_call)
        except Unusable as problem:
            alone = Delivery(own_id, msgspec.Raw(msgspec.json.encode(document)), delivery.topic)
            body = msgspec.json.encode(alone)
            yield Problem(entry.source_id, entry.received_at, problem.code, problem.detail, body, MAPPED)


def usable_call(document: Any, mapping: FieldMapping, *, message_id: str, source_id: UUID, now: datetime) -> bytes:
    """
    Return the call as one of a batch, after the checks that the processor will make.

    :raises Unusable: with the reason
    """
    body = msgspec.json.encode(mapped_call(document, mapping, message_id=message_id))
    check_call(body, source_id=source_id, now=now)
    return body


def check_call(body: bytes, *, source_id: UUID, now: datetime) -> None:
    """
    Make the checks of the processor on one call of a batch.

    :raises Unusable: with the reason
    """
    read_call(body, InboxBody(0, source_id, "batch", now, body))


def mapped_call(document: Any, mapping: FieldMapping | None, *, message_id: str, topic: str = "") -> dict[str, Any]:
    """
    Return the track call that the document stands for.

    Of several fields with one meaning one that says something counts.

    :raises Unusable: if nobody said what the fields mean, the document is no object, or its time cannot be read
    """
    if mapping is None:
        raise Unusable(Code.NOT_MAPPED)
    if not isinstance(document, dict):
        raise Unusable(Code.WRONG_SHAPE, "Expected an object")
    flat = flattened(document) | _topic_fields(topic)
    told: dict[str, Any] = {}
    for path, meaning in mapping.fields.items():
        if flat.get(path) not in (None, "", []):
            told.setdefault(meaning, flat[path])
    name = _text(told.get(Meaning.EVENT)) or mapping.event
    contact = {way: _text(told[way]) for way in (Meaning.EMAIL.value, Meaning.PHONE.value) if way in told}
    call = {
        "type": EventKind.TRACK.value,
        "userId": _text(told.get(Meaning.USER_ID)),
        "anonymousId": _text(told.get(Meaning.ANONYMOUS_ID)),
        "event": mapping.names.get(name, name),
        "timestamp": _stamp(told.get(Meaning.TIME), mapping.zone),
        "messageId": _text(told.get(Meaning.MESSAGE_ID)) or message_id,
        "properties": _properties(flat, told, mapping),
        "context": {"traits": contact} if contact else {},
    }
    return {key: value for key, value in call.items() if value not in ("", None)}


def flattened(document: Mapping[str, Any], *, below: str = "", depth: int = 0) -> dict[str, Any]:
    """
    Return what a document says by path: `buyer.email`.

    A list keeps its own path; a list of objects also has the column of each of their fields: `items.*.sku`.
    """
    flat: dict[str, Any] = {}
    for key, value in document.items():
        path = f"{below}{key}"
        if isinstance(value, dict) and value and depth < DEEPEST:
            flat |= flattened(value, below=f"{path}.", depth=depth + 1)
            continue
        flat[path] = value
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            columns = dict.fromkeys(column for one in value for column in one)
            flat |= {f"{path}{LINES}{column}": [one.get(column) for one in value] for column in columns}
    return flat


def fields_of(delivery: Delivery) -> list[tuple[str, Any]]:
    """Return every field of a delivery with what it says, for somebody who says what it means."""
    told = msgspec.json.decode(delivery.document)
    documents = [one for one in (told if isinstance(told, list) else [told]) if isinstance(one, dict)]
    return [said for one in documents for said in (flattened(one) | _topic_fields(delivery.topic)).items()]


def _topic_fields(topic: str) -> dict[str, str]:
    if not topic:
        return {}
    return {TOPIC: topic} | {f"{TOPIC}.{place}": part for place, part in enumerate(topic.split("/"), start=1)}


def _properties(flat: Mapping[str, Any], told: Mapping[str, Any], mapping: FieldMapping) -> dict[str, Any]:
    lines = {path for path, meaning in mapping.fields.items() if meaning in LINE_MEANINGS}
    used = {path.partition(LINES)[0] for path in lines}
    kept = {
        path: value
        for path, value in flat.items()
        if mapping.fields.get(path, Meaning.PROPERTY) == Meaning.PROPERTY
        and LINES not in path
        and path not in used
        and not path.startswith(TOPIC)
    }
    kept |= {meaning.value: told[meaning] for meaning in ORDER_MEANINGS if meaning in told}
    columns = {meaning.removeprefix("line."): told[meaning] for meaning in LINE_MEANINGS if meaning in told}
    if columns:
        kept["products"] = _lines(columns)
    return kept


def _lines(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Turn columns into products; a single value is the one line of a flat document."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in columns.items()}
    longest = max(map(len, lists.values()))
    return [
        {name: values[row] for name, values in lists.items() if row < len(values) and values[row] is not None}
        for row in range(longest)
    ]


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _stamp(value: Any, zone: str) -> str | None:
    """Read a time as machines and as Korean shops write it; one without a zone is told by the clocks of `zone`."""
    text = _text(value)
    if not text:
        return None
    if text.replace(".", "", 1).isdecimal() and text.count(".") < 2 and len(text) > 8:  # noqa: PLR2004 - 20261122 is a day
        at = instant(float(text))
    else:
        try:
            at = datetime.fromisoformat(DATE_WITH_OTHER_SIGNS.sub(_hyphens, text))
        except ValueError as error:
            raise Unusable(Code.BAD_TIME, text[:40]) from error
        at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
    return at.isoformat() if at else None


def _hyphens(date: re.Match[str]) -> str:
    return f"{date[1]}-{date[2]:0>2}-{date[3]:0>2}"
