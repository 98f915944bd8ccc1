"""Store one chunk of events, set by set, on the current transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import md5
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from dangol import facts
from dangol.customers.operations import (
    Recognition,
    Sighting,
    join_companies,
    normalised_email,
    normalised_phone,
    recognise,
    remember,
)
from dangol.kit import bus
from dangol.kit.ids import uuid7s
from dangol.tracking.calls import Draft, Problem, contact_in
from dangol.tracking.enums import DeadLetterCode, EventKind
from dangol.tracking.models import DeadLetter
from dangol.tracking.operations.copying import array, copy_events, event_line
from dangol.tracking.operations.counting import Counts
from dangol.tracking.operations.orders import (
    ORDER_COMPLETED,
    OrderEvent,
    PlacedOrder,
    UnreadableOrder,
    place_orders,
    read_order,
)
from dangol.workspaces.models import Workspace

IDS_IN_FACT = 5000
NAMES_IN_FACT = 100
ORIGIN = "tracking"
COUNTED = frozenset({EventKind.TRACK, EventKind.PAGE, EventKind.SCREEN})

REPEATED = """
WITH told AS (SELECT unnest(%s::uuid[]) AS digest), fresh AS (
    INSERT INTO tracking_seen (workspace_id, digest) SELECT %s, digest FROM told ON CONFLICT DO NOTHING RETURNING digest
)
SELECT digest FROM told EXCEPT SELECT digest FROM fresh
"""
MISSING_MONTHS = """
SELECT m FROM unnest(%s::date[]) AS m WHERE to_regclass('public.tracking_event_' || to_char(m, 'YYYYMM')) IS NULL
"""
RELINK = """
UPDATE tracking_event e SET person_id = l.person_id
FROM unnest(%s::text[], %s::uuid[]) AS l(anonymous_id, person_id)
WHERE e.workspace_id = %s AND e.anonymous_id = l.anonymous_id AND e.person_id IS NULL
RETURNING e.id, e.person_id, e.anonymous_id, e.occurred_at, e.kind, e.name,
    CASE WHEN e.kind = 'identify' OR e.name = 'Order Completed' THEN e.properties::text ELSE '{}' END,
    e.source_id, e.received_at
"""
NEWER_TRAITS = """
SELECT e.person_id, told.key, max(e.occurred_at)
FROM unnest(%s::uuid[], %s::timestamptz[]) AS p(id, since)
JOIN tracking_event e ON e.person_id = p.id AND e.occurred_at > p.since
CROSS JOIN LATERAL jsonb_object_keys(e.properties) AS told(key)
WHERE e.workspace_id = %s AND e.kind = 'identify'
GROUP BY e.person_id, told.key
"""


Told = tuple[datetime, UUID, dict[str, Any]]


class MonthsMissing(LookupError):
    """Events of these months have no partition yet."""

    def __init__(self, months: list[date]) -> None:
        super().__init__(months)
        self.months = months


class Known(msgspec.Struct, gc=False):
    """One event together with whose it is."""

    id: UUID
    person_id: UUID
    anonymous_id: str
    occurred_at: datetime
    kind: str
    name: str
    properties: str
    source_id: UUID
    received_at: datetime


@dataclass(slots=True)
class Chunk:
    """What is on its way into the store. `known`: the new events with a person, and older ones that just got theirs."""

    workspace_id: UUID
    now: datetime
    drafts: list[Draft]
    problems: list[Problem]
    known: list[Known] = field(default_factory=list)


def store(*, workspace_id: UUID, drafts: Sequence[Draft], problems: Sequence[Problem], now: datetime) -> None:
    """
    Store events that were not stored before, and everything that follows from them.

    :raises MonthsMissing: before anything is written, if a partition has to be made first
    """
    chunk = Chunk(workspace_id, now, list(drafts), list(problems))
    _check_months(chunk)
    _drop_repeated(chunk)
    if chunk.drafts:
        _store_drafts(chunk)
    _put_aside(chunk)


def _store_drafts(chunk: Chunk) -> None:
    identify = EventKind.IDENTIFY.value
    traits = {index: _traits(draft) for index, draft in enumerate(chunk.drafts) if draft.kind == identify}
    contacts = {index: contact for index, draft in enumerate(chunk.drafts) if (contact := _contact(draft))}
    sightings = _sightings(chunk.drafts, traits, contacts)
    recognition = recognise(workspace_id=chunk.workspace_id, sightings=sightings)
    event_ids = uuid7s(len(chunk.drafts))
    refused = _refuse(chunk, recognition)
    relinked = _relink(chunk, recognition)
    chunk.known = [
        _known(event_ids[index], person_id, draft)
        for index, (draft, person_id) in enumerate(zip(chunk.drafts, recognition.person_ids, strict=True))
        if person_id is not None and index not in refused
    ] + relinked
    told = _told(chunk, traits, recognition, relinked) + _told_of_newcomers(chunk, contacts, recognition)
    remember(
        workspace_id=chunk.workspace_id,
        recognition=recognition,
        traits=_newest_traits(chunk.workspace_id, told, recognition.new_people),
        seen=_spans(chunk.known),
        origin=ORIGIN,
        now=chunk.now,
    )
    _insert_events(chunk, event_ids, recognition.person_ids, refused)
    _join_companies(chunk, recognition.person_ids)
    orders = _orders(chunk)
    _count(chunk, orders)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    _tell(chunk, place_orders(workspace_id=chunk.workspace_id, events=orders, now=chunk.now), relinked)


def _known(event_id: UUID, person_id: UUID, draft: Draft) -> Known:
    return Known(
        event_id,
        person_id,
        draft.anonymous_id,
        draft.occurred_at,
        draft.kind,
        draft.name,
        draft.properties,
        draft.source_id,
        draft.received_at,
    )


def _drop_repeated(chunk: Chunk) -> None:
    """Keep the first event of every message id, and remember that it was stored."""
    first: dict[str, Draft] = {}
    for draft in chunk.drafts:
        first.setdefault(md5(draft.message_id.encode(), usedforsecurity=False).hexdigest(), draft)
    with connection.cursor() as cursor:
        cursor.execute(REPEATED, [array(sorted(first)), chunk.workspace_id])
        for (digest,) in cursor.fetchall():
            del first[digest.hex]
    chunk.drafts = list(first.values())


def _check_months(chunk: Chunk) -> None:
    months = {(draft.occurred_at.year, draft.occurred_at.month) for draft in chunk.drafts}
    with connection.cursor() as cursor:
        cursor.execute(MISSING_MONTHS, [[date(year, month, 1) for year, month in sorted(months)]])
        missing = [month for (month,) in cursor.fetchall()]
    if missing:
        raise MonthsMissing(missing)


def _traits(draft: Draft) -> dict[str, Any]:
    """What an identify call tells about the person; some clients put it under `context.traits`."""
    told: dict[str, Any] = msgspec.json.decode(draft.properties)
    if draft.context == "{}":
        return told
    context = msgspec.json.decode(draft.context)
    extra = {name: context[name] for name in ("locale", "timezone") if isinstance(context.get(name), str)}
    nested = context.get("traits")
    return extra | (nested if isinstance(nested, dict) else {}) | told


def _contact(draft: Draft) -> dict[str, str]:
    """By which address and number a call that is no identify says who it was."""
    if draft.kind == EventKind.IDENTIFY or '"traits"' not in draft.context:
        return {}
    told = contact_in(draft.context)
    found = {"email": normalised_email(told.get("email")), "phone": normalised_phone(str(told.get("phone", "")))}
    return {way: value for way, value in found.items() if value}


def _sightings(
    drafts: Sequence[Draft], traits: dict[int, dict[str, Any]], contacts: dict[int, dict[str, str]]
) -> list[Sighting]:
    alias = EventKind.ALIAS.value
    sightings = [
        Sighting(draft.user_id, draft.anonymous_id, "", draft.target if draft.kind == alias else "") for draft in drafts
    ]
    for index, told in traits.items():
        sightings[index].email = normalised_email(told.get("email"))
    for index, contact in contacts.items():
        sightings[index].email, sightings[index].phone = contact.get("email", ""), contact.get("phone", "")
    return sightings


def _refuse(chunk: Chunk, recognition: Recognition) -> set[int]:
    """Turn refusals into problems; return the places of events that are not stored."""
    for refusal in recognition.refusals:
        draft = chunk.drafts[refusal.index]
        call = draft.kind if refusal.code == DeadLetterCode.ALIAS_REFUSED else ""
        chunk.problems.append(
            Problem(draft.source_id, draft.received_at, refusal.code, refusal.detail, draft.body, call)
        )
    return {refusal.index for refusal in recognition.refusals if refusal.code == DeadLetterCode.ALIAS_REFUSED}


def _relink(chunk: Chunk, recognition: Recognition) -> list[Known]:
    """Give the stored events of visitors who became known to their person."""
    linked = recognition.linked
    if not linked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(RELINK, [list(linked), list(linked.values()), chunk.workspace_id])
        return [Known(*row) for row in cursor.fetchall()]


def _told(
    chunk: Chunk, traits: dict[int, dict[str, Any]], recognition: Recognition, relinked: list[Known]
) -> list[Told]:
    """Collect what identify calls told: those of this chunk, and older ones of visitors who are known now."""
    new = [
        (chunk.drafts[index].occurred_at, person_id, values)
        for index, values in traits.items()
        if (person_id := recognition.person_ids[index]) is not None
    ]
    older = [
        (event.occurred_at, event.person_id, msgspec.json.decode(event.properties))
        for event in relinked
        if event.kind == EventKind.IDENTIFY
    ]
    return new + older


def _told_of_newcomers(chunk: Chunk, contacts: dict[int, dict[str, str]], recognition: Recognition) -> list[Told]:
    """By what people who are new were recognised: it is how to reach them."""
    return [
        (chunk.drafts[index].occurred_at, person_id, dict(contact))
        for index, contact in contacts.items()
        if (person_id := recognition.person_ids[index]) in recognition.new_people and person_id is not None
    ]


def _newest_traits(workspace_id: UUID, told: list[Told], newcomers: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Join what was told about each person, newest last, without what a later call has already told anew."""
    told.sort(key=lambda one: one[0])
    since: dict[UUID, datetime] = {}
    for at, person_id, _values in told:
        since.setdefault(person_id, at)
    for person_id in newcomers:
        since.pop(person_id, None)
    newer: dict[tuple[UUID, str], datetime] = {}
    if since:
        with connection.cursor() as cursor:
            cursor.execute(NEWER_TRAITS, [list(since), list(since.values()), workspace_id])
            newer = {(person_id, key): at for person_id, key, at in cursor.fetchall()}
    traits: dict[UUID, dict[str, Any]] = {}
    for at, person_id, values in told:
        kept = {key: value for key, value in values.items() if not newer or newer.get((person_id, key), at) <= at}
        traits.setdefault(person_id, {}).update(kept)
    return traits


def _spans(events: Iterable[Known]) -> dict[UUID, tuple[datetime, datetime]]:
    """First and last time each person was seen; the last is kept by the hour, so that a busy visit writes it once."""
    spans: dict[UUID, tuple[datetime, datetime]] = {}
    for event in events:
        at = event.occurred_at
        span = spans.get(event.person_id)
        if span is None:
            spans[event.person_id] = (at, at)
        elif at < span[0]:
            spans[event.person_id] = (at, span[1])
        elif at > span[1]:
            spans[event.person_id] = (span[0], at)
    return {person: (first, last.replace(minute=0, second=0, microsecond=0)) for person, (first, last) in spans.items()}


def _insert_events(chunk: Chunk, ids: list[UUID], person_ids: list[UUID | None], refused: set[int]) -> None:
    lines = (
        event_line(ids[index], person_ids[index], draft)
        for index, draft in enumerate(chunk.drafts)
        if index not in refused
    )
    copy_events(chunk.workspace_id, lines)


def _join_companies(chunk: Chunk, person_ids: list[UUID | None]) -> None:
    groups = [
        (draft, person_id)
        for draft, person_id in zip(chunk.drafts, person_ids, strict=True)
        if draft.kind == EventKind.GROUP
    ]
    if not groups:
        return
    companies: dict[str, dict[str, Any]] = {}
    for draft, _person in groups:
        companies.setdefault(draft.target, {}).update(msgspec.json.decode(draft.properties))
    members = [(person_id, draft.target) for draft, person_id in groups if person_id is not None]
    join_companies(workspace_id=chunk.workspace_id, companies=companies, members=members, now=chunk.now)


def _orders(chunk: Chunk) -> list[OrderEvent]:
    """Read the orders out of events whose buyer is known; unreadable ones become problems beside their stored event."""
    candidates = [event for event in chunk.known if event.name == ORDER_COMPLETED and event.kind == EventKind.TRACK]
    if not candidates:
        return []
    home = Workspace.objects.only("currency").get(pk=chunk.workspace_id).currency
    orders = []
    for event in candidates:
        try:
            orders.append(
                OrderEvent(
                    event.id, event.person_id, event.occurred_at, read_order(event.properties, home_currency=home)
                )
            )
        except UnreadableOrder as error:
            body = event.properties.encode()
            chunk.problems.append(
                Problem(event.source_id, event.received_at, DeadLetterCode.BAD_ORDER, str(error), body)
            )
    return orders


def _count(chunk: Chunk, orders: list[OrderEvent]) -> None:
    amounts: dict[UUID, PlacedOrder] = {order.event_id: order.order for order in orders}
    counts = Counts()
    for event in chunk.known:
        if event.kind in COUNTED:
            order = amounts.get(event.id)
            counts.add(event.person_id, event.name, event.occurred_at, order.amount if order else None)
    counts.write(chunk.workspace_id)


def _put_aside(chunk: Chunk) -> None:
    DeadLetter.objects.bulk_create(
        DeadLetter(
            workspace_id=chunk.workspace_id,
            source_id=problem.source_id,
            received_at=problem.received_at,
            code=problem.code,
            detail=problem.detail.replace("\x00", "␀")[:1000],
            body=problem.body,
            call=problem.call,
        )
        for problem in chunk.problems
    )


def _tell(chunk: Chunk, order_ids: list[UUID], relinked: list[Known]) -> None:
    """Publish what happened together, in facts of at most five thousand ids."""
    names = tuple(sorted({event.name for event in chunk.known}))[:NAMES_IN_FACT]
    people = list(dict.fromkeys(event.person_id for event in chunk.known))
    owners = {event.anonymous_id: event.person_id for event in relinked}
    workspace = chunk.workspace_id
    bus.publish(
        *(facts.OrdersPlaced(workspace_id=workspace, order_ids=ids) for ids in _parts(order_ids)),
        *(facts.PeopleActed(workspace_id=workspace, person_ids=ids, event_names=names) for ids in _parts(people)),
        *(
            facts.PersonIdentified(workspace_id=workspace, person_id=person_id, anonymous_id=anonymous_id)
            for anonymous_id, person_id in owners.items()
        ),
    )


def _parts(ids: list[UUID]) -> Iterable[tuple[UUID, ...]]:
    return (tuple(ids[start : start + IDS_IN_FACT]) for start in range(0, len(ids), IDS_IN_FACT))
