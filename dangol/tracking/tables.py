"""Rows as the pages show them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.kit.masking import masked_names, masked_within
from dangol.kit.pagination import CappedCount
from dangol.tracking.calls import Draft, InboxBody, contact_in
from dangol.tracking.contracts import MAPPED, Delivery, FieldMapping, delivery_decoder, fields_of, read_delivery
from dangol.tracking.enums import DeadLetterCode, Meaning
from dangol.tracking.models import DeadLetter, Event, Sample, Source, TimeRules

TEXT_SHOWN = 1000
VALUES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One dead letter with its source, its reason in words and the beginning of its text."""

    letter: DeadLetter
    source: Source | None
    reason: str
    text: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """Why events were put aside, and how many."""

    code: str
    reason: str
    count: CappedCount


def letter_rows(letters: Iterable[DeadLetter], sources: Mapping[UUID, Source]) -> list[LetterRow]:
    """Decode what can be shown; bytes that are no text become question marks."""
    return [_row(letter, sources.get(letter.source_id)) for letter in letters]


def reason_rows(counts: Mapping[str, CappedCount]) -> list[ReasonRow]:
    """Say reasons in words."""
    return [ReasonRow(code, str(DeadLetterCode(code).label), count) for code, count in counts.items()]


def _row(letter: DeadLetter, source: Source | None) -> LetterRow:
    body = bytes(letter.body)
    reason = str(DeadLetterCode(letter.code).label) if letter.code in DeadLetterCode.values else letter.code
    return LetterRow(letter, source, reason, body[:TEXT_SHOWN].decode(errors="replace"), len(body) > TEXT_SHOWN)


@dataclass(slots=True)
class FieldRow:
    """One field of a source's documents: what it may mean, and what it said last."""

    path: str
    meaning: str
    values: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One document that came, and the event that it becomes, or why it becomes none."""

    sample: Sample
    text: str
    event: Draft | None
    who: str
    properties: dict[str, Any]
    problem: str


def field_rows(samples: Iterable[Sample], mapping: FieldMapping) -> list[FieldRow]:
    """Every field of the samples and every field that means something already."""
    rows = {path: FieldRow(path, meaning) for path, meaning in mapping.fields.items()}
    for sample in samples:
        for path, value in fields_of(_readable(sample)):
            row = rows.setdefault(path, FieldRow(path, Meaning.PROPERTY))
            shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            if shown and shown not in row.values and len(row.values) < VALUES_SHOWN:
                row.values.append(shown[:TEXT_SHOWN])
    return sorted(rows.values(), key=lambda row: row.path)


def sample_rows(samples: Iterable[Sample], mapping: FieldMapping | None) -> list[SampleRow]:
    """What becomes of each document as its fields are understood now."""
    return [_sample_row(sample, mapping) for sample in samples]


def _sample_row(sample: Sample, mapping: FieldMapping | None) -> SampleRow:
    body = bytes(sample.body)
    text = bytes(_readable(sample).document).decode(errors="replace")[:TEXT_SHOWN]
    entry = InboxBody(0, sample.source_id, MAPPED, sample.received_at.astimezone(UTC), body)
    read = next(read_delivery(entry, mapping), None)
    if isinstance(read, Draft):
        contact = contact_in(read.context)
        who = read.user_id or contact.get("email") or contact.get("phone") or read.anonymous_id
        shown = masked_within(who, masked_names())
        return SampleRow(sample, text, read, shown, msgspec.json.decode(read.properties), "")
    return SampleRow(sample, text, None, "", {}, str(DeadLetterCode(read.code).label) if read else "")


def _readable(sample: Sample) -> Delivery:
    """The document as far as the running request may read it. What becomes of it is told by what really came."""
    return delivery_decoder.decode(masked_within(bytes(sample.body), masked_names()))


def event_json(event: Event) -> str:
    """Return everything that one event says, to be read."""
    told = {
        "id": str(event.pk),
        "kind": event.kind,
        "name": event.name,
        "occurred_at": event.occurred_at.isoformat(),
        "received_at": event.received_at.isoformat(),
        "anonymous_id": event.anonymous_id,
        "message_id": event.message_id,
        "properties": event.properties,
        "context": event.context,
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def time_sentences(rules: TimeRules) -> list[str]:
    """Say what becomes of events whose own time is far from their arrival."""
    late = ahead = ""
    if rules.days_late is not None:
        late = ngettext(
            "What happened more than %(count)s day before it arrives waits among the dead letters.",
            "What happened more than %(count)s days before it arrives waits among the dead letters.",
            rules.days_late,
        ) % {"count": f"{rules.days_late:,}"}
    if rules.hours_ahead is not None:
        ahead = ngettext(
            "What claims a time more than %(count)s hour ahead waits among the dead letters.",
            "What claims a time more than %(count)s hours ahead waits among the dead letters.",
            rules.hours_ahead,
        ) % {"count": f"{rules.hours_ahead:,}"}
    return [
        late or _("However late an event arrives, it counts at the time when it happened."),
        ahead or _("What claims to come from the future counts as happening when it arrived."),
    ]
