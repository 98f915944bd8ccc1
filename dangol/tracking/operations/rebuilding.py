"""What follows from stored events, made anew: counts, orders, traits, and when somebody was seen."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from dangol.customers.enums import IdentityKind
from dangol.customers.operations import Recognition, date_anew, move_claims, update_people
from dangol.tracking.operations.counting import add_amounts, recount
from dangol.tracking.operations.orders import ORDER_COMPLETED, OrderEvent, UnreadableOrder, place_orders, read_order
from dangol.tracking.operations.refunds import GIVEN_BACK, RefundEvent, read_refund, take_refunds
from dangol.workspaces.models import Workspace

ORIGIN = "tracking"

# What somebody did who was known only by the browser. A call that tells an address speaks for itself.
OF_BROWSER = """
UPDATE tracking_event e SET person_id = m.new
FROM unnest(%s::text[], %s::uuid[], %s::uuid[]) AS m(value, old, new)
WHERE e.workspace_id = %s AND e.person_id = m.old AND e.anonymous_id = m.value AND e.user_id = ''
  AND NOT (e.kind = 'identify' AND e.properties ? 'email')
  AND NOT coalesce(e.context -> 'traits' ?| '{email,phone}', false)
"""
OF_ADDRESS = """
UPDATE tracking_event e SET person_id = m.new
FROM unnest(%s::text[], %s::uuid[], %s::uuid[]) AS m(value, old, new)
WHERE e.workspace_id = %s AND e.person_id = m.old AND e.user_id = ''
  AND lower(btrim(coalesce(e.properties ->> 'email', e.context -> 'traits' ->> 'email'))) = m.value
RETURNING e.anonymous_id, m.old, m.new, e.occurred_at
"""
TOLD = """
SELECT person_id, properties::text, context::text FROM tracking_event
WHERE workspace_id = %s AND person_id = ANY(%s) AND kind = 'identify' ORDER BY occurred_at, id
"""
BOUGHT = """
SELECT id, person_id, occurred_at, properties::text FROM tracking_event
WHERE workspace_id = %s AND person_id = ANY(%s) AND kind = 'track' AND name = %s ORDER BY occurred_at, id
"""
GAVE_BACK = """
SELECT id, name, occurred_at, properties::text FROM tracking_event
WHERE workspace_id = %s AND person_id = ANY(%s) AND kind = 'track' AND name = ANY(%s) ORDER BY occurred_at, id
"""
SEEN = """
SELECT person_id, min(occurred_at), date_trunc('hour', max(occurred_at)) FROM tracking_event
WHERE workspace_id = %s AND person_id = ANY(%s) GROUP BY person_id
"""
Move = tuple[str, UUID, UUID]


def rehome(*, workspace_id: UUID, recognition: Recognition, now: datetime) -> dict[UUID, str]:
    """
    Let what hung on keys that were taken over follow them, and make anew what follows from it.

    Returns everybody whom that concerns, with the browser id that moved, if one did.
    """
    moves = {
        key: (key[1], old, recognition.claimed_earlier[key].person_id) for key, old in recognition.taken_over.items()
    }
    if not moves:
        return {}
    browsers = [move for (kind, _value), move in moves.items() if kind == IdentityKind.ANONYMOUS_ID]
    addresses = [move for (kind, _value), move in moves.items() if kind == IdentityKind.EMAIL]
    claimed = _moved(OF_ADDRESS, workspace_id, addresses)
    browsers += move_claims(workspace_id=workspace_id, claims=claimed)
    _moved(OF_BROWSER, workspace_id, browsers)
    concerned = {person: "" for _value, *people in moves.values() for person in people}
    concerned |= {new: value for value, _old, new in browsers}
    rebuild_people(workspace_id=workspace_id, person_ids=list(concerned), now=now)
    return concerned


def rebuild_people(*, workspace_id: UUID, person_ids: Sequence[UUID], now: datetime) -> None:
    """
    Make counts, orders, traits and times of these people anew from their stored events. Twice is as good as once.

    Orders stay where they stand unless an event says otherwise, and fields stay of which another source spoke too.
    """
    recount(workspace_id, person_ids)
    orders = _orders(workspace_id, person_ids)
    add_amounts(workspace_id, orders)
    place_orders(workspace_id=workspace_id, events=orders, now=now)
    take_refunds(
        workspace_id=workspace_id,
        refunds=_refunds(workspace_id, person_ids),
        numbers=[event.order.number for event in orders],
    )
    traits: dict[UUID, dict[str, Any]] = {person_id: {} for person_id in person_ids}
    for person_id, properties, context in _rows(TOLD, workspace_id, person_ids):
        traits[person_id] |= traits_of(properties, context)
    update_people(workspace_id=workspace_id, traits=traits, origin=ORIGIN, now=now, afresh=True)
    spans = {person_id: (first, last) for person_id, first, last in _rows(SEEN, workspace_id, person_ids)}
    date_anew(workspace_id=workspace_id, seen=spans, origin=ORIGIN)


def traits_of(properties: str, context: str) -> dict[str, Any]:
    """Return what an identify call tells about the person; some clients put it under `context.traits`."""
    told: dict[str, Any] = msgspec.json.decode(properties)
    if context == "{}":
        return told
    around = msgspec.json.decode(context)
    extra = {name: around[name] for name in ("locale", "timezone") if isinstance(around.get(name), str)}
    nested = around.get("traits")
    return extra | (nested if isinstance(nested, dict) else {}) | told


def home_currency(workspace_id: UUID) -> str:
    """Return the currency of orders that name none."""
    return Workspace.objects.only("currency").get(pk=workspace_id).currency


def _orders(workspace_id: UUID, person_ids: Sequence[UUID]) -> list[OrderEvent]:
    home = home_currency(workspace_id)
    orders = []
    for event_id, person_id, at, properties in _rows(BOUGHT, workspace_id, person_ids, ORDER_COMPLETED):
        with suppress(UnreadableOrder):  # it was put aside when it came
            orders.append(OrderEvent(event_id, person_id, at, read_order(properties, home_currency=home)))
    return orders


def _refunds(workspace_id: UUID, person_ids: Sequence[UUID]) -> list[RefundEvent]:
    refunds = []
    for event_id, name, at, properties in _rows(GAVE_BACK, workspace_id, person_ids, list(GIVEN_BACK)):
        with suppress(UnreadableOrder):  # it was put aside when it came
            refunds.append(read_refund(name, properties, event_id=event_id, at=at))
    return refunds


def _rows(
    statement: str, workspace_id: UUID, person_ids: Sequence[UUID], *more: str | list[str]
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [workspace_id, list(person_ids), *more])
        return list(cursor.fetchall())


def _moved(statement: str, workspace_id: UUID, moves: Sequence[Move]) -> list[tuple[Any, ...]]:
    if not moves:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [*(list(column) for column in zip(*moves, strict=True)), workspace_id])
        return list(cursor.fetchall()) if cursor.description else []
