"""
What the catalogue learns from the events that are stored: names, properties and types.

Nothing new costs next to nothing: some events of each name are compared with what this process knows already.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from dangol.tracking.calls import NAME_LENGTH, Draft, parts_decoder
from dangol.tracking.enums import EventRule, PropertyType, WarningKind
from dangol.tracking.models import EventDefinition, PropertyDefinition
from dangol.tracking.operations.schema_warnings import Notice, warn

LOOKED_AT = 100
"""So many events of one name are compared with what is known, in one chunk."""

MOST_EVENTS = 2000
MOST_PROPERTIES = 300
WORKSPACES_KEPT = 500
SETTLED = timedelta(days=1)
"""Whoever has just begun to send an event adds its properties one by one: no warning is due."""

TYPES = {b'"': PropertyType.TEXT.value, b"[": PropertyType.LIST.value, b"{": PropertyType.OBJECT.value}
TYPES |= dict.fromkeys((b"t", b"f"), PropertyType.FLAG.value)
TYPES |= dict.fromkeys((bytes([sign]) for sign in b"-0123456789"), PropertyType.NUMBER.value)
"""What a value is, by the first sign of its JSON. Null says nothing."""

KNOWN = """
SELECT event.name, event.first_seen_at, property.name, property.types
FROM tracking_eventdefinition AS event
LEFT JOIN tracking_propertydefinition AS property
    ON property.workspace_id = event.workspace_id AND property.event_id = event.id
WHERE event.workspace_id = %s
"""


@dataclass(slots=True)
class KnownEvent:
    """What is known of one event: since when, and the types of each property."""

    first_seen_at: datetime
    properties: dict[str, list[str]] = field(default_factory=dict)


Known = dict[str, KnownEvent]
Learnt = dict[str, dict[str, list[str]]]
_known: dict[UUID, Known] = {}


def learn(*, workspace_id: UUID, drafts: Sequence[Draft], now: datetime) -> None:
    """Learn what is new in events that are stored in this transaction."""
    known = _known.get(workspace_id) or _read(workspace_id)
    learnt: Learnt = {}
    looked: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    for draft in drafts:
        looked[draft.name] += 1
        if looked[draft.name] <= LOOKED_AT:
            kinds[draft.name] = draft.kind
            _look_at(draft, known, learnt)
    if learnt:
        _write(workspace_id, learnt, kinds, known, now)
        warn(workspace_id=workspace_id, notices=Counter(_noticed(workspace_id, learnt, known, now)), now=now)
        _known.pop(workspace_id, None)
    else:
        # Not before the commit: what was read may have been written by this very transaction.
        transaction.on_commit(lambda: _keep(workspace_id, known))


def _read(workspace_id: UUID) -> Known:
    known: Known = {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [workspace_id])
        for event, first_seen_at, name, types in cursor.fetchall():
            properties = known.setdefault(event, KnownEvent(first_seen_at)).properties
            if name is not None:
                properties[name] = types
    return known


def _keep(workspace_id: UUID, known: Known) -> None:
    if len(_known) >= WORKSPACES_KEPT:
        _known.clear()
    _known[workspace_id] = known


def _look_at(draft: Draft, known: Known, learnt: Learnt) -> None:
    event = known.get(draft.name)
    if event is None:
        if len(known) + len(learnt) >= MOST_EVENTS and draft.name not in learnt:
            return
        learnt.setdefault(draft.name, {})
    for name, value in parts_decoder.decode(draft.properties).items():
        kind = TYPES.get(bytes(memoryview(value)[:1]))
        if kind is None or (event is not None and kind in event.properties.get(name, ())):
            continue
        properties = learnt.setdefault(draft.name, {})
        is_room = len(properties) + (len(event.properties) if event else 0) < MOST_PROPERTIES
        if len(name) <= NAME_LENGTH and (is_room or name in properties):
            types = properties.setdefault(name, [])
            if kind not in types:
                types.append(kind)


def _noticed(workspace_id: UUID, learnt: Learnt, known: Known, now: datetime) -> list[Notice]:
    """Return what of the new things is worth a warning."""
    notices = []
    for name, properties in learnt.items():
        event = known.get(name)
        if event is None:
            continue
        for one, types in properties.items():
            if was := event.properties.get(one):
                notices.append(Notice(name, one, WarningKind.TYPE_CHANGED, json.dumps({"was": was, "now": types})))
            elif now - event.first_seen_at > SETTLED:
                notices.append(Notice(name, one, WarningKind.NEW_PROPERTY))
    new = [name for name in learnt if name not in known]
    planned = EventDefinition.objects.filter(workspace_id=workspace_id, rule=EventRule.EXPECTED)
    if new and planned.exists():
        notices += [Notice(name, "", WarningKind.UNPLANNED) for name in new]
    return notices


def _write(workspace_id: UUID, learnt: Learnt, kinds: Mapping[str, str], known: Known, now: datetime) -> None:
    EventDefinition.objects.bulk_create(
        (
            EventDefinition(workspace_id=workspace_id, name=name, kind=kinds[name], first_seen_at=now)
            for name in sorted(learnt)
            if name not in known
        ),
        ignore_conflicts=True,
    )
    found = EventDefinition.objects.filter(workspace_id=workspace_id, name__in=learnt)
    ids = dict(found.values_list("name", "pk"))
    PropertyDefinition.objects.bulk_create(
        [
            PropertyDefinition(
                workspace_id=workspace_id,
                event_id=ids[event],
                name=name,
                types=_types_before(known, event, name) + types,
                first_seen_at=now,
            )
            for event, properties in sorted(learnt.items())
            for name, types in sorted(properties.items())
        ],
        update_conflicts=True,
        unique_fields=["workspace", "event", "name"],
        update_fields=["types"],
    )


def _types_before(known: Known, event: str, name: str) -> list[str]:
    return known[event].properties.get(name, []) if event in known else []
