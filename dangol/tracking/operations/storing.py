"""Store one chunk of events, set by set, on the current transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from dangol import facts
from dangol.customers.operations import (
    Recognition,
    Sighting,
    join_companies,
    mark_seen,
    recognise,
    remember,
)
from dangol.kit import bus
from dangol.kit.ids import uuid7_texts
from dangol.tracking.calls import Draft, Problem
from dangol.tracking.enums import DeadLetterCode, EventKind
from dangol.tracking.models import DeadLetter
from dangol.tracking.operations.chunk_turns import ChunkTurn
from dangol.tracking.operations.copying import NULL, RELINK, SPANS, copy_events, spans_of
from dangol.tracking.operations.counting import add_amounts, count_chunk, count_hours
from dangol.tracking.operations.learning import learn
from dangol.tracking.operations.orders import (
    ORDER_COMPLETED,
    OrderEvent,
    UnreadableOrder,
    place_orders,
    read_order,
)
from dangol.tracking.operations.rebuilding import ORIGIN, home_currency, rehome
from dangol.tracking.operations.refunds import GIVEN_BACK, Refunded, RefundEvent, read_refund, take_refunds
from dangol.tracking.operations.visits import join_visits
from dangol.tracking.personal_numbers import without_numbers, without_numbers_in_bytes
from dangol.workspaces.enums import Limited
from dangol.workspaces.operations import count_use

IDS_IN_FACT = 5000
NAMES_IN_FACT = 100

FRESH = "SELECT tracking_remember(%s, %s::uuid[])"
"""Those of the digests that were not there, or NULL when none was there."""

MISSING_MONTHS = """
SELECT m FROM unnest(%s::date[]) AS m WHERE to_regclass('public.tracking_event_' || to_char(m, 'YYYYMM')) IS NULL
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


class Relinked(msgspec.Struct, gc=False):
    """A stored event of a visitor who has just become known."""

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
    """What is on its way into the store. `relinked`: older events that just got their person."""

    workspace_id: UUID
    now: datetime
    drafts: list[Draft]
    turn: ChunkTurn | None = None
    relinked: list[Relinked] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def store(
    *, workspace_id: UUID, drafts: Sequence[Draft], now: datetime, turn: ChunkTurn | None = None
) -> list[Problem]:
    """
    Store events that were not stored before, and everything that follows from them; return what was odd about them.

    :param turn: the chunk's turn, if it is stored beside another one
    :raises MonthsMissing: before anything is written, if a partition has to be made first
    """
    chunk = Chunk(workspace_id, now, list(drafts), turn)
    _check_months(chunk)
    _drop_repeated(chunk)
    if turn:
        turn.has_remembered()
    if chunk.drafts:
        _store_drafts(chunk)
        learn(workspace_id=workspace_id, drafts=chunk.drafts, now=now)
    return chunk.problems


def put_aside(*, workspace_id: UUID, problems: Iterable[Problem]) -> None:
    """Keep what could not be used as dead letters, without personal numbers."""
    DeadLetter.objects.bulk_create(
        DeadLetter(
            workspace_id=workspace_id,
            source_id=problem.source_id,
            received_at=problem.received_at,
            code=problem.code,
            detail=without_numbers(problem.detail.replace("\x00", "␀"))[:1000],
            body=without_numbers_in_bytes(problem.body),
            call=problem.call,
        )
        for problem in problems
    )


def _store_drafts(chunk: Chunk) -> None:
    recognition, places = _recognised(chunk)
    if chunk.turn and not chunk.turn.settles(recognition):
        recognition, places = _recognised(chunk)
        chunk.turn.settles(recognition)
    person_ids = [recognition.person_ids[place] for place in places]
    event_ids = uuid7_texts(len(chunk.drafts))
    _insert_events(chunk, event_ids, recognition, places)
    if chunk.turn:
        chunk.turn.let_pass()
    count_hours(chunk.workspace_id)
    led = join_visits(workspace_id=chunk.workspace_id, drafts=chunk.drafts, person_ids=person_ids)
    _relink(chunk, recognition.linked | led)
    traits = _newest_traits(chunk.workspace_id, _told(chunk, recognition, person_ids), recognition.new_people)
    remember(
        workspace_id=chunk.workspace_id,
        recognition=recognition,
        traits=traits,
        seen=spans_of([*recognition.new_people, *traits]),
        origin=ORIGIN,
        now=chunk.now,
    )
    mark_seen(workspace_id=chunk.workspace_id, spans=SPANS)
    _join_companies(chunk, person_ids)
    orders = _orders(chunk, event_ids, person_ids)
    count_chunk(chunk.workspace_id)
    count_use(workspace_id=chunk.workspace_id, what=Limited.EVENTS, amount=len(chunk.drafts), now=chunk.now)
    add_amounts(chunk.workspace_id, orders)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    placed = place_orders(workspace_id=chunk.workspace_id, events=orders, now=chunk.now)
    refunded = take_refunds(
        workspace_id=chunk.workspace_id,
        refunds=_refunds(chunk, event_ids),
        numbers=[event.order.number for event in orders],
    )
    moved = rehome(workspace_id=chunk.workspace_id, recognition=recognition, now=chunk.now)
    _tell(chunk, placed, refunded, person_ids, moved)


def _drop_repeated(chunk: Chunk) -> None:
    """Keep the first event of every message id, and remember that it was stored."""
    first: dict[str, Draft] = {}
    for draft in chunk.drafts:
        first.setdefault(draft.digest, draft)
    with connection.cursor() as cursor:
        cursor.execute(FRESH, [chunk.workspace_id, "{" + ",".join(sorted(first)) + "}"])
        (digests,) = cursor.fetchone()
    if digests is not None:
        fresh = {digest.hex for digest in digests}
        first = {digest: draft for digest, draft in first.items() if digest in fresh}
    chunk.drafts = list(first.values())


def _check_months(chunk: Chunk) -> None:
    months = {(draft.occurred_at.year, draft.occurred_at.month) for draft in chunk.drafts}
    with connection.cursor() as cursor:
        cursor.execute(MISSING_MONTHS, [[date(year, month, 1) for year, month in sorted(months)]])
        missing = [month for (month,) in cursor.fetchall()]
    if missing:
        raise MonthsMissing(missing)


def _recognised(chunk: Chunk) -> tuple[Recognition, list[int]]:
    """Recognise who the events are about. The second is each event's place among the sightings."""
    alias = EventKind.ALIAS.value
    sightings: dict[Sighting, datetime] = {}
    place_of: dict[Sighting, int] = {}
    places: list[int] = []
    for draft in chunk.drafts:
        former = draft.target if draft.kind == alias else ""
        sighting = Sighting(draft.user_id, draft.anonymous_id, draft.email, former, draft.phone)
        places.append(place_of.setdefault(sighting, len(place_of)))
        if sightings.setdefault(sighting, draft.occurred_at) > draft.occurred_at:
            sightings[sighting] = draft.occurred_at
    return recognise(workspace_id=chunk.workspace_id, sightings=sightings), places


def _relink(chunk: Chunk, linked: Mapping[str, UUID]) -> None:
    """Give the stored events of visitors who became known to their person; they join the chunk."""
    if linked:
        with connection.cursor() as cursor:
            cursor.execute(RELINK, [list(linked), list(linked.values()), chunk.workspace_id])
            chunk.relinked = [Relinked(*row) for row in cursor.fetchall()]


def _told(chunk: Chunk, recognition: Recognition, person_ids: list[UUID | None]) -> list[Told]:
    """
    Collect what was told: by identify calls of this chunk, and by older ones of visitors who are known now.

    Another call may say how to reach somebody. That counts only for people who were recognised by it and are new.
    """
    new = [
        (draft.occurred_at, person_id, draft.told)
        for draft, person_id in zip(chunk.drafts, person_ids, strict=True)
        if draft.told is not None
        and person_id is not None
        and (draft.kind == EventKind.IDENTIFY or (draft.told and person_id in recognition.new_people))
    ]
    older = [
        (event.occurred_at, event.person_id, msgspec.json.decode(event.properties))
        for event in chunk.relinked
        if event.kind == EventKind.IDENTIFY
    ]
    return new + older


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


def _insert_events(chunk: Chunk, ids: list[str], recognition: Recognition, places: list[int]) -> None:
    people = [NULL if person is None else person.hex for person in recognition.person_ids]
    lines = (
        f"{event_id}\t{people[place]}\t{draft.line}"
        for event_id, place, draft in zip(ids, places, chunk.drafts, strict=True)
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


def _orders(chunk: Chunk, event_ids: list[str], person_ids: list[UUID | None]) -> list[OrderEvent]:
    """Read the orders out of events whose buyer is known; unreadable ones become problems beside their stored event."""
    track = EventKind.TRACK.value
    bought = [
        (UUID(event_id), person_id, draft)
        for event_id, person_id, draft in zip(event_ids, person_ids, chunk.drafts, strict=True)
        if person_id is not None and draft.name == ORDER_COMPLETED and draft.kind == track
    ] + [
        (event.id, event.person_id, event)
        for event in chunk.relinked
        if event.name == ORDER_COMPLETED and event.kind == track
    ]
    if not bought:
        return []
    home = home_currency(chunk.workspace_id)
    orders = []
    for event_id, person_id, event in bought:
        try:
            order = read_order(event.properties, home_currency=home)
        except UnreadableOrder as error:
            chunk.problems.append(_unreadable(event, error))
        else:
            orders.append(OrderEvent(event_id, person_id, event.occurred_at, order))
    return orders


def _refunds(chunk: Chunk, event_ids: list[str]) -> list[RefundEvent]:
    """Read what was given back, whoever brought it back; unreadable ones become problems beside their stored event."""
    refunds = []
    for event_id, draft in zip(event_ids, chunk.drafts, strict=True):
        if draft.name in GIVEN_BACK and draft.kind == EventKind.TRACK:
            try:
                refunds.append(read_refund(draft.name, draft.properties, event_id=UUID(event_id), at=draft.occurred_at))
            except UnreadableOrder as error:
                chunk.problems.append(_unreadable(draft, error))
    return refunds


def _unreadable(event: Draft | Relinked, error: UnreadableOrder) -> Problem:
    body = event.properties.encode()
    return Problem(event.source_id, event.received_at, DeadLetterCode.BAD_ORDER, str(error), body)


def _tell(
    chunk: Chunk,
    order_ids: list[UUID],
    refunded: Refunded,
    person_ids: list[UUID | None],
    moved: Mapping[UUID, str],
) -> None:
    """Publish what happened together, in facts of at most five thousand ids."""
    recognised = {event.person_id: event.anonymous_id for event in chunk.relinked} | dict(moved)
    doers = [person for person in dict.fromkeys(person_ids) if person is not None]
    done = {draft.name for draft, person in zip(chunk.drafts, person_ids, strict=True) if person is not None}
    names = tuple(sorted(done | {event.name for event in chunk.relinked}))[:NAMES_IN_FACT]
    workspace = chunk.workspace_id
    bus.publish(
        *(facts.OrdersPlaced(workspace_id=workspace, order_ids=ids) for ids in _parts(order_ids)),
        *(facts.OrdersRefunded(workspace_id=workspace, order_ids=ids) for ids in _parts(refunded.order_ids)),
        *(facts.PeopleChanged(workspace_id=workspace, person_ids=ids) for ids in _parts(refunded.person_ids)),
        *(facts.PeopleActed(workspace_id=workspace, person_ids=ids, event_names=names) for ids in _parts(doers)),
        *(
            facts.PersonIdentified(workspace_id=workspace, person_id=person_id, anonymous_id=anonymous_id)
            for person_id, anonymous_id in recognised.items()
        ),
    )


def _parts(ids: list[UUID]) -> Iterable[tuple[UUID, ...]]:
    return (tuple(ids[start : start + IDS_IN_FACT]) for start in range(0, len(ids), IDS_IN_FACT))
