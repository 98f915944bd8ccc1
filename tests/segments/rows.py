"""Rows that segments look at, written straight into their tables."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.customers.models import Consent, ConsentEntry, Person
from dangol.kit.ids import uuid7
from dangol.relations.models import Strength
from dangol.segments import queries
from dangol.tracking.models import Order
from tests.factories import NOW

EVENT = """
INSERT INTO tracking_event (workspace_id, id, occurred_at, received_at, person_id, kind, name, properties, context,
                            source_id, message_id)
VALUES (%s, %s, %s, %s, %s, 'track', %s, %s, '{}', %s, %s)
"""

COUNTER = """
INSERT INTO tracking_daily_count (workspace_id, person_id, name, day, count) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (workspace_id, person_id, name, day) DO UPDATE SET count = tracking_daily_count.count + 1
"""


def did(person: Person, name: str, at: datetime = NOW, **properties: Any) -> None:
    """Let the person have done something."""
    key = uuid7()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tracking_ensure_month(%s)", [at.date()])
        values: list[Any] = [person.workspace_id, key, at, at, person.pk, name, json.dumps(properties), key, str(key)]
        cursor.execute(EVENT, values)
        cursor.execute(COUNTER, [person.workspace_id, person.pk, name, at.date()])


def bought(person: Person, amount: str = "10000", at: datetime = NOW, currency: str = "KRW") -> Order:
    """Let the person have an order."""
    return Order.objects.create(
        workspace_id=person.workspace_id,
        person=person,
        number=str(uuid7()),
        placed_at=at,
        amount=Decimal(amount),
        currency=currency,
        event_id=uuid7(),
    )


def agreed(person: Person, *, state: str = "given", channel: str = "email", expires_at: datetime | None = None) -> None:
    """Let the person have a standing consent to marketing."""
    terms: dict[str, Any] = {"purpose": "marketing", "channel": channel, "state": state, "expires_at": expires_at}
    terms |= {"workspace_id": person.workspace_id, "person": person, "at": NOW - timedelta(days=9)}
    entry = ConsentEntry.objects.create(source="test", **terms)
    Consent.objects.create(entry=entry, **terms)


def strong(person: Person, score: int, alive: float | None = None) -> None:
    """Give the person a relationship strength."""
    Strength.objects.create(workspace_id=person.workspace_id, person=person, score=score, alive=alive, computed_at=NOW)


def names(definition: dict[str, Any], workspace_id: UUID, now: datetime = NOW) -> set[str]:
    """Return the names of the people who match."""
    people = queries.people_matching(definition, workspace_id=workspace_id, now=now)
    return set(people.values_list("name", flat=True))


def attribute(key: str, operator: str, **operand: Any) -> dict[str, Any]:
    """Return the JSON of a condition on an attribute."""
    return {"kind": "attribute", "attribute": key, "operator": operator, **operand}


def event(name: str, operator: str = "at_least", count: float = 1, **more: Any) -> dict[str, Any]:
    """Return the JSON of a condition on an event."""
    return {"kind": "event", "event": name, "operator": operator, "count": count, **more}


def group(kind: str, *conditions: Any) -> dict[str, Any]:
    """Return the JSON of a group."""
    return {"kind": kind, "conditions": list(conditions)}


def days_before(days: int) -> date:
    """Return a day of the tests' calendar."""
    return NOW.date() - timedelta(days=days)
